/*
 * People before a camera that stands low and looks up can be enrolled: shown on a film, with the
 * limits of a default configuration.
 */
#include "facegate/base/config.h"
#include "facegate/camera/picture.h"
#include "facegate/vision/quality.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

/* Each person is there for so many frames, and so many of them are looked at. */
#define PEOPLE 3
#define FRAMES 60
#define EVERY  5
#define LOOKS  (FRAMES / EVERY)

static fg_engine *engine;
static fg_decoder *decoder;
static char *folder;

static int load(void **state)
{
    (void)state;
    fg_error error = {""};
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

static char *make_film(void)
{
    char *film = fg_testing_path(folder, "below");
    const char *argv[] = {FG_FILM, FG_SOURCE_DIR "/tests/films/below.film",
                          FG_SOURCE_DIR "/tests/pictures", film, NULL};
    assert_int_equal(mkdir(film, 0700), 0);
    assert_int_equal(fg_process_run(folder, argv, NULL, 200, NULL), 0);
    return film;
}

/* How many of the frames of one person have a face, and one that enrolment takes. */
static void watch(const char *film, int person, int *ret_found, int *ret_good)
{
    fg_config config;
    fg_error error = {""};
    fg_frame frame = {0};
    fg_config_init(&config);
    fg_quality_limits limits = fg_quality_limits_for(config.vision.min_face);
    *ret_found = 0;
    *ret_good = 0;
    for (int i = person * FRAMES; i < (person + 1) * FRAMES; i += EVERY) {
        char path[600];
        fg_face faces[FG_ENGINE_MAX_FACES];
        fg_landmarks landmarks;
        int count = 0;
        snprintf(path, sizeof(path), "%s/frame-%04d.jpg", film, i);
        if (fg_picture_load(decoder, path, false, &frame, &error) != 0 ||
            fg_engine_detect(engine, &frame, config.vision.min_face, 0, faces, &count, &error) !=
                0) {
            fail_msg("%s", error.text);
        }
        if (count == 0) {
            continue;
        }
        if (fg_engine_align(engine, &frame, &faces[0].box, &landmarks, &error) != 0) {
            fail_msg("%s", error.text);
        }
        fg_quality quality = fg_quality_measure(&frame, &faces[0].box, &landmarks);
        *ret_found += 1;
        *ret_good += fg_quality_check(&quality, &limits, &error) == FG_QUALITY_GOOD;
    }
    fg_frame_release(&frame);
}

static void enrolment_takes_most_views_from_twenty_to_thirty_degrees_below(void **state)
{
    (void)state;
    char *film = make_film();
    for (int person = 0; person < PEOPLE; person++) {
        int found = 0;
        int good = 0;
        watch(film, person, &found, &good);
        if (found < LOOKS * 3 / 4 || good < found * 3 / 4) {
            fail_msg("person %d: of %d frames a face in %d, good in %d", person, LOOKS, found,
                     good);
        }
    }
    free(film);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enrolment_takes_most_views_from_twenty_to_thirty_degrees_below),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
