/*
 * What doctor says of a camera that no test machine has: one that another program has, that is not
 * there, that never answers. The camera room is stood in for; tests/integration/test_doctor.c has
 * the real one.
 */
#include "doctor/check_camera.h"
#include "doctor/checkup.h"
#include "facegate/camera/camera.h"
#include "facegate/clock.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fg_camera {
    int unused;
};

static struct fg_camera camera;
static fg_slot *given_slot;
static int trouble;
static sem_t answer, left;
static bool hangs;
static int frames; /* that the camera gives */
static bool moves;
static fg_camera_view view;
static pthread_t producer;

bool fg_camera_is_images(const char *source)
{
    return strncmp(source, "images:", 7) == 0;
}

int fg_camera_create(const fg_camera_options *options, fg_slot *slot, fg_camera **ret_camera,
                     fg_error *error)
{
    (void)options;
    (void)error;
    given_slot = slot;
    *ret_camera = &camera;
    if (hangs) {
        sem_wait(&answer);
    }
    return 0;
}

static void *give_frames(void *context)
{
    (void)context;
    for (int i = 0; i < frames; i++) {
        fg_frame *frame = fg_slot_frame(given_slot);
        assert_int_equal(fg_frame_resize(frame, 64, 48), 0);
        for (int row = 0; row < 48; row++) {
            memset(frame->plane[0] + (ptrdiff_t)row * frame->stride[0], moves ? 100 + i : 100, 64);
        }
        if (fg_slot_hand_over(given_slot) != 0) {
            break;
        }
    }
    return NULL;
}

int fg_camera_start(fg_camera *of, fg_error *error)
{
    (void)of;
    (void)error;
    return frames > 0 ? -pthread_create(&producer, NULL, give_frames, NULL) : 0;
}

int fg_camera_trouble(fg_camera *of, fg_error *ret_error)
{
    (void)of;
    return fg_error_set(ret_error, trouble, "%s", strerror(-trouble));
}

void fg_camera_view_get(fg_camera *of, fg_camera_view *ret_view)
{
    (void)of;
    *ret_view = view;
}

fg_camera *fg_camera_free(fg_camera *of)
{
    (void)of;
    fg_slot_finish(given_slot);
    if (frames > 0) {
        pthread_join(producer, NULL);
    }
    if (hangs) {
        sem_post(&left);
    }
    return NULL;
}

static fg_config config;

/* With what is in `config`. */
static char *examine_configured(bool service_runs, int64_t patience)
{
    char *text = NULL;
    size_t size = 0;
    fg_checkup *checkup = fg_checkup_create();
    fg_check_camera(checkup, &config, service_runs, patience);
    FILE *output = open_memstream(&text, &size);
    fg_checkup_print(checkup, 300, output);
    fclose(output);
    fg_checkup_free(checkup);
    return text;
}

static char *examine(bool service_runs, int64_t patience)
{
    fg_config_init(&config);
    return examine_configured(service_runs, patience);
}

static void a_camera_that_somebody_has_is_broken_only_where_it_is_not_the_daemon(void **state)
{
    (void)state;
    trouble = -EBUSY;
    char *text = examine(true, FG_CHECK_CAMERA_PATIENCE);
    assert_non_null(strstr(text, "ok       camera.open       the daemon is using it\n"));
    assert_non_null(
        strstr(text, "skipped  camera.rate       not checked: the daemon is using the "));
    assert_non_null(strstr(text, "0 errors, 0 warnings, 4 not checked"));
    free(text);

    text = examine(false, FG_CHECK_CAMERA_PATIENCE);
    assert_non_null(strstr(text, "error    camera.open       Device or resource busy\n"
                                 "         fix: stop that program; \"sudo fuser -v "));
    assert_non_null(strstr(text, "1 error, 0 warnings, 4 not checked"));
    free(text);
}

static void no_camera_is_wrong_whether_the_daemon_runs_or_not(void **state)
{
    (void)state;
    trouble = -ENODEV;
    for (int runs = 0; runs < 2; runs++) {
        char *text = examine(runs != 0, FG_CHECK_CAMERA_PATIENCE);
        assert_non_null(
            strstr(text, "error    camera.open       No such device\n"
                         "         fix: check the cable (with the power off), the group video "));
        assert_non_null(strstr(text, "\"facegate cameras\" lists what libcamera sees\n"));
        free(text);
    }
}

