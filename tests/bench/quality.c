/*
 * fg_quality_survey MODELS_DIR PICTURES_DIR: what the limits of facegate/vision/quality.h rest on.
 * Spoils the faces of the test pictures step by step, finds and encodes them anew, and prints how
 * far the encodings moved and what the measure said; a few minutes. With the beginning of a row's
 * name as a third argument only those rows.
 */
#include "facegate/vision/quality.h"
#include "degrade.h"
#include "facegate/camera/picture.h"
#include "known_faces.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACES 19
/* On the scale of Y, what an indoor camera adds: small, dark and flat faces suffer more from it. */
#define NOISE 3.0

typedef struct subject {
    const fg_known_face *known;
    fg_frame frame; /* the face and what is around it */
    fg_box box;
    fg_landmarks landmarks;
    float encoding[FG_ENCODING_SIZE];
    fg_quality quality;
} subject;

typedef struct survey {
    fg_engine *engine;
    subject subjects[FACES];
    fg_error error;
} survey;

/* One way of spoiling a view, its steps, and the measure that should tell. */
typedef struct series {
    const char *name, *unit;
    enum fg_quality_fault fault;
    void (*spoil)(const subject *from, double amount, fg_frame *to);
    double amounts[12]; /* up to the first 0 */
} series;

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Sorts. */
static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), by_size);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static double distance(const float *left, const float *right)
{
    double sum = 0;
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        sum += ((double)left[i] - (double)right[i]) * ((double)left[i] - (double)right[i]);
    }
    return sqrt(sum);
}

static double measured(const fg_quality *quality, enum fg_quality_fault fault)
{
    const double values[] = {NAN,
                             quality->size,
                             quality->inside,
                             quality->brightness,
                             quality->brightness,
                             quality->contrast,
                             quality->sharpness,
                             quality->turn};
    return values[fault];
}

static void copy(const fg_frame *from, fg_frame *to)
{
    const fg_box all = {0, 0, from->width, from->height};
    fg_box box;
    fg_degrade_cut_out(from, &all, to, &box);
}

/* Cuts a share of the face's box off on the left, or at the bottom. */
static void cut_left(const subject *from, double share, fg_frame *to)
{
    int first = (int)(from->box.x + share * from->box.width) & ~1;
    fg_frame rest = from->frame;
    rest.width -= first;
    for (int plane = 0; plane < 3; plane++) {
        rest.plane[plane] += plane == 0 ? first : first / 2;
    }
    copy(&rest, to);
}

static void cut_bottom(const subject *from, double share, fg_frame *to)
{
    fg_frame rest = from->frame;
    rest.height = (int)(from->box.y + (1 - share) * from->box.height);
    copy(&rest, to);
}

static void shrink(const subject *from, double pixels, fg_frame *to)
{
    fg_degrade_shrink(&from->frame, fmin(pixels / from->box.width, 1), to);
    fg_degrade_noise(to, NOISE, 1);
}

static void darken(const subject *from, double gain, fg_frame *to)
{
    copy(&from->frame, to);
    fg_degrade_expose(to, gain);
    fg_degrade_noise(to, NOISE, 1);
}

static void brighten(const subject *from, double gain, fg_frame *to)
{
    copy(&from->frame, to);
    fg_degrade_expose(to, gain);
}

static void fade(const subject *from, double rest, fg_frame *to)
{
    copy(&from->frame, to);
    fg_degrade_fade(to, from->quality.brightness, rest);
    fg_degrade_noise(to, NOISE, 1);
}

static void blur(const subject *from, double percent, fg_frame *to)
{
    copy(&from->frame, to);
    fg_degrade_blur(to, percent * from->box.width / 100);
}

static void blur_with_noise(const subject *from, double percent, fg_frame *to)
{
    blur(from, percent, to);
    fg_degrade_noise(to, NOISE, 1);
}

static void move_across(const subject *from, double percent, fg_frame *to)
{
    copy(&from->frame, to);
    fg_degrade_move(to, 1, 0, percent * from->box.width / 100);
}

