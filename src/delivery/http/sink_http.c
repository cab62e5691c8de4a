/* The sink that posts events to a backend, with libcurl. */
#include "facegate/delivery/sink_http.h"

#include "facegate/clock.h"
#include "http/advice.h"
#include "http/answer.h"
#include "http/request.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_KEPT (64u << 10) /* bytes */

static_assert(FG_SINK_PLACE >= FG_EXCERPT_SIZE, "a place is shown as an excerpt");
static_assert(FG_SINK_TEXT >= CURL_ERROR_SIZE + FG_EXCERPT_SIZE + FG_ADVICE_SIZE + 64,
              "a report holds what libcurl or a backend says");

typedef struct http_sink {
    fg_request *request;
    CURLM *multi;
    const fg_event *event; /* under way; NULL for none */
    bool warned;           /* of an answer that is not the contract's */
    bool encrypts;
} http_sink;

/* What keeps events from getting through. */
enum trouble { TROUBLE_LOCAL, TROUBLE_NETWORK, TROUBLE_STATUS };

static int64_t cause_of(enum trouble trouble, long code)
{
    return ((int64_t)trouble << 32) + code;
}

static int check(void *self, fg_error *error)
{
    http_sink *sink = self;
    if (curl_multi_wakeup(sink->multi) != CURLM_OK) {
        /* libcurl goes on without: then an event waits for a minute, and so does a stop. */
        return fg_error_set(error, -EMFILE,
                            "sender: libcurl has no descriptor left to be woken by");
    }
    return 0;
}

/* The event has not left this machine. */
static enum fg_sink_verdict fail_here(long code, const char *why, fg_sink_report *ret_report)
{
    ret_report->cause = cause_of(TROUBLE_LOCAL, code);
    snprintf(ret_report->text, sizeof(ret_report->text), "Failed to send auth data: %s", why);
    return FG_SINK_LATER;
}

static enum fg_sink_verdict start(void *self, const fg_event *event, fg_sink_report *ret_report)
{
    http_sink *sink = self;
    fg_error error;
    if (event->jpeg_size > FG_REQUEST_MAX_JPEG) {
        snprintf(ret_report->text, sizeof(ret_report->text),
                 "its picture has %zu bytes, and the backend accepts requests of at most 16 MB",
                 event->jpeg_size);
        return FG_SINK_REFUSED;
    }
    int result = fg_request_post(sink->request, event, &error);
    if (result != 0) {
        return fail_here(result, error.text, ret_report);
    }
    CURLMcode code = curl_multi_add_handle(sink->multi, fg_request_handle(sink->request));
    if (code != CURLM_OK) {
        return fail_here((long)code, curl_multi_strerror(code), ret_report);
    }
    sink->event = event;
    return FG_SINK_UNDECIDED;
}

static void stop(void *self)
{
    http_sink *sink = self;
    if (sink->event != NULL) {
        curl_multi_remove_handle(sink->multi, fg_request_handle(sink->request));
        sink->event = NULL;
    }
}

/* What makes it doubtful that the backend has the event as it was meant, "" if nothing does. */
static void find_doubt(const http_sink *sink, const fg_answer *answer, const cJSON *json,
                       const char *path, char ret_text[FG_SINK_TEXT])
{
    char excerpt[FG_EXCERPT_SIZE];
    char advice[FG_ADVICE_SIZE];
    ret_text[0] = '\0';
    if (!cJSON_IsObject(json)) {
        fg_answer_excerpt(answer->body, answer->size, excerpt);
        snprintf(ret_text, FG_SINK_TEXT,
                 "The answer %ld is not the backend's JSON, so the entry may be nowhere: %s%s",
                 answer->status, excerpt, fg_advice_show(answer, advice));
    } else if (!sink->encrypts && fg_answer_is_encrypted_path(path)) {
        snprintf(ret_text, FG_SINK_TEXT,
                 "The backend keeps the picture as %s: it expects encrypted pictures, see "
                 "[delivery] picture_key",
                 path);
    }
}

static void report_taken(http_sink *sink, const fg_event *event, const fg_answer *answer,
                         fg_sink_report *ret_report)
{
    char doubt[FG_SINK_TEXT];
    cJSON *json = answer->whole ? fg_answer_parse(answer->body, answer->size) : NULL;
    const char *path = fg_answer_text(json, "image_path");
    if (path != NULL) {
        fg_answer_excerpt(path, strlen(path), ret_report->place);
    } else {
        snprintf(ret_report->text, sizeof(ret_report->text),
                 "the answer %ld to event %s has no image_path%s%s", answer->status, event->id,
                 answer->trouble[0] != '\0' ? ": " : "", answer->trouble);
    }
    /* An answer that was cut off says nothing of the backend. */
    find_doubt(sink, answer, json, ret_report->place, doubt);
    if (answer->whole && doubt[0] != '\0' && !sink->warned) {
        sink->warned = true;
        ret_report->doubtful = true;
        memcpy(ret_report->text, doubt, sizeof(doubt));
    }
    cJSON_Delete(json);
}

