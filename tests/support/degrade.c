#include "degrade.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REACH 64 /* pixels a blur takes in on either side */

static void demand(int true_thing)
{
    if (!true_thing) {
        fputs("degrade: not enough memory\n", stderr);
        abort();
    }
}

static uint8_t to_byte(double value)
{
    return (uint8_t)lround(fmin(fmax(value, 0), 255));
}

static int plane_width(const fg_frame *frame, int plane)
{
    return plane == 0 ? frame->width : (frame->width + 1) / 2;
}

static int plane_height(const fg_frame *frame, int plane)
{
    return plane == 0 ? frame->height : (frame->height + 1) / 2;
}

static uint8_t *row_of(const fg_frame *frame, int plane, int y)
{
    return frame->plane[plane] + (ptrdiff_t)y * frame->stride[plane];
}

static void copy_part(const fg_frame *from, int x, int y, fg_frame *to)
{
    for (int plane = 0; plane < 3; plane++) {
        int part = plane == 0 ? 1 : 2;
        for (int row = 0; row < plane_height(to, plane); row++) {
            memcpy(row_of(to, plane, row), row_of(from, plane, y / part + row) + x / part,
                   (size_t)plane_width(to, plane));
        }
    }
}

void fg_degrade_cut_out(const fg_frame *from, const fg_box *box, fg_frame *to, fg_box *ret_box)
{
    int margin = box->width * 3 / 4;
    int left = (int)fmax(box->x - margin, 0) & ~1;
    int top = (int)fmax(box->y - margin, 0) & ~1;
    int right = (int)fmin(box->x + box->width + margin, from->width) & ~1;
    int bottom = (int)fmin(box->y + box->height + margin, from->height) & ~1;
    demand(fg_frame_resize(to, right - left, bottom - top) == 0);
    copy_part(from, left, top, to);
    *ret_box = (fg_box){box->x - left, box->y - top, box->width, box->height};
}

/* Numbers from 0 to 1, the same on every machine. */
static double next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*seed >> 40) / 0x1p24;
}

/* The sum of twelve: near enough to a Gaussian of deviation 1. */
static double next_gaussian(uint64_t *seed)
{
    double sum = 0;
    for (int i = 0; i < 12; i++) {
        sum += next_random(seed);
    }
    return sum - 6;
}

/* What is done to red, green and blue. */
typedef struct exposure {
    double gains[3];
    double noise; /* its deviation */
    uint64_t seed;
} exposure;

static double expose_one(double value, double gain, exposure *by)
{
    double noise = by->noise > 0 ? by->noise * next_gaussian(&by->seed) : 0;
    return fmin(fmax(gain * value + noise, 0), 255);
}

/* One pixel in RGB; gives its new Y and adds its new chroma. Constants: JFIF. */
static double expose(double luma, double u, double v, exposure *by, double *sum_u, double *sum_v)
{
    double red = expose_one(luma + 1.402 * v, by->gains[0], by);
    double green = expose_one(luma - 0.344136 * u - 0.714136 * v, by->gains[1], by);
    double blue = expose_one(luma + 1.772 * u, by->gains[2], by);
    *sum_u += -0.168736 * red - 0.331264 * green + 0.5 * blue;
    *sum_v += 0.5 * red - 0.418688 * green - 0.081312 * blue;
    return 0.299 * red + 0.587 * green + 0.114 * blue;
}

static void expose_all(fg_frame *frame, exposure by)
{
    for (int row = 0; row < plane_height(frame, 1); row++) {
        uint8_t *u = row_of(frame, 1, row);
        uint8_t *v = row_of(frame, 2, row);
        for (int column = 0; column < plane_width(frame, 1); column++) {
            double sum_u = 0;
            double sum_v = 0;
            int pixels = 0;
            for (int y = 2 * row; y < 2 * row + 2 && y < frame->height; y++) {
                uint8_t *luma = row_of(frame, 0, y);
                for (int x = 2 * column; x < 2 * column + 2 && x < frame->width; x++) {
                    luma[x] = to_byte(
                        expose(luma[x], u[column] - 128.0, v[column] - 128.0, &by, &sum_u, &sum_v));
                    pixels++;
                }
            }
            u[column] = to_byte(128 + sum_u / pixels);
            v[column] = to_byte(128 + sum_v / pixels);
        }
    }
}

void fg_degrade_tint(fg_frame *frame, double red, double green, double blue)
{
    expose_all(frame, (exposure){.gains = {red, green, blue}});
}

void fg_degrade_sensor_noise(fg_frame *frame, double deviation, uint64_t seed)
{
    expose_all(frame, (exposure){.gains = {1, 1, 1}, .noise = deviation, .seed = seed});
}

