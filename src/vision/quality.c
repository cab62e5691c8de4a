/* Measures how good a view of a face is for telling who it is. */
#include "facegate/vision/quality.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Whatever its size, the face is looked at through this many by this many cells: of a face 80
 * pixels wide that is a pixel each. Finer cells would find less blur under noise, coarser ones
 * none that matters.
 */
#define GRID 40

/* Points along one side of a cell at most, so that a huge face does not take long. */
#define MAX_POINTS 6

/*
 * The face proper is a square that follows the eyes, in distances between them: from the forehead
 * to the mouth, and as wide. So far above the middle of the eyes it begins.
 */
#define PATCH_SIDE  1.6
#define PATCH_ABOVE 0.45

/* The base of the nose lies that far below the eyes and before them, in the same unit: dlib's mean
 * face and the median of the test pictures. */
#define NOSE_DROP  0.8
#define NOSE_DEPTH 0.4

/* What upwards counts, as a part of what sideways does. Enrolment's limit is 27 degrees to a side
 * and, with this, the 40 degrees to which faces seen from below were measured. */
#define UPWARDS 0.7

/* The eyes of a face are that far apart, as parts of its box; anything else is none. */
#define MIN_APART 0.125
#define MAX_APART 1.0

/* A diagonal step is longer, so what it finds is divided by that. */
#define DIAGONAL 1.4

/* The face's own axes and where its nose is, from the landmarks. */
typedef struct pose {
    double x, y;                   /* the middle of the eyes */
    double across_x, across_y;     /* from eye to eye, to the right in an upright picture */
    double nose_across, nose_down; /* from the middle, in distances between the eyes */
} pose;

/* The square that is looked at. */
typedef struct patch {
    double x, y;           /* its corner */
    double step_x, step_y; /* one cell across; one cell down is (-step_y, step_x) */
} patch;

/* The mean of Y of each cell, NAN where its middle is outside the frame. */
typedef struct cells {
    float at[GRID][GRID];
} cells;

static double shorter_side(const fg_box *box)
{
    return fmin(box->width, box->height);
}

static bool in_box(const fg_box *box, double x, double y)
{
    return x >= box->x && x <= (double)box->x + box->width && y >= box->y &&
           y <= (double)box->y + box->height;
}

/* False where the landmarks are not those of a face in the box. */
static bool find_pose(const fg_landmarks *landmarks, const fg_box *box, pose *ret_pose)
{
    double x[5];
    double y[5];
    for (int i = 0; i < 5; i++) {
        x[i] = (double)landmarks->x[i];
        y[i] = (double)landmarks->y[i];
    }
    pose found = {
        .x = (x[0] + x[1] + x[2] + x[3]) / 4,
        .y = (y[0] + y[1] + y[2] + y[3]) / 4,
        .across_x = (x[0] + x[1] - x[2] - x[3]) / 2,
        .across_y = (y[0] + y[1] - y[2] - y[3]) / 2,
    };
    double apart = hypot(found.across_x, found.across_y);
    double side = shorter_side(box);
    /* NAN and infinity fail these too. */
    if (!(side > 0 && apart >= MIN_APART * side && apart <= MAX_APART * side) ||
        !in_box(box, found.x, found.y) || !in_box(box, x[4], y[4])) {
        return false;
    }
    double nose_x = x[4] - found.x;
    double nose_y = y[4] - found.y;
    double square = apart * apart;
    found.nose_across = (nose_x * found.across_x + nose_y * found.across_y) / square;
    found.nose_down = (nose_y * found.across_x - nose_x * found.across_y) / square;
    *ret_pose = found;
    return true;
}

/*
 * Sideways the nose moves by its depth times the sine, while the eyes draw together by the cosine.
 * Upwards it is seen DROP cos(up) - DEPTH sin(up) below the eyes, which is the hypotenuse of the
 * two times the cosine of `up` and the angle that it has from the front.
 */
static double turn_of(const pose *of)
{
    double side = fabs(of->nose_across) / hypot(of->nose_across, NOSE_DEPTH);
    double cosine = of->nose_down / hypot(NOSE_DROP, NOSE_DEPTH);
    double own = atan2(NOSE_DEPTH, NOSE_DROP);
    /* From looking straight up to with the nose as low as it can be. */
    double up = acos(fmin(fmax(cosine, -sin(own)), 1)) - own;
    return fmin(fmax(side, UPWARDS * sin(up)), 1);
}

static patch patch_of(const pose *of)
{
    double above = PATCH_ABOVE;
    double left = PATCH_SIDE / 2;
    return (patch){
        .x = of->x - left * of->across_x + above * of->across_y,
        .y = of->y - left * of->across_y - above * of->across_x,
        .step_x = of->across_x * PATCH_SIDE / GRID,
        .step_y = of->across_y * PATCH_SIDE / GRID,
    };
}

/* Without landmarks: the middle of the box, half as wide. */
static patch middle_of(const fg_box *box)
{
    double side = fmax(shorter_side(box), 0) / 2;
    return (patch){
        .x = box->x + (box->width - side) / 2,
        .y = box->y + (box->height - side) / 2,
        .step_x = side / GRID,
    };
}

