/* Makes log lines and events of what was decided. */
#include "reporter.h"

#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "facegate/daemon/liveness_check.h"
#include "facegate/decision/budget.h"
#include "facegate/decision/throttle.h"
#include "facegate/delivery/jpeg.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A loss that may come with every frame is reported once in this time. */
#define LOSS_INTERVAL (60 * FG_NS_PER_S)

struct fg_reporter {
    const fg_config *config;
    fg_outbox *outbox;
    fg_sender *sender;
    fg_throttle *throttle;
    fg_jpeg *jpeg;
    int64_t lost_until; /* no line about a lost event before this frame time */
    uint64_t dropped;   /* oldest events that went for newer ones */
    fg_budget strangers;
    bool has_budget;     /* from the first frame on */
    int64_t held_until;  /* no line about events held back before this frame time */
    int64_t booked_time; /* when those held back were last added to the ledger */
    int64_t unbooked;    /* held back since then */
    _Atomic uint64_t accepted, refused, lost, held_back;
    _Atomic uint64_t unseen[FG_QUALITY_TURNED + 1];
};

int fg_reporter_create(const fg_config *config, fg_outbox *outbox, fg_sender *sender,
                       fg_reporter **ret_reporter, fg_error *error)
{
    fg_reporter *reporter = calloc(1, sizeof(*reporter));
    if (reporter == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for the reporter");
    }
    reporter->config = config;
    reporter->outbox = outbox;
    reporter->sender = sender;
    int result =
        fg_throttle_create(fg_clock_seconds(config->delivery.send_interval), &reporter->throttle);
    if (result != 0) {
        fg_reporter_free(reporter);
        return fg_error_set(error, result, "the throttle of events: %s", strerror(-result));
    }
    result = fg_jpeg_create(config->delivery.jpeg_quality, &reporter->jpeg);
    if (result != 0) {
        fg_reporter_free(reporter);
        return fg_error_set(error, result, "the JPEG encoder for events: %s", strerror(-result));
    }
    *ret_reporter = reporter;
    return 0;
}

fg_reporter *fg_reporter_free(fg_reporter *reporter)
{
    if (reporter != NULL) {
        fg_throttle_free(reporter->throttle);
        fg_jpeg_free(reporter->jpeg);
        free(reporter);
    }
    return NULL;
}

/* The part of the frame that is sent: all of it, or the face with half its size around it, if it
 * is in this frame (else `box` is NULL). */
static int encode_picture(fg_reporter *reporter, const fg_frame *frame, const fg_box *box,
                          fg_event *event, fg_error *error)
{
    if (frame->plane[0] == NULL) {
        return fg_error_set(error, -ENODATA, "there was no room to keep a picture of it");
    }
    if (reporter->config->delivery.image == FG_IMAGE_FACE && box != NULL) {
        return fg_jpeg_encode(reporter->jpeg, frame, box->x - box->width / 2,
                              box->y - box->height / 2, box->width * 2, box->height * 2,
                              &event->jpeg, &event->jpeg_size, error);
    }
    return fg_jpeg_encode(reporter->jpeg, frame, 0, 0, frame->width, frame->height, &event->jpeg,
                          &event->jpeg_size, error);
}

/* A refusal's reason is that of the check that spoke against the face, if one did. */
static void fill_event(const fg_reporter *reporter, const fg_gallery *gallery,
                       const fg_observation *observation, fg_event *event)
{
    const fg_config *config = reporter->config;
    const fg_decision *decision = &observation->decision;
    const fg_check *check = observation->failed_check;
    const char *badge = NULL;
    const char *name = config->access.unknown_name;
    if (decision->status == FG_ACCEPTED) {
        name = fg_gallery_name(gallery, decision->person);
        badge = fg_gallery_badge(gallery, decision->person);
    } else {
        snprintf(event->reason, sizeof(event->reason), "%s",
                 check != NULL ? check->reason : config->access.refused_reason);
    }
    snprintf(event->status, sizeof(event->status), "%s", fg_status_text(decision->status));
    snprintf(event->user_name, sizeof(event->user_name), "%s", name);
    snprintf(event->rfid_id, sizeof(event->rfid_id), "%s",
             badge != NULL ? badge : config->access.no_badge);
}

