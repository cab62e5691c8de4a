#include "held.h"

#include "stills.h"

#include <math.h>
#include <stdbool.h>

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))
#define TURN         (2 * 3.14159265358979)

/* How far hand, sleeve and shadow reach past what is held, and the hand up on it; centimetres. */
#define REACH   7.0
#define HIGHEST 9.5

/* Colours are Y, U, V. */
static const double skin[3] = {158, 110, 151};
static const double nail[3] = {184, 114, 146};
static const double sleeve[3] = {48, 134, 125};

/* A part of a hand: a line that is thick, from one end to the other. In centimetres from the middle
 * of the lower edge of what is held, to the right and down. */
typedef struct limb {
    const double *colour;
    double from_x, from_y, from_radius;
    double to_x, to_y, to_radius;
} limb;

/* What a photograph is shown on. */
typedef struct medium {
    double width;       /* centimetres */
    double corner;      /* radius, centimetres */
    double lift, gain;  /* of the photograph's Y */
    double chroma;      /* how much is left of its colours */
    double blue, red;   /* what is added to U and V */
    double frame[3];    /* colour of what is around the photograph */
    double rim;         /* Y of its outermost millimetres */
    double fall, glare; /* of the light: from the upper left to the lower right, and in a band */
    double rows;        /* of a display: how much their Y differs */
    const limb *behind, *before;
    int behind_count, before_count;
} medium;

static const limb behind_print[] = {
    {sleeve, 4.6, 10.5, 3.6, 11, 40, 4.6}, {skin, 3.8, 4, 2.9, 5.6, 11, 2.7},
    {skin, 1.6, 2.2, 2.2, 5.2, 2.6, 2.4},  {skin, 0.2, 2.6, 1.0, 2.6, 3, 1.1},
    {skin, -0.3, 0.9, 1.0, 2.6, 1.4, 1.1},
};
static const limb before_print[] = {
    {skin, 5.3, 2.2, 1.5, 3.6, -3.3, 1.0},
    {nail, 3.55, -3.4, 0.55, 3.4, -3.8, 0.5},
};
static const limb behind_phone[] = {
    {sleeve, 2.6, 10, 3.6, 7, 40, 4.4},
    {skin, 1.4, 3, 3.0, 2.2, 11, 2.7},
    {skin, 3.6, -2.8, 2.0, 1.2, 1.6, 2.8},
};
static const limb before_phone[] = {
    {skin, 5.0, -0.9, 1.5, 3.6, -5.6, 1.0},     {nail, 3.5, -5.6, 0.55, 3.35, -6.0, 0.5},
    {skin, -4.3, -7.5, 0.9, -3.4, -7.8, 0.8},   {skin, -4.4, -5.9, 0.95, -3.2, -6.1, 0.85},
    {skin, -4.4, -4.2, 0.95, -3.2, -4.3, 0.85}, {skin, -4.3, -2.6, 0.85, -3.5, -2.6, 0.75},
};

static const medium print = {
    .width = 21,
    .corner = 0.05,
    .lift = 38,
    .gain = 0.68,
    .chroma = 0.8,
    .blue = -1,
    .red = 1,
    .frame = {211, 127, 129},
    .rim = 205,
    .fall = 0.10,
    .glare = 14,
    .behind = behind_print,
    .behind_count = COUNT(behind_print),
    .before = before_print,
    .before_count = COUNT(before_print),
};
static const medium phone = {
    .width = 7.5,
    .corner = 0.9,
    .lift = 16,
    .gain = 1.06,
    .chroma = 1.05,
    .blue = 7,
    .red = -5,
    .frame = {20, 129, 128},
    .rim = 78,
    .glare = 9,
    .rows = 4,
    .behind = behind_phone,
    .behind_count = COUNT(behind_phone),
    .before = before_phone,
    .before_count = COUNT(before_phone),
};

/* What is held at one time. Lengths are pixels of the frame. */
typedef struct held {
    const medium *on;
    const fg_frame *photograph;
    double x, y; /* its middle */
    double sine, cosine;
    double width, height, margin; /* of the photograph, and what is around it */
    double centimetre;
} held;

static double clamp(double value, double least, double most)
{
    return fmin(fmax(value, least), most);
}

static double mix(double below, double above, double covered)
{
    return below + covered * (above - below);
}

/* How far a point lies outside of a box around 0 with round corners; negative inside. */
static double outside(double x, double y, double width, double height, double corner)
{
    double right = fabs(x) - width / 2 + corner;
    double down = fabs(y) - height / 2 + corner;
    return hypot(fmax(right, 0), fmax(down, 0)) + fmin(fmax(right, down), 0) - corner;
}

/* Between the middles of four pixels. */
static double value_at(const fg_still *of, double x, double y)
{
    double from_x = clamp(x - 0.5, 0, of->width - 1);
    double from_y = clamp(y - 0.5, 0, of->height - 1);
    int left = (int)from_x;
    int top = (int)from_y;
    const uint8_t *above = of->pixels + top * of->stride;
    const uint8_t *below = above + (top + 1 < of->height ? of->stride : 0);
    int right = left + (left + 1 < of->width);
    return mix(mix(above[left], above[right], from_x - left),
               mix(below[left], below[right], from_x - left), from_y - top);
}

