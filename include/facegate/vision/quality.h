/*
 * How good a view of a face is for telling who it is: one measure for enrolment from pictures and
 * from a camera, and for the judge. Pure: reads pixels, keeps nothing, allocates nothing; any
 * thread.
 *
 * Sources. What is measured, but not how: the quality elements of ISO/IEC 29794-5:2025 (head size,
 * luminance mean and variance, sharpness, head pose). Sharpness: second derivatives tell focus
 * (Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000); set against
 * the picture's own variation, the worst direction counts (Crete et al., "The blur effect", Proc.
 * SPIE 6492, 2007). The variance of the Laplacian alone sums over all directions and misses
 * movement: what stays sharp across it outweighs what is lost.
 */
#ifndef FACEGATE_VISION_QUALITY_H
#define FACEGATE_VISION_QUALITY_H

#include "facegate/vision/engine.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * All but the first two are of the face proper: a square that follows the eyes, from the forehead
 * to the mouth and as wide, in 40 by 40 cells whatever its size. A cell is about a pixel of a face
 * 80 pixels wide; of a smaller one it is less, which reads as less sharp.
 */
typedef struct fg_quality {
    double size;       /* pixels: the shorter side of the face's box */
    double inside;     /* the part of the box that is inside the frame, 0 to 1 */
    double brightness; /* mean of Y, 0 to 255 */
    double contrast;   /* standard deviation of Y */

    /*
     * How fine the finest detail is, 0 (none) to 1 (as fine as cells can show), in the direction of
     * which that is least: the root of D2 / (D1 + D2), the energies of the second and the central
     * first difference. The same in any light and contrast, and for a face of 80 or 400 pixels.
     * Noise counts as detail: it hides blur where it is as strong as that.
     */
    double sharpness;

    /*
     * The sine of the angle away from the front, 0 to 1: from how far the base of the nose is from
     * the middle between the eyes. Sideways it counts in full, upwards 0.7 of it; the larger one is
     * the turn. Roll does not matter.
     *
     * Five points cannot tell a raised chin from a camera that stands lower: both give the same
     * picture. They do not show a lowered chin, as the nose hardly moves. (The outer corners of the
     * eyes move against the inner ones, but by 20 degrees no more than people differ.) They show
     * about half of a raised chin: at 30 degrees half of the faces measure as 16 or less. Sideways
     * they show nothing finer than some 10 degrees, since noses differ. 1 without a pose.
     */
    double turn;

    bool has_pose; /* the landmarks are those of a face in the box */
} fg_quality;

/* What is wrong with a view, the thing to fix first first. */
enum fg_quality_fault {
    FG_QUALITY_GOOD,
    FG_QUALITY_SMALL,
    FG_QUALITY_CUT, /* too much of it beyond the edge of the frame */
    FG_QUALITY_DARK,
    FG_QUALITY_BRIGHT,
    FG_QUALITY_FLAT, /* too little contrast */
    FG_QUALITY_BLURRED,
    FG_QUALITY_TURNED,
};

/* A measure that is equal to its limit is good. */
typedef struct fg_quality_limits {
    double min_size, min_inside, min_brightness, max_brightness, min_contrast, min_sharpness;
    double max_turn;
} fg_quality_limits;