static bool never_succeeds(long status)
{
    return status == 400 || status == 413 || status == 415 || status == 422;
}

static enum fg_sink_verdict verdict_of(http_sink *sink, const fg_event *event,
                                       const fg_answer *answer, fg_sink_report *ret_report)
{
    char excerpt[FG_EXCERPT_SIZE];
    char advice[FG_ADVICE_SIZE];
    if (answer->status >= 200 && answer->status < 300) {
        /* The status decides, even if what follows is cut off: the backend has taken the event. */
        report_taken(sink, event, answer, ret_report);
        return FG_SINK_TAKEN;
    }
    if (answer->status == 0) {
        ret_report->cause = cause_of(TROUBLE_NETWORK, (long)answer->code);
        snprintf(ret_report->text, sizeof(ret_report->text),
                 "Network error sending auth data: %s%s", answer->trouble,
                 fg_advice_show(answer, advice));
        return FG_SINK_LATER;
    }
    fg_answer_excerpt(answer->body, answer->size, excerpt);
    /* What another server than the backend says of the address is no verdict on the event. */
    if (never_succeeds(answer->status) && answer->address == FG_ADDRESS_FITS) {
        snprintf(ret_report->text, sizeof(ret_report->text), "%ld %s%s", answer->status, excerpt,
                 fg_advice_show(answer, advice));
        return FG_SINK_REFUSED;
    }
    ret_report->cause = cause_of(TROUBLE_STATUS, answer->status);
    ret_report->retry_after = answer->retry_after;
    snprintf(ret_report->text, sizeof(ret_report->text), "Failed to send auth data: %ld %s%s",
             answer->status, excerpt, fg_advice_show(answer, advice));
    return FG_SINK_LATER;
}

static enum fg_sink_verdict finish(http_sink *sink, CURLcode code, fg_sink_report *ret_report)
{
    fg_answer answer;
    const fg_event *event = sink->event;
    /* First, while libcurl still knows which connection it was. */
    fg_request_answer(sink->request, code, &answer);
    stop(sink);
    return verdict_of(sink, event, &answer, ret_report);
}

/* Does all that can be done for the event under way without waiting. */
static enum fg_sink_verdict advance(http_sink *sink, fg_sink_report *ret_report)
{
    int running = 0, left = 0;
    if (curl_multi_perform(sink->multi, &running) != CURLM_OK) {
        return finish(sink, CURLE_FAILED_INIT, ret_report);
    }
    CURLMsg *message;
    while ((message = curl_multi_info_read(sink->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            return finish(sink, message->data.result, ret_report);
        }
    }
    return FG_SINK_UNDECIDED;
}

static enum fg_sink_verdict wait_and_advance(void *self, int64_t timeout,
                                             fg_sink_report *ret_report)
{
    http_sink *sink = self;
    if (timeout > 0) {
        /* Rounded up, so that it is not asked again and again for the last fraction of a
         * millisecond. */
        int milliseconds = (int)((timeout + FG_NS_PER_MS - 1) / FG_NS_PER_MS);
        curl_multi_poll(sink->multi, NULL, 0, milliseconds, NULL);
    }
    return sink->event != NULL ? advance(sink, ret_report) : FG_SINK_UNDECIDED;
}

static void wake(void *self)
{
    http_sink *sink = self;
    curl_multi_wakeup(sink->multi);
}

static void free_sink(void *self)
{
    http_sink *sink = self;
    fg_request_free(sink->request);
    curl_multi_cleanup(sink->multi);
    free(sink);
}

int fg_http_sink_create(const fg_backend_options *options, fg_sink *ret_sink, fg_error *error)
{
    static const fg_sink_ops ops = {
        .check = check,
        .start = start,
        .poll = wait_and_advance,
        .wake = wake,
        .stop = stop,
        .free = free_sink,
    };
    http_sink *sink = calloc(1, sizeof(*sink));
    if (sink == NULL) {
        return fg_error_set(error, -ENOMEM, "sender: out of memory");
    }
    sink->encrypts = options->picture_key != NULL && options->picture_key[0] != '\0';
    int result = fg_request_create(options, ANSWER_KEPT, &sink->request, error);
    if (result == 0) {
        sink->multi = curl_multi_init();
        if (sink->multi == NULL) {
            result = fg_error_set(error, -ENOMEM, "libcurl cannot start");
        } else if (curl_multi_setopt(sink->multi, CURLMOPT_MAXCONNECTS, 1L) != CURLM_OK) {
            /* A connection that a fresh one took the place of must not be used again. */
            result = fg_error_set(error, -ENOMEM, "libcurl does not keep to one connection");
        }
    }
    if (result != 0) {
        free_sink(sink);
        return result;
    }
    *ret_sink = (fg_sink){.ops = &ops, .self = sink};
    return 0;
}