static void move_down(const subject *from, double percent, fg_frame *to)
{
    copy(&from->frame, to);
    fg_degrade_move(to, 0, 1, percent * from->box.width / 100);
}

static void move_aslant(const subject *from, double percent, fg_frame *to)
{
    copy(&from->frame, to);
    fg_degrade_move(to, 1, 1, percent * from->box.width / 100);
}

static void add_noise(const subject *from, double deviation, fg_frame *to)
{
    copy(&from->frame, to);
    fg_degrade_noise(to, deviation, 1);
}

static void turn(const subject *from, double degrees, fg_frame *to)
{
    /* Onwards where it is turned already. */
    double nose = (double)from->landmarks.x[4];
    double eyes = 0;
    for (int i = 0; i < 4; i++) {
        eyes += (double)from->landmarks.x[i] / 4;
    }
    fg_degrade_turn(&from->frame, &from->landmarks, nose < eyes ? -degrees : degrees, 0, to);
}

static void turn_up(const subject *from, double degrees, fg_frame *to)
{
    fg_degrade_turn(&from->frame, &from->landmarks, 0, degrees, to);
}

static void turn_down(const subject *from, double degrees, fg_frame *to)
{
    fg_degrade_turn(&from->frame, &from->landmarks, 0, -degrees, to);
}

static void see_from_below(const subject *from, double degrees, fg_frame *to)
{
    fg_degrade_below(&from->frame, &from->landmarks, degrees, to);
}

static void see_from_above(const subject *from, double degrees, fg_frame *to)
{
    see_from_below(from, -degrees, to);
}

static const series all[] = {
    {"farther away", "pixels", FG_QUALITY_SMALL, shrink, {150, 110, 90, 80, 70, 60, 50, 45, 40}},
    {"cut off on the left", "of it", FG_QUALITY_CUT, cut_left, {.05, .1, .15, .2, .25, .3, .4}},
    {"cut off at the bottom", "of it", FG_QUALITY_CUT, cut_bottom, {.05, .1, .15, .2, .25, .3, .4}},
    {"darker", "times", FG_QUALITY_DARK, darken, {.7, .5, .42, .35, .3, .25, .18, .13, .09}},
    {"brighter", "times", FG_QUALITY_BRIGHT, brighten, {1.2, 1.4, 1.6, 1.8, 2, 2.3, 2.6, 3}},
    {"paler", "times", FG_QUALITY_FLAT, fade, {.7, .5, .42, .35, .3, .25, .18, .13, .09}},
    {"out of focus", "%", FG_QUALITY_BLURRED, blur, {.5, .75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3}},
    {"and noise", "%", FG_QUALITY_BLURRED, blur_with_noise, {.5, .75, 1, 1.25, 1.5, 1.75, 2, 2.5}},
    {"moved across", "%", FG_QUALITY_BLURRED, move_across, {2, 4, 5, 6, 7, 8, 10, 15}},
    {"moved down", "%", FG_QUALITY_BLURRED, move_down, {2, 4, 5, 6, 7, 8, 10, 15}},
    {"moved aslant", "%", FG_QUALITY_BLURRED, move_aslant, {2, 4, 5, 6, 7, 8, 10, 15}},
    {"turned aside", "degrees", FG_QUALITY_TURNED, turn, {5, 10, 15, 20, 25, 30, 35, 40}},
    {"chin up", "degrees", FG_QUALITY_TURNED, turn_up, {5, 10, 15, 20, 25, 30, 35, 40}},
    {"chin down", "degrees", FG_QUALITY_TURNED, turn_down, {5, 10, 15, 20, 25, 30, 35, 40}},
    {"seen from below",
     "degrees",
     FG_QUALITY_TURNED,
     see_from_below,
     {5, 10, 15, 20, 25, 30, 35, 40}},
    {"seen from above",
     "degrees",
     FG_QUALITY_TURNED,
     see_from_above,
     {5, 10, 15, 20, 25, 30, 35, 40}},
    {"noise", "of Y", FG_QUALITY_GOOD, add_noise, {3, 6, 9, 12, 18, 25}},
};

