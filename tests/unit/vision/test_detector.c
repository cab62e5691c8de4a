/*
 * The detector against dlib's own, in grey and in colour, under every instruction set that
 * this processor has: the same boxes.
 */
#include "facegate/camera/picture.h"
#include "facegate/vision/engine.h"
#include "kernels/isa.h"
#include "known_faces.h"
#include "reference_detector.h"
#include "search.h"
#include "testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include <cmocka.h>

#define PICTURES     6
#define ISAS         8

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A face whose score is this near to what the detector asks for may be found by one and not by the
 * other. */
#define NEAR 0.03

static void *reference;
static fg_pyramid *pyramids[ISAS];
static fg_detector *detectors[ISAS];
static int isa_count;
static fg_frame pictures[PICTURES];
static tjhandle decoder;
static uint32_t seed = 20;

/* What was compared. */
static struct tally {
    int pictures, faces, near;
    double score_off;
} tally;

/* FG_CROPS changes how many. Who asks for few has a slow machine, and gets one whole picture. */
#define FEW_CROPS 50
static int crops_asked(void)
{
    const char *asked = getenv("FG_CROPS");
    return asked != NULL ? atoi(asked) : 500;
}

static int pick(int from, int to)
{
    seed = seed * 1664525U + 1013904223U;
    return from + (int)((seed >> 8) % (uint32_t)(to - from + 1));
}

static int load(void **state)
{
    (void)state;
    fg_error error = {""};
    fg_decoder *jpeg = NULL;
    const fg_kernels *kernels;
    assert_int_equal(fg_decoder_create(&jpeg), 0);
    for (int i = 0; i < PICTURES; i++) {
        char path[256];
        snprintf(path, sizeof(path), FG_SOURCE_DIR "/tests/pictures/sample%d.jpg", i + 1);
        if (fg_picture_load(jpeg, path, false, &pictures[i], &error) != 0) {
            print_error("%s\n", error.text);
            return -1;
        }
    }
    fg_decoder_free(jpeg);
    for (; (kernels = fg_kernels_here(isa_count)) != NULL; isa_count++) {
        if (fg_pyramid_create(kernels, &pyramids[isa_count]) != 0 ||
            fg_detector_create(kernels, &detectors[isa_count]) != 0) {
            return -1;
        }
    }
    decoder = tjInitDecompress();
    reference = fg_reference_detector_create();
    return decoder != NULL && reference != NULL ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    for (int i = 0; i < isa_count; i++) {
        fg_pyramid_free(pyramids[i]);
        fg_detector_free(detectors[i]);
    }
    for (int i = 0; i < PICTURES; i++) {
        fg_frame_release(&pictures[i]);
    }
    fg_reference_detector_free(reference);
    tjDestroy(decoder);
    return 0;
}

/* The frame's pixels as dlib is given them. */
static unsigned char *pixels_of(const fg_frame *frame, int channels)
{
    size_t size = (size_t)frame->width * (size_t)frame->height * (size_t)channels;
    unsigned char *pixels = malloc(size);
    assert_non_null(pixels);
    if (channels == 1) {
        for (int y = 0; y < frame->height; y++) {
            memcpy(pixels + (ptrdiff_t)y * frame->width,
                   frame->plane[0] + (ptrdiff_t)y * frame->stride[0], (size_t)frame->width);
        }
        return pixels;
    }
    const unsigned char *planes[3] = {frame->plane[0], frame->plane[1], frame->plane[2]};
    int strides[3] = {frame->stride[0], frame->stride[1], frame->stride[2]};
    assert_int_equal(tjDecodeYUVPlanes(decoder, planes, strides, TJSAMP_420, pixels, frame->width,
                                       0, frame->height, TJPF_RGB, 0),
                     0);
    return pixels;
}

static const fg_face *same_box(const fg_face *faces, int count, const fg_box *box)
{
    for (int i = 0; i < count; i++) {
        if (memcmp(&faces[i].box, box, sizeof(*box)) == 0) {
            return &faces[i];
        }
    }
    return NULL;
}

/* Holds what one found against what the other did. */
static void hold_against(const char *what, const fg_face *faces, int count, const fg_face *others,
                         int other_count)
{
    for (int i = 0; i < count; i++) {
        const fg_face *face = &faces[i];
        const fg_face *other = same_box(others, other_count, &face->box);
        if (other != NULL) {
            tally.score_off = fmax(tally.score_off, fabs(other->score - face->score));
            tally.faces++;
        } else if (fabs(face->score) < NEAR) {
            print_message("%s: only one finds %d x %d at %d,%d, which scores %.3f\n", what,
                          face->box.width, face->box.height, face->box.x, face->box.y, face->score);
            tally.near++;
        } else {
            fail_msg("%s: only one finds %d x %d at %d,%d, which scores %.3f", what,
                     face->box.width, face->box.height, face->box.x, face->box.y, face->score);
        }
    }
}

/* What our detector finds. */
static int detect(int isa, const fg_frame *frame, bool in_colour, double least,
                  fg_face faces[FG_ENGINE_MAX_FACES])
{
    const fg_search by = {pyramids[isa], detectors[isa], 80, least};
    fg_error error = {""};
    int count = 0;
    fg_detector_begin(detectors[isa]);
    if (fg_search_whole(&by, frame, in_colour, &error) != 0) {
        fail_msg("%s", error.text);
    }
    const fg_hit *hits = fg_detector_settle(detectors[isa], &count);
    count = count < FG_ENGINE_MAX_FACES ? count : FG_ENGINE_MAX_FACES;
    for (int i = 0; i < count; i++) {
        faces[i] = fg_search_face(&hits[i], by.min_face);
    }
    return count;
}

