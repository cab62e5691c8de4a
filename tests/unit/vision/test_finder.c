/*
 * The finder with the real engine, on moving pictures cut from the test pictures, held against a
 * search of the whole picture in every frame.
 */
#include "degrade.h"
#include "facegate/camera/picture.h"
#include "facegate/clock.h"
#include "facegate/vision/finder.h"
#include "known_faces.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FRAME        (FG_NS_PER_S / 30)

/* Faces of 216 pixels are looked for in a picture a third as large, which is quick. */
#define MIN_FACE 160
#define WIDTH    1000
#define HEIGHT   700

static const fg_finder_options options = {.min_face = MIN_FACE,
                                          .scan_interval = FG_NS_PER_S / 4,
                                          .rescan_interval = 2 * FG_NS_PER_S,
                                          .track_timeout = 700 * FG_NS_PER_MS};
static fg_engine *engine;
static fg_decoder *decoder;
static fg_frame picture; /* sample3: three people */
static fg_frame wall;    /* as large, with nobody */
static fg_finder *finder;
static int64_t now;

static int load(void **state)
{
    (void)state;
    fg_error error = {""};
    int result = fg_engine_create(FG_SOURCE_DIR "/models", &engine, &error);
    if (result == 0) {
        result = fg_decoder_create(&decoder);
    }
    if (result == 0) {
        result = fg_picture_load(decoder, FG_SOURCE_DIR "/tests/pictures/sample3.jpg", false,
                                 &picture, &error);
    }
    if (result == 0) {
        result = fg_frame_resize(&wall, picture.width, picture.height);
    }
    if (result != 0) {
        print_error("%s\n", error.text);
        return result;
    }
    memset(wall.memory, 120, wall.capacity);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    fg_frame_release(&wall);
    fg_frame_release(&picture);
    fg_decoder_free(decoder);
    fg_engine_free(engine);
    return 0;
}

static int open_finder(void **state)
{
    (void)state;
    now = 3 * FG_NS_PER_S;
    return fg_finder_create(&options, &finder);
}

static int close_finder(void **state)
{
    (void)state;
    finder = fg_finder_free(finder);
    return 0;
}

/* A frame that shows a part of a picture, on the picture's own planes. */
static fg_frame show(const fg_frame *of, int x, int y)
{
    fg_frame frame = *of;
    now += FRAME;
    frame.width = WIDTH;
    frame.height = HEIGHT;
    frame.monotonic = now;
    frame.plane[0] += (ptrdiff_t)y * frame.stride[0] + x;
    for (int plane = 1; plane < 3; plane++) {
        frame.plane[plane] += (ptrdiff_t)(y / 2) * frame.stride[plane] + x / 2;
    }
    return frame;
}

