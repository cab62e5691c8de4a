/* test-backend: what a backend must do, tried out on it. */
#include "delivery/answer.h"
#include "delivery/request.h"
#include "facegate/clock.h"
#include "facegate/courier.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LIST_KEPT (64u << 20) /* bytes */
#define LOOKED_AT 5           /* entries at each end of the list, where only the shape is checked */
#define POSTS     3

/* What was posted, and the id it was given. */
typedef struct test_post {
    const char *name;
    fg_event event;
    bool stored;
    int64_t id;
} test_post;

typedef struct test_report {
    FILE *output;
    int failed;
} test_report;

__attribute__((format(printf, 4, 5))) static void say(test_report *report, bool ok,
                                                      const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(report->output, "%s  %s: ", ok ? "ok  " : "FAIL", name);
    vfprintf(report->output, format, arguments);
    fputc('\n', report->output);
    fflush(report->output);
    va_end(arguments);
    report->failed += ok ? 0 : 1;
}

/* The status asked for with a whole body, or a line saying what came instead. */
static bool check_status(test_report *report, const char *name, const fg_answer *answer,
                         long wanted)
{
    char excerpt[FG_EXCERPT_SIZE];
    if (answer->status == 0) {
        fg_answer_excerpt(answer->trouble, strlen(answer->trouble), excerpt);
        say(report, false, name, "no answer: %s", excerpt);
        return false;
    }
    if (answer->status != wanted) {
        fg_answer_excerpt(answer->body, answer->size, excerpt);
        say(report, false, name, "expected status %ld, got %ld %s", wanted, answer->status,
            excerpt);
        return false;
    }
    if (!answer->whole) {
        say(report, false, name, "status %ld, but its answer %s", wanted,
            answer->trouble[0] != '\0' ? answer->trouble : "is too long");
        return false;
    }
    return true;
}

static void check_post(test_report *report, test_post *post, const fg_answer *answer)
{
    char excerpt[FG_EXCERPT_SIZE];
    if (!check_status(report, post->name, answer, 201)) {
        return;
    }
    fg_answer_excerpt(answer->body, answer->size, excerpt);
    cJSON *json = fg_answer_parse(answer->body, answer->size);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "id");
    const char *path = fg_answer_text(json, "image_path");
    if (!cJSON_IsObject(json)) {
        say(report, false, post->name, "201, but its answer is no JSON object: %s", excerpt);
    } else if (!fg_answer_whole_number(id, &post->id)) {
        say(report, false, post->name, "201, but without a whole number as id: %s", excerpt);
    } else if (post->event.jpeg_size > 0 && path == NULL) {
        say(report, false, post->name, "201, but without an image_path: %s", excerpt);
    } else {
        post->stored = true;
        say(report, true, post->name, "201, id %" PRId64, post->id);
    }
    cJSON_Delete(json);
}

/* What an entry of the list lacks, or NULL. */
static const char *find_fault(const cJSON *entry)
{
    int64_t id;
    const cJSON *path = cJSON_GetObjectItemCaseSensitive(entry, "image_path");
    const cJSON *reason = cJSON_GetObjectItemCaseSensitive(entry, "reason");
    const char *status = fg_answer_text(entry, "status");
    if (!cJSON_IsObject(entry)) {
        return "is no object";
    }
    if (!fg_answer_whole_number(cJSON_GetObjectItemCaseSensitive(entry, "id"), &id)) {
        return "has no whole number as id";
    }
    if (fg_answer_text(entry, "timestamp") == NULL) {
        return "has no timestamp";
    }
    if (status == NULL || (strcmp(status, "Accepted") != 0 && strcmp(status, "Refused") != 0)) {
        return "has a status that is neither Accepted nor Refused";
    }
    if (fg_answer_text(entry, "rfid_id") == NULL) {
        return "has no rfid_id";
    }
    if (fg_answer_text(entry, "user_name") == NULL) {
        return "has no user_name";
    }
    if (path != NULL && !cJSON_IsString(path) && !cJSON_IsNull(path)) {
        return "has an image_path that is no text";
    }
    if (reason != NULL && !cJSON_IsString(reason) && !cJSON_IsNull(reason)) {
        return "has a reason that is no text";
    }
    return NULL;
}

static bool says(const cJSON *entry, const char *name, const char *wanted)
{
    const char *text = fg_answer_text(entry, name);
    return text != NULL && strcmp(text, wanted) == 0;
}

/* What is wrong with the entry of something posted, or NULL. */
static const char *compare(const cJSON *entry, const test_post *post)
{
    char timestamp[32];
    const char *fault = find_fault(entry);
    fg_clock_format(post->event.realtime, timestamp);
    if (fault != NULL) {
        return fault;
    }
    if (!says(entry, "timestamp", timestamp)) {
        return "has another timestamp than was sent";
    }
    if (!says(entry, "status", post->event.status)) {
        return "has another status than was sent";
    }
    if (!says(entry, "rfid_id", post->event.rfid_id)) {
        return "has another rfid_id than was sent";
    }
    if (!says(entry, "user_name", post->event.user_name)) {
        return "has another user_name than was sent";
    }
    if (post->event.reason[0] != '\0' && !says(entry, "reason", post->event.reason)) {
        return "has another reason than was sent";
    }
    if (post->event.jpeg_size > 0 && fg_answer_text(entry, "image_path") == NULL) {
        return "has no image_path";
    }
    return NULL;
}

