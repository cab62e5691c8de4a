/*
 * What a SPEC may be, and libcamera on a machine that may well have no camera.
 */
#include "facegate/camera/camera.h"

#include "libcamera_source.h"

#include "facegate/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int create(const char *source, int fps, fg_slot *slot, fg_camera **ret_camera,
                  fg_error *error)
{
    const fg_camera_options options = {
        .source = source, .width = 640, .height = 480, .fps = fps, .stall_timeout = 5};
    return fg_camera_create(&options, slot, ret_camera, error);
}

static void bad_specs_are_refused_with_what_there_is(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        int fps;
        const char *text;
    } table[] = {
        {"", 30, "source \"\" is not known: use auto, libcamera:ID or images:PATH"},
        {"webcam", 30, "source \"webcam\" is not known: use auto, libcamera:ID or images:PATH"},
        {"Auto", 30, "source \"Auto\" is not known: use auto, libcamera:ID or images:PATH"},
        {"auto:0", 30, "source \"auto:0\" is not known: use auto, libcamera:ID or images:PATH"},
        {"images", 30, "source \"images\" is not known: use auto, libcamera:ID or images:PATH"},
        {"images:", 30,
         "source images: has no path: give a JPEG file, a folder or a quoted pattern after the "
         "colon"},
        {"libcamera:", 30,
         "source libcamera: has no camera id: give its id after the colon (facegate cameras lists "
         "them), or use auto"},
        {"auto", 0, "0 frames per second: use 1 or more"},
        {"auto", -5, "-5 frames per second: use 1 or more"},
    };
    fg_slot *slot = NULL;
    assert_int_equal(fg_slot_create(&slot), 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_camera *camera = NULL;
        fg_error error = {0};
        assert_int_equal(create(table[i].source, table[i].fps, slot, &camera, &error), -EINVAL);
        assert_string_equal(error.text, table[i].text);
        assert_null(camera);
    }
    fg_slot_free(slot);
}

static void images_are_distinguished_from_cameras(void **state)
{
    (void)state;
    assert_true(fg_camera_is_images("images:/a"));
    assert_true(fg_camera_is_images("images:"));
    assert_false(fg_camera_is_images("images"));
    assert_false(fg_camera_is_images("auto"));
    assert_false(fg_camera_is_images("libcamera:images:"));
}

/* How many cameras this machine has; the text is what the list says. */
static int list(char **ret_text)
{
    size_t size = 0;
    fg_error error = {0};
    const fg_camera_options options = {.fps = 30};
    FILE *output = open_memstream(ret_text, &size);
    assert_non_null(output);
    int count = fg_camera_list(&options, output, &error);
    fclose(output);
    if (count < 0) {
        fail_msg("%s", error.text);
    }
    return count;
}

static void the_list_names_each_camera_or_is_empty_again_and_again(void **state)
{
    (void)state;
    char *first = NULL, *second = NULL;
    int count = list(&first);
    assert_int_equal(list(&second), count);
    assert_string_equal(first, second);
    assert_true((count == 0) == (first[0] == '\0'));
    free(first);
    free(second);
}

static void an_unknown_camera_is_refused_where_there_are_others_and_else_waited_for(void **state)
{
    (void)state;
    fg_slot *slot = NULL;
    fg_camera *camera = NULL;
    fg_error error = {0};
    char *text = NULL;
    int count = list(&text);
    assert_int_equal(fg_slot_create(&slot), 0);
    int result = create("libcamera:no-such-camera", 30, slot, &camera, &error);
    assert_int_equal(result, 0);
    assert_int_equal(fg_camera_start(camera, &error), 0);
    if (count > 0) {
        const fg_frame *frame = NULL;
        int64_t until = fg_clock_monotonic() + 30 * FG_NS_PER_S;
        assert_int_equal(fg_slot_take(slot, until, &frame), -ENODATA);
        assert_int_equal(fg_camera_trouble(camera, &error), -ENXIO);
        assert_non_null(
            strstr(error.text, "No camera \"no-such-camera\" among the cameras found ("));
        assert_non_null(strstr(error.text, "): name one of these, or use auto"));
    }
    fg_camera_free(camera);
    fg_slot_free(slot);
    free(text);
}

static void a_camera_that_is_not_there_can_be_waited_for_and_stopped(void **state)
{
    (void)state;
    char *text = NULL;
    int count = list(&text);
    free(text);
    for (int turn = 0; turn < 3 && count == 0; turn++) {
        fg_slot *slot = NULL;
        fg_camera *camera = NULL;
        const fg_frame *frame = NULL;
        assert_int_equal(fg_slot_create(&slot), 0);
        assert_int_equal(create("auto", 30, slot, &camera, NULL), 0);
        assert_int_equal(fg_camera_start(camera, NULL), 0);
        assert_int_equal(fg_slot_take(slot, fg_clock_monotonic() + 20 * FG_NS_PER_MS, &frame),
                         -ETIMEDOUT);
        assert_int_equal(fg_camera_state(camera), FG_CAMERA_WAITING);
        assert_false(fg_camera_failed(camera, NULL));
        assert_int_equal(fg_camera_stop(camera), 0);
        assert_int_equal(fg_slot_take(slot, 0, &frame), -ENODATA);
        assert_null(fg_camera_free(camera));
        fg_slot_free(slot);
    }
}

static void a_source_without_a_camera_says_so_and_can_be_tried_again(void **state)
{
    (void)state;
    char description[FG_SOURCE_DESCRIPTION] = "";
    fg_libcamera *libcamera = NULL;
    fg_error error = {0};
    char *text = NULL;
    int count = list(&text);
    free(text);
    const fg_camera_options options = {.width = 640, .height = 480, .fps = 30};
    assert_int_equal(fg_libcamera_create(NULL, &options, &libcamera, &error), 0);
    for (int turn = 0; turn < 3 && count == 0; turn++) {
        assert_int_equal(fg_libcamera_ops.open(libcamera, description, &error), -ENODEV);
        assert_string_equal(error.text, "No camera found");
        assert_string_equal(description, "");
    }
    fg_libcamera_ops.free(libcamera);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_specs_are_refused_with_what_there_is),
        cmocka_unit_test(images_are_distinguished_from_cameras),
        cmocka_unit_test(the_list_names_each_camera_or_is_empty_again_and_again),
        cmocka_unit_test(an_unknown_camera_is_refused_where_there_are_others_and_else_waited_for),
        cmocka_unit_test(a_camera_that_is_not_there_can_be_waited_for_and_stopped),
        cmocka_unit_test(a_source_without_a_camera_says_so_and_can_be_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