/* Makes the event of an observation and commits it. */
static int make_event(fg_reporter *reporter, const fg_gallery *gallery, const fg_frame *frame,
                      const fg_observation *observation, fg_event *event, int *ret_dropped,
                      fg_error *error)
{
    fill_event(reporter, gallery, observation, event);
    if (fg_event_stamp(event, frame->monotonic, frame->realtime) != 0) {
        return fg_error_set(error, -EIO, "the event cannot be dated");
    }
    const fg_frame *picture = observation->picture != NULL ? observation->picture : frame;
    /* Of a face that is gone without a picture of its own there is the whole of this frame. */
    bool is_shown = !observation->gone || observation->picture != NULL;
    int result = encode_picture(reporter, picture, is_shown ? &observation->track.face.box : NULL,
                                event, error);
    if (result == 0) {
        result = fg_outbox_put(reporter->outbox, event, ret_dropped, error);
    }
    return result;
}

/* Whether it was refused because there were no good views of it: by time alone. */
static bool lacks_views(const fg_observation *observation)
{
    const fg_decision *decision = &observation->decision;
    return decision->status == FG_REFUSED && decision->grounds != FG_GROUNDS_VIEWS &&
           observation->commonest_fault != FG_QUALITY_GOOD;
}

static void log_observation(const fg_observation *observation, const fg_event *event,
                            const fg_log_fields *fields, double threshold)
{
    const fg_decision *decision = &observation->decision;
    bool lacks = lacks_views(observation);
    double liveness = fg_observation_score(observation, FG_LIVENESS_CHECK);
    char likeness[64] = "nobody is enrolled";
    char alive[32] = "";
    if (isfinite(decision->distance)) {
        snprintf(likeness, sizeof(likeness), "distance %.3f, margin %.3f", decision->distance,
                 decision->margin);
    } else if (decision->weight <= 0) {
        snprintf(likeness, sizeof(likeness), "no view of it");
    }
    if (!isnan(liveness)) {
        snprintf(alive, sizeof(alive), ", liveness %.3f", liveness);
    }
    fg_log_event(FG_LOG_INFO, fields, "Face detected: %s (%s, %s%s%s%s)", event->user_name,
                 event->status, likeness, alive, lacks ? "; " : "",
                 lacks ? fg_quality_advice(observation->commonest_fault) : "");
    if (decision->status == FG_ACCEPTED && liveness < threshold) {
        fg_log_event(FG_LOG_WARNING, fields,
                     "This may be a photograph of %s: liveness %.3f, less than %.2f; accepted, "
                     "since [access] liveness only warns",
                     event->user_name, liveness, threshold);
    }
}

/* Whether to log something again: the last line is older than the interval, in frame time. */
static bool may_log(int64_t *until, int64_t time, int64_t interval)
{
    if (time < *until) {
        return false;
    }
    *until = time + interval;
    return true;
}

static void count_made(fg_reporter *reporter, const fg_observation *observation, int dropped)
{
    if (observation->decision.status == FG_ACCEPTED) {
        reporter->accepted++;
    } else {
        reporter->refused++;
    }
    if (lacks_views(observation)) {
        reporter->unseen[observation->commonest_fault]++;
    }
    if (dropped > 0) {
        reporter->dropped += (uint64_t)dropped;
        fg_log(FG_LOG_ERROR,
               "Outbox full: %d of the oldest events dropped, %" PRIu64
               " since the start; bring the backend back, or raise outbox_max_events or "
               "outbox_max_bytes",
               dropped, reporter->dropped);
    }
}

/*
 * Logs what is new and commits its event. One that cannot be committed counts as lost until a later
 * frame of the same observation makes up for it.
 */
