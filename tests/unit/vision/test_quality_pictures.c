#include "degrade.h"
#include "facegate/camera/picture.h"
#include "facegate/vision/quality.h"
#include "known_faces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define FACES 19

/* A face with what is around it, and whether it is the one that looks past the camera. */
typedef struct subject {
    const fg_known_face *known;
    fg_frame frame;
    fg_box box;
    bool is_turned;
} subject;

static fg_engine *engine;
static subject subjects[FACES];
static int count;

static int load(void **state)
{
    (void)state;
    fg_error error = {"not enough memory"};
    fg_decoder *decoder = NULL;
    fg_frame picture = {0};
    int result = fg_engine_create(FG_SOURCE_DIR "/models", &engine, &error);
    if (result == 0) {
        result = fg_decoder_create(&decoder);
    }
    for (int i = 0; i < FG_TEST_PICTURES && result == 0; i++) {
        char path[512];
        snprintf(path, sizeof(path), "%s/tests/pictures/sample%d.jpg", FG_SOURCE_DIR,
                 fg_test_pictures[i]);
        result = fg_picture_load(decoder, path, false, &picture, &error);
        for (int j = 0; j < FG_KNOWN_FACES && result == 0; j++) {
            const fg_known_face *known = &fg_known_faces[j];
            if (known->picture == fg_test_pictures[i] && !known->is_none) {
                subject *to = &subjects[count++];
                to->known = known;
                to->is_turned = known->picture == 5 && known->box.x == 615;
                fg_degrade_cut_out(&picture, &known->box, &to->frame, &to->box);
            }
        }
    }
    if (result != 0) {
        print_error("%s\n", error.text);
    }
    fg_frame_release(&picture);
    fg_decoder_free(decoder);
    return result;
}

static int unload(void **state)
{
    (void)state;
    for (int i = 0; i < FACES; i++) {
        fg_frame_release(&subjects[i].frame);
    }
    fg_engine_free(engine);
    return 0;
}

static enum fg_quality_fault see(const fg_frame *frame, const fg_box *box, fg_quality *ret_quality,
                                 fg_error *error)
{
    fg_landmarks landmarks;
    if (fg_engine_align(engine, frame, box, &landmarks, error) != 0) {
        fail_msg("%s", error->text);
    }
    *ret_quality = fg_quality_measure(frame, box, &landmarks);
    return fg_quality_check(ret_quality, &fg_quality_enrolment, error);
}

static void assert_fault(const subject *of, const fg_frame *frame, const fg_box *box,
                         enum fg_quality_fault wanted, const char *how)
{
    fg_error error = {""};
    fg_quality quality;
    enum fg_quality_fault fault = see(frame, box, &quality, &error);
    if (fault != wanted) {
        fail_msg("sample%d, the face at %d,%d, %s: fault %d instead of %d: %s", of->known->picture,
                 of->known->box.x, of->known->box.y, how, fault, wanted, error.text);
    }
}

static void all_faces_but_the_turned_one_are_good(void **state)
{
    (void)state;
    assert_int_equal(count, FG_TEST_PICTURES == 6 ? 19 : 6);
    for (int i = 0; i < count; i++) {
        assert_fault(&subjects[i], &subjects[i].frame, &subjects[i].box,
                     subjects[i].is_turned ? FG_QUALITY_TURNED : FG_QUALITY_GOOD, "as it is");
    }
}

/* Spoils every face and expects the fault; the turned one has that already, and comes last. */
static void assert_spoilt(void (*spoil)(fg_frame *frame, const fg_quality *before),
                          enum fg_quality_fault fault, const char *how)
{
    for (int i = 0; i < count; i++) {
        subject *of = &subjects[i];
        fg_error error = {""};
        fg_quality before;
        fg_box box;
        fg_frame frame = {0};
        const fg_box all = {0, 0, of->frame.width, of->frame.height};
        see(&of->frame, &of->box, &before, &error);
        fg_degrade_cut_out(&of->frame, &all, &frame, &box);
        spoil(&frame, &before);
        assert_fault(of, &frame, &of->box, fault, how);
        fg_frame_release(&frame);
    }
}

static void darken(fg_frame *frame, const fg_quality *before)
{
    fg_degrade_expose(frame, 38 / before->brightness);
}

static void brighten(fg_frame *frame, const fg_quality *before)
{
    fg_degrade_expose(frame, 550 / before->brightness);
}

static void fade(fg_frame *frame, const fg_quality *before)
{
    fg_degrade_fade(frame, 128, 9 / before->contrast);
}

static void blur(fg_frame *frame, const fg_quality *before)
{
    fg_degrade_blur(frame, before->size * 0.025);
}

static void move_across(fg_frame *frame, const fg_quality *before)
{
    fg_degrade_move(frame, 1, 0, before->size * 0.15);
}