/*
 * What enrolment asks of a view. Each limit is where spoiling the 19 faces of the test pictures had
 * moved half of their encodings by 0.2 to 0.3 (half of the default tolerance is 0.25); the small,
 * dark and flat ones with the noise of an indoor camera, 3 of Y. `fg_quality_survey models
 * tests/pictures` prints it all:
 *
 *   size        45    0.20 at 53 pixels, 0.23 to 0.26 at 44
 *   inside      0.75  0.21 at 0.77 with a side cut off, 0.29 with the chin
 *   brightness  45    0.25 at 47; the darkest of the faces measures 68
 *   brightness  225   0.22 at 223, 0.26 at 229
 *   contrast    12    0.26 at 12
 *   sharpness   0.32  0.20 at 0.31 out of focus, 0.20 at 0.32 moved across
 *   turn        0.45  0.25 at 0.41, 0.31 at 0.48, by turning a model of the head sideways
 *
 * Seen from below, encodings move more: 0.25 by 10 degrees, 0.45 by 20. They move together, though,
 * so a camera that stands low can still tell apart people who were enrolled at it. This is how far
 * half of the faces are from themselves and from the nearest other person if they were enrolled at
 * the first angle and are seen at the second, by a model of the head in perspective:
 *
 *   10, 20 degrees   own 0.24, at most 0.37   other 0.57, at least 0.49   18 of 19 found
 *   20, 30 degrees   own 0.23, at most 0.29   other 0.51, at least 0.43   18
 *   30, 40 degrees   own 0.22, at most 0.24   other 0.43, at least 0.41    5
 *    0, 30 degrees   own 0.57, at most 0.67   other 0.66, at least 0.56   18, of which 3 are nearer
 *                                                                         to another person
 *
 * So enrolment takes views from below. The limit for them is 40 degrees, which the 0.7 in `turn`
 * stands for: few faces are found beyond 30 and nothing was measured beyond 40. Different people
 * do come closer to each other the lower the camera is, and a person enrolled from the front is not
 * recognised by a low camera: enrol people at the camera that will see them.
 *
 * 18 of the faces are good, with sharpness from 0.39 and turn up to 0.39. The other one is refused,
 * and rightly: sample5's at 615,448 looks past the camera by some 30 degrees (turn 0.50).
 */
extern const fg_quality_limits fg_quality_enrolment;

/*
 * The same where faces of at least `min_face` pixels are looked for, at the door and at enrolment:
 * the detector finds somewhat smaller ones too, a photograph held up for one, and those are too
 * far.
 */
fg_quality_limits fg_quality_limits_for(int min_face);

/*
 * `landmarks` as fg_engine_align gives them for `box`. The face may reach past the frame's edges;
 * only what is inside is looked at. Any box and landmarks will do; those of no face measure as none
 * that is good. Takes 0.2 ms for a face of 150 pixels, at most 0.7 ms.
 */
fg_quality fg_quality_measure(const fg_frame *frame, const fg_box *box,
                              const fg_landmarks *landmarks);

/*
 * The first fault. The text names the measure, its value, the limit and the fix: "too dark:
 * brightness 31, at least 45 is needed: more light on the face". `error` may be NULL, and is left
 * alone by a good view.
 */
enum fg_quality_fault fg_quality_check(const fg_quality *quality, const fg_quality_limits *limits,
                                       fg_error *error);

/*
 * False for a view that says nothing about who it is: the landmarks are those of no face, under
 * half of the face is in the frame, or a measure is not a finite number.
 */
bool fg_quality_is_view(const fg_quality *quality);

/*
 * How much a view says about who it is, from 0.1 to 1; 0 if it is no view. A poor view does not
 * make a stranger look like somebody enrolled, it only says less: single views of LFW with a turn
 * of 0 to 0.3 had FMR 4e-5 and FNMR 1.9 %, of 0.45 to 0.6 FMR 3e-5 and FNMR 8.7 %, of 0.6 to 0.8
 * FMR 0 and FNMR 15 %. So a poor view counts for less instead of being refused. That was measured
 * with a turn that counted upwards in full and more; now a view from below weighs more than there.
 *
 * Each measure gives a factor that falls evenly from 1 to 0.3, and stays there:
 *
 *   turn        0.3  to 0.9   FMR and FNMR of visits were measured with these three
 *   brightness  60   to 25
 *   sharpness   0.36 to 0.22
 *   size        60   to 25    by analogy: enrolment's limit lies a quarter to a half of the way
 *   inside      0.85 to 0.5   down, as it does in those three
 *   brightness  210  to 250
 *   contrast    16   to 6
 */
double fg_quality_weight(const fg_quality *quality);

/* What a person in front of the camera does about it, in a few words; "good" where there is none.
 */
const char *fg_quality_advice(enum fg_quality_fault fault);

#ifdef __cplusplus
}
#endif

#endif