static void commit(fg_reporter *reporter, const fg_gallery *gallery, const fg_frame *frame,
                   const fg_observation *observation, uint64_t key, fg_throttle_answer answer,
                   fg_report *report)
{
    fg_event event = {0};
    fg_error error;
    int dropped = 0;
    double distance = observation->decision.distance;
    int result = make_event(reporter, gallery, frame, observation, &event, &dropped, &error);
    fg_log_fields fields = {
        .event = result == 0 ? event.id : NULL,
        .status = event.status,
        .user = event.user_name,
        .distance = isfinite(distance) ? distance : NAN,
        .liveness = fg_observation_score(observation, FG_LIVENESS_CHECK),
    };
    if (answer == FG_THROTTLE_NEW) {
        log_observation(observation, &event, &fields, reporter->config->access.liveness_threshold);
    }
    if (result != 0) {
        fg_throttle_missed(reporter->throttle, key, frame->monotonic);
        reporter->lost += answer == FG_THROTTLE_NEW ? 1 : 0;
        if (may_log(&reporter->lost_until, frame->monotonic, LOSS_INTERVAL)) {
            fg_log_event(FG_LOG_ERROR, &fields,
                         "Event lost unless a later frame replaces it, %" PRIu64 " in all: %s",
                         reporter->lost, error.text);
        }
        report->again = true;
        return;
    }
    memcpy(report->event, event.id, sizeof(event.id));
    fg_throttle_made(reporter->throttle, key, frame->monotonic);
    if (answer == FG_THROTTLE_AGAIN) {
        reporter->lost--;
        fg_log_event(FG_LOG_INFO, &fields,
                     "Event of %s made from a later frame, %" PRIu64 " lost in all",
                     event.user_name, reporter->lost);
    }
    count_made(reporter, observation, dropped);
    fg_sender_kick(reporter->sender);
}

/* Adds to the ledger what was held back, once a second and at the end: it may wait for the disk. */
static void book_held_back(fg_reporter *reporter)
{
    fg_error error;
    if (reporter->unbooked == 0) {
        return;
    }
    if (fg_outbox_hold_back(reporter->outbox, reporter->unbooked, &error) == 0) {
        reporter->unbooked = 0;
    } else if (may_log(&reporter->lost_until, reporter->booked_time, LOSS_INTERVAL)) {
        fg_log(FG_LOG_ERROR, "Events held back are not in the ledger yet: %s", error.text);
    }
}

void fg_reporter_tick(fg_reporter *reporter, int64_t time)
{
    if (time - reporter->booked_time >= FG_NS_PER_S) {
        reporter->booked_time = time;
        book_held_back(reporter);
    }
}

/* Whether a stranger's event is one too many. */
static bool hold_back(fg_reporter *reporter, uint64_t key, int64_t time)
{
    if (!reporter->has_budget) {
        reporter->strangers = fg_budget_of(reporter->config->delivery.stranger_rate, time);
        reporter->has_budget = true;
    }
    if (fg_budget_take(&reporter->strangers, time)) {
        return false;
    }
    fg_throttle_made(reporter->throttle, key, time);
    reporter->held_back++;
    reporter->unbooked++;
    if (may_log(&reporter->held_until, time, LOSS_INTERVAL)) {
        fg_log(FG_LOG_WARNING,
               "More than %d refused faces a second (stranger_rate): events held back, %" PRIu64
               " since the start",
               reporter->config->delivery.stranger_rate, reporter->held_back);
    }
    return true;
}

fg_report fg_reporter_report(fg_reporter *reporter, const fg_gallery *gallery,
                             const fg_frame *frame, const fg_observation *observation)
{
    fg_report report = {.again = false};
    const fg_decision *decision = &observation->decision;
    if (!decision->report) {
        return report;
    }
    uint64_t key = decision->status == FG_ACCEPTED
                       ? fg_throttle_key(fg_gallery_name(gallery, decision->person))
                       : fg_throttle_stranger(observation->track.id);
    fg_throttle_answer answer = fg_throttle_ask(reporter->throttle, key, frame->monotonic);
    bool is_new_stranger = decision->status == FG_REFUSED && answer == FG_THROTTLE_NEW;
    report.held_back = is_new_stranger && hold_back(reporter, key, frame->monotonic);
    if (answer != FG_THROTTLE_HOLD && !report.held_back) {
        commit(reporter, gallery, frame, observation, key, answer, &report);
    }
    return report;
}

void fg_reporter_end(fg_reporter *reporter)
{
    book_held_back(reporter);
}

fg_report_counts fg_reporter_count(const fg_reporter *reporter)
{
    fg_report_counts counts = {.accepted = reporter->accepted,
                               .refused = reporter->refused,
                               .lost = reporter->lost,
                               .held_back = reporter->held_back};
    for (int i = 0; i <= FG_QUALITY_TURNED; i++) {
        counts.unseen[i] = reporter->unseen[i];
    }
    return counts;
}