static void a_picture_that_stands_still_is_frozen(void **state)
{
    (void)state;
    trouble = 0;
    frames = 6;
    char *text = examine(false, FG_CHECK_CAMERA_PATIENCE);
    assert_non_null(strstr(
        text, "error    camera.moves      all 6 frames are identical: the picture is frozen\n"
              "         fix: unplug the camera and plug it in again, or "));
    free(text);
    moves = true;
    text = examine(false, FG_CHECK_CAMERA_PATIENCE);
    assert_non_null(strstr(text, "ok       camera.moves      frames differ from each other\n"));
    free(text);
    frames = 1;
    text = examine(false, FG_CHECK_CAMERA_PATIENCE);
    assert_non_null(strstr(text, "warning  camera.rate       only 1 frame arrived\n"));
    free(text);
    frames = 0;
}

static void a_view_that_is_cropped_is_a_warning_with_what_widens_it(void **state)
{
    (void)state;
    static const struct {
        fg_camera_view view;
        const char *keys[3][2]; /* in [camera] */
        const char *expected;
    } rows[] = {
        {{.across = 1, .down = 0.99, .mode_width = 1640, .mode_height = 1232},
         {{NULL}},
         "ok       camera.view       the picture shows all that the camera can see (sensor mode "
         "1640x1232)\n"},
        {{.across = 0},
         {{NULL}},
         "n/a      camera.view       the camera has no sensor modes to choose from\n"},
        {{.across = 0.39, .down = 0.39, .mode_width = 640, .mode_height = 480},
         {{"view", "fast"}},
         "warning  camera.view       the picture shows 39 % of what the camera can see (sensor "
         "mode 640x480)\n"
         "         fix: remove [camera] view, or set it to full, to see all of it\n"},
        {{.across = 0.67, .down = 0.67, .refused = true},
         {{NULL}},
         "warning  camera.view       the picture shows 67 % of what the camera can see\n"
         "         fix: \"facegate cameras\" lists the sensor modes; see "},
        {{.refused = true},
         {{"view", "1640x1232"}},
         "warning  camera.view       the picture shows an unknown part of what the camera can see\n"
         "         fix: \"facegate cameras\" lists the sensor modes; see "},
        {{.across = 0.75, .down = 1, .mode_width = 2304, .mode_height = 1296},
         {{"width", "640"}, {"height", "480"}},
         "warning  camera.view       the picture shows 75 % of the width, 100 % of the height of "
         "what the camera can see (sensor mode 2304x1296)\n"
         "         fix: set only one of [camera] width and height, so that the other follows the "
         "view\n"},
        {{.across = 0.67, .down = 0.67, .mode_width = 1536, .mode_height = 864},
         {{"fps", "90"}, {"min_fps", "90"}},
         "warning  camera.view       the picture shows 67 % of what the camera can see (sensor "
         "mode 1536x864)\n"
         "         fix: \"facegate cameras\" lists the sensor modes; a lower [camera] min_fps "
         "allows one that shows more\n"},
    };
    trouble = 0;
    frames = 6;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_config_init(&config);
        for (size_t k = 0; k < 3 && rows[i].keys[k][0] != NULL; k++) {
            assert_int_equal(fg_config_set(&config, "camera", rows[i].keys[k][0],
                                           rows[i].keys[k][1], "--x", NULL),
                             0);
        }
        view = rows[i].view;
        char *text = examine_configured(false, FG_CHECK_CAMERA_PATIENCE);
        if (strstr(text, rows[i].expected) == NULL) {
            fail_msg("no \"%s\" in:\n%s", rows[i].expected, text);
        }
        free(text);
    }
    view = (fg_camera_view){.across = 0};
    frames = 0;
}

static void a_camera_that_never_answers_is_left_to_itself(void **state)
{
    (void)state;
    hangs = true;
    assert_false(fg_check_camera_hangs());
    char *text = examine(false, FG_NS_PER_S / 10);
    assert_true(fg_check_camera_hangs());
    assert_non_null(strstr(text, "error    camera.open       auto does not answer: no reply for "));
    assert_non_null(strstr(text, "skipped  camera.moves      not checked: no picture\n"));
    free(text);
    /* Its thread comes back after all, and frees what is its own. */
    sem_post(&answer);
    sem_wait(&left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_camera_that_somebody_has_is_broken_only_where_it_is_not_the_daemon),
        cmocka_unit_test(no_camera_is_wrong_whether_the_daemon_runs_or_not),
        cmocka_unit_test(a_picture_that_stands_still_is_frozen),
        cmocka_unit_test(a_view_that_is_cropped_is_a_warning_with_what_widens_it),
        cmocka_unit_test(a_camera_that_never_answers_is_left_to_itself),
    };
    sem_init(&answer, 0, 0);
    sem_init(&left, 0, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
