/*
 * What the sender does with each verdict of a sink. The sink here answers as a test says, and time
 * is a number: the linker puts a clock of the test's before fg_clock_monotonic, and the sink's
 * poll, in which the sender waits, moves it on. So nothing sleeps, and a back-off of an hour takes
 * no time.
 */
#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "facegate/delivery/sender.h"
#include "outbox/outbox_box.h"
#include "testing.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define MOST   64
#define MINUTE (60 * FG_NS_PER_S)
#define HOUR   (60 * MINUTE)

/* What the sink says to one attempt. */
typedef struct answer {
    enum fg_sink_verdict verdict;
    int64_t retry_after; /* seconds */
    bool at_once;        /* by start, else by the next poll */
    bool hangs;          /* there is none */
} answer;

typedef struct attempt {
    char name[16];
    int64_t at; /* ns */
} attempt;

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;

    int64_t now;       /* ns */
    int64_t until;     /* the clock goes no further */
    bool runs_on_wake; /* a wake takes that limit away */
    bool woken;
    bool waits; /* in a poll, until it is woken or there is more time */
    int polls;

    answer answers[MOST]; /* to the attempts in order; after them all are TAKEN */
    int answer_count;
    attempt attempts[MOST];
    int attempt_count;
    bool under_way;
    int check_result;
    int checks, stops, frees;
    const char *misuse; /* what the sender must not do and did; asserted where cmocka may */
} sink;

static fg_outbox *outbox;
static fg_sender *sender;

int64_t __wrap_fg_clock_monotonic(void);

int64_t __wrap_fg_clock_monotonic(void)
{
    pthread_mutex_lock(&sink.mutex);
    int64_t now = sink.now;
    pthread_mutex_unlock(&sink.mutex);
    return now;
}

static void expect(bool right, const char *otherwise)
{
    if (!right && sink.misuse == NULL) {
        sink.misuse = otherwise;
    }
}

/* --- The sink --- */

static int check(void *self, fg_error *error)
{
    (void)self;
    sink.checks++;
    return sink.check_result == 0 ? 0 : fg_error_set(error, sink.check_result, "nothing is there");
}

static const answer *answer_now(void)
{
    static const answer taken = {.verdict = FG_SINK_TAKEN};
    int index = sink.attempt_count - 1;
    return index < sink.answer_count ? &sink.answers[index] : &taken;
}

static enum fg_sink_verdict decide(fg_sink_report *ret_report)
{
    const answer *given = answer_now();
    expect(ret_report->text[0] == '\0', "a report was not zeroed for its event");
    snprintf(ret_report->text, sizeof(ret_report->text), "it is number %d", sink.attempt_count);
    ret_report->retry_after = given->retry_after;
    sink.under_way = false;
    return given->verdict;
}

static enum fg_sink_verdict start(void *self, const fg_event *event, fg_sink_report *ret_report)
{
    (void)self;
    enum fg_sink_verdict verdict = FG_SINK_UNDECIDED;
    pthread_mutex_lock(&sink.mutex);
    expect(!sink.under_way, "an event was started while another was under way");
    expect(sink.attempt_count < MOST, "there are too many attempts");
    if (sink.attempt_count < MOST) {
        attempt *made = &sink.attempts[sink.attempt_count++];
        snprintf(made->name, sizeof(made->name), "%.15s", event->user_name);
        made->at = sink.now;
    }
    sink.under_way = true;
    if (answer_now()->at_once) {
        verdict = decide(ret_report);
    }
    pthread_mutex_unlock(&sink.mutex);
    return verdict;
}

static void wait_until(int64_t end)
{
    while (!sink.woken && sink.now < end) {
        if (sink.now < sink.until) {
            sink.now = end < sink.until ? end : sink.until;
            continue;
        }
        sink.waits = true;
        pthread_cond_broadcast(&sink.changed);
        pthread_cond_wait(&sink.changed, &sink.mutex);
        sink.waits = false;
    }
    sink.woken = false;
}

static enum fg_sink_verdict poll_sink(void *self, int64_t timeout, fg_sink_report *ret_report)
{
    (void)self;
    enum fg_sink_verdict verdict = FG_SINK_UNDECIDED;
    pthread_mutex_lock(&sink.mutex);
    expect(timeout >= 0 && timeout <= MINUTE, "a timeout is out of its range");
    sink.polls++;
    if (sink.under_way && !answer_now()->hangs) {
        verdict = decide(ret_report);
    } else {
        wait_until(sink.now + timeout);
    }
    pthread_mutex_unlock(&sink.mutex);
    return verdict;
}