static void move_down(fg_frame *frame, const fg_quality *before)
{
    fg_degrade_move(frame, 0, 1, before->size * 0.15);
}

static void move_aslant(fg_frame *frame, const fg_quality *before)
{
    fg_degrade_move(frame, 1, 1, before->size * 0.15);
}

static void a_dark_view_is_refused(void **state)
{
    (void)state;
    assert_spoilt(darken, FG_QUALITY_DARK, "darkened");
}

static void an_overexposed_view_is_refused(void **state)
{
    (void)state;
    assert_spoilt(brighten, FG_QUALITY_BRIGHT, "overexposed");
}

static void a_hazy_view_is_refused(void **state)
{
    (void)state;
    assert_spoilt(fade, FG_QUALITY_FLAT, "faded");
}

static void a_view_out_of_focus_is_refused(void **state)
{
    (void)state;
    assert_spoilt(blur, FG_QUALITY_BLURRED, "out of focus");
}

static void a_view_blurred_by_moving_is_refused_whatever_the_direction(void **state)
{
    (void)state;
    assert_spoilt(move_across, FG_QUALITY_BLURRED, "moved across");
    assert_spoilt(move_down, FG_QUALITY_BLURRED, "moved down");
    assert_spoilt(move_aslant, FG_QUALITY_BLURRED, "moved aslant");
}

static void a_face_far_away_is_refused_and_one_nearer_is_good(void **state)
{
    (void)state;
    for (int i = 0; i < count; i++) {
        const subject *of = &subjects[i];
        static const int sides[] = {40, 80};
        for (int j = 0; j < 2; j++) {
            double scale = (double)sides[j] / of->box.width;
            fg_frame frame = {0};
            fg_box box = {(int)(of->box.x * scale), (int)(of->box.y * scale), sides[j], sides[j]};
            fg_degrade_shrink(&of->frame, scale, &frame);
            enum fg_quality_fault near = of->is_turned ? FG_QUALITY_TURNED : FG_QUALITY_GOOD;
            assert_fault(of, &frame, &box, j == 0 ? FG_QUALITY_SMALL : near,
                         j == 0 ? "far away" : "nearer");
            fg_frame_release(&frame);
        }
    }
}

static void a_face_half_out_of_the_picture_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < count; i++) {
        const subject *of = &subjects[i];
        fg_frame rest = of->frame;
        rest.width = of->box.x + of->box.width / 2;
        assert_fault(of, &rest, &of->box, FG_QUALITY_CUT, "half out");
    }
}

/* How many of the faces are found again, and are good, from so many degrees below. */
static void look_from_below(double degrees, int *ret_found, int *ret_good)
{
    *ret_found = 0;
    *ret_good = 0;
    for (int i = 0; i < count; i++) {
        const subject *of = &subjects[i];
        fg_error error = {""};
        fg_landmarks landmarks;
        fg_face faces[FG_ENGINE_MAX_FACES];
        fg_quality quality;
        int found = 0;
        fg_frame frame = {0};
        if (fg_engine_align(engine, &of->frame, &of->box, &landmarks, &error) != 0) {
            fail_msg("%s", error.text);
        }
        fg_degrade_below(&of->frame, &landmarks, degrees, &frame);
        if (fg_engine_detect(engine, &frame, of->box.width / 2, 0, faces, &found, &error) != 0) {
            fail_msg("%s", error.text);
        }
        if (found > 0) {
            *ret_found += 1;
            *ret_good += see(&frame, &faces[0].box, &quality, &error) == FG_QUALITY_GOOD;
        }
        fg_frame_release(&frame);
    }
}

static void four_of_five_faces_seen_from_below_are_found_and_good(void **state)
{
    (void)state;
    for (int degrees = 10; degrees <= 30; degrees += 10) {
        int found = 0;
        int good = 0;
        look_from_below(degrees, &found, &good);
        if (5 * found < 4 * count || 5 * good < 4 * found) {
            fail_msg("%d degrees: of %d faces %d found, %d good", degrees, count, found, good);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_faces_but_the_turned_one_are_good),
        cmocka_unit_test(a_dark_view_is_refused),
        cmocka_unit_test(an_overexposed_view_is_refused),
        cmocka_unit_test(a_hazy_view_is_refused),
        cmocka_unit_test(a_view_out_of_focus_is_refused),
        cmocka_unit_test(a_view_blurred_by_moving_is_refused_whatever_the_direction),
        cmocka_unit_test(a_face_far_away_is_refused_and_one_nearer_is_good),
        cmocka_unit_test(a_face_half_out_of_the_picture_is_refused),
        cmocka_unit_test(four_of_five_faces_seen_from_below_are_found_and_good),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
