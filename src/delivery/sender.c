/* The sender's thread: which event goes to the sink and when, and what of it is written down. */
#include "facegate/delivery/sender.h"

#include "backoff.h"
#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "sender.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define LONG_POLL   (60 * FG_NS_PER_S)
#define DRAIN_PAUSE (250 * FG_NS_PER_MS)

/* What keeps events from getting through; a change of it is logged. */
enum trouble { TROUBLE_NONE, TROUBLE_SINK, TROUBLE_OUTBOX };

struct fg_sender {
    fg_outbox *outbox;
    fg_sink sink;
    pthread_t thread;
    bool started;

    _Atomic bool stopping;
    _Atomic int64_t deadline; /* of the drain, ns of CLOCK_MONOTONIC */

    /* From here on the thread's own. */
    int64_t reminder;
    int64_t poll_every;
    fg_backoff backoff;
    int64_t not_before; /* ns of CLOCK_MONOTONIC; no attempt earlier */
    bool draining;
    bool empty; /* when the outbox was last asked */
    bool sending;
    enum fg_sink_verdict verdict; /* to be written into the outbox about the event in hand */
    fg_sink_report report;
    fg_outbox_entry entry;
    enum trouble trouble;
    int64_t trouble_cause;
    int64_t trouble_logged;
};

int fg_sender_create(fg_outbox *outbox, fg_sink sink, fg_sender **ret_sender, fg_error *error)
{
    fg_sender *sender = calloc(1, sizeof(*sender));
    if (sender == NULL) {
        sink.ops->free(sink.self);
        return fg_error_set(error, -ENOMEM, "sender: out of memory");
    }
    sender->outbox = outbox;
    sender->sink = sink;
    sender->backoff = (fg_backoff){.least = FG_NS_PER_S, .most = 60 * FG_NS_PER_S};
    sender->reminder = 60 * FG_NS_PER_S;
    sender->poll_every = 60 * FG_NS_PER_S;
    int result = sink.ops->check(sink.self, error);
    if (result != 0) {
        fg_sender_free(sender);
        return result;
    }
    *ret_sender = sender;
    return 0;
}

void fg_sender_tune(fg_sender *sender, const fg_sender_paces *paces)
{
    sender->backoff.least = paces->backoff_least;
    sender->backoff.most = paces->backoff_most;
    sender->reminder = paces->reminder;
    sender->poll_every = paces->poll_every;
}

static int64_t waiting(fg_sender *sender)
{
    fg_ledger ledger = {0};
    fg_outbox_ledger(sender->outbox, &ledger, NULL);
    return ledger.waiting;
}

/* Waits before the next attempt, and says so where the trouble is new or was last named a while
 * ago. */
static void hold(fg_sender *sender, enum trouble trouble, int64_t cause, int64_t retry_after,
                 const char *text)
{
    uint32_t chance = 0;
    ssize_t ignored = getrandom(&chance, sizeof(chance), GRND_NONBLOCK);
    (void)ignored;
    int64_t now = fg_clock_monotonic();
    int64_t pause = fg_backoff_fail(&sender->backoff, retry_after, chance);
    if (sender->draining) {
        pause = DRAIN_PAUSE;
    }
    sender->not_before = now + pause;
    bool same = sender->trouble == trouble && sender->trouble_cause == cause;
    if (same && now - sender->trouble_logged < sender->reminder) {
        return;
    }
    sender->trouble = trouble;
    sender->trouble_cause = cause;
    sender->trouble_logged = now;
    fg_log(trouble == TROUBLE_OUTBOX ? FG_LOG_ERROR : FG_LOG_WARNING,
           "%s; %" PRId64 " waiting, next attempt in %.1f s", text, waiting(sender),
           (double)pause / (double)FG_NS_PER_S);
}

static void recover(fg_sender *sender, bool sent)
{
    fg_backoff_succeed(&sender->backoff);
    sender->not_before = 0;
    if (sender->trouble != TROUBLE_NONE) {
        sender->trouble = TROUBLE_NONE;
        fg_log(FG_LOG_INFO, "%s, %" PRId64 " waiting",
               sent ? "Sending auth data works again" : "The backend answers again",
               waiting(sender));
    }
}

/* Writes the verdict on the event in hand. What fails is tried again before anything else is sent.
 */
static bool settle(fg_sender *sender)
{
    fg_error error;
    int64_t number = sender->entry.number;
    bool taken = sender->verdict == FG_SINK_TAKEN;
    int result = taken ? fg_outbox_sent(sender->outbox, number, &error)
                       : fg_outbox_set_aside(sender->outbox, number, sender->report.text, &error);
    if (result != 0) {
        hold(sender, TROUBLE_OUTBOX, result, 0, error.text);
        return false;
    }
    sender->verdict = FG_SINK_UNDECIDED;
    fg_outbox_entry_release(&sender->entry);
    recover(sender, taken);
    return true;
}

static fg_log_fields fields_of(const fg_event *event)
{
    return (fg_log_fields){.event = event->id,
                           .status = event->status,
                           .user = event->user_name,
                           .distance = NAN,
                           .liveness = NAN};
}

static void say_taken(const fg_sender *sender)
{
    const fg_event *event = &sender->entry.event;
    const fg_sink_report *report = &sender->report;
    fg_log_fields fields = fields_of(event);
    fg_log_event(FG_LOG_INFO, &fields, "Auth data sent successfully for %s", event->user_name);
    if (report->place[0] != '\0') {
        fg_log_event(FG_LOG_INFO, &fields, "Image saved at: %s", report->place);
    }
    if (report->text[0] != '\0') {
        fg_log(report->doubtful ? FG_LOG_WARNING : FG_LOG_DEBUG, "%s", report->text);
    }
}