static void wake(void *self)
{
    (void)self;
    pthread_mutex_lock(&sink.mutex);
    sink.woken = true;
    if (sink.runs_on_wake) {
        sink.until = INT64_MAX;
    }
    pthread_cond_broadcast(&sink.changed);
    pthread_mutex_unlock(&sink.mutex);
}

static void stop(void *self)
{
    (void)self;
    sink.stops++;
    sink.under_way = false;
}

static void free_sink(void *self)
{
    (void)self;
    expect(!sink.under_way, "the sink was freed with an event under way");
    sink.frees++;
}

static const fg_sink_ops ops = {
    .check = check,
    .start = start,
    .poll = poll_sink,
    .wake = wake,
    .stop = stop,
    .free = free_sink,
};

/* --- What the tests are written in --- */

#define TAKEN   ((answer){.verdict = FG_SINK_TAKEN})
#define REFUSED ((answer){.verdict = FG_SINK_REFUSED})
#define LATER   ((answer){.verdict = FG_SINK_LATER})

static void let_answer(const answer *answers, size_t count)
{
    assert_true(count <= MOST);
    memcpy(sink.answers, answers, count * sizeof(*answers));
    sink.answer_count = (int)count;
}

#define ANSWER(...)                                                                                \
    let_answer((const answer[]){__VA_ARGS__}, sizeof((answer[]){__VA_ARGS__}) / sizeof(answer))

static int set_up(void **state)
{
    box_set_up(state);
    memset(&sink, 0, sizeof(sink));
    pthread_mutex_init(&sink.mutex, NULL);
    pthread_cond_init(&sink.changed, NULL);
    sink.now = sink.until = HOUR;
    fg_log_silence();
    outbox = box_open();
    assert_int_equal(fg_sender_create(outbox, (fg_sink){&ops, &sink}, &sender, NULL), 0);
    return 0;
}

static int tear_down(void **state)
{
    sender = fg_sender_free(sender);
    outbox = fg_outbox_free(outbox);
    pthread_cond_destroy(&sink.changed);
    pthread_mutex_destroy(&sink.mutex);
    box_tear_down(state);
    assert_string_equal(sink.misuse != NULL ? sink.misuse : "", "");
    assert_int_equal(sink.checks, 1);
    assert_int_equal(sink.frees, 1);
    return 0;
}

/* Until the sender waits, has seen every wake, and the clock has come as far as it may. */
static void let_it_work(void)
{
    struct timespec patience;
    int code = 0;
    clock_gettime(CLOCK_MONOTONIC, &patience);
    patience.tv_sec += (time_t)FG_TESTING_PATIENCE;
    pthread_mutex_lock(&sink.mutex);
    while (code == 0 && !(sink.waits && !sink.woken && sink.now == sink.until)) {
        code = pthread_cond_clockwait(&sink.changed, &sink.mutex, CLOCK_MONOTONIC, &patience);
    }
    pthread_mutex_unlock(&sink.mutex);
    assert_int_equal(code, 0);
}

static void send(void)
{
    assert_int_equal(fg_sender_start(sender, NULL), 0);
    let_it_work();
}

static void pass(int64_t time)
{
    pthread_mutex_lock(&sink.mutex);
    sink.until += time;
    pthread_cond_broadcast(&sink.changed);
    pthread_mutex_unlock(&sink.mutex);
    let_it_work();
}

static void kick(void)
{
    fg_sender_kick(sender);
    let_it_work();
}

/* From the stop on time passes by itself. */
static void stop_after(double drain_timeout)
{
    sink.runs_on_wake = true;
    fg_sender_stop(sender, drain_timeout);
}

/* Once the sender waits, what it did so far stands still. */
static void expect_attempts(const char *names)
{
    char found[MOST * 17] = "";
    for (int i = 0; i < sink.attempt_count; i++) {
        strcat(found, i > 0 ? " " : "");
        strcat(found, sink.attempts[i].name);
    }
    assert_string_equal(found, names);
}

static int64_t time_between(int first, int second)
{
    return sink.attempts[second].at - sink.attempts[first].at;
}

static void list_aside(void *context, const fg_outbox_entry *entry, const char *why)
{
    if (why != NULL) {
        sprintf((char *)context + strlen(context), "%s: %s; ", entry->event.user_name, why);
    }
}

static void expect_aside(const char *texts)
{
    char found[256] = "";
    assert_int_equal(fg_outbox_each(outbox, list_aside, found, NULL), 0);
    assert_string_equal(found, texts);
}