static const fg_track *see(const fg_frame *frame, int *ret_count)
{
    const fg_track *tracks = NULL;
    fg_error error = {""};
    if (fg_finder_look(finder, engine, frame, &tracks, ret_count, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return tracks;
}

static enum fg_search search(void)
{
    return fg_finder_last_effort(finder).search;
}

static const fg_track *track_of(const fg_track *tracks, int count, const fg_box *box)
{
    for (int i = 0; i < count; i++) {
        if (fg_box_overlap(&tracks[i].face.box, box) > 0.4) {
            return &tracks[i];
        }
    }
    return NULL;
}

/* What a search of the whole picture in every frame finds, and for how long already. */
typedef struct watcher {
    fg_face faces[FG_ENGINE_MAX_FACES];
    int frames[FG_ENGINE_MAX_FACES]; /* in a row */
    int count;
} watcher;

static void watch(watcher *is, const fg_frame *frame)
{
    watcher was = *is;
    fg_error error;
    assert_int_equal(fg_engine_detect(engine, frame, MIN_FACE, 0, is->faces, &is->count, &error),
                     0);
    for (int i = 0; i < is->count; i++) {
        is->frames[i] = 1;
        for (int k = 0; k < was.count; k++) {
            if (fg_box_overlap(&was.faces[k].box, &is->faces[i].box) > 0.4) {
                is->frames[i] = was.frames[k] + 1;
            }
        }
    }
}

/* Moves over the picture and compares; how many faces windows found, and how many of them in the
 * very same box as the whole search. */
static void pan(int from, int to, int y, int frames, int *windows, int *same, uint64_t *last_id)
{
    watcher all = {0};
    for (int i = 0; i < frames; i++) {
        int count;
        fg_frame frame = show(&picture, (from + (to - from) * i / (frames - 1)) & ~1, y);
        watch(&all, &frame);
        const fg_track *tracks = see(&frame, &count);
        for (int k = 0; k < all.count; k++) {
            const fg_box *box = &all.faces[k].box;
            const fg_track *track = track_of(tracks, count, box);
            if (all.frames[k] >= 15 && (track == NULL || !track->seen)) {
                fail_msg("frame %d: the face at %d,%d has no track since %d frames", i, box->x,
                         box->y, all.frames[k]);
            }
            if (track != NULL && track->seen && search() == FG_SEARCH_WINDOWS) {
                ++*windows;
                *same += memcmp(&track->face.box, box, sizeof(*box)) == 0;
            }
        }
        for (int k = 0; k < count; k++) {
            *last_id = tracks[k].id > *last_id ? tracks[k].id : *last_id;
        }
    }
}

static void who_passes_by_has_one_track_and_the_boxes_of_a_whole_search(void **state)
{
    (void)state;
    int windows = 0, same = 0;
    uint64_t last_id = 0;
#ifdef FG_TEST_SANITIZED
    pan(300, 500, 150, 20, &windows, &same, &last_id);
    assert_int_equal(last_id, 2);
#else
    pan(0, 900, 150, 90, &windows, &same, &last_id);
    assert_int_equal(last_id, 3);
#endif
    assert_true(windows > 20);
    assert_true(same >= windows * 95 / 100);
}

#ifndef FG_TEST_SANITIZED
static void who_passes_by_quickly_has_a_track_too(void **state)
{
    (void)state;
    int windows = 0, same = 0;
    uint64_t last_id = 0;
    /* Six of these faces a second. */
    pan(0, 900, 150, 22, &windows, &same, &last_id);
    assert_true(windows > 10);
    assert_true(same >= windows * 9 / 10);
}
#endif

static void an_empty_room_is_searched_once_in_a_long_while(void **state)
{
    (void)state;
    int whole = 0, count;
    for (int i = 0; i < 184; i++) {
        fg_frame frame = show(&wall, 0, 0);
        see(&frame, &count);
        assert_int_equal(count, 0);
        assert_int_equal(fg_finder_last_effort(finder).moves, i == 0);
        assert_true(search() == FG_SEARCH_WHOLE || search() == FG_SEARCH_NONE);
        whole += search() == FG_SEARCH_WHOLE;
    }
    /* At the start, and in the first frame after 2, 4 and 6 seconds. */
    assert_int_equal(whole, 4);
}

static void who_stands_still_is_followed_without_whole_searches(void **state)
{
    (void)state;
    int whole = 0, count;
    for (int i = 0; i < 35; i++) {
        fg_frame frame = show(&picture, 400, 150);
        const fg_track *tracks = see(&frame, &count);
        assert_int_equal(count, 2);
        for (int k = 0; k < count; k++) {
            assert_true(tracks[k].seen);
            assert_int_equal(tracks[k].id, k + 1);
            assert_int_equal(tracks[k].epoch, 1);
        }
        whole += search() == FG_SEARCH_WHOLE;
    }
    /* The first frame is motion; the search that found them has served that. */
    assert_int_equal(whole, 1);
}

static void who_comes_is_found_within_the_scan_interval(void **state)
{
    (void)state;
    int count = 0, frames = 0;
    for (int i = 0; i < 10; i++) {
        fg_frame frame = show(&wall, 400, 150);
        see(&frame, &count);
        assert_int_equal(count, 0);
    }
    while (count == 0) {
        fg_frame frame = show(&picture, 400, 150);
        see(&frame, &count);
        frames++;
        assert_in_range(frames, 1, 9);
    }
    assert_int_equal(count, 2);
}

static void who_goes_is_missed_and_then_forgotten(void **state)
{
    (void)state;
    int count, whole = 0;
    fg_frame frame = show(&picture, 400, 150);
    see(&frame, &count);
    assert_int_equal(count, 2);
    for (int i = 0; i < 21; i++) {
        frame = show(&wall, 400, 150);
        const fg_track *tracks = see(&frame, &count);
        assert_int_equal(count, 2);
        assert_false(tracks[0].seen || tracks[1].seen);
        assert_int_equal(tracks[0].missed, i + 1);
        whole += search() == FG_SEARCH_WHOLE;
    }
    frame = show(&wall, 400, 150);
    see(&frame, &count);
    assert_int_equal(count, 0);
    assert_int_equal(whole, 2);
    frame = show(&picture, 400, 150);
    while (count == 0) {
        frame.monotonic = now += FRAME;
        const fg_track *tracks = see(&frame, &count);
        assert_true(count == 0 || tracks[0].id == 3);
    }
}

/* Puts a part of the picture, around a known face, with that face's middle at x, y. */
static void put(fg_frame *canvas, const fg_box *face, int x, int y)
{
    int half = face->width * 4 / 5;
    int from_x = face->x + face->width / 2, from_y = face->y + face->width / 2;
    for (int row = -half; row < half; row++) {
        memcpy(canvas->plane[0] + (ptrdiff_t)(y + row) * canvas->stride[0] + x - half,
               picture.plane[0] + (ptrdiff_t)(from_y + row) * picture.stride[0] + from_x - half,
               (size_t)half * 2);
    }
}

static void one_face_in_two_windows_is_one_face(void **state)
{
    (void)state;
    const fg_box *one = &fg_known_faces[5].box, *other = &fg_known_faces[6].box;
    fg_frame canvas = {0};
    uint64_t id = 0;
    int count, doubles = 0;
    assert_int_equal(fg_frame_resize(&canvas, WIDTH, HEIGHT), 0);
    for (int i = 0; i < 12; i++) {
        /* One is gone, and the other comes to where he was: both are looked for there. */
        memset(canvas.memory, 120, canvas.capacity);
        if (i == 0) {
            put(&canvas, one, 250, 350);
        }
        put(&canvas, other, i < 7 ? 750 - 60 * i : 330, 350);
        canvas.monotonic = now += FRAME;
        const fg_track *tracks = see(&canvas, &count);
        assert_int_equal(count, 2);
        assert_int_equal(tracks[0].seen + tracks[1].seen, i == 0 ? 2 : 1);
        const fg_track *right = tracks[0].face.box.x > tracks[1].face.box.x ? tracks : tracks + 1;
        id = i == 0 ? right->id : id;
        assert_true(tracks[0].id == id ? tracks[0].seen : tracks[1].seen);
        doubles += i > 7 && search() == FG_SEARCH_WINDOWS;
    }
    assert_true(doubles >= 2);
    fg_frame_release(&canvas);
}

/* The strongest hit at a box in a search of the whole picture; -1 for none. */
static double score_at(const fg_frame *frame, const fg_box *box)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count = 0;
    fg_error error;
    assert_int_equal(fg_engine_detect(engine, frame, MIN_FACE, -1, faces, &count, &error), 0);
    for (int i = 0; i < count; i++) {
        if (fg_box_overlap(&faces[i].box, box) > 0.4) {
            return faces[i].score;
        }
    }
    return -1;
}

static void copy(const fg_frame *from, fg_frame *to)
{
    const fg_box all = {0, 0, from->width, from->height};
    fg_box box;
    fg_degrade_cut_out(from, &all, to, &box);
}

/* Adds noise until the face scores a little less than a new one needs. */
static void spoil(const fg_frame *clean, const fg_box *face, fg_frame *ret_noisy)
{
    double score = 1;
    for (int noise = 8; noise < 60 && score > -0.05; noise += 2) {
        copy(clean, ret_noisy);
        fg_degrade_noise(ret_noisy, noise, 1);
        score = score_at(ret_noisy, face);
    }
    assert_true(score > -0.35 && score <= -0.05);
}

/* The stronger of two. */
static fg_box face_of(const fg_frame *frame)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count = 0;
    fg_error error;
    assert_int_equal(fg_engine_detect(engine, frame, MIN_FACE, 0, faces, &count, &error), 0);
    assert_int_equal(count, 2);
    return faces[0].box;
}

