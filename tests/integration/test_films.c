/* What the scripts of films may say, and how a photograph looks that somebody holds up in one. */
#include "film.h"
#include "held.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PERSON                                                                                     \
    "film 640x480 9 frames 30 fps\nroom a.jpg 0,0 9x9\n"                                           \
    "person b.jpg 0,0 9x9 soft 0\n"

static int load(const char *text, fg_film *ret_film, fg_error *error)
{
    char *folder = fg_testing_folder();
    char *script = fg_testing_path(folder, "film");
    fg_testing_write(script, text, strlen(text));
    int result = fg_film_load(script, ret_film, error);
    free(script);
    fg_testing_remove(folder);
    return result;
}

static void a_person_is_there_itself_or_held_on_paper_or_on_a_phone(void **state)
{
    (void)state;
    fg_film film;
    fg_error error = {""};
    assert_int_equal(load(PERSON "person b.jpg 0,0 9x9 soft 0\nprint 12 tilt -4.5\n"
                                 "person b.jpg 0,0 9x9 soft 0\nphone 8 tilt 0\n",
                          &film, &error),
                     0);
    assert_int_equal(film.count, 3);
    assert_int_equal(film.people[0].held, FG_FILM_NOT_HELD);
    assert_int_equal(film.people[1].held, FG_FILM_PRINT);
    assert_float_equal(film.people[1].margin, 12, 0);
    assert_float_equal(film.people[1].tilt, -4.5, 0);
    assert_int_equal(film.people[2].held, FG_FILM_PHONE);
    assert_float_equal(film.people[2].margin, 8, 0);
}

static void refuses_what_cannot_be_held(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "print",           "print 12",         "print 12 tilt",    "print 12 tilt 4 more",
        "print 0 tilt 4",  "print 201 tilt 4", "print 12 tilt 46", "print nan tilt 4",
        "phones 8 tilt 3", "phone 8 turn 3",   "phone 8 tilt inf", "tablet 8 tilt 3",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        char text[256], expected[256];
        fg_film film;
        fg_error error = {""};
        snprintf(text, sizeof(text), PERSON "%s\n", lines[i]);
        snprintf(expected, sizeof(expected),
                 ":4: \"%s\" is no line of a script, or a number in it is out of range: film.h has "
                 "the form",
                 lines[i]);
        assert_int_equal(load(text, &film, &error), -EINVAL);
        assert_string_equal(error.text + strcspn(error.text, ":"), expected);
    }
}

static void refuses_a_print_of_nobody(void **state)
{
    (void)state;
    fg_film film;
    fg_error error = {""};
    assert_int_equal(load("film 640x480 9 frames 30 fps\nprint 12 tilt 4\n", &film, &error),
                     -EINVAL);
    assert_non_null(strstr(error.text, ":2: \"print 12 tilt 4\" is no line"));
}

static void fill(fg_frame *frame, int width, int height, int y)
{
    assert_int_equal(fg_frame_resize(frame, width, height), 0);
    memset(frame->memory, 128, frame->capacity);
    memset(frame->plane[0], y, (size_t)frame->stride[0] * (size_t)height);
}

static int luma(const fg_frame *frame, int x, int y)
{
    return frame->plane[0][y * frame->stride[0] + x];
}

/* A photograph whose left half is black and whose right half is white, held in a room of grey. It
 * is 200 pixels wide and high, and its middle is at 320, 200. */
static void hold(fg_film_held on, double tilt, fg_frame *ret_frame)
{
    fg_frame photograph = {0};
    fg_frame scaled = {0};
    const fg_film_person person = {
        .cut = {.width = 400, .height = 400}, .held = on, .margin = 12, .tilt = tilt};
    const fg_film_key place = {.x = 220, .y = 100, .width = 200};
    fill(&photograph, 400, 400, 0);
    for (int row = 0; row < 400; row++) {
        memset(photograph.plane[0] + row * photograph.stride[0] + 200, 255, 200);
    }
    fill(ret_frame, 640, 480, 100);
    assert_int_equal(fg_held_draw(&person, &place, &photograph, &scaled, ret_frame), 0);
    fg_frame_release(&photograph);
    fg_frame_release(&scaled);
}

static void a_print_has_a_white_margin_and_less_contrast_than_what_it_shows(void **state)
{
    (void)state;
    fg_frame frame = {0};
    hold(FG_FILM_PRINT, 0, &frame);
    assert_in_range(luma(&frame, 320, 94), 190, 240); /* its margin */
    assert_in_range(luma(&frame, 214, 200), 190, 240);
    assert_in_range(luma(&frame, 260, 150), 30, 70);   /* black */
    assert_in_range(luma(&frame, 380, 150), 180, 230); /* white */
    assert_int_equal(luma(&frame, 100, 100), 100);     /* the room */
    assert_in_range(luma(&frame, 436, 250), 60, 95);   /* its shadow, on the right */
    assert_int_equal(luma(&frame, 204, 150), 100);     /* and not on the left */
    fg_frame_release(&frame);
}

static void a_phone_has_a_dark_frame_and_is_bluer_and_brighter(void **state)
{
    (void)state;
    fg_frame frame = {0};
    hold(FG_FILM_PHONE, 0, &frame);
    assert_in_range(luma(&frame, 320, 94), 10, 40);
    assert_in_range(luma(&frame, 380, 150), 245, 255);
    assert_true(frame.plane[1][75 * frame.stride[1] + 190] > 130);
    assert_true(luma(&frame, 209, 89) > 50); /* its corner is round */
    fg_frame_release(&frame);
}

static void a_hand_is_over_its_lower_edge_and_in_front_of_the_room(void **state)
{
    (void)state;
    for (int on = FG_FILM_PRINT; on <= FG_FILM_PHONE; on++) {
        fg_frame frame = {0};
        int over_margin = 0;
        int over_room = 0;
        hold((fg_film_held)on, 0, &frame);
        for (int x = 160; x < 240; x++) {
            /* Skin is redder than all else here. */
            over_margin += frame.plane[2][147 * frame.stride[2] + x] > 145 ? 1 : 0;
            over_room += frame.plane[2][165 * frame.stride[2] + x] > 145 ? 1 : 0;
        }
        assert_in_range(over_margin, on == FG_FILM_PRINT ? 5 : 1, 40);
        assert_in_range(over_room, 10, 80);
        fg_frame_release(&frame);
    }
}

static void what_is_held_turns_about_its_middle(void **state)
{
    (void)state;
    fg_frame frame = {0};
    hold(FG_FILM_PRINT, 10, &frame);
    /* To the right: without a turn its upper right corner is at 432, 88, with one at 450, 109. */
    assert_in_range(luma(&frame, 443, 110), 190, 240);
    assert_true(luma(&frame, 425, 93) < 110);
    fg_frame_release(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_is_there_itself_or_held_on_paper_or_on_a_phone),
        cmocka_unit_test(refuses_what_cannot_be_held),
        cmocka_unit_test(refuses_a_print_of_nobody),
        cmocka_unit_test(a_print_has_a_white_margin_and_less_contrast_than_what_it_shows),
        cmocka_unit_test(a_phone_has_a_dark_frame_and_is_bluer_and_brighter),
        cmocka_unit_test(a_hand_is_over_its_lower_edge_and_in_front_of_the_room),
        cmocka_unit_test(what_is_held_turns_about_its_middle),
    };
    return cmocka_run_group_tests_name("films", tests, NULL, NULL);
}
