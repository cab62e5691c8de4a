#include "facegate/clock.h"
#include "facegate/vision/tracks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TIMEOUT      (700 * FG_NS_PER_MS)
#define FRAME        (FG_NS_PER_S / 30)
#define SIDE         100

static fg_tracks *tracks;
static int64_t now;

static int open_tracks(void **state)
{
    (void)state;
    now = 5 * FG_NS_PER_S;
    return fg_tracks_create(TIMEOUT, &tracks);
}

static int close_tracks(void **state)
{
    (void)state;
    tracks = fg_tracks_free(tracks);
    return 0;
}

static fg_face face_at(double x, double y, double side)
{
    return (fg_face){.box = {(int)lround(x - side / 2), (int)lround(y - side / 2),
                             (int)lround(side), (int)lround(side)},
                     .score = 1};
}

/* A frame `passed` ns after the last; the tracks after it. */
static const fg_track *see(int64_t passed, const fg_face *faces, int count)
{
    int found;
    now += passed;
    fg_tracks_advance(tracks, now);
    fg_tracks_update(tracks, faces, count);
    return fg_tracks_list(tracks, &found);
}

static int live(void)
{
    int count;
    fg_tracks_list(tracks, &count);
    return count;
}

static const fg_track *check(int64_t passed, double x, double y, double side)
{
    fg_face face = face_at(x, y, side);
    return see(passed, &face, 1);
}

static const fg_track *see_nobody(int64_t passed)
{
    fg_face none = {0};
    return see(passed, &none, 0);
}

static void a_face_starts_a_track(void **state)
{
    (void)state;
    const fg_track *track = check(0, 300, 200, SIDE);
    fg_face face = face_at(300, 200, SIDE);
    assert_int_equal(live(), 1);
    assert_int_equal(track->id, 1);
    assert_int_equal(track->epoch, 1);
    assert_true(track->seen);
    assert_int_equal(track->missed, 0);
    assert_int_equal(track->first_seen, now);
    assert_int_equal(track->last_seen, now);
    assert_memory_equal(&track->face, &face, sizeof(face));
    assert_memory_equal(&track->expected, &face.box, sizeof(face.box));
}

static void who_walks_stays_the_same(void **state)
{
    (void)state;
    static const double speeds[] = {0, 1, 3, 6, 10};
    for (size_t i = 0; i < COUNT(speeds); i++) {
        fg_tracks_clear(tracks);
        for (int k = 0; k < 60; k++) {
            /* The box trembles and grows in the detector's steps. */
            double x = 100 + speeds[i] * SIDE * k / 30 + (k % 3 - 1) * 5;
            check(FRAME, x, 300 + k % 2 * 5, k % 7 < 3 ? SIDE : SIDE * 1.2);
        }
        const fg_track *track = see_nobody(0);
        assert_int_equal(live(), 1);
        assert_int_equal(track->id, i + 1);
        assert_int_equal(track->epoch, 1);
    }
}

static void a_walking_face_is_expected_ahead_but_not_forever(void **state)
{
    (void)state;
    for (int k = 0; k < 30; k++) {
        check(FRAME, 100 + 10 * k, 300, SIDE);
    }
    int count;
    int x = 100 + 10 * 29 - SIDE / 2;
    fg_tracks_advance(tracks, now + FRAME);
    const fg_track *track = fg_tracks_list(tracks, &count);
    assert_false(track->seen);
    assert_in_range(track->expected.x, x + 7, x + 11);
    assert_int_equal(track->expected.y, 300 - SIDE / 2);
    fg_tracks_advance(tracks, now + TIMEOUT);
    assert_in_range(track->expected.x, x + 60, x + 90);
    assert_int_equal(track->face.box.x, x);
}