/* Finds the face again, wherever it went; the largest one, for the frame was cut to it. */
static bool measure_again(survey *of, const fg_frame *frame, fg_quality *ret_quality,
                          float ret_encoding[FG_ENCODING_SIZE], fg_landmarks *ret_landmarks)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count = 0;
    int best = 0;
    /* As a daemon looks, and closer only where that finds nothing. */
    for (int least = 80; least >= 40 && count == 0; least -= 40) {
        if (fg_engine_detect(of->engine, frame, least, 0, faces, &count, &of->error) != 0) {
            return false;
        }
    }
    if (count == 0) {
        return false;
    }
    for (int i = 1; i < count; i++) {
        best = faces[i].box.width > faces[best].box.width ? i : best;
    }
    if (fg_engine_align(of->engine, frame, &faces[best].box, ret_landmarks, &of->error) != 0 ||
        fg_engine_encode(of->engine, ret_encoding, &of->error) != 0) {
        return false;
    }
    *ret_quality = fg_quality_measure(frame, &faces[best].box, ret_landmarks);
    return true;
}

static void survey_step(survey *of, const series *in, double amount)
{
    double moved[FACES] = {0};
    double values[FACES] = {0};
    int found = 0;
    int refused = 0;
    fg_frame frame = {0};
    for (int i = 0; i < FACES; i++) {
        float encoding[FG_ENCODING_SIZE];
        fg_landmarks landmarks;
        fg_quality quality;
        in->spoil(&of->subjects[i], amount, &frame);
        if (measure_again(of, &frame, &quality, encoding, &landmarks)) {
            moved[found] = distance(encoding, of->subjects[i].encoding);
            values[found] = measured(&quality, in->fault);
            refused += fg_quality_check(&quality, &fg_quality_enrolment, NULL) != FG_QUALITY_GOOD;
            found++;
        }
    }
    fg_frame_release(&frame);
    printf("%-22s %5g %-7s  found %2d", in->name, amount, in->unit, found);
    if (found == 0) {
        puts("");
        return;
    }
    double middle = median(moved, found);
    printf("  moved %.2f (%.2f to %.2f)", middle, moved[0], moved[found - 1]);
    if (in->fault != FG_QUALITY_GOOD) {
        printf("  measured %6.2f", median(values, found));
    }
    printf("  refused %2d\n", refused);
    fflush(stdout);
}

/* All faces from below, as one camera sees them. */
typedef struct crowd {
    bool found[FACES];
    float encodings[FACES][FG_ENCODING_SIZE];
} crowd;

static void see_crowd(survey *of, double degrees, crowd *ret_crowd)
{
    fg_frame frame = {0};
    for (int i = 0; i < FACES; i++) {
        fg_landmarks landmarks;
        fg_quality quality;
        see_from_below(&of->subjects[i], degrees, &frame);
        ret_crowd->found[i] =
            measure_again(of, &frame, &quality, ret_crowd->encodings[i], &landmarks);
    }
    fg_frame_release(&frame);
}

/* The distance to the nearest face of somebody else; one woman is there twice. */
static double nearest_other(const survey *of, const crowd *in, const float *encoding, int own)
{
    double nearest = INFINITY;
    for (int i = 0; i < FACES; i++) {
        bool is_same =
            i == own || (of->subjects[i].known->is_twice && of->subjects[own].known->is_twice);
        if (in->found[i] && !is_same) {
            nearest = fmin(nearest, distance(encoding, in->encodings[i]));
        }
    }
    return nearest;
}

/* Who was enrolled as one camera sees them, and seen again by it, the head held otherwise. */
static void compare_crowds(const survey *of, const crowd *enrolled, double enrolled_at,
                           const crowd *seen, double seen_at)
{
    double own[FACES] = {0};
    double other[FACES] = {0};
    int count = 0;
    int wrong = 0;
    for (int i = 0; i < FACES; i++) {
        if (enrolled->found[i] && seen->found[i]) {
            own[count] = distance(enrolled->encodings[i], seen->encodings[i]);
            other[count] = nearest_other(of, enrolled, seen->encodings[i], i);
            wrong += other[count] <= own[count];
            count++;
        }
    }
    if (count == 0) {
        return;
    }
    double middle_own = median(own, count);
    double middle_other = median(other, count);
    printf("both from below: enrolled at %2g degrees, seen at %2g  found %2d  own %.2f (to %.2f)  "
           "nearest other %.2f (from %.2f)  wrong %d\n",
           enrolled_at, seen_at, count, middle_own, own[count - 1], middle_other, other[0], wrong);
    fflush(stdout);
}