/* The photograph and what is around it, u and v pixels from its middle. */
static double draw_surface(const held *of, int plane, double u, double v, double edge, double size)
{
    const medium *on = of->on;
    fg_still still = fg_still_plane(of->photograph, plane);
    double across = u / of->width;
    double down = v / of->height;
    double value = value_at(&still, (across + 0.5) * still.width, (down + 0.5) * still.height);
    double inside = clamp(0.5 - outside(u, v, of->width, of->height, 0) / size, 0, 1);
    if (plane == 1) {
        return mix(on->frame[1], 128 + on->chroma * (value - 128) + on->blue, inside);
    }
    if (plane == 2) {
        return mix(on->frame[2], 128 + on->chroma * (value - 128) + on->red, inside);
    }
    /* Finer than two pixels, so that rows and pixels make a pattern of their own. */
    value = on->lift + on->gain * value + on->rows * sin(TURN * v / 1.9);
    value = mix(on->frame[0], value, inside);
    value = mix(value, on->rim, clamp(1.5 + edge / (0.08 * of->centimetre), 0, 1));
    double band = (across + 0.6 * down + 0.25) / 0.22;
    return value * (1 - on->fall * (across + down)) + on->glare * exp(-band * band);
}

/* One limb over a pixel, all in centimetres; how much it darkens what is near it. */
static double draw_limb(const limb *of, int plane, double x, double y, double size, double shade,
                        double value)
{
    double along_x = of->to_x - of->from_x;
    double along_y = of->to_y - of->from_y;
    double part = ((x - of->from_x) * along_x + (y - of->from_y) * along_y) /
                  (along_x * along_x + along_y * along_y);
    part = clamp(part, 0, 1);
    double radius = mix(of->from_radius, of->to_radius, part);
    double right = (x - of->from_x - part * along_x) / radius;
    double down = (y - of->from_y - part * along_y) / radius;
    double far = hypot(right, down);
    double colour = of->colour[plane];
    if (plane == 0) {
        colour *= 1.06 - 0.17 * far * far - 0.08 * right - 0.09 * down;
        value *= 1 - shade * clamp(1 - (far - 1) * radius / 0.6, 0, 1);
    }
    return mix(value, colour, clamp((1 - far) * radius / size + 0.5, 0, 1));
}

/* What becomes of the value of a pixel of `size`, whose middle is at x, y of the frame. */
static double draw_pixel(const held *of, int plane, double x, double y, double size, double value)
{
    const medium *on = of->on;
    double width = of->width + 2 * of->margin;
    double height = of->height + 2 * of->margin;
    double u = (x - of->x) * of->cosine + (y - of->y) * of->sine;
    double v = (y - of->y) * of->cosine - (x - of->x) * of->sine;
    double unit = of->centimetre;
    if (fabs(u) > width / 2 + REACH * unit || v < -height / 2 - REACH * unit) {
        return value;
    }
    double corner = on->corner * unit;
    if (plane == 0) {
        double shadow = outside(u - unit, v - 1.4 * unit, width, height, corner) / unit;
        double dark = clamp(0.5 - shadow / 3, 0, 1);
        value *= 1 - 0.35 * dark * dark;
    }
    double low = (v - height / 2) / unit;
    bool near_hand = low > -HIGHEST;
    for (int i = 0; i < on->behind_count && near_hand; i++) {
        value = draw_limb(&on->behind[i], plane, u / unit, low, size / unit, 0.1, value);
    }
    double edge = outside(u, v, width, height, corner);
    double covered = clamp(0.5 - edge / size, 0, 1);
    if (covered > 0) {
        value = mix(value, draw_surface(of, plane, u, v, edge, size), covered);
    }
    for (int i = 0; i < on->before_count && near_hand; i++) {
        const limb *one = &on->before[i];
        double shade = one->colour == skin ? 0.2 : 0;
        value = draw_limb(one, plane, u / unit, low, size / unit, shade, value);
    }
    return value;
}

int fg_held_draw(const fg_film_person *person, const fg_film_key *place, const fg_frame *source,
                 fg_frame *scaled, fg_frame *frame)
{
    const fg_film_cut *cut = &person->cut;
    const medium *on = person->held == FG_FILM_PRINT ? &print : &phone;
    double height = place->width * cut->height / cut->width;
    double phase = person->period > 0 ? place->time / person->period : 0;
    double turn = person->tilt / 360 * TURN * cos(TURN * phase);
    const held is = {.on = on,
                     .photograph = scaled,
                     .x = place->x + place->width / 2,
                     .y = place->y + height / 2,
                     .sine = sin(turn),
                     .cosine = cos(turn),
                     .width = place->width,
                     .height = height,
                     .margin = person->margin,
                     .centimetre = (place->width + 2 * person->margin) / on->width};
    int result = fg_frame_resize(scaled, (int)ceil(place->width), (int)ceil(height));
    for (int plane = 0; plane < 3 && result == 0; plane++) {
        int size = plane == 0 ? 1 : 2;
        fg_still from = fg_still_plane(source, plane);
        fg_still to = fg_still_plane(scaled, plane);
        fg_still onto = fg_still_plane(frame, plane);
        fg_still_scale(&from, (double)cut->x / size, (double)cut->y / size,
                       (double)cut->width / size / to.width, (double)cut->height / size / to.height,
                       &to);
        for (int row = 0; row < onto.height; row++) {
            uint8_t *pixels = onto.pixels + row * onto.stride;
            for (int column = 0; column < onto.width; column++) {
                double value = draw_pixel(&is, plane, (column + 0.5) * size, (row + 0.5) * size,
                                          size, pixels[column]);
                pixels[column] = (uint8_t)lround(clamp(value, 0, 255));
            }
        }
    }
    return result;
}
