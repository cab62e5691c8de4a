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

struct fg_courier {
    fg_outbox *outbox;
    fg_request *request;
    CURLM *multi;
    pthread_t thread;
    bool started;

    _Atomic bool stopping;
    _Atomic int64_t deadline; /* of the drain, ns of CLOCK_MONOTONIC */

    /* From here on the thread's own. */
    int64_t reminder;
    int64_t look_every;
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

int fg_courier_create(const fg_backend_options *options, fg_outbox *outbox,
                      fg_courier **ret_courier, fg_error *error)
{
    fg_courier *courier = calloc(1, sizeof(*courier));
    if (courier == NULL) {
        return fg_error_set(error, -ENOMEM, "courier: out of memory");
    }
    courier->outbox = outbox;
    courier->backoff = (fg_backoff){.least = FG_NS_PER_S, .most = 60 * FG_NS_PER_S};
    courier->reminder = 60 * FG_NS_PER_S;
    courier->look_every = 60 * FG_NS_PER_S;
    int result = fg_request_create(options, ANSWER_KEPT, &courier->request, error);
    if (result == 0) {
        courier->multi = curl_multi_init();
        if (courier->multi == NULL) {
            result = fg_error_set(error, -ENOMEM, "courier: libcurl does not start");
        } else if (curl_multi_wakeup(courier->multi) != CURLM_OK) {
            /* libcurl goes on without: then an event waits for a minute, and so does a stop. */
            result = fg_error_set(error, -EMFILE,
                                  "courier: libcurl has no descriptor left to be woken by");
        } else if (curl_multi_setopt(courier->multi, CURLMOPT_MAXCONNECTS, 1L) != CURLM_OK) {
            /* A connection that a fresh one took the place of must not be used again. */
            result = fg_error_set(error, -ENOMEM, "courier: libcurl keeps more than a connection");
        }
    }
    if (result != 0) {
        fg_courier_free(courier);
        return result;
    }
    *ret_courier = courier;
    return 0;
}

void fg_courier_tune(fg_courier *courier, const fg_courier_paces *paces)
{
    courier->backoff.least = paces->backoff_least;
    courier->backoff.most = paces->backoff_most;
    courier->reminder = paces->reminder;
    courier->look_every = paces->look_every;
}

static int64_t waiting(fg_courier *courier)
{
    fg_ledger ledger = {0};
    fg_outbox_ledger(courier->outbox, &ledger, NULL);
    return ledger.waiting;
}

/* Waits before the next attempt, and says so where the trouble is new or was last named a while
 * ago. */
static void hold(fg_courier *courier, enum trouble trouble, long code, int64_t retry_after,
                 const char *text)
{
    uint32_t chance = 0;
    ssize_t ignored = getrandom(&chance, sizeof(chance), GRND_NONBLOCK);
    (void)ignored;
    int64_t now = fg_clock_monotonic();
    int64_t pause = fg_backoff_fail(&courier->backoff, retry_after, chance);
    if (courier->draining) {
        pause = DRAIN_PAUSE;
    }
    courier->not_before = now + pause;
    bool same = courier->trouble == trouble && courier->trouble_code == code;
    if (same && now - courier->trouble_logged < courier->reminder) {
        return;
    }
    courier->trouble = trouble;
    courier->trouble_code = code;
    courier->trouble_logged = now;
    fg_log(trouble == TROUBLE_OUTBOX ? FG_LOG_ERROR : FG_LOG_WARNING,
           "%s; %" PRId64 " waiting, next attempt in %.1f s", text, waiting(courier),
           (double)pause / (double)FG_NS_PER_S);
}

static void recover(fg_courier *courier, bool sent)
{
    fg_backoff_succeed(&courier->backoff);
    courier->not_before = 0;
    if (courier->trouble != TROUBLE_NONE) {
        courier->trouble = TROUBLE_NONE;
        fg_log(FG_LOG_INFO, "%s, %" PRId64 " waiting",
               sent ? "Sending auth data works again" : "The backend answers again",
               waiting(courier));
    }
}

/* Writes the verdict on the event in hand. What fails is tried again before anything else is sent.
 */
static bool settle(fg_courier *courier)
{
    fg_error error;
    int64_t number = courier->entry.number;
    int result = courier->verdict == VERDICT_SENT
                     ? fg_outbox_sent(courier->outbox, number, &error)
                     : fg_outbox_set_aside(courier->outbox, number, courier->reason, &error);
    if (result != 0) {
        hold(courier, TROUBLE_OUTBOX, result, 0, error.text);
        return false;
    }
    bool sent = courier->verdict == VERDICT_SENT;
    courier->verdict = VERDICT_NONE;
    fg_outbox_entry_release(&courier->entry);
    recover(courier, sent);
    return true;
}

static fg_log_fields fields_of(const fg_event *event)
{
    return (fg_log_fields){
        .event = event->id, .status = event->status, .user = event->user_name, .distance = NAN};
}

static void delivered(fg_courier *courier, const fg_answer *answer)
{
    const fg_event *event = &courier->entry.event;
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
    courier->verdict = VERDICT_SENT;
    settle(courier);
}

/* This event can never succeed: it must not stand in the way of the others. */
static void give_up(fg_courier *courier, const char *reason)
{
    fg_log_fields fields = fields_of(&courier->entry.event);
    snprintf(courier->reason, sizeof(courier->reason), "%s", reason);
    fg_log_event(FG_LOG_ERROR, &fields,
                 "Failed to send auth data: %s; event %s of %s is set aside, see "
                 "facegate outbox",
                 reason, fields.event, fields.user);
    courier->verdict = VERDICT_ASIDE;
    settle(courier);
}

static bool never_succeeds(long status)
{
    return status == 400 || status == 413 || status == 415 || status == 422;
}

static void keep(fg_courier *courier, enum trouble trouble, long code, int64_t retry_after,
                 const char *text)
{
    /* The count is for people to read; if it cannot be written, the next step on the outbox tells.
     */
    fg_outbox_tried(courier->outbox, courier->entry.number, NULL);
    fg_outbox_entry_release(&courier->entry);
    hold(courier, trouble, code, retry_after, text);
}

static void finish_attempt(fg_courier *courier, CURLcode code)
{
    fg_answer answer;
    char excerpt[FG_EXCERPT_SIZE];
    char advice[FG_ADVICE_SIZE];
    char text[CURL_ERROR_SIZE + REASON_SIZE + FG_ADVICE_SIZE];
    /* First, while libcurl still knows which connection it was. */
    fg_request_answer(courier->request, code, &answer);
    curl_multi_remove_handle(courier->multi, fg_request_handle(courier->request));
    courier->sending = false;
    if (answer.status >= 200 && answer.status < 300) {
        /* The status decides, even if what follows is cut off: the backend has taken the event. */
        delivered(courier, &answer);
        return;
    }
    if (answer.status == 0) {
        snprintf(text, sizeof(text), "Network error sending auth data: %s%s", answer.trouble,
                 fg_advice_show(&answer, advice));
        keep(courier, TROUBLE_NETWORK, (long)code, 0, text);
        return;
    }
    fg_answer_excerpt(answer.body, answer.size, excerpt);
    if (never_succeeds(answer.status)) {
        snprintf(text, sizeof(text), "%ld %s", answer.status, excerpt);
        give_up(courier, text);
        return;
    }
    snprintf(text, sizeof(text), "Failed to send auth data: %ld %s%s", answer.status, excerpt,
             fg_advice_show(&answer, advice));
    keep(courier, TROUBLE_STATUS, answer.status, answer.retry_after, text);
}

/* Takes the oldest event in hand and sends it off. False where there is none, or it did not get
 * that far. */
static bool send_next(fg_courier *courier)
{
    fg_error error;
    if (courier->verdict != VERDICT_NONE && !settle(courier)) {
        return false;
    }
    int result = fg_outbox_oldest(courier->outbox, &courier->entry, &error);
    courier->empty = result == -ENOENT;
    if (courier->empty) {
        courier->not_before = fg_clock_monotonic() + courier->look_every;
        return false;
    }
    if (result != 0) {
        hold(courier, TROUBLE_OUTBOX, result, 0, error.text);
        return false;
    }
    if (courier->entry.event.jpeg_size > FG_REQUEST_MAX_JPEG) {
        char reason[REASON_SIZE];
        snprintf(reason, sizeof(reason),
                 "its picture has %zu bytes, and the backend takes requests of 16 MB at most",
                 courier->entry.event.jpeg_size);
        give_up(courier, reason);
        return courier->verdict == VERDICT_NONE;
    }
    char text[FG_ERROR_TEXT + 64];
    result = fg_request_post(courier->request, &courier->entry.event, &error);
    if (result != 0) {
        snprintf(text, sizeof(text), "Failed to send auth data: %s", error.text);
        keep(courier, TROUBLE_LOCAL, result, 0, text);
        return false;
    }
    CURLMcode code = curl_multi_add_handle(courier->multi, fg_request_handle(courier->request));
    if (code != CURLM_OK) {
        snprintf(text, sizeof(text), "Failed to send auth data: %s", curl_multi_strerror(code));
        keep(courier, TROUBLE_LOCAL, (long)code, 0, text);
        return false;
    }
    courier->sending = true;
    return true;
}

static void advance(fg_courier *courier)
{
    int running = 0, left = 0;
    CURLMcode code = curl_multi_perform(courier->multi, &running);
    if (code != CURLM_OK) {
        finish_attempt(courier, CURLE_FAILED_INIT);
        return;
    }
    CURLMsg *message;
    while ((message = curl_multi_info_read(courier->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            finish_attempt(courier, message->data.result);
            return;
        }
    }
}

/* Does all that can be done now. */
static void work(fg_courier *courier)
{
    if (courier->sending) {
        advance(courier);
    }
    /* When the outbox was empty, whatever woke us is reason to look again. */
    while (!courier->sending && (courier->empty || fg_clock_monotonic() >= courier->not_before)) {
        if (!send_next(courier)) {
            break;
        }
        if (courier->sending) {
            advance(courier);
        }
        if (atomic_load(&courier->stopping)) {
            break;
        }
    }
}

static bool is_over(fg_courier *courier)
{
    if (!atomic_load(&courier->stopping)) {
        return false;
    }
    if (!courier->draining) {
        courier->draining = true;
        courier->not_before = 0;
        courier->empty = false;
    }
    bool drained = courier->empty && !courier->sending && courier->verdict == VERDICT_NONE;
    return drained || fg_clock_monotonic() >= atomic_load(&courier->deadline);
}

static void wait_for_more(fg_courier *courier)
{
    int64_t now = fg_clock_monotonic();
    int64_t until = courier->sending ? now + LONG_POLL : courier->not_before;
    if (atomic_load(&courier->stopping)) {
        int64_t deadline = atomic_load(&courier->deadline);
        until = until < deadline ? until : deadline;
    }
    int64_t left = until - now;
    left = left < 0 ? 0 : left > LONG_POLL ? LONG_POLL : left;
    /* Rounded up, so that it is not asked again and again for the last fraction of a millisecond.
     */
    curl_multi_poll(courier->multi, NULL, 0, (int)((left + FG_NS_PER_MS - 1) / FG_NS_PER_MS), NULL);
}

static void *run(void *context)
{
    fg_courier *courier = context;
    fg_log_thread("courier");
    while (!is_over(courier)) {
        work(courier);
        if (is_over(courier)) {
            break;
        }
        wait_for_more(courier);
    }
    if (courier->sending) {
        curl_multi_remove_handle(courier->multi, fg_request_handle(courier->request));
        courier->sending = false;
    }
    fg_outbox_entry_release(&courier->entry);
    return NULL;
}

int fg_courier_start(fg_courier *courier, fg_error *error)
{
    int code = pthread_create(&courier->thread, NULL, run, courier);
    if (code != 0) {
        return fg_error_set(error, -code, "courier: cannot start its thread: %s", strerror(code));
    }
    courier->started = true;
    return 0;
}

void fg_courier_kick(fg_courier *courier)
{
    curl_multi_wakeup(courier->multi);
}

void fg_courier_stop(fg_courier *courier, double drain_timeout)
{
    if (!courier->started) {
        return;
    }
    atomic_store(&courier->deadline, fg_clock_monotonic() + fg_clock_seconds(drain_timeout));
    atomic_store(&courier->stopping, true);
    curl_multi_wakeup(courier->multi);
    pthread_join(courier->thread, NULL);
    courier->started = false;
}

fg_courier *fg_courier_free(fg_courier *courier)
{
    if (courier == NULL) {
        return NULL;
    }
    fg_courier_stop(courier, 0);
    fg_request_free(courier->request);
    curl_multi_cleanup(courier->multi);
    free(courier);
    return NULL;
}