void fg_degrade_expose(fg_frame *frame, double gain)
{
    fg_degrade_tint(frame, gain, gain, gain);
}

void fg_degrade_fade(fg_frame *frame, double veil, double rest)
{
    for (int plane = 0; plane < 3; plane++) {
        double centre = plane == 0 ? veil : 128;
        for (int y = 0; y < plane_height(frame, plane); y++) {
            uint8_t *row = row_of(frame, plane, y);
            for (int x = 0; x < plane_width(frame, plane); x++) {
                row[x] = to_byte(centre + rest * (row[x] - centre));
            }
        }
    }
}

/* Each pixel becomes the weighted mean of those along (dx, dy); at the edges the last one counts
 * again. */
static void average_along(fg_frame *frame, int plane, int dx, int dy, const double *weights,
                          int reach)
{
    int width = plane_width(frame, plane);
    int height = plane_height(frame, plane);
    uint8_t *copy = malloc((size_t)width * (size_t)height);
    demand(copy != NULL);
    for (int y = 0; y < height; y++) {
        memcpy(copy + (ptrdiff_t)y * width, row_of(frame, plane, y), (size_t)width);
    }
    for (int y = 0; y < height; y++) {
        uint8_t *row = row_of(frame, plane, y);
        for (int x = 0; x < width; x++) {
            double sum = 0;
            for (int i = -reach; i <= reach; i++) {
                int from_x = x + i * dx;
                int from_y = y + i * dy;
                from_x = from_x < 0 ? 0 : from_x >= width ? width - 1 : from_x;
                from_y = from_y < 0 ? 0 : from_y >= height ? height - 1 : from_y;
                sum += weights[i + reach] * copy[(ptrdiff_t)from_y * width + from_x];
            }
            row[x] = to_byte(sum);
        }
    }
    free(copy);
}

static void normalise(double *weights, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += weights[i];
    }
    for (int i = 0; i < count; i++) {
        weights[i] /= sum;
    }
}

void fg_degrade_blur(fg_frame *frame, double deviation)
{
    double weights[2 * REACH + 1] = {0};
    for (int plane = 0; plane < 3; plane++) {
        double of_plane = plane == 0 ? deviation : deviation / 2;
        int reach = (int)fmin(ceil(3 * of_plane), REACH);
        for (int i = -reach; i <= reach; i++) {
            weights[i + reach] = exp(-i * i / (2 * of_plane * of_plane));
        }
        normalise(weights, 2 * reach + 1);
        average_along(frame, plane, 1, 0, weights, reach);
        average_along(frame, plane, 0, 1, weights, reach);
    }
}

void fg_degrade_move(fg_frame *frame, int x, int y, double length)
{
    double weights[2 * REACH + 1] = {0};
    double step = hypot(x, y);
    for (int plane = 0; plane < 3; plane++) {
        double half = length / step / (plane == 0 ? 2 : 4);
        int reach = (int)fmin(ceil(half), REACH);
        for (int i = -reach; i <= reach; i++) {
            /* How much of pixel i lies within half a length of the middle. */
            weights[i + reach] = fmax(fmin(i + 0.5, half) - fmax(i - 0.5, -half), 0);
        }
        normalise(weights, 2 * reach + 1);
        average_along(frame, plane, x, y, weights, reach);
    }
}

static void add_noise(fg_frame *frame, int plane, double deviation, uint64_t *seed)
{
    for (int y = 0; y < plane_height(frame, plane); y++) {
        uint8_t *row = row_of(frame, plane, y);
        for (int x = 0; x < plane_width(frame, plane); x++) {
            row[x] = to_byte(row[x] + deviation * next_gaussian(seed));
        }
    }
}

void fg_degrade_noise(fg_frame *frame, double deviation, uint64_t seed)
{
    add_noise(frame, 0, deviation, &seed);
}

void fg_degrade_colour_noise(fg_frame *frame, double deviation, uint64_t seed)
{
    for (int plane = 0; plane < 3; plane++) {
        add_noise(frame, plane, deviation, &seed);
    }
}

void fg_degrade_to_grey(fg_frame *frame)
{
    for (int plane = 1; plane < 3; plane++) {
        for (int y = 0; y < plane_height(frame, plane); y++) {
            memset(row_of(frame, plane, y), 128, (size_t)plane_width(frame, plane));
        }
    }
}

