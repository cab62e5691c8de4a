/*
 * The kernels under every instruction set that this processor has: chosen by name, of one mind, and
 * reading no byte beyond a frame's.
 */
#include "kernels/isa.h"

#include "engine_pictures.h"
#include "facegate/vision/engine.h"
#include "known_faces.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ISAS 8

static fg_engine *engines[ISAS];
static int engine_count;

static int load_all(void **state)
{
    const fg_kernels *kernels;
    fg_error error = {""};
    for (; (kernels = fg_kernels_here(engine_count)) != NULL; engine_count++) {
        setenv("FACEGATE_ISA", kernels->isa, 1);
        if (fg_engine_create(FG_SOURCE_DIR "/models", &engines[engine_count], &error) != 0) {
            print_error("%s\n", error.text);
            return -1;
        }
    }
    unsetenv("FACEGATE_ISA");
    return load(state);
}

static int unload_all(void **state)
{
    for (int i = 0; i < engine_count; i++) {
        fg_engine_free(engines[i]);
    }
    return unload(state);
}

/* A part of a picture whose planes end where their last pixel does, an odd side rounded up, so that
 * a sanitizer sees what reads too far. */
static fg_frame exact_part(int picture, int x, int y, int width, int height)
{
    fg_frame part = {.width = width, .height = height};
    for (int plane = 0; plane < 3; plane++) {
        int columns = plane == 0 ? (width + 1) & ~1 : (width + 1) / 2;
        int rows = plane == 0 ? (height + 1) & ~1 : (height + 1) / 2;
        int left = plane == 0 ? x : x / 2, top = plane == 0 ? y : y / 2;
        part.stride[plane] = columns;
        part.plane[plane] = malloc((size_t)columns * (size_t)rows);
        assert_non_null(part.plane[plane]);
        for (int row = 0; row < rows; row++) {
            memcpy(part.plane[plane] + (ptrdiff_t)row * columns,
                   pictures[picture].plane[plane] +
                       (ptrdiff_t)(top + row) * pictures[picture].stride[plane] + left,
                   (size_t)columns);
        }
    }
    return part;
}

static void lose_colour(fg_frame *frame)
{
    size_t size = (size_t)frame->stride[1] * (size_t)((frame->height + 1) / 2);
    memset(frame->plane[1], 128, size);
    memset(frame->plane[2], 128, size);
}

static void release(fg_frame *frame)
{
    for (int plane = 0; plane < 3; plane++) {
        free(frame->plane[plane]);
    }
}

/* What the first finds; that the others find the same. */
static int detect_by_all(const fg_frame *frame, int min_face, fg_face first[FG_ENGINE_MAX_FACES])
{
    int count = -1;
    for (int i = 0; i < engine_count; i++) {
        fg_face faces[FG_ENGINE_MAX_FACES];
        int found = -1;
        fg_error error = {""};
        if (fg_engine_detect(engines[i], frame, min_face, 0, faces, &found, &error) != 0) {
            fail_msg("%s", error.text);
        }
        if (i == 0) {
            memcpy(first, faces, (size_t)found * sizeof(*faces));
            count = found;
        }
        assert_int_equal(found, count);
        for (int k = 0; k < found; k++) {
            assert_memory_equal(&faces[k].box, &first[k].box, sizeof(first[k].box));
            assert_true(faces[k].score - first[k].score < 1e-4);
            assert_true(first[k].score - faces[k].score < 1e-4);
        }
    }
    return count;
}

static void search_windows(const fg_frame *frame, const fg_box *box)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    for (int i = 0; i < engine_count; i++) {
        for (int reach = 0; reach < 200; reach += 67) {
            fg_box expected = {box->x + reach, box->y - reach, box->width, box->height};
            int count = -1;
            fg_error error = {""};
            if (fg_engine_detect_near(engines[i], frame, 80, &expected, reach, -0.25, faces, &count,
                                      &error) != 0) {
                fail_msg("%s", error.text);
            }
        }
    }
}

static void in_frames_of_any_size_all_find_the_same(void **state)
{
    (void)state;
    static const int sizes[][2] = {
        {640, 480}, {641, 479}, {333, 257}, {250, 301}, {89, 300}, {81, 81}, {80, 65}, {65, 64},
        {33, 90},   {25, 25},   {24, 23},   {17, 9},    {9, 17},   {3, 3},   {2, 1},   {1, 1}};
    const fg_box *known = &fg_known_faces[0].box;
    int faces_found = 0;
    for (size_t i = 0; i < 2 * COUNT(sizes); i++) {
        fg_face faces[FG_ENGINE_MAX_FACES];
        fg_frame part = exact_part(1, (known->x - 40) & ~1, (known->y - 30) & ~1, sizes[i / 2][0],
                                   sizes[i / 2][1]);
        if (i % 2 != 0) {
            lose_colour(&part);
        }
        faces_found += detect_by_all(&part, 80, faces);
        detect_by_all(&part, 40, faces);
        detect_by_all(&part, 165, faces);
        search_windows(&part, &(fg_box){40, 30, known->width, known->height});
        search_windows(&part, &(fg_box){part.width - 20, part.height - 20, 90, 90});
        release(&part);
    }
    assert_true(faces_found >= 6);
}

static void even_frames_have_no_face(void **state)
{
    (void)state;
    for (int shade = 0; shade < 256; shade += 51) {
        fg_face faces[FG_ENGINE_MAX_FACES];
        fg_frame part = exact_part(1, 0, 0, 322, 241);
        for (int plane = 0; plane < 3; plane++) {
            memset(part.plane[plane], plane == 0 ? shade : 255 - shade,
                   (size_t)part.stride[plane] *
                       (size_t)(plane == 0 ? part.height : (part.height + 1) / 2));
        }
        assert_int_equal(detect_by_all(&part, 80, faces), 0);
        release(&part);
    }
}

static void a_name_chooses_and_a_wrong_one_is_refused(void **state)
{
    (void)state;
    const fg_kernels *kernels = NULL;
    const char *isa = NULL;
    fg_error error = {""};
    for (int i = 0; i < engine_count; i++) {
        assert_int_equal(fg_kernels_choose(fg_kernels_here(i)->isa, &kernels, &error), 0);
        assert_ptr_equal(kernels, fg_kernels_here(i));
    }
    assert_int_equal(fg_kernels_choose(NULL, &kernels, &error), 0);
    assert_ptr_equal(kernels, fg_kernels_here(engine_count - 1));
    assert_int_equal(fg_kernels_choose("mmx", &kernels, &error), -EINVAL);
    assert_non_null(strstr(error.text, "FACEGATE_ISA is 'mmx': it takes one of "));
    setenv("FACEGATE_ISA", "", 1);
    assert_int_equal(fg_engine_find_isa(&isa, &error), -EINVAL);
    assert_null(isa);
    unsetenv("FACEGATE_ISA");
    assert_int_equal(fg_engine_find_isa(&isa, &error), 0);
    assert_string_equal(isa, fg_kernels_here(engine_count - 1)->isa);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_frames_of_any_size_all_find_the_same),
        cmocka_unit_test(even_frames_have_no_face),
        cmocka_unit_test(a_name_chooses_and_a_wrong_one_is_refused),
    };
    return cmocka_run_group_tests(tests, load_all, unload_all);
}
