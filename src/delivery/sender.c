#include "facegate/delivery/sender.h"

#include "backoff.h"
#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "http/advice.h"
#include "http/answer.h"
#include "http/request.h"
#include "sender_tuning.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define ANSWER_KEPT (64u << 10) /* bytes */
#define LONG_POLL   (60 * FG_NS_PER_S)
#define DRAIN_PAUSE (250 * FG_NS_PER_MS)
#define REASON_SIZE (FG_EXCERPT_SIZE + 64)

/* What keeps events from getting through; a change of it is logged. */
enum trouble { TROUBLE_NONE, TROUBLE_NETWORK, TROUBLE_STATUS, TROUBLE_LOCAL, TROUBLE_OUTBOX };

/* What is still to be written into the outbox about the event in hand. */
enum verdict { VERDICT_NONE, VERDICT_SENT, VERDICT_ASIDE };

struct fg_sender {
    fg_outbox *outbox;
    fg_request *request;
    CURLM *multi;
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
    bool empty; /* as of the last look */
    bool sending;
    enum verdict verdict;
    char reason[REASON_SIZE];
    fg_outbox_entry entry;
    enum trouble trouble;
    long trouble_code;
    int64_t trouble_logged;
};

int fg_sender_create(const fg_backend_options *options, fg_outbox *outbox, fg_sender **ret_sender,
                     fg_error *error)
{
    fg_sender *sender = calloc(1, sizeof(*sender));
    if (sender == NULL) {
        return fg_error_set(error, -ENOMEM, "sender: out of memory");
    }
    sender->outbox = outbox;
    sender->backoff = (fg_backoff){.least = FG_NS_PER_S, .most = 60 * FG_NS_PER_S};
    sender->reminder = 60 * FG_NS_PER_S;
    sender->poll_every = 60 * FG_NS_PER_S;
    int result = fg_request_create(options, ANSWER_KEPT, &sender->request, error);
    if (result == 0) {
        sender->multi = curl_multi_init();
        if (sender->multi == NULL) {
            result = fg_error_set(error, -ENOMEM, "sender: libcurl does not start");
        } else if (curl_multi_wakeup(sender->multi) != CURLM_OK) {
            /* libcurl goes on without: then an event waits for a minute, and so does a stop. */
            result = fg_error_set(error, -EMFILE,
                                  "sender: libcurl has no descriptor left to be woken by");
        } else if (curl_multi_setopt(sender->multi, CURLMOPT_MAXCONNECTS, 1L) != CURLM_OK) {
            /* A connection that a fresh one took the place of must not be used again. */
            result = fg_error_set(error, -ENOMEM, "sender: libcurl keeps more than a connection");
        }
    }
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
static void hold(fg_sender *sender, enum trouble trouble, long code, int64_t retry_after,
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
    bool same = sender->trouble == trouble && sender->trouble_code == code;
    if (same && now - sender->trouble_logged < sender->reminder) {
        return;
    }
    sender->trouble = trouble;
    sender->trouble_code = code;
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
    int result = sender->verdict == VERDICT_SENT
                     ? fg_outbox_sent(sender->outbox, number, &error)
                     : fg_outbox_set_aside(sender->outbox, number, sender->reason, &error);
    if (result != 0) {
        hold(sender, TROUBLE_OUTBOX, result, 0, error.text);
        return false;
    }
    bool sent = sender->verdict == VERDICT_SENT;
    sender->verdict = VERDICT_NONE;
    fg_outbox_entry_release(&sender->entry);
    recover(sender, sent);
    return true;
}

static fg_log_fields fields_of(const fg_event *event)
{
    return (fg_log_fields){
        .event = event->id, .status = event->status, .user = event->user_name, .distance = NAN};
}

static void delivered(fg_sender *sender, const fg_answer *answer)
{
    const fg_event *event = &sender->entry.event;
    fg_log_fields fields = fields_of(event);
    cJSON *json = answer->whole ? fg_answer_parse(answer->body, answer->size) : NULL;
    const char *path = fg_answer_text(json, "image_path");
    fg_log_event(FG_LOG_INFO, &fields, "Auth data sent successfully for %s", event->user_name);
    if (path != NULL) {
        char shown[FG_EXCERPT_SIZE];
        fg_answer_excerpt(path, strlen(path), shown);
        fg_log_event(FG_LOG_INFO, &fields, "Image saved at: %s", shown);
    } else {
        fg_log(FG_LOG_DEBUG, "the answer %ld to event %s names no image_path%s%s", answer->status,
               event->id, answer->trouble[0] != '\0' ? ": " : "", answer->trouble);
    }
    cJSON_Delete(json);
    sender->verdict = VERDICT_SENT;
    settle(sender);
}

/* This event can never succeed: it must not stand in the way of the others. */
static void give_up(fg_sender *sender, const char *reason)
{
    fg_log_fields fields = fields_of(&sender->entry.event);
    snprintf(sender->reason, sizeof(sender->reason), "%s", reason);
    fg_log_event(FG_LOG_ERROR, &fields,
                 "Failed to send auth data: %s; event %s of %s is set aside, see "
                 "facegate outbox",
                 reason, fields.event, fields.user);
    sender->verdict = VERDICT_ASIDE;
    settle(sender);
}

static bool never_succeeds(long status)
{
    return status == 400 || status == 413 || status == 415 || status == 422;
}

static void keep(fg_sender *sender, enum trouble trouble, long code, int64_t retry_after,
                 const char *text)
{
    /* The count is for people to read; if it cannot be written, the next step on the outbox tells.
     */
    fg_outbox_tried(sender->outbox, sender->entry.number, NULL);
    fg_outbox_entry_release(&sender->entry);
    hold(sender, trouble, code, retry_after, text);
}

static void finish_attempt(fg_sender *sender, CURLcode code)
{
    fg_answer answer;
    char excerpt[FG_EXCERPT_SIZE];
    char advice[FG_ADVICE_SIZE];
    char text[CURL_ERROR_SIZE + REASON_SIZE + FG_ADVICE_SIZE];
    /* First, while libcurl still knows which connection it was. */
    fg_request_answer(sender->request, code, &answer);
    curl_multi_remove_handle(sender->multi, fg_request_handle(sender->request));
    sender->sending = false;
    if (answer.status >= 200 && answer.status < 300) {
        /* The status decides, even if what follows is cut off: the backend has taken the event. */
        delivered(sender, &answer);
        return;
    }
    if (answer.status == 0) {
        snprintf(text, sizeof(text), "Network error sending auth data: %s%s", answer.trouble,
                 fg_advice_show(&answer, advice));
        keep(sender, TROUBLE_NETWORK, (long)code, 0, text);
        return;
    }
    fg_answer_excerpt(answer.body, answer.size, excerpt);
    if (never_succeeds(answer.status)) {
        snprintf(text, sizeof(text), "%ld %s", answer.status, excerpt);
        give_up(sender, text);
        return;
    }
    snprintf(text, sizeof(text), "Failed to send auth data: %ld %s%s", answer.status, excerpt,
             fg_advice_show(&answer, advice));
    keep(sender, TROUBLE_STATUS, answer.status, answer.retry_after, text);
}

/* Takes the oldest event in hand and sends it off. False where there is none, or it did not get
 * that far. */
static bool send_next(fg_sender *sender)
{
    fg_error error;
    if (sender->verdict != VERDICT_NONE && !settle(sender)) {
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
    if (sender->entry.event.jpeg_size > FG_REQUEST_MAX_JPEG) {
        char reason[REASON_SIZE];
        snprintf(reason, sizeof(reason),
                 "its picture has %zu bytes, and the backend takes requests of 16 MB at most",
                 sender->entry.event.jpeg_size);
        give_up(sender, reason);
        return sender->verdict == VERDICT_NONE;
    }
    char text[FG_ERROR_TEXT + 64];
    result = fg_request_post(sender->request, &sender->entry.event, &error);
    if (result != 0) {
        snprintf(text, sizeof(text), "Failed to send auth data: %s", error.text);
        keep(sender, TROUBLE_LOCAL, result, 0, text);
        return false;
    }
    CURLMcode code = curl_multi_add_handle(sender->multi, fg_request_handle(sender->request));
    if (code != CURLM_OK) {
        snprintf(text, sizeof(text), "Failed to send auth data: %s", curl_multi_strerror(code));
        keep(sender, TROUBLE_LOCAL, (long)code, 0, text);
        return false;
    }
    sender->sending = true;
    return true;
}

static void advance(fg_sender *sender)
{
    int running = 0, left = 0;
    CURLMcode code = curl_multi_perform(sender->multi, &running);
    if (code != CURLM_OK) {
        finish_attempt(sender, CURLE_FAILED_INIT);
        return;
    }
    CURLMsg *message;
    while ((message = curl_multi_info_read(sender->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            finish_attempt(sender, message->data.result);
            return;
        }
    }
}

/* Does all that can be done now. */
static void work(fg_sender *sender)
{
    if (sender->sending) {
        advance(sender);
    }
    /* When the outbox was empty, whatever woke us is reason to look again. */
    while (!sender->sending && (sender->empty || fg_clock_monotonic() >= sender->not_before)) {
        if (!send_next(sender)) {
            break;
        }
        if (sender->sending) {
            advance(sender);
        }
        if (atomic_load(&sender->stopping)) {
            break;
        }
    }
}

static bool is_over(fg_sender *sender)
{
    if (!atomic_load(&sender->stopping)) {
        return false;
    }
    if (!sender->draining) {
        sender->draining = true;
        sender->not_before = 0;
        sender->empty = false;
    }
    bool drained = sender->empty && !sender->sending && sender->verdict == VERDICT_NONE;
    return drained || fg_clock_monotonic() >= atomic_load(&sender->deadline);
}

static void wait_for_more(fg_sender *sender)
{
    int64_t now = fg_clock_monotonic();
    int64_t until = sender->sending ? now + LONG_POLL : sender->not_before;
    if (atomic_load(&sender->stopping)) {
        int64_t deadline = atomic_load(&sender->deadline);
        until = until < deadline ? until : deadline;
    }
    int64_t left = until - now;
    left = left < 0 ? 0 : left > LONG_POLL ? LONG_POLL : left;
    /* Rounded up, so that it is not asked again and again for the last fraction of a millisecond.
     */
    curl_multi_poll(sender->multi, NULL, 0, (int)((left + FG_NS_PER_MS - 1) / FG_NS_PER_MS), NULL);
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
        wait_for_more(sender);
    }
    if (sender->sending) {
        curl_multi_remove_handle(sender->multi, fg_request_handle(sender->request));
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
    curl_multi_wakeup(sender->multi);
}

void fg_sender_stop(fg_sender *sender, double drain_timeout)
{
    if (!sender->started) {
        return;
    }
    atomic_store(&sender->deadline, fg_clock_monotonic() + fg_clock_seconds(drain_timeout));
    atomic_store(&sender->stopping, true);
    curl_multi_wakeup(sender->multi);
    pthread_join(sender->thread, NULL);
    sender->started = false;
}

fg_sender *fg_sender_free(fg_sender *sender)
{
    if (sender == NULL) {
        return NULL;
    }
    fg_sender_stop(sender, 0);
    fg_request_free(sender->request);
    curl_multi_cleanup(sender->multi);
    free(sender);
    return NULL;
}