void fg_degrade_to_red(fg_frame *frame)
{
    for (int y = 0; y < frame->height; y++) {
        uint8_t *luma = row_of(frame, 0, y);
        const uint8_t *v = row_of(frame, 2, y / 2);
        for (int x = 0; x < frame->width; x++) {
            int redder = v[x / 2] - 128;
            luma[x] = to_byte(luma[x] + 1.402 * redder);
        }
    }
    fg_degrade_to_grey(frame);
}

/* The mean of the area from..to of a plane. */
static double mean_of(const fg_frame *from, int plane, double left, double top, double right,
                      double bottom)
{
    double sum = 0;
    for (int y = (int)top; y < bottom; y++) {
        const uint8_t *row = row_of(from, plane, y);
        double height = fmin(y + 1, bottom) - fmax(y, top);
        for (int x = (int)left; x < right; x++) {
            sum += height * (fmin(x + 1, right) - fmax(x, left)) * row[x];
        }
    }
    return sum / ((right - left) * (bottom - top));
}

void fg_degrade_shrink(const fg_frame *from, double scale, fg_frame *to)
{
    demand(fg_frame_resize(to, (int)(from->width * scale), (int)(from->height * scale)) == 0);
    for (int plane = 0; plane < 3; plane++) {
        double right = plane_width(from, plane);
        double bottom = plane_height(from, plane);
        for (int y = 0; y < plane_height(to, plane); y++) {
            uint8_t *row = row_of(to, plane, y);
            for (int x = 0; x < plane_width(to, plane); x++) {
                row[x] =
                    to_byte(mean_of(from, plane, x / scale, y / scale, fmin((x + 1) / scale, right),
                                    fmin((y + 1) / scale, bottom)));
            }
        }
    }
}

/* How far a point of the head lies before its middle, 0 beyond its outline. Across and down are
 * counted from between the eyes, in distances between them. */
static double depth_of(double across, double down)
{
    double flat = 1 - pow(across / 1.3, 2) - pow((down - 0.35) / 1.9, 2);
    double nose = exp(-pow(across / 0.15, 2) / 2 - pow((down - 0.62) / 0.28, 2) / 2);
    return flat > 0 ? 1.3 * sqrt(flat) + 0.32 * nose : 0;
}

/* A head in a frame: the middle of its eyes, the way from eye to eye, and how it is turned. */
typedef struct head {
    double x, y, across_x, across_y;
    double sine_yaw, cosine_yaw, sine_pitch, cosine_pitch;
} head;

/* Which point of the frame is seen at a pixel, and how near it is; 0 for none. */
typedef struct sight {
    float x, y, near;
} sight;

/* Turns one point of the head and notes where it is seen, unless a nearer one is. */
static void turn_point(const head *of, double across, double down, const fg_frame *frame,
                       sight *seen)
{
    double depth = depth_of(across, down);
    double turned_across = across * of->cosine_yaw + depth * of->sine_yaw;
    double turned_depth = depth * of->cosine_yaw - across * of->sine_yaw;
    double below = down - 0.35; /* the ellipsoid's middle */
    double turned_down = 0.35 + below * of->cosine_pitch - turned_depth * of->sine_pitch;
    double near = below * of->sine_pitch + turned_depth * of->cosine_pitch;
    double x = of->x + turned_across * of->across_x - turned_down * of->across_y;
    double y = of->y + turned_across * of->across_y + turned_down * of->across_x;
    if (depth <= 0 || x < 0 || y < 0 || x >= frame->width || y >= frame->height) {
        return;
    }
    sight *at = &seen[(ptrdiff_t)y * frame->width + (ptrdiff_t)x];
    if (near > (double)at->near) {
        at->x = (float)(of->x + across * of->across_x - down * of->across_y);
        at->y = (float)(of->y + across * of->across_y + down * of->across_x);
        at->near = (float)near;
    }
}

/* Between the middles of four pixels. */
static double value_at(const fg_frame *frame, int plane, double x, double y)
{
    double from_x = fmin(fmax(x - 0.5, 0), plane_width(frame, plane) - 2);
    double from_y = fmin(fmax(y - 0.5, 0), plane_height(frame, plane) - 2);
    const uint8_t *above = row_of(frame, plane, (int)from_y) + (int)from_x;
    const uint8_t *below = above + frame->stride[plane];
    double part_x = from_x - floor(from_x);
    double part_y = from_y - floor(from_y);
    return (1 - part_y) * ((1 - part_x) * above[0] + part_x * above[1]) +
           part_y * ((1 - part_x) * below[0] + part_x * below[1]);
}