static int64_t attempts_of_the_oldest(void)
{
    fg_outbox_entry entry;
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), 0);
    int64_t attempts = entry.attempts;
    fg_outbox_entry_release(&entry);
    return attempts;
}

/* --- The tests --- */

static void what_is_taken_leaves_the_outbox_in_order(void **state)
{
    (void)state;
    ANSWER(TAKEN, {.verdict = FG_SINK_TAKEN, .at_once = true});
    box_put(outbox, "a", 10);
    box_put(outbox, "b", 10);
    box_put(outbox, "c", 10);
    send();
    expect_attempts("a b c");
    box_expect_ledger(outbox, 3, 3, 0, 0, 0);
    assert_int_equal(time_between(0, 2), 0);
}

static void what_is_refused_is_set_aside_and_the_next_goes_on(void **state)
{
    (void)state;
    ANSWER(TAKEN, REFUSED, {.verdict = FG_SINK_REFUSED, .at_once = true});
    box_put(outbox, "a", 10);
    box_put(outbox, "b", 10);
    box_put(outbox, "c", 10);
    box_put(outbox, "d", 10);
    send();
    expect_attempts("a b c d");
    expect_aside("b: it is number 2; c: it is number 3; ");
    box_expect_ledger(outbox, 4, 2, 2, 0, 0);
    assert_int_equal(time_between(0, 3), 0);
}

static void what_is_put_off_is_tried_again_before_the_next(void **state)
{
    (void)state;
    ANSWER(LATER, {.verdict = FG_SINK_LATER, .at_once = true}, TAKEN);
    box_put(outbox, "a", 10);
    box_put(outbox, "b", 10);
    send();
    expect_attempts("a");
    assert_int_equal(attempts_of_the_oldest(), 1);
    box_expect_ledger(outbox, 2, 0, 0, 0, 2);
    pass(FG_NS_PER_S - 1);
    expect_attempts("a");
    pass(FG_NS_PER_S + 1);
    expect_attempts("a a");
    assert_int_equal(attempts_of_the_oldest(), 2);
    pass(4 * FG_NS_PER_S);
    expect_attempts("a a a b");
    box_expect_ledger(outbox, 2, 2, 0, 0, 0);
    /* Two seconds, then four, and of each at least half. */
    assert_in_range(time_between(0, 1), FG_NS_PER_S, 2 * FG_NS_PER_S);
    assert_in_range(time_between(1, 2), 2 * FG_NS_PER_S, 4 * FG_NS_PER_S);
    assert_int_equal(time_between(2, 3), 0);
}

static void a_back_off_grows_to_a_minute_and_starts_anew_after_a_success(void **state)
{
    (void)state;
    ANSWER(LATER, LATER, LATER, LATER, LATER, LATER, LATER, LATER, TAKEN, LATER);
    box_put(outbox, "a", 10);
    box_put(outbox, "b", 10);
    send();
    pass(10 * MINUTE);
    expect_attempts("a a a a a a a a a b b");
    assert_in_range(time_between(6, 7), 30 * FG_NS_PER_S, MINUTE);
    assert_in_range(time_between(7, 8), 30 * FG_NS_PER_S, MINUTE);
    assert_int_equal(time_between(8, 9), 0);
    assert_in_range(time_between(9, 10), FG_NS_PER_S, 2 * FG_NS_PER_S);
}

static void what_the_other_end_asks_for_stands_instead_of_the_back_off(void **state)
{
    (void)state;
    ANSWER({.verdict = FG_SINK_LATER, .retry_after = 7});
    box_put(outbox, "a", 10);
    send();
    pass(7 * FG_NS_PER_S - 1);
    expect_attempts("a");
    pass(1);
    expect_attempts("a a");
    assert_int_equal(time_between(0, 1), 7 * FG_NS_PER_S);
}

static void a_kick_finds_what_is_new(void **state)
{
    (void)state;
    send();
    expect_attempts("");
    box_put(outbox, "a", 10);
    kick();
    expect_attempts("a");
    box_put(outbox, "b", 10);
    kick();
    expect_attempts("a b");
    box_expect_ledger(outbox, 2, 2, 0, 0, 0);
    assert_int_equal(time_between(0, 1), 0);
}

static void without_a_kick_it_looks_once_a_minute(void **state)
{
    (void)state;
    send();
    box_put(outbox, "a", 10);
    pass(MINUTE - 1);
    expect_attempts("");
    pass(1);
    expect_attempts("a");
}