static const fg_track *see_track_of(const fg_frame *frame, const fg_box *face, int *ret_count)
{
    const fg_track *tracks = see(frame, ret_count);
    return track_of(tracks, *ret_count, face);
}

static void a_face_that_noise_weakens_keeps_its_track(void **state)
{
    (void)state;
    static const int64_t pauses[] = {FRAME, FG_NS_PER_S / 4};
    static const enum fg_search searches[] = {FG_SEARCH_WINDOWS, FG_SEARCH_WHOLE};
    fg_frame clean = show(&picture, 400, 150), noisy = {0};
    fg_box face = face_of(&clean);
    int count;
    spoil(&clean, &face, &noisy);
    uint64_t id = see_track_of(&clean, &face, &count)->id;
    for (size_t i = 0; i < COUNT(pauses); i++) {
        noisy.monotonic = now += pauses[i];
        const fg_track *track = see_track_of(&noisy, &face, &count);
        assert_int_equal(search(), searches[i]);
        assert_non_null(track);
        assert_true(track->seen && track->face.score < 0);
        assert_int_equal(track->id, id);
    }
    fg_frame_release(&noisy);
}

static void a_face_that_noise_weakens_starts_no_track(void **state)
{
    (void)state;
    fg_frame clean = show(&picture, 400, 150), noisy = {0}, without = {0};
    fg_box face = face_of(&clean);
    int count;
    spoil(&clean, &face, &noisy);
    noisy.monotonic = now;
    assert_null(see_track_of(&noisy, &face, &count));
    /* Nor beside somebody who has one. */
    fg_finder_free(finder);
    assert_int_equal(fg_finder_create(&options, &finder), 0);
    copy(&clean, &without);
    without.monotonic = clean.monotonic;
    for (int y = face.y; y < face.y + face.height; y++) {
        memset(without.plane[0] + (ptrdiff_t)y * without.stride[0] + face.x, 120,
               (size_t)face.width);
    }
    see(&without, &count);
    assert_int_equal(count, 1);
    noisy.monotonic = now += FG_NS_PER_S / 4;
    assert_null(see_track_of(&noisy, &face, &count));
    assert_int_equal(search(), FG_SEARCH_WHOLE);
    assert_int_equal(count, 1);
    fg_frame_release(&without);
    fg_frame_release(&noisy);
}