/* By both, in colour or in grey. */
static void compare(const char *name, const fg_frame *frame, int channels, double least)
{
    fg_face theirs[FG_ENGINE_MAX_FACES], ours[FG_ENGINE_MAX_FACES];
    unsigned char *pixels = pixels_of(frame, channels);
    int their_count = fg_reference_detect(reference, pixels, channels, frame->width, frame->height,
                                          least, theirs);
    free(pixels);
    assert_true(their_count >= 0);
    for (int i = 0; i < isa_count; i++) {
        int count = detect(i, frame, channels == 3, least, ours);
        char what[128];
        snprintf(what, sizeof(what), "%s, %s, %s", name, channels == 1 ? "grey" : "colour",
                 fg_kernels_here(i)->isa);
        hold_against(what, ours, count, theirs, their_count);
        hold_against(what, theirs, their_count, ours, count);
    }
    tally.pictures++;
}

static void compare_both(const char *name, const fg_frame *frame)
{
    compare(name, frame, 3, 0);
    compare(name, frame, 1, 0);
}

static void print_tally(void)
{
    print_message("%d pictures, %d boxes the same, %d near the border; scores differ by at most "
                  "%.1e\n",
                  tally.pictures, tally.faces, tally.near, tally.score_off);
    tally = (struct tally){0};
}

static void in_the_test_pictures_the_boxes_are_dlibs(void **state)
{
    (void)state;
    int count = crops_asked() < FEW_CROPS ? 1 : PICTURES;
    print_message("%d of %d pictures\n", count, PICTURES);
    for (int i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "sample%d", i + 1);
        compare_both(name, &pictures[i]);
    }
    assert_true(tally.faces >= (count == 1 ? 2 * 4 : 2 * 20) * isa_count);
    assert_true(tally.score_off < 1e-3);
    print_tally();
}

/* Where a part of a picture begins: anywhere, or so that a known face is in it. */
static int begin_at(int whole, int length, int face, int face_length, bool at_face)
{
    int from = at_face ? face + face_length - length : 0, to = at_face ? face : whole - length;
    int at = pick(from < to ? from : to, from < to ? to : from);
    return (at < 0 ? 0 : at > whole - length ? whole - length : at) & ~1;
}

/* A part of a picture, of an odd size as likely as not, darker or lighter and with noise in it. */
static void make_crop(fg_frame *crop)
{
    const fg_known_face *face = &fg_known_faces[pick(0, FG_KNOWN_FACES - 1)];
    const fg_frame *from = &pictures[face->picture - 1];
    bool at_face = pick(0, 2) > 0;
    int width = pick(81, 480), height = pick(81, 400);
    int x = begin_at(from->width, width, face->box.x, face->box.width, at_face);
    int y = begin_at(from->height, height, face->box.y, face->box.height, at_face);
    int noise = pick(0, 12), gain = pick(40, 150);
    assert_int_equal(fg_frame_resize(crop, width, height), 0);
    for (int plane = 0; plane < 3; plane++) {
        int half = plane > 0, middle = plane > 0 ? 128 : 0;
        for (int row = 0; row < (half ? (height + 1) / 2 : height); row++) {
            const uint8_t *in = from->plane[plane] +
                                (ptrdiff_t)((y >> half) + row) * from->stride[plane] + (x >> half);
            uint8_t *out = crop->plane[plane] + (ptrdiff_t)row * crop->stride[plane];
            for (int column = 0; column < (half ? (width + 1) / 2 : width); column++) {
                int value = middle + (in[column] - middle) * gain / 100 + pick(-noise, noise);
                out[column] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
            }
        }
    }
}

static void in_crops_and_noise_the_boxes_are_dlibs(void **state)
{
    (void)state;
    int count = crops_asked();
    fg_frame crop = {0};
    for (int i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "crop %d", i);
        make_crop(&crop);
        compare_both(name, &crop);
    }
    fg_frame_release(&crop);
    assert_true(tally.faces >= count / 2);
    assert_true(tally.near <= tally.faces / 50);
    assert_true(tally.score_off < 1e-3);
    print_tally();
}

/* Far below what is taken for a face dlib itself finds hundreds. */
static void scores_of_what_is_no_face_are_dlibs_too(void **state)
{
    (void)state;
    fg_frame crop = {0};
    for (int i = 0; i < 10; i++) {
        make_crop(&crop);
        crop.width = crop.width & ~1;
        compare("weak", &crop, 3, -0.5);
    }
    fg_frame_release(&crop);
    print_tally();
}

static void even_and_tiny_pictures_have_no_face(void **state)
{
    (void)state;
    static const int sizes[][2] = {{640, 480}, {641, 481}, {80, 80}, {17, 400}, {400, 17},
                                   {24, 24},   {23, 23},   {8, 8},   {2, 2},    {1, 1}};
    static const uint8_t shades[] = {0, 128, 255};
    fg_frame frame = {0};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (size_t k = 0; k < COUNT(shades); k++) {
            assert_int_equal(fg_frame_resize(&frame, sizes[i][0], sizes[i][1]), 0);
            memset(frame.memory, shades[k], frame.capacity);
            compare_both("even", &frame);
        }
    }
    fg_frame_release(&frame);
    assert_int_equal(tally.faces, 0);
    print_tally();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_test_pictures_the_boxes_are_dlibs),
        cmocka_unit_test(in_crops_and_noise_the_boxes_are_dlibs),
        cmocka_unit_test(scores_of_what_is_no_face_are_dlibs_too),
        cmocka_unit_test(even_and_tiny_pictures_have_no_face),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
