#include "stamps.h"

#include "facegate/base/slot.h"
#include "facegate/camera/picture.h"
#include "facegate/clock.h"
#include "facegate/decision/judge.h"
#include "facegate/delivery/outbox.h"

#include <string.h>
#include <time.h>

stamps stamps_seen;

/* When the judge first gave reason to report an Accepted and a Refused of the newest frame. Several
 * faces are judged before the first of them is reported. The recognition thread's. */
static struct {
    int64_t frame;
    int64_t accepted, refused; /* 0 for never */
} word;

/* The linker's names: __real_X is the function, __wrap_X is called in its place. */
int __real_fg_picture_load(fg_decoder *decoder, const char *path, bool upright, fg_frame *frame,
                           fg_error *error);
int __wrap_fg_picture_load(fg_decoder *decoder, const char *path, bool upright, fg_frame *frame,
                           fg_error *error);
int __real_fg_slot_take(fg_slot *slot, int64_t deadline, const fg_frame **ret_frame);
int __wrap_fg_slot_take(fg_slot *slot, int64_t deadline, const fg_frame **ret_frame);
fg_decision __real_fg_judge_view(const fg_judge_rules *rules, const fg_gallery *gallery,
                                 fg_evidence *evidence, int64_t time, const fg_view *view);
fg_decision __wrap_fg_judge_view(const fg_judge_rules *rules, const fg_gallery *gallery,
                                 fg_evidence *evidence, int64_t time, const fg_view *view);
fg_decision __real_fg_judge_time(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time);
fg_decision __wrap_fg_judge_time(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time);
int __real_fg_outbox_put(fg_outbox *outbox, const fg_event *event, int *ret_dropped,
                         fg_error *error);
int __wrap_fg_outbox_put(fg_outbox *outbox, const fg_event *event, int *ret_dropped,
                         fg_error *error);

static int64_t thread_cpu(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * FG_NS_PER_S + now.tv_nsec;
}

int __wrap_fg_picture_load(fg_decoder *decoder, const char *path, bool upright, fg_frame *frame,
                           fg_error *error)
{
    int64_t start = thread_cpu();
    int result = __real_fg_picture_load(decoder, path, upright, frame, error);
    stamps_seen.decoding += thread_cpu() - start;
    return result;
}

int __wrap_fg_slot_take(fg_slot *slot, int64_t deadline, const fg_frame **ret_frame)
{
    int64_t start = fg_clock_monotonic();
    int result = __real_fg_slot_take(slot, deadline, ret_frame);
    stamps_seen.waiting += fg_clock_monotonic() - start;
    return result;
}

static bool is_decided(enum fg_status status)
{
    return status == FG_ACCEPTED || status == FG_REFUSED;
}

/* What the judge made of a face of which it thought `before`. */
static void note(enum fg_status before, const fg_evidence *evidence, int64_t frame,
                 const fg_decision *decision)
{
    int64_t now = fg_clock_monotonic();
    if (word.frame != frame) {
        word.frame = frame;
        word.accepted = 0;
        word.refused = 0;
    }
    int64_t *said = decision->status == FG_ACCEPTED ? &word.accepted : &word.refused;
    if (decision->report && *said == 0) {
        *said = now;
    }
    if (is_decided(before) || !is_decided(decision->status)) {
        return;
    }
    if (decision->status == FG_ACCEPTED) {
        stamps_seen.accepted++;
    } else {
        stamps_seen.refused++;
    }
    if (stamps_seen.delay_count < STAMPS_MOST) {
        stamps_seen.delays[stamps_seen.delay_count++] = now - evidence->undecided_since;
    }
}

fg_decision __wrap_fg_judge_view(const fg_judge_rules *rules, const fg_gallery *gallery,
                                 fg_evidence *evidence, int64_t time, const fg_view *view)
{
    enum fg_status before = evidence->status;
    fg_decision decision = __real_fg_judge_view(rules, gallery, evidence, time, view);
    note(before, evidence, time, &decision);
    return decision;
}

fg_decision __wrap_fg_judge_time(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time)
{
    enum fg_status before = evidence->status;
    fg_decision decision = __real_fg_judge_time(rules, evidence, time);
    note(before, evidence, time, &decision);
    return decision;
}

int __wrap_fg_outbox_put(fg_outbox *outbox, const fg_event *event, int *ret_dropped,
                         fg_error *error)
{
    bool is_accepted = strcmp(event->status, fg_status_text(FG_ACCEPTED)) == 0;
    int64_t decided = is_accepted ? word.accepted : word.refused;
    if (decided > 0 && stamps_seen.event_count < STAMPS_MOST) {
        size_t at = stamps_seen.event_count++;
        memcpy(stamps_seen.events[at].id, event->id, sizeof(event->id));
        stamps_seen.events[at].decided = decided;
    }
    return __real_fg_outbox_put(outbox, event, ret_dropped, error);
}