static void kicks_in_a_back_off_neither_end_nor_prolong_it(void **state)
{
    (void)state;
    ANSWER({.verdict = FG_SINK_LATER, .retry_after = 60});
    box_put(outbox, "a", 10);
    send();
    int polls = sink.polls;
    for (int i = 0; i < 50; i++) {
        box_put(outbox, "b", 10);
        pass(FG_NS_PER_S);
        kick();
    }
    expect_attempts("a");
    assert_true(sink.polls >= polls + 50);
    pass(10 * FG_NS_PER_S);
    assert_int_equal(time_between(0, 1), MINUTE);
    box_expect_ledger(outbox, 51, 51, 0, 0, 0);
}

static void a_kick_while_an_event_is_under_way_starts_no_other(void **state)
{
    (void)state;
    ANSWER({.hangs = true});
    box_put(outbox, "a", 10);
    send();
    box_put(outbox, "b", 10);
    kick();
    pass(5 * MINUTE);
    expect_attempts("a");
    box_expect_ledger(outbox, 2, 0, 0, 0, 2);
}

static void a_stop_sends_what_is_there_whatever_the_back_off_says(void **state)
{
    (void)state;
    ANSWER({.verdict = FG_SINK_LATER, .retry_after = 600});
    box_put(outbox, "a", 10);
    box_put(outbox, "b", 10);
    box_put(outbox, "c", 10);
    send();
    stop_after(10);
    expect_attempts("a a b c");
    assert_int_equal(time_between(0, 3), 0);
    box_expect_ledger(outbox, 3, 3, 0, 0, 0);
    assert_int_equal(sink.stops, 0);
}

static void a_stop_tries_four_times_a_second_until_its_time_is_over(void **state)
{
    (void)state;
    ANSWER({.verdict = FG_SINK_LATER, .retry_after = 600}, LATER, LATER, LATER, LATER, LATER,
           LATER);
    box_put(outbox, "a", 10);
    send();
    stop_after(1);
    expect_attempts("a a a a a");
    assert_int_equal(time_between(0, 1), 0);
    assert_int_equal(time_between(1, 2), 250 * FG_NS_PER_MS);
    assert_int_equal(time_between(1, 4), 750 * FG_NS_PER_MS);
    assert_int_equal(sink.now, HOUR + FG_NS_PER_S);
    assert_int_equal(sink.stops, 0);
    box_expect_ledger(outbox, 1, 0, 0, 0, 1);
}

static void what_is_under_way_at_the_end_is_stopped_and_waits_on(void **state)
{
    (void)state;
    ANSWER({.hangs = true});
    box_put(outbox, "a", 10);
    send();
    stop_after(3);
    expect_attempts("a");
    assert_int_equal(sink.now, HOUR + 3 * FG_NS_PER_S);
    assert_int_equal(sink.stops, 1);
    box_expect_ledger(outbox, 1, 0, 0, 0, 1);
}

static void a_sink_that_cannot_work_gives_no_sender_and_is_freed(void **state)
{
    (void)state;
    fg_sender *none = NULL;
    fg_error error;
    sink.check_result = -EMFILE;
    assert_int_equal(fg_sender_create(outbox, (fg_sink){&ops, &sink}, &none, &error), -EMFILE);
    assert_string_equal(error.text, "nothing is there");
    assert_null(none);
    assert_int_equal(sink.checks, 2);
    assert_int_equal(sink.frees, 1);
    sink.checks = 1;
    sink.frees = 0;
}

#define WITH_SINK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SINK(what_is_taken_leaves_the_outbox_in_order),
        WITH_SINK(what_is_refused_is_set_aside_and_the_next_goes_on),
        WITH_SINK(what_is_put_off_is_tried_again_before_the_next),
        WITH_SINK(a_back_off_grows_to_a_minute_and_starts_anew_after_a_success),
        WITH_SINK(what_the_other_end_asks_for_stands_instead_of_the_back_off),
        WITH_SINK(a_kick_finds_what_is_new),
        WITH_SINK(without_a_kick_it_looks_once_a_minute),
        WITH_SINK(kicks_in_a_back_off_neither_end_nor_prolong_it),
        WITH_SINK(a_kick_while_an_event_is_under_way_starts_no_other),
        WITH_SINK(a_stop_sends_what_is_there_whatever_the_back_off_says),
        WITH_SINK(a_stop_tries_four_times_a_second_until_its_time_is_over),
        WITH_SINK(what_is_under_way_at_the_end_is_stopped_and_waits_on),
        WITH_SINK(a_sink_that_cannot_work_gives_no_sender_and_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