static void draw(const fg_frame *from, const sight *seen, fg_frame *to)
{
    for (int y = 0; y < to->height; y++) {
        for (int x = 0; x < to->width; x++) {
            const sight *at = &seen[(ptrdiff_t)y * to->width + x];
            for (int plane = 0; plane < 3 && at->near > 0; plane++) {
                int part = plane == 0 ? 1 : 2;
                row_of(to, plane, y / part)[x / part] =
                    to_byte(value_at(from, plane, (double)at->x / part, (double)at->y / part));
            }
        }
    }
}

static head head_of(const fg_landmarks *landmarks, double yaw, double pitch)
{
    const float *x = landmarks->x;
    const float *y = landmarks->y;
    const double degree = acos(-1) / 180;
    return (head){
        .x = (double)(x[0] + x[1] + x[2] + x[3]) / 4,
        .y = (double)(y[0] + y[1] + y[2] + y[3]) / 4,
        .across_x = (double)(x[0] + x[1] - x[2] - x[3]) / 2,
        .across_y = (double)(y[0] + y[1] - y[2] - y[3]) / 2,
        .sine_yaw = sin(yaw * degree),
        .cosine_yaw = cos(yaw * degree),
        .sine_pitch = sin(pitch * degree),
        .cosine_pitch = cos(pitch * degree),
    };
}

static sight *no_sight(const fg_frame *from, fg_frame *to)
{
    sight *seen = calloc((size_t)from->width * (size_t)from->height, sizeof(*seen));
    demand(seen != NULL && fg_frame_resize(to, from->width, from->height) == 0);
    return seen;
}

void fg_degrade_turn(const fg_frame *from, const fg_landmarks *landmarks, double yaw, double pitch,
                     fg_frame *to)
{
    head turned = head_of(landmarks, yaw, pitch);
    double step = 0.4 / hypot(turned.across_x, turned.across_y); /* closer than pixels */
    sight *seen = no_sight(from, to);
    copy_part(from, 0, 0, to);
    for (int row = 0; row * step < 3.8; row++) {
        for (int column = 0; column * step < 2.6; column++) {
            turn_point(&turned, column * step - 1.3, row * step - 1.55, from, seen);
        }
    }
    draw(from, seen, to);
    free(seen);
}

/* In distances between the eyes, of which there are 16 in a metre: how far the camera is, how far
 * the tip of the nose and the eyes lie before the flat rest, and the step along a line of sight. */
#define CAMERA_FAR 16.0
#define DEEPEST    1.7
#define EYES_DEEP  1.18
#define SIGHT_STEP 0.04

/* Follows the line of sight of a pixel of the lower camera until it meets the head or the rest. */
static sight look_up(const head *of, double x, double y)
{
    double square = of->across_x * of->across_x + of->across_y * of->across_y;
    double right = ((x - of->x) * of->across_x + (y - of->y) * of->across_y) / square;
    double below = ((y - of->y) * of->across_x - (x - of->x) * of->across_y) / square;
    /* At 0 the line is as far away as the eyes, at -1 at the camera; each part changes evenly. */
    double down_step = below * of->cosine_pitch - CAMERA_FAR * of->sine_pitch;
    double depth_step = -below * of->sine_pitch - CAMERA_FAR * of->cosine_pitch;
    double down = CAMERA_FAR * of->sine_pitch + down_step;
    double depth = EYES_DEEP + CAMERA_FAR * of->cosine_pitch + depth_step;
    double at = 1 + (DEEPEST - depth) / depth_step;
    double step = SIGHT_STEP / CAMERA_FAR;
    double before = at;
    for (int i = 0; i < 20; i++) {
        /* First by even steps to behind the surface, then by halves to the surface. */
        while (i == 0 &&
               depth + (at - 1) * depth_step > depth_of(at * right, down + (at - 1) * down_step)) {
            before = at;
            at += step;
        }
        double middle = (before + at) / 2;
        if (depth + (middle - 1) * depth_step >
            depth_of(middle * right, down + (middle - 1) * down_step)) {
            before = middle;
        } else {
            at = middle;
        }
    }
    right *= at;
    down += (at - 1) * down_step;
    return (sight){.x = (float)(of->x + right * of->across_x - down * of->across_y),
                   .y = (float)(of->y + right * of->across_y + down * of->across_x),
                   .near = 1};
}

void fg_degrade_below(const fg_frame *from, const fg_landmarks *landmarks, double degrees,
                      fg_frame *to)
{
    head seen_by = head_of(landmarks, 0, degrees);
    sight *seen = no_sight(from, to);
    for (int y = 0; y < from->height; y++) {
        for (int x = 0; x < from->width; x++) {
            seen[(ptrdiff_t)y * from->width + x] = look_up(&seen_by, x + 0.5, y + 0.5);
        }
    }
    draw(from, seen, to);
    free(seen);
}
