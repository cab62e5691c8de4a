/* What the reporter writes into an event, and what it says of one whose reason is a check's. */
#include "reporter.h"

#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS INT64_C(1000000)

static fg_config config;
static char *folder;
static char *path;
static fg_frame frame;
static fg_gallery *gallery;
static fg_outbox *outbox;
static fg_sender *sender;
static fg_reporter *reporter;

/* The sender is never started: events stay in the outbox. */
static int check_sink(void *sink, fg_error *error)
{
    (void)sink;
    (void)error;
    return 0;
}

static void ignore(void *sink)
{
    (void)sink;
}

static const fg_sink_ops idle = {.check = check_sink, .wake = ignore, .free = ignore};

static int open_all(void **state)
{
    (void)state;
    const float encoding[FG_ENCODING_SIZE] = {0};
    fg_config_init(&config);
    folder = fg_testing_folder_in("/dev/shm");
    path = fg_testing_path(folder, "outbox.db");
    const fg_outbox_options options = {
        .path = path, .max_events = 10, .max_bytes = 1 << 20, .own = true};
    frame = (fg_frame){0};
    assert_int_equal(fg_frame_resize(&frame, 64, 48), 0);
    frame.monotonic = 1;
    assert_int_equal(fg_gallery_create(&gallery), 0);
    assert_int_equal(fg_gallery_add(gallery, "Ada", "D8E2F1G3", encoding, NULL), 0);
    assert_int_equal(fg_outbox_open(&options, &outbox, NULL), 0);
    assert_int_equal(fg_sender_create(outbox, (fg_sink){.ops = &idle}, &sender, NULL), 0);
    assert_int_equal(fg_reporter_create(&config, outbox, sender, &reporter, NULL), 0);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    fg_reporter_free(reporter);
    fg_sender_free(sender);
    fg_outbox_free(outbox);
    fg_gallery_free(gallery);
    fg_frame_release(&frame);
    free(path);
    fg_testing_remove(folder);
    return 0;
}

/* A face of which that was decided in this very frame. */
static fg_observation observed(enum fg_status status, int person, const fg_check *failed)
{
    return (fg_observation){
        .track = {.id = 1, .seen = true, .face.box = {10, 10, 20, 20}},
        .failed_check = failed,
        .decision = {.status = status, .report = true, .person = person, .distance = 0.3}};
}

static void assert_event(const fg_observation *observation, const char *status, const char *name,
                         const char *badge, const char *reason)
{
    fg_outbox_entry entry;
    fg_report report = fg_reporter_report(reporter, gallery, &frame, observation);
    assert_false(report.again);
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), 0);
    assert_string_equal(entry.event.id, report.event);
    assert_string_equal(entry.event.status, status);
    assert_string_equal(entry.event.user_name, name);
    assert_string_equal(entry.event.rfid_id, badge);
    assert_string_equal(entry.event.reason, reason);
    assert_true(entry.event.jpeg_size > 0);
    fg_outbox_entry_release(&entry);
}

static void whoever_is_accepted_is_named_with_the_badge(void **state)
{
    (void)state;
    const fg_observation ada = observed(FG_ACCEPTED, 0, NULL);
    assert_event(&ada, "Accepted", "Ada", "D8E2F1G3", "");
    assert_int_equal(fg_reporter_count(reporter).accepted, 1);
}

static void a_stranger_is_refused_for_the_configured_reason(void **state)
{
    (void)state;
    const fg_observation stranger = observed(FG_REFUSED, -1, NULL);
    assert_event(&stranger, "Refused", "Inconnu", "00000000", "Visage non reconnu");
    assert_int_equal(fg_reporter_count(reporter).refused, 1);
}

