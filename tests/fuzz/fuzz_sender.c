/*
 * Whatever a backend answers to an event, the sender comes to one verdict on it, and what it says
 * of that is one line. The sender is the real one with its thread and libcurl; the outbox is one
 * event, and the network a pair of sockets.
 */
#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "facegate/delivery/sink_http.h"
#include "fuzz.h"
#include "sender.h"
#include "wire.h"

#include <curl/curl.h>
#include <errno.h>
#include <semaphore.h>
#include <stdarg.h>

enum verdict { NONE, SENT, TRIED, ASIDE };

static struct {
    sem_t decided;
    enum verdict verdict;
    bool lent;
} box;

int fg_outbox_oldest(fg_outbox *outbox, fg_outbox_entry *ret_entry, fg_error *error)
{
    (void)outbox;
    static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xD9};
    if (box.lent) {
        return fg_error_set(error, -ENOENT, "no event waits");
    }
    box.lent = true;
    *ret_entry = (fg_outbox_entry){.number = 7};
    fg_event *event = &ret_entry->event;
    *event = (fg_event){.status = "Refused",
                        .user_name = "Ada",
                        .rfid_id = "04A1",
                        .reason = "Visage non reconnu",
                        .jpeg = jpeg,
                        .jpeg_size = sizeof(jpeg)};
    return fg_event_stamp(event, fg_clock_monotonic(), fg_clock_realtime());
}

void fg_outbox_entry_release(fg_outbox_entry *entry)
{
    *entry = (fg_outbox_entry){0};
}

static int decide(int64_t number, enum verdict verdict)
{
    fg_fuzz_expect(number == 7 && box.verdict == NONE, "a second verdict");
    box.verdict = verdict;
    sem_post(&box.decided);
    return 0;
}

int fg_outbox_sent(fg_outbox *outbox, int64_t number, fg_error *error)
{
    (void)outbox;
    (void)error;
    return decide(number, SENT);
}

int fg_outbox_tried(fg_outbox *outbox, int64_t number, fg_error *error)
{
    (void)outbox;
    (void)error;
    return decide(number, TRIED);
}

int fg_outbox_set_aside(fg_outbox *outbox, int64_t number, const char *why, fg_error *error)
{
    (void)outbox;
    (void)error;
    fg_fuzz_expect_line(why);
    return decide(number, ASIDE);
}

int fg_outbox_ledger(fg_outbox *outbox, fg_ledger *ret_ledger, fg_error *error)
{
    (void)outbox;
    (void)error;
    *ret_ledger = (fg_ledger){.made = 1, .waiting = 1};
    return 0;
}

void fg_log_thread(const char *name)
{
    (void)name;
}

static void check_line(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

static void check_line(const char *format, va_list arguments)
{
    char text[2048];
    vsnprintf(text, sizeof(text), format, arguments);
    fg_fuzz_expect_line(text);
}

void fg_log(enum fg_log_level level, const char *format, ...)
{
    (void)level;
    va_list arguments;
    va_start(arguments, format);
    check_line(format, arguments);
    va_end(arguments);
}

void fg_log_event(enum fg_log_level level, const fg_log_fields *fields, const char *format, ...)
{
    (void)level;
    (void)fields;
    va_list arguments;
    va_start(arguments, format);
    check_line(format, arguments);
    va_end(arguments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const fg_backend_options options = {
        .url = FG_WIRE_URL, .timeout = 5, .connect_timeout = 5};
    fg_sink sink;
    fg_sender *sender = NULL;
    sem_init(&box.decided, 0, 0);
    box.verdict = NONE;
    box.lent = false;
    fg_wire_load(data, size);
    fg_fuzz_expect(fg_http_sink_create(&options, &sink, NULL) == 0, "no sink");
    fg_fuzz_expect(fg_sender_create(NULL, sink, &sender, NULL) == 0, "no sender");
    fg_fuzz_expect(fg_sender_start(sender, NULL) == 0, "no thread");
    while (sem_wait(&box.decided) != 0) {
    }
    fg_sender_stop(sender, 0);
    fg_sender_free(sender);
    fg_wire_close();
    sem_destroy(&box.decided);
    return 0;
}
