/* What is kept of a track, for how long, and what of it never goes over to another face. */
#include "track_state.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)

static const fg_judge_rules rules = {.tolerance = 0.5,
                                     .confirm = 1,
                                     .window = 1,
                                     .refuse_after = 4,
                                     .decide_within = SECOND,
                                     .gallery = 7};

static fg_track track_of(uint64_t id, uint32_t epoch)
{
    return (fg_track){.id = id, .epoch = epoch, .seen = true};
}

static void the_commonest_fault_counts_and_of_equals_the_first_to_fix(void **state)
{
    (void)state;
    static const struct {
        enum fg_quality_fault fault, commonest;
    } rows[] = {
        {FG_QUALITY_TURNED, FG_QUALITY_TURNED}, {FG_QUALITY_DARK, FG_QUALITY_DARK},
        {FG_QUALITY_TURNED, FG_QUALITY_TURNED}, {FG_QUALITY_SMALL, FG_QUALITY_TURNED},
        {FG_QUALITY_DARK, FG_QUALITY_DARK},     {FG_QUALITY_SMALL, FG_QUALITY_SMALL},
        {FG_QUALITY_TURNED, FG_QUALITY_TURNED},
    };
    fg_track_state one = {.track = 1, .evidence.gallery = rules.gallery};
    assert_int_equal(fg_track_state_commonest_fault(&one), FG_QUALITY_GOOD);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_decision decision = fg_track_state_note_fault(&one, &rules, (int64_t)i, rows[i].fault);
        assert_int_equal(decision.status, FG_UNDECIDED);
        assert_int_equal(fg_track_state_commonest_fault(&one), rows[i].commonest);
    }
    fg_decision decision = fg_track_state_note_fault(&one, &rules, SECOND, FG_QUALITY_DARK);
    assert_int_equal(decision.status, FG_UNUSABLE);
    assert_true(decision.report);
}

static void a_count_at_its_end_stays_there(void **state)
{
    (void)state;
    fg_track_state one = {.track = 1, .evidence = {.gallery = rules.gallery, .has_bad_view = true}};
    memset(one.faults, 0xFF, sizeof(one.faults));
    fg_track_state_note_fault(&one, &rules, 0, FG_QUALITY_BRIGHT);
    assert_true(one.faults[FG_QUALITY_BRIGHT] == one.faults[FG_QUALITY_DARK]);
}

/* Whoever was accepted is taken out of the gallery: what is seen from then on is seen anew. */
static void faults_go_when_the_judge_forgets(void **state)
{
    (void)state;
    const float encoding[FG_ENCODING_SIZE] = {0};
    const fg_match ada = {.person = 0, .distance = 0.1, .runner_up = -1};
    fg_gallery *with = NULL;
    fg_gallery *without = NULL;
    assert_int_equal(fg_gallery_create(&with), 0);
    assert_int_equal(fg_gallery_create(&without), 0);
    assert_int_equal(fg_gallery_add(with, "Ada", NULL, encoding, NULL), 0);

    fg_track_state one = {.track = 1, .evidence.gallery = rules.gallery};
    fg_track_state_note_fault(&one, &rules, 0, FG_QUALITY_DARK);
    fg_track_state_note_fault(&one, &rules, 1, FG_QUALITY_DARK);
    assert_int_equal(fg_judge_view(&rules, &one.evidence, 2, &ada).status, FG_ACCEPTED);
    assert_int_equal(fg_track_state_commonest_fault(&one), FG_QUALITY_DARK);

    fg_judge_rules next = rules;
    next.gallery++;
    fg_judge_carry_over(&one.evidence, with, without, next.gallery);
    fg_track_state_note_fault(&one, &next, 3, FG_QUALITY_TURNED);
    assert_int_equal(fg_track_state_commonest_fault(&one), FG_QUALITY_TURNED);
    fg_gallery_free(with);
    fg_gallery_free(without);
}

static void a_state_lasts_as_long_as_its_track_and_epoch(void **state)
{
    (void)state;
    static fg_track_states all;
    fg_track tracks[2] = {track_of(4, 1), track_of(5, 1)};
    fg_track_states_keep(&all, tracks, 2);
    fg_track_state *four = fg_track_states_open(&all, &tracks[0], 7);
    fg_track_state *five = fg_track_states_open(&all, &tracks[1], 7);
    assert_ptr_not_equal(four, five);
    four->again = true;
    five->again = true;
    fg_track_state_note_fault(five, &rules, 0, FG_QUALITY_DARK);

    fg_track_states_keep(&all, tracks, 2);
    assert_ptr_equal(fg_track_states_open(&all, &tracks[0], 7), four);
    assert_ptr_equal(fg_track_states_find(&all, 4), four);
    assert_true(four->again);

    tracks[1].epoch = 2;
    five = fg_track_states_open(&all, &tracks[1], 7);
    assert_false(five->again);
    assert_int_equal(five->evidence.gallery, 7);
    assert_int_equal(fg_track_state_commonest_fault(five), FG_QUALITY_GOOD);

    fg_track_states_keep(&all, &tracks[1], 1);
    assert_null(fg_track_states_find(&all, 4));
    assert_ptr_equal(fg_track_states_find(&all, 5), five);
}

static void there_is_a_state_for_each_track_there_can_be(void **state)
{
    (void)state;
    static fg_track_states all;
    fg_track tracks[FG_TRACKS_MAX];
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        tracks[i] = track_of((uint64_t)i + 1, 1);
    }
    fg_track_states_keep(&all, tracks, FG_TRACKS_MAX);
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        fg_track_states_open(&all, &tracks[i], 7)->again = true;
    }
    tracks[9].id = 100;
    fg_track_states_keep(&all, tracks, FG_TRACKS_MAX);
    assert_false(fg_track_states_open(&all, &tracks[9], 7)->again);
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        assert_int_equal(fg_track_states_find(&all, tracks[i].id)->again, i != 9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_commonest_fault_counts_and_of_equals_the_first_to_fix),
        cmocka_unit_test(a_count_at_its_end_stays_there),
        cmocka_unit_test(faults_go_when_the_judge_forgets),
        cmocka_unit_test(a_state_lasts_as_long_as_its_track_and_epoch),
        cmocka_unit_test(there_is_a_state_for_each_track_there_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
