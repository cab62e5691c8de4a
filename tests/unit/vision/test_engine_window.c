/* The engine's search around a place where a face is expected. */
#include "engine_pictures.h"
#include "known_faces.h"
#include "testing.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* The one of several faces nearest to a known place. */
static const fg_face *nearest(const fg_face *faces, int count, const fg_box *known)
{
    const fg_face *best = NULL;
    for (int i = 0; i < count; i++) {
        if (best == NULL ||
            off_by(&faces[i].box, known, 1, 0, 0) < off_by(&best->box, known, 1, 0, 0)) {
            best = &faces[i];
        }
    }
    return best;
}

static int detect_near(const fg_frame *frame, int min_face, const fg_box *expected, int reach,
                       fg_face faces[FG_ENGINE_MAX_FACES])
{
    int count = -1;
    fg_error error = {""};
    if (fg_engine_detect_near(engine, frame, min_face, expected, reach, 0, faces, &count, &error) !=
        0) {
        fail_msg("%s", error.text);
    }
    return count;
}

/* Searches around every face of a frame, from up to a quarter of it off, and counts where the box
 * is the very same. */
static void search_around(const fg_frame *frame, int min_face, int *searches, int *same)
{
    fg_face faces[FG_ENGINE_MAX_FACES], near[FG_ENGINE_MAX_FACES];
    int count = detect(frame, min_face, faces);
    for (int i = 0; i < count; i++) {
        const fg_box *box = &faces[i].box;
        for (int shift = 0; shift < 9; shift++) {
            fg_box expected = *box;
            expected.x += (shift % 3 - 1) * box->width / 4;
            expected.y += (shift / 3 - 1) * box->width / 4;
            int found = detect_near(frame, min_face, &expected, box->width * 3 / 10, near);
            const fg_face *face = nearest(near, found, box);
            if (face == NULL || off_by(&face->box, box, 1, 0, 0) > box->width / 5.0) {
                fail_msg("least face %d: the face at %d,%d is not found around %d,%d", min_face,
                         box->x, box->y, expected.x, expected.y);
            }
            assert_true(fabs(face->score - faces[i].score) < 0.1);
            *same += memcmp(&face->box, box, sizeof(*box)) == 0;
            ++*searches;
        }
    }
}

static void a_window_finds_what_the_whole_picture_does(void **state)
{
    (void)state;
    int searches = 0, same = 0;
    for (int i = 0; i < FG_TEST_PICTURES; i++) {
        search_around(&pictures[fg_test_pictures[i]], 160, &searches, &same);
    }
    fg_box box;
    fg_frame part = part_with_a_face(641, 479, &box);
    static const int min_faces[] = {40, 57, 80, 81};
    for (size_t i = 0; i < COUNT(min_faces); i++) {
        search_around(&part, min_faces[i], &searches, &same);
    }
    assert_true(searches >= 9 * (6 + 4));
    assert_true(same >= searches * 19 / 20);
}

static void a_window_finds_a_face_at_the_pictures_edge(void **state)
{
    (void)state;
    const fg_box *known = &fg_known_faces[0].box;
    int tenth = known->width / 10 & ~1, x = known->x, y = known->y, side = known->width;
    /* The face reaches past each edge in turn. */
    const fg_frame parts[] = {
        part_of(&pictures[1], x + tenth, 0, 801, 801),
        part_of(&pictures[1], 0, y + tenth, 801, 801),
        part_of(&pictures[1], 0, 0, x + side - tenth, 801),
        part_of(&pictures[1], 0, 0, 801, y + side - tenth),
    };
    for (size_t i = 0; i < COUNT(parts); i++) {
        int searches = 0, same = 0;
        search_around(&parts[i], 120, &searches, &same);
        assert_true(searches > 0);
        assert_true(same >= searches * 4 / 5);
    }
}

static void a_window_knows_nothing_of_what_is_elsewhere(void **state)
{
    (void)state;
    fg_box box;
    fg_frame part = part_with_a_face(640, 480, &box);
    fg_face faces[FG_ENGINE_MAX_FACES];
    int far = box.width, side = box.width;
    const fg_box places[] = {
        {box.x - far, box.y, side, side},
        {box.x, box.y + far, side, side},
        {box.x + 5000, box.y, side, side}, /* outside the picture */
        {box.x, box.y - 5000, side, side},
        {box.x + side / 4, box.y + side / 4, side / 2, side / 2}, /* another size */
        {box.x - side / 2, box.y - side / 2, side * 2, side * 2},
        {box.x, box.y, 16384, 16384},
    };
    for (size_t i = 0; i < COUNT(places); i++) {
        assert_int_equal(detect_near(&part, 80, &places[i], side / 4, faces), 0);
    }
    assert_int_equal(detect_near(&part, 80, &box, side / 4, faces), 1);
    assert_int_equal(detect_near(&part, 80, &box, 16384, faces), 1);
    /* Nor does it fall over a picture too small for a face. */
    for (int size = 1; size < 100; size += 7) {
        fg_frame small = part_of(&pictures[1], 0, 0, size, 100 - size);
        fg_box at = {0, 0, 80, 80};
        assert_int_equal(detect_near(&small, 80, &at, 40, faces), 0);
        assert_int_equal(detect_near(&small, 1000, &at, 40, faces), 0);
    }
}

static void a_window_around_nowhere_is_refused(void **state)
{
    (void)state;
    static const struct {
        fg_box box;
        int reach;
        const char *text;
    } table[] = {
        {{0, 0, 1, 80}, 9, "no face can be within 9 pixels of a box of 1 x 80 pixels at 0,0"},
        {{INT_MIN, 0, 80, 80},
         9,
         "no face can be within 9 pixels of a box of 80 x 80 pixels at -2147483648,0"},
        {{1, 2, 80, 80}, -1, "no face can be within -1 pixels of a box of 80 x 80 pixels at 1,2"},
        {{1, 2, 80, 80},
         INT_MAX,
         "no face can be within 2147483647 pixels of a box of 80 x 80 pixels at 1,2"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        fg_face faces[FG_ENGINE_MAX_FACES];
        fg_error error = {""};
        int count = 77;
        assert_int_equal(fg_engine_detect_near(engine, &pictures[1], 80, &table[i].box,
                                               table[i].reach, 0, faces, &count, &error),
                         -EINVAL);
        assert_string_equal(error.text, table[i].text);
        assert_int_equal(count, 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_finds_what_the_whole_picture_does),
        cmocka_unit_test(a_window_finds_a_face_at_the_pictures_edge),
        cmocka_unit_test(a_window_knows_nothing_of_what_is_elsewhere),
        cmocka_unit_test(a_window_around_nowhere_is_refused),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