static void a_jump_changes_the_epoch_and_a_leap_the_track(void **state)
{
    (void)state;
    static const struct {
        double x, y, side;
        int64_t passed;
        uint32_t epoch; /* 0: another track */
    } rows[] = {
        {0, 0, 1, FRAME, 1},
        {0.44, 0, 1, FRAME, 1},
        {0.46, 0, 1, FRAME, 2},
        {0, -0.46, 1, FRAME, 2},
        {0.32, 0.32, 1, FRAME, 2},
        {0.66, 0, 1, FRAME, 2},
        {0.70, 0, 1, FRAME, 0},
        {0, 0, 1.45, FRAME, 1},
        {0, 0, 1.55, FRAME, 2},
        {0, 0, 0.64, FRAME, 2},
        {0, 0, 1.95, FRAME, 0},
        {0, 0, 0.5, FRAME, 0},
        /* With fewer frames a person gets farther, but not past the next one. */
        {0.80, 0, 1, FG_NS_PER_S / 10, 1},
        {0.90, 0, 1, FG_NS_PER_S / 10, 2},
        {0.98, 0, 1, FG_NS_PER_S / 5, 1},
        {1.02, 0, 1, FG_NS_PER_S / 5, 2},
        /* With very few somebody else may be there, unless the face is where it was. */
        {0.24, 0, 1, FG_NS_PER_S / 2, 1},
        {0.26, 0, 1, FG_NS_PER_S / 2, 2},
        {1.02, 0, 1, FG_NS_PER_S / 2, 2},
        {1.60, 0, 1, FG_NS_PER_S / 2, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const double side = 200;
        fg_tracks_clear(tracks);
        uint64_t id = check(0, 1000, 1000, side)->id;
        /* Distances are in widths of the larger face. */
        double width = side * fmax(rows[i].side, 1);
        const fg_track *list = check(rows[i].passed, 1000 + rows[i].x * width,
                                     1000 + rows[i].y * width, side * rows[i].side);
        if (rows[i].epoch != 0) {
            assert_int_equal(live(), 1);
            assert_int_equal(list[0].id, id);
            assert_int_equal(list[0].epoch, rows[i].epoch);
        } else {
            assert_int_equal(live(), 2);
            assert_false(list[0].seen);
            assert_int_equal(list[1].id, id + 1);
        }
    }
}

static void who_leaves_and_comes_back_soon_is_the_same(void **state)
{
    (void)state;
    static const struct {
        int frames;
        bool same_epoch, same_id;
    } rows[] = {{1, true, true},   {6, true, true},   {7, false, true},
                {15, false, true}, {20, false, true}, {21, false, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_tracks_clear(tracks);
        uint64_t id = check(FRAME, 300, 300, SIDE)->id;
        for (int k = 0; k < rows[i].frames; k++) {
            const fg_track *track = see_nobody(FRAME);
            if (live() > 0) {
                assert_false(track->seen);
                assert_int_equal(track->missed, k + 1);
            }
        }
        const fg_track *track = check(FRAME, 310, 300, SIDE);
        assert_int_equal(live(), 1);
        assert_int_equal(track->id == id, rows[i].same_id);
        assert_int_equal(track->epoch == 1, rows[i].same_epoch || !rows[i].same_id);
        assert_int_equal(track->missed, 0);
        /* The epoch goes on from there. */
        uint32_t epoch = track->epoch;
        assert_int_equal(check(FRAME, 310, 300, SIDE)->epoch, epoch);
    }
}

static void what_nobody_searched_was_not_missed(void **state)
{
    (void)state;
    /* With two frames a second or with one, somebody who stands still is one track. */
    for (int k = 0; k < 10; k++) {
        const fg_track *track = check(FG_NS_PER_S / 2, 300, 300, SIDE);
        assert_int_equal(track->id, 1);
        assert_int_equal(track->epoch, 1);
    }
    for (int k = 0; k < 5; k++) {
        assert_int_equal(check(FG_NS_PER_S, 300, 300, SIDE)->id, 1);
        assert_int_equal(live(), 1);
    }
    /* Who was missed once ends as always; nobody is waited for longer than that, unseen or not. */
    see_nobody(FRAME);
    assert_int_equal(check(TIMEOUT, 300, 300, SIDE)->id, 2);
    assert_int_equal(check(FG_TRACKS_BLIND, 300, 300, SIDE)->id, 2);
    assert_int_equal(check(FG_TRACKS_BLIND + 1, 300, 300, SIDE)->id, 3);
}

static void two_who_swap_close_to_each_other_are_in_doubt(void **state)
{
    (void)state;
    fg_face faces[] = {face_at(300, 300, SIDE), face_at(340, 320, SIDE * 1.3)};
    const fg_track *list = see(FRAME, faces, 2);
    assert_int_equal(list[0].epoch, 1);
    for (uint32_t k = 2; k < 10; k++) {
        list = see(FRAME, faces, 2);
        assert_int_equal(live(), 2);
        assert_int_equal(list[0].epoch, k);
        assert_int_equal(list[1].epoch, k);
    }
    /* Apart again no doubt is left. */
    faces[1] = face_at(375, 320, SIDE);
    list = see(FRAME, faces, 2);
    faces[1] = face_at(410, 320, SIDE);
    uint32_t epochs[] = {list[0].epoch, list[1].epoch};
    for (int k = 0; k < 10; k++) {
        list = see(FRAME, faces, 2);
        assert_int_equal(list[0].epoch, epochs[0]);
        assert_int_equal(list[1].epoch, epochs[1]);
    }
}

static void two_side_by_side_are_not_in_doubt(void **state)
{
    (void)state;
    const fg_face faces[] = {face_at(300, 300, SIDE), face_at(410, 310, SIDE)};
    for (int k = 0; k < 30; k++) {
        const fg_track *list = see(k < 15 ? FRAME : FG_NS_PER_S / 5, faces, 2);
        for (int i = 0; i < 2; i++) {
            assert_int_equal(list[i].epoch, 1);
            assert_true(list[i].seen);
        }
    }
    assert_int_equal(live(), 2);
}

static void who_appears_next_to_a_face_casts_doubt_on_it(void **state)
{
    (void)state;
    fg_face faces[] = {face_at(300, 300, SIDE), face_at(335, 300, SIDE)};
    see(FRAME, faces, 1);
    const fg_track *list = see(FRAME, faces, 2);
    assert_int_equal(live(), 2);
    assert_int_equal(list[0].epoch, 2);
    assert_int_equal(list[0].face.box.x, faces[0].box.x);
    assert_int_equal(list[1].epoch, 1);
}

static void a_place_taken_between_two_frames_is_the_same_track(void **state)
{
    (void)state;
    /* The boxes cannot tell; that the encodings do is the judge's. */
    check(FRAME, 300, 300, SIDE);
    const fg_track *track = check(FRAME, 302, 301, SIDE);
    assert_int_equal(track->id, 1);
    assert_int_equal(track->epoch, 1);
}

static void ids_are_never_used_again(void **state)
{
    (void)state;
    uint64_t last = 0;
    for (int k = 0; k < 50; k++) {
        const fg_track *list = check(FRAME, 300 + k * 200, 300, SIDE);
        assert_int_equal(list[live() - 1].id, last + 1);
        last++;
        if (k % 10 == 0) {
            fg_tracks_clear(tracks);
            assert_int_equal(live(), 0);
        }
    }
}

static void time_that_goes_back_ends_all(void **state)
{
    (void)state;
    check(FRAME, 300, 300, SIDE);
    assert_int_equal(check(0, 300, 300, SIDE)->id, 1);
    assert_int_equal(check(-1, 300, 300, SIDE)->id, 2);
    assert_int_equal(live(), 1);
}

static void of_more_faces_than_places_the_strongest_stay(void **state)
{
    (void)state;
    fg_face faces[FG_TRACKS_MAX];
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        faces[i] = face_at(300 + 200 * i, 300, SIDE);
        faces[i].score = i;
    }
    see(FRAME, faces, 20);
    assert_int_equal(live(), 20);
    see_nobody(FRAME);
    /* All have moved on by one, so all are new, and there are places for all but 20. */
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        faces[i].box.y += 400;
    }
    const fg_track *list = see(FRAME, faces, FG_TRACKS_MAX);
    assert_int_equal(live(), FG_TRACKS_MAX);
    for (int i = 20; i < FG_TRACKS_MAX; i++) {
        assert_int_equal(list[i].id, i + 1);
        assert_true(list[i].face.score == FG_TRACKS_MAX + 19 - i);
    }
    see_nobody(FRAME);
    see_nobody(TIMEOUT);
    assert_int_equal(live(), 0);
}

