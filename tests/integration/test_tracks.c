/*
 * No face of at least min_face pixels that a search of every picture finds for half a second or
 * longer goes without a track: shown on films, with the options of the daemon.
 */
#include "facegate/base/config.h"
#include "facegate/camera/picture.h"
#include "facegate/clock.h"
#include "facegate/vision/finder.h"
#include "known_faces.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FRAME        (FG_NS_PER_S / 30)

/* The whole picture is searched in every third frame; in between nobody gets farther than to where
 * his boxes still overlap. */
#define EVERY 3
#define LONG  (FG_NS_PER_S / 2)
/* A step of the detector changes a box by a third, somebody who walks moves it by as much. */
#define SAME 0.3

static fg_engine *engine;
static fg_decoder *decoder;
static fg_finder_options options;
static char *folder;

static int load(void **state)
{
    (void)state;
    fg_config config;
    fg_error error = {""};
    fg_config_init(&config);
    options = (fg_finder_options){
        .min_face = config.vision.min_face,
        .scan_interval = fg_clock_seconds(config.vision.scan_interval),
        .rescan_interval = fg_clock_seconds(config.vision.rescan_interval),
        .track_timeout = fg_clock_seconds(config.vision.track_timeout),
    };
    folder = fg_testing_folder();
    int result = fg_engine_create(FG_SOURCE_DIR "/models", &engine, &error);
    if (result != 0) {
        print_error("%s\n", error.text);
        return result;
    }
    return fg_decoder_create(&decoder);
}

static int unload(void **state)
{
    (void)state;
    fg_decoder_free(decoder);
    fg_engine_free(engine);
    fg_testing_remove(folder);
    return 0;
}

/* A film, or a part of one. */
typedef struct reel {
    const char *name;
    int first, frames;
    int least; /* times that somebody was there so long; with fewer it would show nothing */
} reel;

static char *make_film(const reel *of)
{
    static const char pictures[] = FG_SOURCE_DIR "/tests/pictures";
    char script[512], first[16], frames[16];
    char *film = fg_testing_path(folder, of->name);
    snprintf(script, sizeof(script), FG_SOURCE_DIR "/tests/films/%s.film", of->name);
    snprintf(first, sizeof(first), "%d", of->first);
    snprintf(frames, sizeof(frames), "%d", of->frames);
    assert_int_equal(mkdir(film, 0700), 0);
    const char *argv[] = {FG_FILM, "--first", first, "--frames", frames,
                          script,  pictures,  film,  NULL};
    assert_int_equal(fg_process_run(folder, argv, NULL, 300, NULL), 0);
    return film;
}

/* Who is there by a search of the whole picture, and since when. */
typedef struct crowd {
    fg_face faces[FG_ENGINE_MAX_FACES];
    int64_t since[FG_ENGINE_MAX_FACES];
    int count;
} crowd;

/* The faces of this frame that are large enough; each has been there since the one of the frame
 * before was that it overlaps most. */
static void search_all(const fg_frame *frame, crowd *is)
{
    const crowd was = *is;
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count = 0;
    fg_error error = {""};
    if (fg_engine_detect(engine, frame, options.min_face, 0, faces, &count, &error) != 0) {
        fail_msg("%s", error.text);
    }
    is->count = 0;
    for (int i = 0; i < count; i++) {
        if (faces[i].box.width < options.min_face) {
            continue;
        }
        double most = SAME;
        is->faces[is->count] = faces[i];
        is->since[is->count] = frame->monotonic;
        for (int k = 0; k < was.count; k++) {
            double overlap = fg_box_overlap(&was.faces[k].box, &faces[i].box);
            if (overlap > most) {
                most = overlap;
                is->since[is->count] = was.since[k];
            }
        }
        is->count++;
    }
}

static bool is_tracked(const fg_box *box, const fg_track *tracks, int count)
{
    for (int i = 0; i < count; i++) {
        if (fg_box_overlap(&tracks[i].face.box, box) > SAME) {
            return true;
        }
    }
    return false;
}

static void watch_film(const reel *of)
{
    crowd all = {.count = 0};
    int looked = 0;
    fg_frame frame = {0};
    fg_finder *finder = NULL;
    char *film = make_film(of);
    assert_int_equal(fg_finder_create(&options, &finder), 0);
    for (int i = of->first; i < of->first + of->frames; i++) {
        char path[600];
        const fg_track *tracks = NULL;
        int count = 0;
        fg_error error = {""};
        snprintf(path, sizeof(path), "%s/frame-%04d.jpg", film, i);
        if (fg_picture_load(decoder, path, false, &frame, &error) != 0) {
            fail_msg("%s", error.text);
        }
        frame.monotonic = FG_NS_PER_S + i * FRAME;
        if (fg_finder_look(finder, engine, &frame, &tracks, &count, &error) != 0) {
            fail_msg("%s", error.text);
        }
        if ((i - of->first) % EVERY != 0) {
            continue;
        }
        search_all(&frame, &all);
        for (int k = 0; k < all.count; k++) {
            const fg_box *box = &all.faces[k].box;
            int64_t there = frame.monotonic - all.since[k];
            looked += there >= LONG;
            if (there >= LONG && !is_tracked(box, tracks, count)) {
                fail_msg("%s, frame %d: the face of %d pixels at %d,%d is there for %.1f s and has "
                         "no track",
                         of->name, i, box->width, box->x, box->y, (double)there / FG_NS_PER_S);
            }
        }
    }
    if (looked < of->least) {
        fail_msg("%s: only %d times was somebody there for half a second", of->name, looked);
    }
    fg_finder_free(finder);
    fg_frame_release(&frame);
    free(film);
}

static void who_is_there_for_half_a_second_has_a_track(void **state)
{
    (void)state;
#ifdef FG_TEST_SANITIZED
    /* Somebody comes in and stands there. */
    static const reel films[] = {{"one", 36, 90, 15}};
#else
    /* While somebody is there. */
    static const reel films[] = {
        {"one", 30, 240, 50}, {"three", 15, 270, 140}, {"crossing", 0, 180, 80}};
#endif
    for (size_t i = 0; i < COUNT(films); i++) {
        watch_film(&films[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_there_for_half_a_second_has_a_track),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
