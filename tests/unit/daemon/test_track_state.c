/* What is kept of a track, for how long, and what of it never goes over to another face. */
#include "track_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)

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
    fg_track_state one = {.track = 1};
    assert_int_equal(fg_track_state_commonest_fault(&one), FG_QUALITY_GOOD);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_track_state_note_fault(&one, rows[i].fault);
        assert_int_equal(fg_track_state_commonest_fault(&one), rows[i].commonest);
    }
}

static void a_count_at_its_end_stays_there(void **state)
{
    (void)state;
    fg_track_state one = {.track = 1};
    memset(one.faults, 0xFF, sizeof(one.faults));
    fg_track_state_note_fault(&one, FG_QUALITY_BRIGHT);
    assert_true(one.faults[FG_QUALITY_BRIGHT] == one.faults[FG_QUALITY_DARK]);
}

/* The clock runs from the first time the face was seen, not from when it was first looked at. */
static void a_new_state_begins_when_its_track_did(void **state)
{
    (void)state;
    static fg_track_states all;
    fg_track track = track_of(4, 1);
    track.first_seen = 3 * SECOND;
    fg_track_state *four = fg_track_states_open(&all, &track, 4 * SECOND);
    assert_int_equal(four->evidence.undecided_since, 3 * SECOND);
    assert_false(fg_judge_is_decided(&four->evidence));
}

/* The clock goes on, and what was seen of the one face does not help the other. */
static void another_epoch_is_a_doubt_and_no_new_face(void **state)
{
    (void)state;
    static fg_track_states all;
    fg_track track = track_of(4, 1);
    fg_track_state *four = fg_track_states_open(&all, &track, 0);
    fg_track_state_note_fault(four, FG_QUALITY_DARK);
    four->again = true;
    track.epoch = 2;
    assert_ptr_equal(fg_track_states_open(&all, &track, SECOND), four);
    assert_true(four->evidence.doubted);
    assert_int_equal(four->evidence.undecided_since, 0);
    assert_int_equal(fg_track_state_commonest_fault(four), FG_QUALITY_GOOD);
    assert_true(four->again);
    four->evidence.doubted = false;
    fg_track_states_open(&all, &track, SECOND);
    assert_false(four->evidence.doubted);
}

static void a_state_lasts_as_long_as_its_track(void **state)
{
    (void)state;
    static fg_track_states all;
    fg_track tracks[2] = {track_of(4, 1), track_of(5, 1)};
    fg_track_state *four = fg_track_states_open(&all, &tracks[0], 7);
    fg_track_state *five = fg_track_states_open(&all, &tracks[1], 7);
    assert_ptr_not_equal(four, five);
    four->again = true;
    five->again = true;

    assert_null(fg_track_states_gone(&all, tracks, 2));
    assert_ptr_equal(fg_track_states_open(&all, &tracks[0], 7), four);
    assert_ptr_equal(fg_track_states_find(&all, 4), four);
    assert_true(four->again);

    assert_ptr_equal(fg_track_states_gone(&all, &tracks[1], 1), four);
    four->track = 0;
    assert_null(fg_track_states_gone(&all, &tracks[1], 1));
    assert_null(fg_track_states_find(&all, 4));
    assert_ptr_equal(fg_track_states_find(&all, 5), five);
}

static void what_lasts_no_longer_than_noise_is_no_face(void **state)
{
    (void)state;
    static const struct {
        int frames;
        int64_t interval; /* ms */
        double score;
        bool is_face;
    } rows[] = {
        {1, 33, 1, false},  {2, 33, 1, false},   {3, 33, 0.2, true},
        {2, 199, 1, false}, {2, 200, 0.2, true}, {30, 33, 0.19, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_track_states all = {0};
        fg_track track = track_of(1, 1);
        fg_track_state *one = NULL;
        for (int k = 0; k < rows[i].frames; k++) {
            track.last_seen = k * rows[i].interval * (SECOND / 1000);
            track.face.score = k == 1 || rows[i].frames == 1 ? rows[i].score : 0.1;
            one = fg_track_states_open(&all, &track, track.last_seen);
        }
        /* A frame without it says nothing. */
        track.seen = false;
        track.face.score = 9;
        assert_ptr_equal(fg_track_states_open(&all, &track, SECOND), one);
        if (fg_track_state_is_face(one) != rows[i].is_face) {
            fail_msg("row %zu", i);
        }
    }
}

static void there_is_a_state_for_each_track_there_can_be(void **state)
{
    (void)state;
    static fg_track_states all;
    fg_track tracks[FG_TRACKS_MAX];
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        tracks[i] = track_of((uint64_t)i + 1, 1);
    }
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        fg_track_states_open(&all, &tracks[i], 7)->again = true;
    }
    tracks[9].id = 100;
    fg_track_state *gone = fg_track_states_gone(&all, tracks, FG_TRACKS_MAX);
    assert_int_equal(gone->track, 10);
    gone->track = 0;
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
        cmocka_unit_test(a_new_state_begins_when_its_track_did),
        cmocka_unit_test(another_epoch_is_a_doubt_and_no_new_face),
        cmocka_unit_test(a_state_lasts_as_long_as_its_track),
        cmocka_unit_test(what_lasts_no_longer_than_noise_is_no_face),
        cmocka_unit_test(there_is_a_state_for_each_track_there_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