static void say_refused(const fg_sender *sender)
{
    fg_log_fields fields = fields_of(&sender->entry.event);
    fg_log_event(FG_LOG_ERROR, &fields,
                 "Failed to send auth data: %s; event %s of %s is set aside, see "
                 "facegate outbox",
                 sender->report.text, fields.event, fields.user);
}

static void put_off(fg_sender *sender)
{
    const fg_sink_report *report = &sender->report;
    /* The count is for people to read. If it cannot be written, the next step on the outbox says
     * so. */
    fg_outbox_tried(sender->outbox, sender->entry.number, NULL);
    fg_outbox_entry_release(&sender->entry);
    hold(sender, TROUBLE_SINK, report->cause, report->retry_after, report->text);
}

/* Does what the sink's verdict on the event in hand asks for. */
static void follow(fg_sender *sender, enum fg_sink_verdict verdict)
{
    switch (verdict) {
    case FG_SINK_UNDECIDED:
        return;
    case FG_SINK_TAKEN:
        say_taken(sender);
        break;
    case FG_SINK_REFUSED:
        /* It must not stand in the way of the others. */
        say_refused(sender);
        break;
    case FG_SINK_LATER:
        sender->sending = false;
        put_off(sender);
        return;
    }
    sender->sending = false;
    sender->verdict = verdict;
    settle(sender);
}

/* Whether a stop was asked for. From then on the back-off does not count. */
static bool notice_stop(fg_sender *sender)
{
    if (!atomic_load(&sender->stopping)) {
        return false;
    }
    if (!sender->draining) {
        sender->draining = true;
        sender->not_before = 0;
        sender->empty = false;
    }
    return true;
}

/* Waits, for `timeout` ns at most, and does what then can be done for the event under way. */
static void poll_sink(fg_sender *sender, int64_t timeout)
{
    enum fg_sink_verdict verdict =
        sender->sink.ops->poll(sender->sink.self, timeout, &sender->report);
    notice_stop(sender);
    if (sender->sending) {
        follow(sender, verdict);
    }
}

/* Takes the oldest event in hand and has the sink start on it. False where there is none, or the
 * outbox fails. */
static bool start_next(fg_sender *sender)
{
    fg_error error;
    if (sender->verdict != FG_SINK_UNDECIDED && !settle(sender)) {
        return false;
    }
    int result = fg_outbox_oldest(sender->outbox, &sender->entry, &error);
    sender->empty = result == -ENOENT;
    if (sender->empty) {
        sender->not_before = fg_clock_monotonic() + sender->poll_every;
        return false;
    }
    if (result != 0) {
        hold(sender, TROUBLE_OUTBOX, result, 0, error.text);
        return false;
    }
    sender->report = (fg_sink_report){.text = ""};
    enum fg_sink_verdict verdict =
        sender->sink.ops->start(sender->sink.self, &sender->entry.event, &sender->report);
    sender->sending = verdict == FG_SINK_UNDECIDED;
    follow(sender, verdict);
    return true;
}

/* Starts all that can be started now. */
static void work(fg_sender *sender)
{
    /* When the outbox was empty, whatever woke us is reason to look again. */
    while (!sender->sending && (sender->empty || fg_clock_monotonic() >= sender->not_before)) {
        if (!start_next(sender)) {
            break;
        }
        if (sender->sending) {
            poll_sink(sender, 0);
        }
        if (atomic_load(&sender->stopping)) {
            break;
        }
    }
}

static bool is_over(fg_sender *sender)
{
    if (!notice_stop(sender)) {
        return false;
    }
    bool drained = sender->empty && !sender->sending && sender->verdict == FG_SINK_UNDECIDED;
    return drained || fg_clock_monotonic() >= atomic_load(&sender->deadline);
}

static int64_t time_to_wait(fg_sender *sender)
{
    int64_t now = fg_clock_monotonic();
    int64_t until = sender->sending ? now + LONG_POLL : sender->not_before;
    if (atomic_load(&sender->stopping)) {
        int64_t deadline = atomic_load(&sender->deadline);
        until = until < deadline ? until : deadline;
    }
    if (until <= now) {
        return 0;
    }
    return until - now < LONG_POLL ? until - now : LONG_POLL;
}

static void *run(void *context)
{
    fg_sender *sender = context;
    fg_log_thread("sender");
    while (!is_over(sender)) {
        work(sender);
        if (is_over(sender)) {
            break;
        }
        poll_sink(sender, time_to_wait(sender));
    }
    if (sender->sending) {
        sender->sink.ops->stop(sender->sink.self);
        sender->sending = false;
    }
    fg_outbox_entry_release(&sender->entry);
    return NULL;
}

int fg_sender_start(fg_sender *sender, fg_error *error)
{
    int code = pthread_create(&sender->thread, NULL, run, sender);
    if (code != 0) {
        return fg_error_set(error, -code, "sender: cannot start its thread: %s", strerror(code));
    }
    sender->started = true;
    return 0;
}

void fg_sender_kick(fg_sender *sender)
{
    sender->sink.ops->wake(sender->sink.self);
}

void fg_sender_stop(fg_sender *sender, double drain_timeout)
{
    if (!sender->started) {
        return;
    }
    atomic_store(&sender->deadline, fg_clock_monotonic() + fg_clock_seconds(drain_timeout));
    atomic_store(&sender->stopping, true);
    sender->sink.ops->wake(sender->sink.self);
    pthread_join(sender->thread, NULL);
    sender->started = false;
}

fg_sender *fg_sender_free(fg_sender *sender)
{
    if (sender == NULL) {
        return NULL;
    }
    fg_sender_stop(sender, 0);
    sender->sink.ops->free(sender->sink.self);
    free(sender);
    return NULL;
}
