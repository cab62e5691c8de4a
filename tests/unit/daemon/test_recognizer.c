/*
 * The recognizer with an engine that knows its faces (tests/torture/canned.h): what a check is
 * shown, when it is asked, and what its scores mean for the decision.
 */
#include "recognizer.h"

#include "canned.h"
#include "nobody.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MS INT64_C(1000000)

/* So far apart that each frame's faces are looked at (recognizer.c: frames that are rare). */
#define STEP (100 * MS)

/* A check that says what is written down for it, and keeps what it was shown. */
typedef struct scripted {
    const double *scores; /* one for each call, the last for all that follow */
    int count;
    int error; /* to be returned instead */
    int calls;
    const fg_frame *frame;
    fg_box box;
    fg_landmarks landmarks;
    uint8_t chip[3 * FG_CHIP_SIDE * FG_CHIP_SIDE];
} scripted;

static fg_config config;
static fg_engine *engine;
static fg_gallery *gallery;
static fg_frame frame;
static fg_recognizer *recognizer;
static scripted script;
static fg_check check;

static int run_script(void *context, const fg_check_view *view, double *ret_score, fg_error *error)
{
    scripted *of = context;
    int call = of->calls++;
    of->frame = view->frame;
    of->box = *view->box;
    of->landmarks = *view->landmarks;
    memcpy(of->chip, view->chip, sizeof(of->chip));
    if (of->error != 0) {
        return fg_error_set(error, of->error, "its model is gone");
    }
    *ret_score = of->scores[call < of->count ? call : of->count - 1];
    return 0;
}

static int open_all(void **state)
{
    (void)state;
    float ada[FG_ENCODING_SIZE] = {[FG_CANNED_ADA] = FG_CANNED_LENGTH};
    static const double good[] = {1};
    fg_config_init(&config);
    config.vision.scan_interval = 0; /* every frame is searched: nobody has to move */
    config.vision.rescan_interval = 0;
    script = (scripted){.scores = good, .count = 1};
    check = (fg_check){.name = "liveness",
                       .reason = "a photograph",
                       .threshold = 0.5,
                       .run = run_script,
                       .context = &script};
    frame = (fg_frame){0};
    recognizer = NULL;
    assert_int_equal(fg_frame_resize(&frame, FG_CANNED_WIDTH, FG_CANNED_HEIGHT), 0);
    assert_int_equal(fg_engine_create("", &engine, NULL), 0);
    assert_int_equal(fg_gallery_create(&gallery), 0);
    assert_int_equal(fg_gallery_add(gallery, "Ada", NULL, ada, NULL), 0);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    fg_recognizer_free(recognizer);
    fg_gallery_free(gallery);
    fg_engine_free(engine);
    fg_frame_release(&frame);
    return 0;
}

/* The next frame, with somebody or nobody in it. */
static void next_frame(enum fg_canned who)
{
    frame.sequence++;
    frame.monotonic += STEP;
    fg_canned_paint(who, frame.plane, frame.stride);
}

/* A recognizer that has seen a first frame, which is always searched and never looked at closely.
 */
static void start_with(const fg_check *checks, int count)
{
    const fg_recognizer_parts parts = {.config = &config,
                                       .engine = engine,
                                       .cohort = fg_nobody_cohort(),
                                       .checks = checks,
                                       .check_count = count};
    const fg_observation *observations = NULL;
    int seen = 0;
    fg_error error;
    if (fg_recognizer_create(&parts, &recognizer, &error) != 0) {
        fail_msg("%s", error.text);
    }
    fg_recognizer_set_gallery(recognizer, gallery);
    next_frame(FG_CANNED_NOBODY);
    assert_int_equal(fg_recognizer_process(recognizer, &frame, &observations, &seen, NULL), 0);
    assert_int_equal(seen, 0);
}

static void start(int checks)
{
    start_with(&check, checks);
}

/* What is seen of the one face in the frame; another view of it is asked for. */
static const fg_observation *look(void)
{
    const fg_observation *observations = NULL;
    int count = 0;
    fg_error error = {""};
    if (fg_recognizer_process(recognizer, &frame, &observations, &count, &error) != 0) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(count, 1);
    assert_true(observations[0].track.seen);
    fg_recognizer_ask_again(recognizer, observations[0].track.id);
    return &observations[0];
}