static void a_check_that_says_no_gives_its_own_reason_and_no_name(void **state)
{
    (void)state;
    const fg_check check = {.name = "liveness", .reason = "Photo présentée"};
    fg_observation photograph = observed(FG_REFUSED, -1, &check);
    photograph.alone = (fg_visit){.person = 0, .distance = 0.3, .margin = 0.2, .next = -1};
    assert_event(&photograph, "Refused", "Inconnu", "00000000", "Photo présentée");
}

static void what_is_not_to_be_reported_makes_no_event(void **state)
{
    (void)state;
    fg_outbox_entry entry;
    fg_observation ada = observed(FG_ACCEPTED, 0, NULL);
    ada.decision.report = false;
    fg_report report = fg_reporter_report(reporter, gallery, &frame, &ada);
    assert_string_equal(report.event, "");
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), -ENOENT);
}

static fg_observation stranger_of(uint64_t track)
{
    fg_observation stranger = observed(FG_REFUSED, -1, NULL);
    stranger.track.id = track;
    return stranger;
}

static void strangers_share_a_budget_and_what_is_held_back_is_counted(void **state)
{
    (void)state;
    fg_ledger ledger;
    int made = 0;
    for (uint64_t track = 1; track <= 47; track++) {
        const fg_observation stranger = stranger_of(track);
        made += fg_reporter_report(reporter, gallery, &frame, &stranger).event[0] != '\0';
    }
    assert_int_equal(made, 5);
    /* Whoever is enrolled has their event, however many strangers there are. */
    const fg_observation ada = observed(FG_ACCEPTED, 0, NULL);
    assert_true(fg_reporter_report(reporter, gallery, &frame, &ada).event[0] != '\0');
    /* An event that was held back is not due at once again. */
    const fg_observation last = stranger_of(47);
    frame.monotonic += 400 * MS;
    assert_true(fg_reporter_report(reporter, gallery, &frame, &last).event[0] == '\0');
    frame.monotonic += 600 * MS;
    assert_true(fg_reporter_report(reporter, gallery, &frame, &last).event[0] != '\0');
    fg_reporter_end(reporter);
    assert_int_equal(fg_reporter_count(reporter).held_back, 42);
    assert_int_equal(fg_outbox_ledger(outbox, &ledger, NULL), 0);
    assert_int_equal(ledger.held_back, 42);
    assert_int_equal(ledger.made, 7);
}

static void who_is_refused_without_a_good_view_is_counted_by_what_was_wrong(void **state)
{
    (void)state;
    static const struct {
        enum fg_grounds grounds;
        enum fg_quality_fault fault;
        uint64_t turned;
    } rows[] = {
        {FG_GROUNDS_TIME, FG_QUALITY_TURNED, 1},  {FG_GROUNDS_GONE, FG_QUALITY_TURNED, 2},
        {FG_GROUNDS_VIEWS, FG_QUALITY_TURNED, 2}, {FG_GROUNDS_TIME, FG_QUALITY_GOOD, 2},
        {FG_GROUNDS_TIME, FG_QUALITY_DARK, 2},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_observation stranger = stranger_of(i + 1);
        stranger.decision.grounds = rows[i].grounds;
        stranger.commonest_fault = rows[i].fault;
        fg_reporter_report(reporter, gallery, &frame, &stranger);
        assert_int_equal(fg_reporter_count(reporter).unseen[FG_QUALITY_TURNED], rows[i].turned);
    }
    assert_int_equal(fg_reporter_count(reporter).unseen[FG_QUALITY_DARK], 1);
    assert_int_equal(fg_reporter_count(reporter).unseen[FG_QUALITY_GOOD], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whoever_is_accepted_is_named_with_the_badge),
        TEST(a_stranger_is_refused_for_the_configured_reason),
        TEST(a_check_that_says_no_gives_its_own_reason_and_no_name),
        TEST(strangers_share_a_budget_and_what_is_held_back_is_counted),
        TEST(who_is_refused_without_a_good_view_is_counted_by_what_was_wrong),
        TEST(what_is_not_to_be_reported_makes_no_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
