/* test-backend: what a backend must do, tried out on it. */
#include "facegate/delivery/backend_test.h"

#include "facegate/clock.h"
#include "facegate/text.h"
#include "http/advice.h"
#include "http/answer.h"
#include "http/request.h"
#include "probe/contract.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_KEPT (64u << 10) /* bytes; the list is checked as it passes by */
#define POSTS       3

typedef struct test_report {
    FILE *output;
    int failed;
    bool encrypts;
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
    char advice[FG_ADVICE_SIZE];
    if (answer->status == 0) {
        fg_answer_excerpt(answer->trouble, strlen(answer->trouble), excerpt);
        say(report, false, name, "no answer: %s%s", excerpt, fg_advice_show(answer, advice));
        return false;
    }
    if (answer->status != wanted) {
        fg_answer_excerpt(answer->body, answer->size, excerpt);
        say(report, false, name, "expected status %ld, got %ld %s%s", wanted, answer->status,
            excerpt, fg_advice_show(answer, advice));
        return false;
    }
    if (!answer->whole) {
        bool cut = answer->trouble[0] != '\0';
        say(report, false, name, "status %ld, but its answer %s%s", wanted,
            cut ? "broke off: " : "is too long", cut ? answer->trouble : "");
        return false;
    }
    return true;
}

static void check_post(test_report *report, fg_posted *post, const fg_answer *answer)
{
    char excerpt[FG_EXCERPT_SIZE];
    char advice[FG_ADVICE_SIZE];
    if (!check_status(report, post->name, answer, 201)) {
        return;
    }
    fg_answer_excerpt(answer->body, answer->size, excerpt);
    cJSON *json = fg_answer_parse(answer->body, answer->size);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "id");
    const char *path = fg_answer_text(json, "image_path");
    if (!cJSON_IsObject(json)) {
        say(report, false, post->name, "201, but its answer is not a JSON object: %s%s", excerpt,
            fg_advice_show(answer, advice));
    } else if (!fg_answer_whole_number(id, &post->id)) {
        say(report, false, post->name, "201, but without a whole number as id: %s", excerpt);
    } else if (post->event.jpeg_size > 0 && path == NULL) {
        say(report, false, post->name, "201, but without an image_path: %s", excerpt);
    } else {
        post->stored = true;
        bool unread = path != NULL && !report->encrypts && fg_answer_is_encrypted_path(path);
        say(report, true, post->name, "201, id %" PRId64 "%s", post->id,
            unread ? "; but image_path ends in .bin: the backend expects encrypted pictures, see "
                     "[delivery] picture_key"
                   : "");
    }
    cJSON_Delete(json);
}

/* Whether the list came whole; else a line saying where it broke. */
static bool check_array(test_report *report, const char *name, const fg_answer *answer,
                        const fg_contract *contract)
{
    char excerpt[FG_EXCERPT_SIZE];
    const fg_entry_list *list = &contract->list;
    if (answer->status == 200 && list->state == FG_LIST_BROKEN && list->fault != NULL) {
        say(report, false, name, "200, but entry %" PRId64 " of its list %s", list->count + 1,
            list->fault);
        return false;
    }
    bool broken = list->state == FG_LIST_BROKEN || (answer->whole && list->state != FG_LIST_END);
    if (answer->status == 200 && broken) {
        fg_answer_excerpt(answer->body, answer->size, excerpt);
        say(report, false, name, "200, but its answer is not a JSON array: %s", excerpt);
        return false;
    }
    return check_status(report, name, answer, 200);
}

static void check_shape(test_report *report, const char *name, const fg_contract *contract)
{
    int64_t index = 0;
    const char *fault = fg_contract_fault(contract, &index);
    if (fault != NULL) {
        say(report, false, name, "entry %" PRId64 " of %" PRId64 " %s", index + 1,
            contract->list.count, fault);
        return;
    }
    say(report, true, name, "200, %" PRId64 " %s", contract->list.count,
        fg_text_plural(contract->list.count, "entry", "entries"));
}

static void check_found(test_report *report, const char *name, const fg_contract *contract)
{
    int looked_for = 0;
    for (int i = 0; i < contract->post_count; i++) {
        const fg_posted *post = &contract->posts[i];
        const char *fault = post->found ? post->fault : "is not in the list";
        if (!post->stored) {
            continue;
        }
        looked_for++;
        if (fault != NULL) {
            say(report, false, name, "the entry posted as %s, id %" PRId64 ", %s", post->name,
                post->id, fault);
            return;
        }
    }
    if (looked_for < POSTS) {
        say(report, false, name, "200, %" PRId64 " %s, but only %d of the %d posts had been stored",
            contract->list.count, fg_text_plural(contract->list.count, "entry", "entries"),
            looked_for, POSTS);
        return;
    }
    say(report, true, name, "200, %" PRId64 " entries, the %d posted ones among them",
        contract->list.count, POSTS);
}

static int prepare(fg_posted *post, const char *name, const char *status, const char *reason,
                   const uint8_t *jpeg, size_t size, fg_error *error)
{
    *post = (fg_posted){.name = name, .event = {.jpeg = jpeg, .jpeg_size = size}};
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

static int post_all(fg_request *request, fg_posted posts[POSTS], const uint8_t *jpeg, size_t size,
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

/* Without posts the list's shape is checked. */
static int ask(fg_request *request, fg_posted *posts, int post_count, test_report *report,
               fg_error *error)
{
    static const char name[] = "GET";
    fg_answer answer;
    fg_contract contract;
    fg_contract_init(&contract, posts, post_count, 0);
    int result = fg_request_get(request, fg_contract_take, &contract, error);
    if (result == 0) {
        perform(request, &answer);
        if (!check_array(report, name, &answer, &contract)) {
            /* It has been said. */
        } else if (post_count == 0) {
            check_shape(report, name, &contract);
        } else {
            check_found(report, name, &contract);
        }
    }
    fg_contract_release(&contract);
    return result;
}

int fg_backend_test(const fg_backend_options *options, const uint8_t *jpeg, size_t size,
                    bool dry_run, FILE *output, fg_error *error)
{
    fg_request *request = NULL;
    test_report report = {.output = output};
    report.encrypts = options->picture_key != NULL && options->picture_key[0] != '\0';
    fg_posted posts[POSTS];
    int result = fg_request_create(options, ANSWER_KEPT, &request, error);
    if (result != 0) {
        return result;
    }
    if (!dry_run) {
        result = post_all(request, posts, jpeg, size, &report, error);
    }
    if (result == 0) {
        result = ask(request, posts, dry_run ? 0 : POSTS, &report, error);
    }
    fg_request_free(request);
    return result != 0 ? result : report.failed;
}