static const fg_observation *see(enum fg_canned who)
{
    next_frame(who);
    return look();
}

/* The face turns too dark for a good view. */
static void darken(void)
{
    for (int row = FG_CANNED_MARK; row < FG_CANNED_HEIGHT; row++) {
        memset(frame.plane[0] + row * frame.stride[0], 10, FG_CANNED_WIDTH);
    }
}

static char letter_of(const fg_observation *observation)
{
    static const char letters[] = {[FG_UNDECIDED] = '.', [FG_ACCEPTED] = 'A', [FG_REFUSED] = 'R'};
    return letters[observation->decision.status];
}

static void without_checks_two_views_accept_and_four_refuse(void **state)
{
    (void)state;
    start(0);
    assert_int_equal(letter_of(see(FG_CANNED_ADA)), '.');
    const fg_observation *ada = see(FG_CANNED_ADA);
    assert_int_equal(letter_of(ada), 'A');
    assert_int_equal(ada->decision.person, 0);
    assert_null(ada->failed_check);
    assert_int_equal(script.calls, 0);

    fg_recognizer_free(recognizer);
    start(0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(letter_of(see(FG_CANNED_STRANGER)), '.');
    }
    const fg_observation *stranger = see(FG_CANNED_STRANGER);
    assert_int_equal(letter_of(stranger), 'R');
    assert_null(stranger->failed_check);
}

static void a_check_that_says_yes_changes_nothing(void **state)
{
    (void)state;
    start(1);
    assert_int_equal(letter_of(see(FG_CANNED_ADA)), '.');
    const fg_observation *ada = see(FG_CANNED_ADA);
    assert_int_equal(letter_of(ada), 'A');
    assert_true(ada->decision.report);
    assert_null(ada->failed_check);
}

static void a_check_is_shown_frame_box_landmarks_and_chip(void **state)
{
    (void)state;
    start(1);
    for (enum fg_canned who = FG_CANNED_ADA; who <= FG_CANNED_STRANGER; who++) {
        /* Where the canned engine has them. */
        const fg_box box = {FG_CANNED_LEFT((int)who), FG_CANNED_TOP, FG_CANNED_FACE,
                            FG_CANNED_FACE};
        static uint8_t chip[3 * FG_CHIP_SIDE * FG_CHIP_SIDE];
        fg_landmarks landmarks;
        memset(chip, (int)who, sizeof(chip));
        const fg_observation *observation = NULL;
        const fg_observation *observations = NULL;
        int count = 0;
        next_frame(who);
        assert_int_equal(fg_recognizer_process(recognizer, &frame, &observations, &count, NULL), 0);
        for (int i = 0; i < count; i++) {
            observation = observations[i].track.seen ? &observations[i] : observation;
        }
        assert_non_null(observation);
        assert_true(observation->encoded);
        assert_int_equal(script.calls, (int)who);
        assert_ptr_equal(script.frame, &frame);
        assert_memory_equal(&script.box, &box, sizeof(box));
        assert_memory_equal(script.chip, chip, sizeof(chip));
        assert_int_equal(fg_engine_align(engine, &frame, &box, &landmarks, NULL), 0);
        assert_memory_equal(&script.landmarks, &landmarks, sizeof(landmarks));
    }
}

static void a_check_is_asked_once_for_each_view_and_a_poor_one_weighs_less(void **state)
{
    (void)state;
    static const char views[] = "ggdgddg";
    start(1);
    for (int i = 0; views[i] != '\0'; i++) {
        next_frame(FG_CANNED_ADA);
        if (views[i] == 'd') {
            darken();
        }
        const fg_observation *observation = look();
        assert_true(observation->measured);
        assert_true(observation->encoded);
        assert_true(views[i] == 'g' ? observation->alone.weight > 0.9
                                    : observation->alone.weight < 0.5);
        assert_int_equal(observation->fault, views[i] == 'g' ? FG_QUALITY_GOOD : FG_QUALITY_DARK);
        assert_int_equal(script.calls, i + 1);
        assert_true(observation->decision.scores[0] == 1);
    }
}

