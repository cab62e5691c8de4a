#include "post_office.h"

#include "facegate/base/log.h"
#include "facegate/clock.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

int post_office_set_up(void **state)
{
    post_office *office = *state;
    *office = (post_office){.paces = {.backoff_least = 5 * FG_NS_PER_MS,
                                      .backoff_most = 20 * FG_NS_PER_MS,
                                      .reminder = 60 * FG_NS_PER_S,
                                      .poll_every = 60 * FG_NS_PER_S}};
    curl_global_init(CURL_GLOBAL_DEFAULT);
    office->folder = fg_testing_folder_in("/dev/shm");
    office->outbox_path = fg_testing_path(office->folder, "outbox.db");
    office->log_path = fg_testing_path(office->folder, "log");
    office->receiver = (fg_receiver){.folder = office->folder};
    fg_receiver_start(&office->receiver);
    office->options =
        (fg_backend_options){.url = office->receiver.url, .timeout = 100, .connect_timeout = 60};
    fg_outbox_options options = {
        .path = office->outbox_path, .max_events = 1000, .max_bytes = 64 << 20, .own = true};
    assert_int_equal(fg_outbox_open(&options, &office->outbox, NULL), 0);

    int log = open(office->log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    assert_true(log >= 0);
    office->usual_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    assert_true(dup2(log, STDERR_FILENO) >= 0);
    close(log);
    fg_log_open(false);
    return 0;
}

int post_office_tear_down(void **state)
{
    post_office *office = *state;
    office->sender = fg_sender_free(office->sender);
    office->outbox = fg_outbox_free(office->outbox);
    dup2(office->usual_stderr, STDERR_FILENO);
    close(office->usual_stderr);
    fg_receiver_kill(&office->receiver);
    free(office->log_path);
    free(office->outbox_path);
    fg_testing_remove(office->folder);
    return 0;
}

void post_office_put(post_office *office, int count)
{
    for (int i = 0; i < count; i++) {
        fg_event event = {.status = "Accepted", .rfid_id = "00000000"};
        int dropped = -1;
        int number = ++office->made;
        if (number % 3 == 0) {
            strcpy(event.status, "Refused");
            strcpy(event.reason, "Visage non reconnu");
        }
        snprintf(event.user_name, sizeof(event.user_name), "visitor %d", number);
        uint8_t *jpeg = fg_testing_jpeg(64, 48, (unsigned)number, &event.jpeg_size);
        event.jpeg = jpeg;
        assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
        assert_int_equal(fg_outbox_put(office->outbox, &event, &dropped, NULL), 0);
        free(jpeg);
        if (office->reported != NULL) {
            office->reported(office->context, event.id);
        }
        if (office->sender != NULL) {
            fg_sender_kick(office->sender);
        }
    }
}

int post_office_make_sender(post_office *office, fg_error *error)
{
    fg_sink sink;
    int result = fg_http_sink_create(&office->options, &sink, error);
    return result != 0 ? result : fg_sender_create(office->outbox, sink, &office->sender, error);
}

void post_office_send(post_office *office)
{
    fg_error error = {""};
    int result = post_office_make_sender(office, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    fg_sender_tune(office->sender, &office->paces);
    assert_int_equal(fg_sender_start(office->sender, NULL), 0);
}

fg_ledger post_office_ledger(post_office *office)
{
    fg_ledger ledger;
    assert_int_equal(fg_outbox_ledger(office->outbox, &ledger, NULL), 0);
    assert_int_equal(ledger.made, ledger.sent + ledger.set_aside + ledger.dropped + ledger.waiting);
    return ledger;
}

typedef struct wanted {
    post_office *office;
    const char *text;
    int sent, set_aside, logged;
} wanted;

static bool reached(void *context)
{
    const wanted *want = context;
    fg_ledger ledger = post_office_ledger(want->office);
    return ledger.sent >= want->sent && ledger.set_aside >= want->set_aside &&
           (want->text == NULL || post_office_logged(want->office, want->text) >= want->logged);
}

static void wait_for(wanted want)
{
    if (fg_testing_wait(reached, &want, FG_TESTING_PATIENCE)) {
        return;
    }
    fg_ledger ledger = post_office_ledger(want.office);
    char *log = post_office_log(want.office);
    dup2(want.office->usual_stderr, STDERR_FILENO);
    print_error("%s", log);
    free(log);
    fail_msg("sent %d, set aside %d, waiting %d; log above", (int)ledger.sent,
             (int)ledger.set_aside, (int)ledger.waiting);
}

void post_office_expect_sent(post_office *office, int count)
{
    wait_for((wanted){.office = office, .sent = count});
}

void post_office_expect_set_aside(post_office *office, int count)
{
    wait_for((wanted){.office = office, .set_aside = count});
}

void post_office_expect_log(post_office *office, const char *text, int count)
{
    wait_for((wanted){.office = office, .text = text, .logged = count});
}

char *post_office_log(const post_office *office)
{
    return fg_testing_read(office->log_path, NULL);
}

int post_office_logged(const post_office *office, const char *text)
{
    int count = 0;
    char *log = post_office_log(office);
    for (const char *at = log; (at = strstr(at, text)) != NULL; at += strlen(text)) {
        count++;
    }
    free(log);
    return count;
}

void post_office_expect_all(post_office *office, int count)
{
    cJSON *stored = fg_receiver_stored(&office->receiver);
    assert_int_equal(cJSON_GetArraySize(stored), count);
    for (int i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "visitor %d", i + 1);
        const cJSON *entry = cJSON_GetArrayItem(stored, i);
        assert_string_equal(cJSON_GetObjectItem(entry, "user_name")->valuestring, name);
    }
    cJSON_Delete(stored);
}