static void survey_crowds(survey *of)
{
    static crowd front, before, here;
    see_crowd(of, 0, &front);
    before = front;
    for (int degrees = 10; degrees <= 40; degrees += 10) {
        see_crowd(of, degrees, &here);
        if (degrees > 10) {
            compare_crowds(of, &front, 0, &here, degrees);
        }
        compare_crowds(of, &before, degrees - 10, &here, degrees);
        before = here;
    }
}

static int load_subjects(survey *of, fg_decoder *decoder, const char *pictures_dir)
{
    fg_frame picture = {0};
    int loaded = 0;
    int count = 0;
    int result = 0;
    for (int i = 0; i < FG_KNOWN_FACES && result == 0; i++) {
        const fg_known_face *known = &fg_known_faces[i];
        if (known->is_none) {
            continue;
        }
        if (known->picture != loaded) {
            char path[4096];
            snprintf(path, sizeof(path), "%s/sample%d.jpg", pictures_dir, known->picture);
            result = fg_picture_load(decoder, path, false, &picture, &of->error);
            loaded = known->picture;
        }
        if (result == 0) {
            subject *to = &of->subjects[count++];
            to->known = known;
            fg_degrade_cut_out(&picture, &known->box, &to->frame, &to->box);
            result = fg_engine_align(of->engine, &to->frame, &to->box, &to->landmarks, &of->error);
        }
    }
    fg_frame_release(&picture);
    return result;
}

static void print_subjects(survey *of)
{
    for (int i = 0; i < FACES; i++) {
        subject *one = &of->subjects[i];
        const fg_quality *quality = &one->quality;
        fg_error fault = {"good"};
        fg_landmarks landmarks;
        measure_again(of, &one->frame, &one->quality, one->encoding, &landmarks);
        fg_quality_check(quality, &fg_quality_enrolment, &fault);
        printf("sample%d %4d,%3d  size %3.0f  brightness %3.0f  contrast %2.0f  sharpness %.2f  "
               "turn %.2f  %s\n",
               one->known->picture, one->known->box.x, one->known->box.y, quality->size,
               quality->brightness, quality->contrast, quality->sharpness, quality->turn,
               fault.text);
    }
}

int main(int argc, char **argv)
{
    survey of = {.error = {"not enough memory"}};
    fg_decoder *decoder = NULL;
    int result = EXIT_FAILURE;
    if (argc != 3 && argc != 4) {
        fputs("Usage: fg_quality_survey MODELS_DIR PICTURES_DIR [ROW]\n", stderr);
        return 2;
    }
    if (fg_engine_create(argv[1], &of.engine, &of.error) == 0 && fg_decoder_create(&decoder) == 0 &&
        load_subjects(&of, decoder, argv[2]) == 0) {
        print_subjects(&of);
        for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
            bool asked = argc == 3 || strncmp(all[i].name, argv[3], strlen(argv[3])) == 0;
            for (int j = 0; asked && j < 12 && all[i].amounts[j] > 0; j++) {
                survey_step(&of, &all[i], all[i].amounts[j]);
            }
        }
        if (argc == 3 || strncmp("both from below", argv[3], strlen(argv[3])) == 0) {
            survey_crowds(&of);
        }
        result = EXIT_SUCCESS;
    } else {
        fprintf(stderr, "fg_quality_survey: %s\n", of.error.text);
    }
    for (int i = 0; i < FACES; i++) {
        fg_frame_release(&of.subjects[i].frame);
    }
    fg_decoder_free(decoder);
    fg_engine_free(of.engine);
    return result;
}