/* After each view: A accepted, R refused, "." undecided; in small letters while the check speaks
 * against the face ("," for "."). */
static void the_mean_of_the_scores_decides_and_not_the_last(void **state)
{
    (void)state;
    static const struct {
        double scores[8];
        const char *expected;
    } rows[] = {
        {{0.5, 0.5}, ".A"},
        {{0.9, 0.2, 0.9}, "..A"},
        {{0.2, 0.9, 0.9}, ",AA"},
        {{0.9, 0.9, 0.0, 0.0, 0.0}, ".AA,,"},
        {{0.0, 0.0, 0.0, 0.0}, ",,,r"},
        {{0.0, 0.0, 0.0, 0.0, 9.0, 9.0}, ",,,rAA"},
        {{0.49, 0.5, 0.5, 0.5, 0.52, 0.5}, ",,,rAA"},
        {{NAN, 1, 1, 1}, ",,,r"},
        {{1, 1, -INFINITY, 1, 1, 1}, ".A,,,r"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char said[8] = "";
        script = (scripted){.scores = rows[i].scores, .count = 8};
        start(1);
        for (size_t k = 0; k < strlen(rows[i].expected); k++) {
            const fg_observation *observation = see(FG_CANNED_ADA);
            char letter = letter_of(observation);
            if (observation->failed_check != NULL) {
                assert_ptr_equal(observation->failed_check, &check);
                letter = letter == '.' ? ',' : (char)(letter - 'A' + 'a');
            }
            said[k] = letter;
        }
        if (strcmp(said, rows[i].expected) != 0) {
            fail_msg("row %zu: %s, not %s", i, said, rows[i].expected);
        }
        recognizer = fg_recognizer_free(recognizer);
    }
}

static void whom_a_check_speaks_against_is_refused_as_nobody(void **state)
{
    (void)state;
    static const double bad[] = {0.1};
    const fg_observation *ada = NULL;
    script = (scripted){.scores = bad, .count = 1};
    start(1);
    for (int i = 0; i < 4; i++) {
        ada = see(FG_CANNED_ADA);
        assert_int_not_equal(ada->decision.status, FG_ACCEPTED);
        assert_int_equal(ada->decision.person, -1);
    }
    assert_int_equal(ada->decision.status, FG_REFUSED);
    assert_true(ada->decision.report);
    assert_ptr_equal(ada->failed_check, &check);
    /* What was seen is still there, for whoever looks for the reason. */
    assert_int_equal(ada->alone.person, 0);
    assert_true(ada->alone.distance < 0.11);
    assert_true(fabs(fg_observation_score(ada, "liveness") - 0.1) < 1e-9);
}

static void one_of_several_checks_is_enough_to_say_no(void **state)
{
    (void)state;
    static const double bad[] = {0.1};
    scripted other = {.scores = bad, .count = 1};
    const fg_check checks[] = {check,
                               {.name = "second",
                                .reason = "another",
                                .threshold = 0.2,
                                .run = run_script,
                                .context = &other}};
    start_with(checks, 2);
    see(FG_CANNED_ADA);
    const fg_observation *ada = see(FG_CANNED_ADA);
    assert_int_equal(ada->decision.status, FG_UNDECIDED);
    assert_ptr_equal(ada->failed_check, &checks[1]);
    assert_int_equal(script.calls, 2);
    assert_int_equal(other.calls, 2);
}

static void a_check_for_the_named_is_spared_strangers(void **state)
{
    (void)state;
    check.named_only = true;
    start(1);
    for (int i = 0; i < 4; i++) {
        see(FG_CANNED_STRANGER);
    }
    assert_int_equal(script.calls, 0);
    fg_recognizer_free(recognizer);
    start(1);
    see(FG_CANNED_ADA);
    assert_int_equal(script.calls, 1);
}

static void a_view_that_cannot_be_checked_does_not_count(void **state)
{
    (void)state;
    const fg_observation *observations = NULL;
    fg_error error = {""};
    int count = 0;
    start(1);
    see(FG_CANNED_ADA);
    script.error = -EIO;
    for (int i = 0; i < 3; i++) {
        next_frame(FG_CANNED_ADA);
        assert_int_equal(fg_recognizer_process(recognizer, &frame, &observations, &count, &error),
                         -EIO);
        assert_string_equal(error.text, "the check of liveness: its model is gone");
        assert_int_equal(count, 1);
        assert_int_equal(observations[0].decision.status, FG_UNDECIDED);
        assert_false(observations[0].encoded);
        assert_true(observations[0].decision.scores[0] == 1);
    }
    script.error = 0;
    assert_int_equal(letter_of(see(FG_CANNED_ADA)), 'A');
}

static void of_a_view_that_cannot_be_checked_no_score_stays(void **state)
{
    (void)state;
    const double bad[] = {0};
    const fg_observation *observations = NULL;
    scripted broken = {.scores = bad, .count = 1, .error = -EIO};
    const fg_check checks[] = {check, {.name = "mask", .run = run_script, .context = &broken}};
    int count = 0;
    script = (scripted){.scores = bad, .count = 1};
    start_with(checks, 2);
    next_frame(FG_CANNED_ADA);
    assert_int_equal(fg_recognizer_process(recognizer, &frame, &observations, &count, NULL), -EIO);
    assert_int_equal(script.calls, 1);
    assert_true(isnan(observations[0].decision.scores[0]));
    assert_null(observations[0].failed_check);
}

/* Nothing that was said of one face is held against the next. */
static void scores_start_anew_with_each_face(void **state)
{
    (void)state;
    static const double worse_then_good[] = {0, 0, 1};
    const fg_observation *observations = NULL;
    int count = 1;
    script = (scripted){.scores = worse_then_good, .count = 3};
    start(1);
    see(FG_CANNED_ADA);
    assert_ptr_equal(see(FG_CANNED_ADA)->failed_check, &check);
    while (count > 0) {
        next_frame(FG_CANNED_NOBODY);
        assert_int_equal(fg_recognizer_process(recognizer, &frame, &observations, &count, NULL), 0);
    }
    const fg_observation *ada = see(FG_CANNED_ADA);
    assert_null(ada->failed_check);
    assert_true(ada->decision.scores[0] == 1);
    assert_int_equal(letter_of(see(FG_CANNED_ADA)), 'A');
}

/* The one observation of a frame without anybody, once somebody's track ends; NULL if it ends
 * without one. */
static const fg_observation *wait_until_gone(void)
{
    const fg_observation *observations = NULL;
    int count = 0;
    do {
        next_frame(FG_CANNED_NOBODY);
        assert_int_equal(fg_recognizer_process(recognizer, &frame, &observations, &count, NULL), 0);
        if (count > 0 && observations[0].gone) {
            assert_int_equal(count, 1);
            return &observations[0];
        }
    } while (count > 0);
    return NULL;
}

static void who_goes_without_a_verdict_is_refused_with_the_best_picture(void **state)
{
    (void)state;
    start(0);
    next_frame(FG_CANNED_STRANGER);
    darken();
    look();
    int64_t best = see(FG_CANNED_STRANGER)->track.last_seen;
    next_frame(FG_CANNED_STRANGER);
    darken();
    look();
    const fg_observation *stranger = wait_until_gone();
    assert_non_null(stranger);
    assert_int_equal(stranger->decision.status, FG_REFUSED);
    assert_int_equal(stranger->decision.grounds, FG_GROUNDS_GONE);
    assert_true(stranger->decision.report);
    assert_false(stranger->track.seen);
    assert_int_equal(stranger->commonest_fault, FG_QUALITY_DARK);
    assert_non_null(stranger->picture);
    assert_int_equal(stranger->picture->monotonic, best);
    assert_int_equal(stranger->track.face.box.x, FG_CANNED_LEFT(FG_CANNED_STRANGER));
    assert_null(wait_until_gone());
}

static void who_has_a_verdict_or_is_a_flicker_goes_without_another(void **state)
{
    (void)state;
    start(0);
    see(FG_CANNED_ADA);
    assert_null(wait_until_gone());
    see(FG_CANNED_ADA);
    assert_int_equal(letter_of(see(FG_CANNED_ADA)), 'A');
    assert_null(wait_until_gone());
    for (int i = 0; i < 4; i++) {
        see(FG_CANNED_STRANGER);
    }
    assert_null(wait_until_gone());
}

static void who_is_there_at_the_end_has_a_verdict_too(void **state)
{
    (void)state;
    const fg_observation *observations = NULL;
    int count = 0;
    start(0);
    for (int i = 0; i < 3; i++) {
        see(FG_CANNED_STRANGER);
    }
    fg_recognizer_end(recognizer, &observations, &count);
    assert_int_equal(count, 1);
    assert_true(observations[0].gone);
    assert_int_equal(observations[0].decision.status, FG_REFUSED);
    assert_non_null(observations[0].picture);
    fg_recognizer_end(recognizer, &observations, &count);
    assert_int_equal(count, 0);
}

/* A refused poster: reported once, and after a minute again. */
static void what_never_moves_is_reported_once_a_minute(void **state)
{
    (void)state;
    const fg_observation *poster = NULL;
    int count = 0, reports = 0, last = 0;
    start(0);
    for (int i = 0; i < 650; i++) {
        next_frame(FG_CANNED_STRANGER);
        assert_int_equal(fg_recognizer_process(recognizer, &frame, &poster, &count, NULL), 0);
        assert_int_equal(count, 1);
        reports += poster->decision.report ? 1 : 0;
        last = poster->decision.report ? i : last;
    }
    assert_int_equal(reports, 2);
    assert_in_range(last, 600, 620);
    /* Somebody walks by in front of it, and whoever did is reported as soon as they are seen. */
    for (int i = 0; i < 12; i++) {
        next_frame(FG_CANNED_STRANGER);
        memset(frame.plane[0] + (FG_CANNED_TOP + 40) * frame.stride[0], 10 + 20 * i,
               (size_t)frame.stride[0] * 20);
        assert_int_equal(fg_recognizer_process(recognizer, &frame, &poster, &count, NULL), 0);
        reports += poster->decision.report ? 1 : 0;
    }
    assert_in_range(reports, 3, 4);
    /* What was held back is due until it is made. */
    fg_recognizer_held_back(recognizer, poster->track.id);
    for (int i = 0; i < 9; i++) {
        next_frame(FG_CANNED_STRANGER);
        assert_int_equal(fg_recognizer_process(recognizer, &frame, &poster, &count, NULL), 0);
        assert_true(poster->decision.report == (i <= 5));
        if (i == 5) {
            fg_recognizer_made(recognizer, poster->track.id);
        }
    }
}

static void more_checks_than_a_view_has_room_for_are_refused(void **state)
{
    (void)state;
    fg_error error = {""};
    const fg_recognizer_parts parts = {
        .config = &config, .engine = engine, .checks = &check, .check_count = FG_CHECKS_MAX + 1};
    assert_int_equal(fg_recognizer_create(&parts, &recognizer, &error), -EINVAL);
    assert_string_equal(error.text, "5 checks: a view has at most 4");
    assert_null(recognizer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_checks_two_views_accept_and_four_refuse),
        TEST(a_check_that_says_yes_changes_nothing),
        TEST(a_check_is_shown_frame_box_landmarks_and_chip),
        TEST(a_check_is_asked_once_for_each_view_and_a_poor_one_weighs_less),
        TEST(the_mean_of_the_scores_decides_and_not_the_last),
        TEST(whom_a_check_speaks_against_is_refused_as_nobody),
        TEST(one_of_several_checks_is_enough_to_say_no),
        TEST(a_check_for_the_named_is_spared_strangers),
        TEST(a_view_that_cannot_be_checked_does_not_count),
        TEST(of_a_view_that_cannot_be_checked_no_score_stays),
        TEST(scores_start_anew_with_each_face),
        TEST(who_goes_without_a_verdict_is_refused_with_the_best_picture),
        TEST(who_has_a_verdict_or_is_a_flicker_goes_without_another),
        TEST(who_is_there_at_the_end_has_a_verdict_too),
        TEST(what_never_moves_is_reported_once_a_minute),
        TEST(more_checks_than_a_view_has_room_for_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