static void check_shape(test_report *report, const char *name, const cJSON *list)
{
    int count = cJSON_GetArraySize(list), index = 0;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, list)
    {
        const char *fault =
            index < LOOKED_AT || index >= count - LOOKED_AT ? find_fault(entry) : NULL;
        if (fault != NULL) {
            say(report, false, name, "entry %d of %d %s", index + 1, count, fault);
            return;
        }
        index++;
    }
    say(report, true, name, "200, %d entries", count);
}

static void check_found(test_report *report, const char *name, const cJSON *list,
                        const test_post *posts)
{
    const cJSON *found[POSTS] = {NULL};
    const cJSON *entry;
    int looked_for = 0;
    cJSON_ArrayForEach(entry, list)
    {
        int64_t id;
        bool has = fg_answer_whole_number(cJSON_GetObjectItemCaseSensitive(entry, "id"), &id);
        for (int i = 0; i < POSTS && has; i++) {
            if (posts[i].stored && posts[i].id == id) {
                found[i] = entry;
            }
        }
    }
    for (int i = 0; i < POSTS; i++) {
        if (!posts[i].stored) {
            continue;
        }
        looked_for++;
        const char *fault = found[i] == NULL ? "is not in the list" : compare(found[i], &posts[i]);
        if (fault != NULL) {
            say(report, false, name, "the entry posted as %s, id %" PRId64 ", %s", posts[i].name,
                posts[i].id, fault);
            return;
        }
    }
    if (looked_for < POSTS) {
        say(report, false, name, "200, %d entries, but only %d of the %d posts had been stored",
            cJSON_GetArraySize(list), looked_for, POSTS);
        return;
    }
    say(report, true, name, "200, %d entries, the %d posted ones among them",
        cJSON_GetArraySize(list), POSTS);
}

static void check_list(test_report *report, const char *name, const fg_answer *answer,
                       const test_post *posts)
{
    char excerpt[FG_EXCERPT_SIZE];
    if (!check_status(report, name, answer, 200)) {
        return;
    }
    cJSON *list = fg_answer_parse(answer->body, answer->size);
    if (!cJSON_IsArray(list)) {
        fg_answer_excerpt(answer->body, answer->size, excerpt);
        say(report, false, name, "200, but its answer is no JSON array: %s", excerpt);
    } else if (posts == NULL) {
        check_shape(report, name, list);
    } else {
        check_found(report, name, list, posts);
    }
    cJSON_Delete(list);
}

static int prepare(test_post *post, const char *name, const char *status, const char *reason,
                   const uint8_t *jpeg, size_t size, fg_error *error)
{
    *post = (test_post){.name = name, .event = {.jpeg = jpeg, .jpeg_size = size}};
    fg_event *event = &post->event;
    snprintf(event->status, sizeof(event->status), "%s", status);
    snprintf(event->user_name, sizeof(event->user_name), "facegate test");
    snprintf(event->rfid_id, sizeof(event->rfid_id), "00000000");
    snprintf(event->reason, sizeof(event->reason), "%s", reason);
    int result = fg_event_stamp(event, fg_clock_monotonic(), fg_clock_realtime());
    /* Without a boot its time is sent as noted, so that the list can be compared to the second. */
    event->boot_id[0] = '\0';
    return result == 0 ? 0
                       : fg_error_set(error, result, "cannot make an event: %s", strerror(-result));
}

static void perform(fg_request *request, fg_answer *ret_answer)
{
    CURLcode code = curl_easy_perform(fg_request_handle(request));
    fg_request_answer(request, code, ret_answer);
}

static int post_all(fg_request *request, test_post posts[POSTS], const uint8_t *jpeg, size_t size,
                    test_report *report, fg_error *error)
{
    int result = prepare(&posts[0], "multipart Accepted", "Accepted", "", jpeg, size, error);
    if (result == 0) {
        result = prepare(&posts[1], "multipart Refused", "Refused", "Visage non reconnu", jpeg,
                         size, error);
    }
    if (result == 0) {
        result = prepare(&posts[2], "JSON only", "Accepted", "", NULL, 0, error);
    }
    for (int i = 0; i < POSTS && result == 0; i++) {
        fg_answer answer;
        result = fg_request_post(request, &posts[i].event, error);
        if (result == 0) {
            perform(request, &answer);
            check_post(report, &posts[i], &answer);
        }
    }
    return result;
}

int fg_backend_test(const fg_backend_options *options, const uint8_t *jpeg, size_t size,
                    bool only_ask, FILE *output, fg_error *error)
{
    fg_request *request = NULL;
    test_report report = {.output = output};
    test_post posts[POSTS];
    int result = fg_request_create(options, LIST_KEPT, &request, error);
    if (result != 0) {
        return result;
    }
    if (!only_ask) {
        result = post_all(request, posts, jpeg, size, &report, error);
    }
    if (result == 0) {
        result = fg_request_get(request, error);
    }
    if (result == 0) {
        fg_answer answer;
        perform(request, &answer);
        check_list(&report, "GET", &answer, only_ask ? NULL : posts);
    }
    fg_request_free(request);
    return result != 0 ? result : report.failed;
}
