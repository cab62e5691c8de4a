/* The daemon at a camera of libcamera's: the list, the people it sees, the colours it sends. */
#include "door.h"
#include "show.h"
#include "virtual_camera.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 * Levels of a channel. After 0.4 the pipeline says Rec709 of pictures that it leaves in the full
 * range that their JPEGs have; facegate widens what is said to be narrow, and colours change.
 */
#ifdef FG_WRONG_RANGE
#define MAX_ERROR 20.0
#else
#define MAX_ERROR 3.0
#endif

/* The virtual camera takes no control, and the rate that it tells of it does not keep. */
#define CONTROLS                                                                                   \
    "    fps, min_fps   1 to 120; requested: 15 to 30\n"                                           \
    "    focus          fixed\n"                                                                   \
    "    exposure       cannot be set\n"                                                           \
    "    exposure_value cannot be set\n"                                                           \
    "    flicker        cannot be set\n"

static fg_door door;
static char *show;

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, "send_interval = 0.5\ndrain_timeout = 60\n");
    show = fg_show_make(door.folder);
    const fg_virtual_camera cameras[] = {
        {"Front", "A camera at a door", show, FG_SHOW_WIDTH, FG_SHOW_HEIGHT},
        {"Back", "A small one", show, 320, 240},
    };
    fg_virtual_camera_plug(door.folder, cameras, 2);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    free(show);
    return 0;
}

static void stop_daemon(void)
{
    fg_process_signal(&door.daemon, SIGTERM);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
}

static void cameras_are_listed_with_id_model_and_formats(void **state)
{
    (void)state;
    char *output = NULL;
    const char *words[] = {"cameras", NULL};
    assert_int_equal(fg_door_command(&door, &output, words), 0);
    assert_string_equal(output, "Front\n"
                                "    model          A camera at a door\n"
                                "    place          front\n"
                                "    NV12           640x480\n" CONTROLS "Back\n"
                                "    model          A small one\n"
                                "    place          front\n"
                                "    NV12           320x240\n" CONTROLS);
    free(output);
}

static void without_one_the_list_says_what_to_check(void **state)
{
    (void)state;
    char *output = NULL;
    const char *words[] = {"cameras", NULL};
    fg_virtual_camera_unplug();
    assert_int_equal(fg_door_command(&door, &output, words), 1);
    assert_non_null(strstr(output, "libcamera sees no camera: check the cable"));
    free(output);
}

static void a_camera_is_taken_by_its_id(void **state)
{
    (void)state;
    const char *options[] = {"--source", "libcamera:Back", NULL};
    fg_door_run(&door, "back", options);
    fg_door_expect(&door, "Camera ready: Back 320x240 NV12 at 30 fps", 1);
    stop_daemon();
}

static void an_unknown_id_ends_the_run_with_1_and_lists_those_there_are(void **state)
{
    (void)state;
    char *output = NULL;
    const char *words[] = {"run", "--source", "libcamera:Side", NULL};
    assert_int_equal(fg_door_command(&door, &output, words), 1);
    assert_non_null(strstr(output, "No camera \"Side\" among the cameras found (Front, Back): "
                                   "name one of these, or use auto"));
    free(output);
}

static const char *text_of(const cJSON *entry, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(entry, key);
    assert_true(cJSON_IsString(value));
    return value->valuestring;
}

/* Whether it is about Ada; of others nothing may be reported. */
static bool is_ada(const cJSON *entry)
{
    bool accepted = strcmp(text_of(entry, "status"), "Accepted") == 0;
    assert_string_equal(text_of(entry, "status"), accepted ? "Accepted" : "Refused");
    assert_string_equal(text_of(entry, "user_name"), accepted ? "Ada" : "Inconnu");
    assert_string_equal(text_of(entry, "rfid_id"), accepted ? "D8E2F1G3" : "00000000");
    return accepted;
}

static fg_show_error error_of(const cJSON *entry)
{
    size_t size = 0;
    /* The receiver keeps what it shows as /static/img/NAME in img/NAME. */
    const char *name = strrchr(text_of(entry, "image_path"), '/');
    char *folder = fg_testing_path(door.backend, "img");
    char *path = fg_testing_path(folder, name + 1);
    char *jpeg = fg_testing_read(path, &size);
    fg_show_error error = fg_show_compare(show, jpeg, size);
    free(folder);
    free(path);
    free(jpeg);
    return error;
}

/* The largest of several in every place. */
static void keep_larger(fg_show_error *most, const fg_show_error *error)
{
    for (int i = 0; i < 3; i++) {
        most->mean[i] = error->mean[i] > most->mean[i] ? error->mean[i] : most->mean[i];
    }
    for (int i = 0; i < FG_SHOW_BARS; i++) {
        most->bar[i] = error->bar[i] > most->bar[i] ? error->bar[i] : most->bar[i];
    }
}

static void ada_and_strangers_are_sent_in_the_colours_they_were_seen_in(void **state)
{
    (void)state;
    const char *options[] = {"--source", "auto", NULL};
    fg_door_run(&door, "run", options);
    fg_door_expect(&door, "Camera ready: Front 640x480 NV12 at 30 fps", 1);
    fg_door_expect(&door, "Face detected: Ada (Accepted", 3);
    fg_door_expect(&door, "Face detected: Inconnu (Refused", 3);
    stop_daemon();

    cJSON *entries = fg_receiver_stored(&door.receiver);
    fg_show_error most = {.mean = {0}};
    int accepted = 0, refused = 0;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, entries)
    {
        fg_show_error error = error_of(entry);
        keep_larger(&most, &error);
        is_ada(entry) ? accepted++ : refused++;
    }
    cJSON_Delete(entries);
    print_message("%d accepted and %d refused; mean error of red, green and blue: at most %.2f, "
                  "%.2f, %.2f levels; of a bar's colour:",
                  accepted, refused, most.mean[0], most.mean[1], most.mean[2]);
    for (int bar = 0; bar < FG_SHOW_BARS; bar++) {
        print_message(" %.2f", most.bar[bar]);
    }
    print_message("\n");
    assert_true(accepted >= 3);
    assert_true(refused >= 3);
    for (int channel = 0; channel < 3; channel++) {
        assert_true(most.mean[channel] < MAX_ERROR);
    }
    for (int bar = 0; bar < FG_SHOW_BARS; bar++) {
        assert_true(most.bar[bar] < MAX_ERROR);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cameras_are_listed_with_id_model_and_formats, open_door,
                                        close_door),
        cmocka_unit_test_setup_teardown(without_one_the_list_says_what_to_check, open_door,
                                        close_door),
        cmocka_unit_test_setup_teardown(a_camera_is_taken_by_its_id, open_door, close_door),
        cmocka_unit_test_setup_teardown(an_unknown_id_ends_the_run_with_1_and_lists_those_there_are,
                                        open_door, close_door),
        cmocka_unit_test_setup_teardown(ada_and_strangers_are_sent_in_the_colours_they_were_seen_in,
                                        open_door, close_door),
    };
    return cmocka_run_group_tests_name("virtual", tests, NULL, NULL);
}