static void overlap_is_the_common_part(void **state)
{
    (void)state;
    static const struct {
        fg_box one, other;
        double overlap;
    } rows[] = {
        {{0, 0, 10, 10}, {0, 0, 10, 10}, 1},
        {{0, 0, 10, 10}, {5, 0, 10, 10}, 50.0 / 150},
        {{0, 0, 10, 10}, {2, 2, 5, 5}, 0.25},
        {{0, 0, 10, 10}, {10, 0, 10, 10}, 0},
        {{0, 0, 10, 10}, {50, 50, 10, 10}, 0},
        {{-16384, 0, 16384, 16384}, {-16384, 0, 16384, 16384}, 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(fabs(fg_box_overlap(&rows[i].one, &rows[i].other) - rows[i].overlap) < 1e-12);
        assert_true(fabs(fg_box_overlap(&rows[i].other, &rows[i].one) - rows[i].overlap) < 1e-12);
    }
}

/* A made-up door: people who walk about, in front of each other too, come and go. */
enum { PEOPLE = 4, AWAY = 10 };

typedef struct walker {
    double x, y, side, speed_x, speed_y;
    int here; /* frames until they leave, or below 0 until they come again */
} walker;

static uint32_t seed;

static double chance(double from, double to)
{
    seed = seed * 1664525U + 1013904223U;
    return from + (to - from) * (seed >> 8) / (1U << 24);
}

/* Whether nobody is near, nor was just before. */
static bool is_alone(const walker *people, int who)
{
    for (int i = 0; i < PEOPLE; i++) {
        if (i != who && hypot(people[who].x - people[i].x, people[who].y - people[i].y) <
                            1.6 * fmax(people[who].side, people[i].side)) {
            return false;
        }
    }
    return true;
}

static void enter(walker *people, int who)
{
    double side = chance(80, 130), x = chance(0, 1000), y = chance(200, 400);
    double speed_x = chance(-4, 4), speed_y = chance(-1, 1);
    people[who] = (walker){x, y, side, side * speed_x, side * speed_y, (int)chance(10, 90)};
    if (!is_alone(people, who)) {
        people[who].here = -1; /* not out of nowhere next to somebody */
    }
}

/* The faces of a frame and whose they are. Of two that overlap as far as dlib allows the larger is
 * seen. */
static int take_frame(walker *people, fg_face *faces, int *whose)
{
    int count = 0;
    for (int i = 0; i < PEOPLE; i++) {
        walker *one = &people[i];
        if (one->here > 0) {
            one->x += one->speed_x / 30;
            one->y += one->speed_y / 30;
            bool leaves = one->here == 1 && is_alone(people, i); /* and reveals nobody */
            one->here = leaves ? -AWAY : one->here - (one->here > 1);
        } else if (++one->here >= 0) {
            enter(people, i);
        }
    }
    for (int i = 0; i < PEOPLE; i++) {
        const walker *one = &people[i];
        bool visible = one->here > 0;
        fg_face face =
            face_at(one->x + chance(-0.05, 0.05) * one->side,
                    one->y + chance(-0.05, 0.05) * one->side, one->side * chance(0.92, 1.1));
        for (int k = 0; k < PEOPLE; k++) {
            const walker *other = &people[k];
            if (k == i || other->here <= 0) {
                continue;
            }
            fg_face there = face_at(other->x, other->y, other->side);
            bool hides = fg_box_overlap(&face.box, &there.box) > 0.3 && other->side > one->side;
            visible = visible && !hides;
        }
        bool dropped = is_alone(people, i) && chance(0, 1) < 0.05;
        if (visible && !dropped) {
            face.score = chance(0, 2);
            whose[count] = i;
            faces[count++] = face;
        }
    }
    return count;
}

static void shuffle(fg_face *faces, int count)
{
    for (int i = count - 1; i > 0; i--) {
        int k = (int)chance(0, i + 0.999);
        fg_face kept = faces[i];
        faces[i] = faces[k];
        faces[k] = kept;
    }
}

static int owner_of(const fg_track *track, const fg_face *faces, const int *whose, int count)
{
    for (int i = 0; i < count; i++) {
        if (memcmp(&track->face.box, &faces[i].box, sizeof(fg_box)) == 0) {
            return whose[i];
        }
    }
    fail_msg("track %d has a face that was not there", (int)track->id);
    return -1;
}

static void no_epoch_holds_two_people_and_no_order_matters(void **state)
{
    (void)state;
    long steady = 0, seen = 0;
    for (uint32_t scene = 1; scene <= 400; scene++) {
        walker people[PEOPLE] = {0};
        int owner[FG_TRACKS_MAX * 8] = {0}; /* by id; 1 + the person its epoch is of */
        uint32_t epoch[FG_TRACKS_MAX * 8] = {0};
        fg_tracks *other = NULL;
        assert_int_equal(fg_tracks_create(TIMEOUT, &other), 0);
        fg_tracks_free(tracks);
        assert_int_equal(fg_tracks_create(TIMEOUT, &tracks), 0);
        seed = scene;
        for (int i = 0; i < PEOPLE; i++) {
            people[i].here = -1 - 7 * i;
        }
        for (int frame = 0; frame < 200; frame++) {
            fg_face faces[PEOPLE], shuffled[PEOPLE];
            int whose[PEOPLE], count, same;
            int found = take_frame(people, faces, whose);
            memcpy(shuffled, faces, sizeof(faces));
            shuffle(shuffled, found);
            const fg_track *list = see(FRAME, faces, found);
            fg_tracks_list(tracks, &count);

            fg_tracks_advance(other, now);
            fg_tracks_update(other, shuffled, found);
            const fg_track *others = fg_tracks_list(other, &same);
            assert_int_equal(same, count);
            int seen_now = 0;
            for (int i = 0; i < count; i++) {
                assert_int_equal(list[i].id, others[i].id);
                assert_int_equal(list[i].epoch, others[i].epoch);
                assert_int_equal(list[i].seen, others[i].seen);
                assert_memory_equal(&list[i].face.box, &others[i].face.box, sizeof(fg_box));
                assert_true(i == 0 || list[i].id > list[i - 1].id);
                assert_true(list[i].id < COUNT(owner));
                if (!list[i].seen) {
                    continue;
                }
                seen_now++;
                int is = 1 + owner_of(&list[i], faces, whose, found);
                if (epoch[list[i].id] == list[i].epoch) {
                    if (owner[list[i].id] != is) {
                        fail_msg("scene %u, frame %d: track %d, epoch %u is of %d and %d", scene,
                                 frame, (int)list[i].id, list[i].epoch, owner[list[i].id], is);
                    }
                    steady++;
                }
                epoch[list[i].id] = list[i].epoch;
                owner[list[i].id] = is;
                seen++;
            }
            /* One to one. */
            assert_int_equal(seen_now, found);
        }
        fg_tracks_free(other);
    }
    /* Nor is every observation an epoch of its own. */
    assert_true(seen > 100000);
    assert_true(steady > seen * 9 / 10);
}

static void nothing_is_freed_too(void **state)
{
    (void)state;
    assert_null(fg_tracks_free(NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_tracks, close_tracks)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_face_starts_a_track),
        TEST(who_walks_stays_the_same),
        TEST(a_walking_face_is_expected_ahead_but_not_forever),
        TEST(a_jump_changes_the_epoch_and_a_leap_the_track),
        TEST(who_leaves_and_comes_back_soon_is_the_same),
        TEST(what_nobody_searched_was_not_missed),
        TEST(two_who_swap_close_to_each_other_are_in_doubt),
        TEST(two_side_by_side_are_not_in_doubt),
        TEST(who_appears_next_to_a_face_casts_doubt_on_it),
        TEST(a_place_taken_between_two_frames_is_the_same_track),
        TEST(ids_are_never_used_again),
        TEST(time_that_goes_back_ends_all),
        TEST(of_more_faces_than_places_the_strongest_stay),
        TEST(overlap_is_the_common_part),
        TEST(no_epoch_holds_two_people_and_no_order_matters),
        TEST(nothing_is_freed_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
