/* The kinds of camera source: distinguished by how they begin, and named alike in every text. */
#include "facegate/base/camera_source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_source_is_known_by_how_it_begins(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        enum fg_camera_source source;
        const char *rest;
    } rows[] = {
        {"auto", FG_CAMERA_SOURCE_AUTO, ""},
        {"libcamera:/base/x", FG_CAMERA_SOURCE_LIBCAMERA, "/base/x"},
        {"libcamera:images:", FG_CAMERA_SOURCE_LIBCAMERA, "images:"},
        {"libcamera:", FG_CAMERA_SOURCE_LIBCAMERA, ""},
        {"images:/a b/*.jpg", FG_CAMERA_SOURCE_IMAGES, "/a b/*.jpg"},
        {"images:", FG_CAMERA_SOURCE_IMAGES, ""},
        {"", FG_CAMERA_SOURCE_UNKNOWN, NULL},
        {"aut", FG_CAMERA_SOURCE_UNKNOWN, NULL},
        {"auto:", FG_CAMERA_SOURCE_UNKNOWN, NULL},
        {"Auto", FG_CAMERA_SOURCE_UNKNOWN, NULL},
        {" auto", FG_CAMERA_SOURCE_UNKNOWN, NULL},
        {"images", FG_CAMERA_SOURCE_UNKNOWN, NULL},
        {"/dev/video0", FG_CAMERA_SOURCE_UNKNOWN, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *rest = NULL;
        assert_int_equal(fg_camera_source_of(rows[i].spec, &rest), rows[i].source);
        assert_int_equal(fg_camera_source_of(rows[i].spec, NULL), rows[i].source);
        if (rows[i].rest == NULL) {
            assert_null(rest);
        } else {
            assert_string_equal(rest, rows[i].rest);
        }
    }
}

static void the_text_names_every_row_of_the_table(void **state)
{
    (void)state;
    char text[128];
    size_t used = 0;
    for (int i = 0; i < FG_CAMERA_SOURCE_UNKNOWN; i++) {
        const fg_camera_source_row *row = &fg_camera_sources[i];
        const char *before = i == FG_CAMERA_SOURCE_UNKNOWN - 1 ? " or " : ", ";
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s%s", i > 0 ? before : "",
                                 row->prefix, row->rest != NULL ? row->rest : "");
    }
    assert_string_equal(text, FG_CAMERA_SOURCE_FORMS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_is_known_by_how_it_begins),
        cmocka_unit_test(the_text_names_every_row_of_the_table),
    };
    return cmocka_run_group_tests_name("camera_source", tests, NULL, NULL);
}