static void another_size_ends_all_tracks(void **state)
{
    (void)state;
    int count;
    fg_frame frame = show(&picture, 400, 150);
    see(&frame, &count);
    assert_int_equal(count, 2);
    frame = show(&picture, 400, 150);
    frame.width -= 100;
    const fg_track *tracks = see(&frame, &count);
    assert_int_equal(search(), FG_SEARCH_WHOLE);
    assert_true(count > 0 && tracks[0].id == 3);
    /* So does time that goes back. */
    frame.monotonic -= FG_NS_PER_S;
    uint64_t last = tracks[count - 1].id;
    tracks = see(&frame, &count);
    assert_int_equal(search(), FG_SEARCH_WHOLE);
    assert_int_equal(tracks[0].id, last + 1);
}

static void where_windows_would_cost_more_the_whole_is_searched(void **state)
{
    (void)state;
    static const struct {
        int min_face;
        enum fg_search search;
    } rows[] = {{160, FG_SEARCH_WINDOWS}, {240, FG_SEARCH_WHOLE}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_finder_options other = options;
        int count;
        other.min_face = rows[i].min_face;
        fg_finder_free(finder);
        assert_int_equal(fg_finder_create(&other, &finder), 0);
        for (int k = 0; k < 2; k++) {
            /* Two faces, and hardly room for more. */
            fg_frame frame = show(&picture, 960, 200);
            frame.width = 760;
            frame.height = 380;
            see(&frame, &count);
            assert_int_equal(count, 2);
            assert_int_equal(search(), k == 0 ? FG_SEARCH_WHOLE : rows[i].search);
        }
    }
}

static void nothing_is_freed_too(void **state)
{
    (void)state;
    assert_null(fg_finder_free(NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_finder, close_finder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_passes_by_has_one_track_and_the_boxes_of_a_whole_search),
#ifndef FG_TEST_SANITIZED
        TEST(who_passes_by_quickly_has_a_track_too),
#endif
        TEST(an_empty_room_is_searched_once_in_a_long_while),
        TEST(who_stands_still_is_followed_without_whole_searches),
        TEST(who_comes_is_found_within_the_scan_interval),
        TEST(who_goes_is_missed_and_then_forgotten),
        TEST(one_face_in_two_windows_is_one_face),
        TEST(a_face_that_noise_weakens_keeps_its_track),
        TEST(a_face_that_noise_weakens_starts_no_track),
        TEST(another_size_ends_all_tracks),
        TEST(where_windows_would_cost_more_the_whole_is_searched),
        TEST(nothing_is_freed_too),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