/* Y between the middles of four pixels. The point lies inside the frame. */
static double point(const fg_frame *frame, double x, double y)
{
    double from_x = x > 0.5 ? x - 0.5 : 0;
    double from_y = y > 0.5 ? y - 0.5 : 0;
    int left = (int)from_x;
    int top = (int)from_y;
    int right = left + 1 < frame->width ? left + 1 : left;
    const uint8_t *above = frame->plane[0] + (ptrdiff_t)top * frame->stride[0];
    const uint8_t *below = top + 1 < frame->height ? above + frame->stride[0] : above;
    double part_x = from_x - left;
    double part_y = from_y - top;
    double upper = above[left] + part_x * (above[right] - above[left]);
    double lower = below[left] + part_x * (below[right] - below[left]);
    return upper + part_y * (lower - upper);
}

/* The mean of the points of a cell, as many as it is pixels wide, each way. */
static float cell(const fg_frame *frame, const patch *from, int row, int column, int points)
{
    double sum = 0;
    int count = 0;
    for (int i = 0; i < points; i++) {
        double down = row + (i + 0.5) / points;
        for (int j = 0; j < points; j++) {
            double across = column + (j + 0.5) / points;
            double x = from->x + across * from->step_x - down * from->step_y;
            double y = from->y + across * from->step_y + down * from->step_x;
            if (x >= 0 && x < frame->width && y >= 0 && y < frame->height) {
                sum += point(frame, x, y);
                count++;
            }
        }
    }
    return 2 * count > points * points ? (float)(sum / count) : NAN;
}

static void see(const fg_frame *frame, const patch *from, cells *to)
{
    double side = hypot(from->step_x, from->step_y);
    int points = (int)fmin(fmax(ceil(side), 1), MAX_POINTS);
    for (int row = 0; row < GRID; row++) {
        for (int column = 0; column < GRID; column++) {
            to->at[row][column] = cell(frame, from, row, column, points);
        }
    }
}

static void mean_and_deviation(const cells *of, double *ret_mean, double *ret_deviation)
{
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int row = 0; row < GRID; row++) {
        for (int column = 0; column < GRID; column++) {
            double value = (double)of->at[row][column];
            if (!isnan(value)) {
                sum += value;
                squares += value * value;
                count++;
            }
        }
    }
    if (count > 0) {
        *ret_mean = sum / count;
        *ret_deviation = sqrt(fmax(squares / count - *ret_mean * *ret_mean, 0));
    }
}

/*
 * How fine the detail along one direction is, squared: for a wave of w radians a cell the energies
 * of the two differences are 16 sin^4(w/2) and 16 sin^2(w/2) cos^2(w/2), so this is sin^2(w/2).
 */
static double fineness(const cells *of, int down, int across)
{
    double first = 0;
    double second = 0;
    for (int row = 1; row < GRID - 1; row++) {
        for (int column = 1; column < GRID - 1; column++) {
            float before = of->at[row - down][column - across];
            float here = of->at[row][column];
            float after = of->at[row + down][column + across];
            float slope = after - before;
            float bend = 2 * here - before - after;
            if (!isnan(bend)) {
                first += (double)(slope * slope);
                second += (double)(bend * bend);
            }
        }
    }
    return second > 0 ? second / (first + second) : 0;
}

/* Moving blurs along one direction only, so the worst one counts. */
static double sharpness_of(const cells *of)
{
    double straight = fmin(fineness(of, 0, 1), fineness(of, 1, 0));
    double diagonal = fmin(fineness(of, 1, 1), fineness(of, 1, -1));
    return sqrt(fmin(straight, diagonal / DIAGONAL));
}

/* The part of the box that is in the frame. */
static double inside_of(const fg_frame *frame, const fg_box *box)
{
    double width = fmin((double)box->x + box->width, frame->width) - fmax(box->x, 0);
    double height = fmin((double)box->y + box->height, frame->height) - fmax(box->y, 0);
    return width > 0 && height > 0 ? width * height / ((double)box->width * box->height) : 0;
}

fg_quality fg_quality_measure(const fg_frame *frame, const fg_box *box,
                              const fg_landmarks *landmarks)
{
    fg_quality quality = {.size = fmax(shorter_side(box), 0), .turn = 1};
    cells seen;
    pose posed;
    patch where = middle_of(box);
    quality.inside = inside_of(frame, box);
    if (quality.inside <= 0) {
        return quality;
    }
    if (find_pose(landmarks, box, &posed)) {
        quality.has_pose = true;
        quality.turn = turn_of(&posed);
        where = patch_of(&posed);
    }
    see(frame, &where, &seen);
    mean_and_deviation(&seen, &quality.brightness, &quality.contrast);
    quality.sharpness = sharpness_of(&seen);
    return quality;
}

const fg_quality_limits fg_quality_enrolment = {
    .min_size = 45,
    .min_inside = 0.75,
    .min_brightness = 45,
    .max_brightness = 225,
    .min_contrast = 12,
    .min_sharpness = 0.32,
    .max_turn = 0.45,
};

fg_quality_limits fg_quality_limits_for(int min_face)
{
    fg_quality_limits limits = fg_quality_enrolment;
    limits.min_size = fmax(limits.min_size, min_face);
    return limits;
}

/* One measure against its limit. The text: BEFORE value AFTER, at least limit UNIT needed: FIX. */
typedef struct rule {
    enum fg_quality_fault fault;
    double value, limit;
    bool is_most; /* a limit from above */
    int digits;
    const char *before, *after, *unit, *fix;
} rule;

static bool holds(const rule *of)
{
    return of->is_most ? of->value <= of->limit : of->value >= of->limit;
}

/* Rounded away from the limit: "45, at least 45 is needed" would help nobody. */
static double reported(const rule *of)
{
    double scale = pow(10, of->digits);
    double scaled = of->value * scale;
    return (of->is_most ? ceil(scaled - 1e-9) : floor(scaled + 1e-9)) / scale;
}

enum fg_quality_fault fg_quality_check(const fg_quality *quality, const fg_quality_limits *limits,
                                       fg_error *error)
{
    const rule rules[] = {
        {FG_QUALITY_SMALL, quality->size, limits->min_size, false, 0, "too far: the face is ",
         " pixels wide", " are", "come closer"},
        {FG_QUALITY_CUT, 100 * quality->inside, 100 * limits->min_inside, false, 0,
         "cut off: ", " % of the face is in the picture", " % is", "move to the middle"},
        {FG_QUALITY_DARK, quality->brightness, limits->min_brightness, false, 0,
         "too dark: brightness ", "", " is", "more light on the face"},
        {FG_QUALITY_BRIGHT, quality->brightness, limits->max_brightness, true, 0,
         "too bright: brightness ", "", " is", "less light on the face"},
        {FG_QUALITY_FLAT, quality->contrast, limits->min_contrast, false, 0, "too flat: contrast ",
         "", " is", "wipe the lens and avoid light from behind"},
        {FG_QUALITY_BLURRED, quality->sharpness, limits->min_sharpness, false, 2,
         "blurred: sharpness ", "", " is", "hold still and wipe the lens"},
        {FG_QUALITY_TURNED, quality->turn, limits->max_turn, true, 2, "turned: turn ", "", " is",
         "look straight into the camera"},
    };
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const rule *of = &rules[i];
        if (!holds(of)) {
            fg_error_set(error, 0, "%s%.*f%s, at %s %g%s %s: %s", of->before, of->digits,
                         reported(of), of->after, of->is_most ? "most" : "least", of->limit,
                         of->unit, of->is_most ? "allowed" : "needed", of->fix);
            return of->fault;
        }
    }
    return FG_QUALITY_GOOD;
}

/* Less of a face says nothing. */
#define LEAST_INSIDE 0.5

/* What a measure that is as poor as can be leaves of a view, and what all of them together do. */
#define POOREST_FACTOR 0.3
#define LEAST_WEIGHT   0.1

bool fg_quality_is_view(const fg_quality *quality)
{
    return quality->has_pose && quality->inside >= LEAST_INSIDE && isfinite(quality->size) &&
           isfinite(quality->inside) && isfinite(quality->brightness) &&
           isfinite(quality->contrast) && isfinite(quality->sharpness) && isfinite(quality->turn);
}

/* Falls evenly from 1 at `good` to the poorest factor at `poor`, which may be more or less. */
static double factor(double value, double good, double poor)
{
    double part = fmin(fmax((value - good) / (poor - good), 0), 1);
    return 1 - (1 - POOREST_FACTOR) * part;
}

double fg_quality_weight(const fg_quality *quality)
{
    if (!fg_quality_is_view(quality)) {
        return 0;
    }
    double weight = factor(quality->turn, 0.3, 0.9) * factor(quality->brightness, 60, 25) *
                    factor(quality->sharpness, 0.36, 0.22) * factor(quality->size, 60, 25) *
                    factor(quality->inside, 0.85, LEAST_INSIDE) *
                    factor(quality->brightness, 210, 250) * factor(quality->contrast, 16, 6);
    return fmax(weight, LEAST_WEIGHT);
}

const char *fg_quality_advice(enum fg_quality_fault fault)
{
    switch (fault) {
    case FG_QUALITY_SMALL:
        return "too far: come closer";
    case FG_QUALITY_CUT:
        return "step to the middle of the picture";
    case FG_QUALITY_DARK:
        return "too dark: more light on the face";
    case FG_QUALITY_BRIGHT:
        return "too bright: less light on the face";
    case FG_QUALITY_FLAT:
        return "too little contrast: light from the side, or wipe the lens";
    case FG_QUALITY_BLURRED:
        return "blurred: focus the camera, or wipe the lens";
    case FG_QUALITY_TURNED:
        return "turn to the front";
    case FG_QUALITY_GOOD:
        break;
    }
    return "good";
}
