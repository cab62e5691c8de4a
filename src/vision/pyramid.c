/* Scales pictures as dlib's detector does, or only a window of a level. */
#include "pyramid.h"

#include "kernels/shrink.h"
#include "pyramid_columns.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

/* Four halvings, one step to level 0, and from 16384 pixels down to 64 by five sixths. */
#define MAX_STEPS 40

/* dlib makes no level smaller than this. */
#define SMALLEST_LEVEL 64

/* One picture made of the one before it. */
typedef struct step {
    int width, height; /* of the whole */
    bool halves;       /* each pixel the mean of four, else bilinear */
    fg_window needed;
    int planes;
    const uint8_t *pixels[3]; /* of what is needed */
    ptrdiff_t stride;
} step;

struct fg_pyramid {
    const fg_kernels *kernels;
    tjhandle decoder;
    uint8_t *memory;
    size_t capacity;               /* half of the memory, bytes */
    fg_columns columns[MAX_STEPS]; /* of each step's picture */
    step steps[MAX_STEPS];         /* the first is the frame itself */
    int made, next;                /* the last that is made, and that of the next window */
    const fg_window *windows;      /* the next one */
};

int fg_pyramid_create(const fg_kernels *kernels, fg_pyramid **ret_pyramid)
{
    fg_pyramid *pyramid = calloc(1, sizeof(*pyramid));
    if (pyramid == NULL) {
        return -ENOMEM;
    }
    pyramid->kernels = kernels;
    pyramid->decoder = tjInitDecompress();
    if (pyramid->decoder == NULL) {
        fg_pyramid_free(pyramid);
        return -ENOMEM;
    }
    *ret_pyramid = pyramid;
    return 0;
}

fg_pyramid *fg_pyramid_free(fg_pyramid *pyramid)
{
    if (pyramid != NULL) {
        for (int i = 0; i < MAX_STEPS; i++) {
            fg_columns_release(&pyramid->columns[i]);
        }
        if (pyramid->decoder != NULL) {
            tjDestroy(pyramid->decoder);
        }
        free(pyramid->memory);
        free(pyramid);
    }
    return NULL;
}

double fg_pyramid_scale(int min_face)
{
    return (double)FG_PYRAMID_FACE / min_face;
}

/* The steps from the frame to level 0; returns how many, the frame counted. */
static int plan_base(const fg_frame *frame, int min_face, step *steps)
{
    double remaining = fg_pyramid_scale(min_face);
    int count = 0;
    steps[count++] = (step){.width = frame->width, .height = frame->height};
    while (remaining <= 0.5) {
        remaining *= 2;
        const step *last = &steps[count - 1];
        steps[count++] =
            (step){.width = last->width / 2, .height = last->height / 2, .halves = true};
    }
    const step *last = &steps[count - 1];
    int width = (int)lround(last->width * remaining);
    int height = (int)lround(last->height * remaining);
    if (width != last->width || height != last->height) {
        steps[count++] = (step){.width = width, .height = height};
    }
    return count;
}

static step above(const step *below)
{
    return (step){.width = below->width * 5 / 6, .height = below->height * 5 / 6};
}

fg_window fg_pyramid_level(const fg_frame *frame, int min_face, int level)
{
    step steps[MAX_STEPS] = {0};
    step last = steps[plan_base(frame, min_face, steps) - 1];
    for (int i = 0; i < level; i++) {
        last = above(&last);
    }
    return (fg_window){.width = last.width, .height = last.height};
}

/* dlib asks not a level's size but that of the frame's rectangle on its way up: its corners, each
 * time rounded. */
static void lift(int *first, int *last)
{
    *first = (int)floor((*first - 0.3) * (5.0 / 6.0) + 0.5);
    *last = (int)floor((*last - 0.3) * (5.0 / 6.0) + 0.5);
}

int fg_pyramid_levels(const fg_frame *frame, int min_face)
{
    fg_window base = fg_pyramid_level(frame, min_face, 0);
    int left = 0, top = 0, right = base.width - 1, bottom = base.height - 1;
    int levels = 0;
    do {
        levels++;
        lift(&left, &right);
        lift(&top, &bottom);
    } while (right - left + 1 >= SMALLEST_LEVEL && bottom - top + 1 >= SMALLEST_LEVEL);
    return levels;
}

static bool is_empty(const fg_window *window)
{
    return window->width <= 0 || window->height <= 0;
}

/* The smallest window that holds two. */
static fg_window join(const fg_window *one, const fg_window *other)
{
    if (is_empty(one)) {
        return *other;
    }
    if (is_empty(other)) {
        return *one;
    }
    int left = one->x < other->x ? one->x : other->x;
    int top = one->y < other->y ? one->y : other->y;
    int right = one->x + one->width > other->x + other->width ? one->x + one->width
                                                              : other->x + other->width;
    int bottom = one->y + one->height > other->y + other->height ? one->y + one->height
                                                                 : other->y + other->height;
    return (fg_window){left, top, right - left, bottom - top};
}

/* Grows a span of pixels by `margin` both ways and to multiples of `unit`, as far as there are. */
static void widen(int *at, int *length, int margin, int unit, int whole)
{
    int first = *at - margin > 0 ? (*at - margin) / unit * unit : 0;
    int end = (*at + *length + margin + unit - 1) / unit * unit;
    *at = first;
    *length = (end < whole ? end : whole) - first;
}

/* How far one goes in the picture below for one pixel here: corners lie upon corners. */
static double pace(int below, int here)
{
    return (below - 1) / (double)(here > 1 ? here - 1 : 1);
}

/* The pixels of `below` in a row or a column that some of `here` are made of. */
static void find_source(int below, int here, bool halves, int at, int length, int *ret_at,
                        int *ret_length)
{
    if (halves) {
        *ret_at = 2 * at;
        *ret_length = 2 * length;
        return;
    }
    double each = pace(below, here);
    /* One more both ways, since dlib reckons in single precision. */
    int first = (int)(at * each) - 1;
    int last = (int)((at + length - 1) * each) + 2;
    first = first > 0 ? first : 0;
    last = last < below ? last : below - 1;
    *ret_at = first;
    *ret_length = last - first + 1;
}

static fg_window source_of(const step *below, const step *here)
{
    fg_window source = {0};
    if (!is_empty(&here->needed)) {
        find_source(below->width, here->width, here->halves, here->needed.x, here->needed.width,
                    &source.x, &source.width);
        find_source(below->height, here->height, here->halves, here->needed.y, here->needed.height,
                    &source.y, &source.height);
    }
    return source;
}

/* Of the steps from the frame on the one whose picture becomes red, green and blue, -1 for none:
 * where the first halves, chroma has that size already. */
static int colour_step(const fg_pyramid *pyramid, int count, bool in_colour)
{
    return in_colour ? count > 1 && pyramid->steps[1].halves : -1;
}

/* What is needed of every step, from the top down. */
static void plan_windows(fg_pyramid *pyramid, int total, int level, int count, int coloured,
                         const fg_window *windows)
{
    step *steps = pyramid->steps;
    for (int i = total - 1; i >= 0; i--) {
        bool wanted = i >= level && i < level + count;
        fg_window source = i + 1 < total ? source_of(&steps[i], &steps[i + 1]) : (fg_window){0};
        fg_window *needed = &steps[i].needed;
        *needed = wanted ? join(&windows[i - level], &source) : source;
        if (i == 0 && coloured == 0) {
            /* Chroma is half as large, and each of its pixels blends into the next. */
            widen(&needed->x, &needed->width, 2, 2, steps[i].width);
            widen(&needed->y, &needed->height, 2, 2, steps[i].height);
        } else if (i > 0 && !steps[i].halves) {
            widen(&needed->x, &needed->width, 0, FG_SHRINK_GROUP, steps[i].width);
        }
    }
}

static size_t area(const fg_window *window)
{
    return (size_t)window->width * (size_t)window->height;
}

/* Memory for the largest picture, twice: each step's is made of the one before, whose memory the
 * next may have, so that the processor's cache holds it all. Columns for all that are scaled. */
static int reserve(fg_pyramid *pyramid, int total, int coloured)
{
    size_t most = 0;
    for (int i = 0; i < total; i++) {
        size_t bytes = 3 * area(&pyramid->steps[i].needed);
        most = (i > 0 || coloured == 0) && bytes > most ? bytes : most;
        if (i > 0 && !pyramid->steps[i].halves &&
            fg_columns_prepare(&pyramid->columns[i], pyramid->steps[i - 1].width,
                               pyramid->steps[i].width) != 0) {
            return -ENOMEM;
        }
    }
    if (most > pyramid->capacity) {
        free(pyramid->memory);
        pyramid->memory = malloc(2 * most);
        pyramid->capacity = pyramid->memory != NULL ? most : 0;
    }
    return most > pyramid->capacity ? -ENOMEM : 0;
}

/* Where a plane of a step's picture goes. */
static uint8_t *room_for(const fg_pyramid *pyramid, int index, int plane)
{
    return pyramid->memory + (size_t)(index % 2) * pyramid->capacity +
           (size_t)plane * area(&pyramid->steps[index].needed);
}

/* Plain sampling of a picture more than twice as large would alias. */
static void halve(const step *below, const step *here, const uint8_t *from, uint8_t *out)
{
    for (int y = 0; y < here->needed.height; y++) {
        const uint8_t *upper = from + 2 * y * below->stride;
        const uint8_t *lower = upper + below->stride;
        for (int x = 0; x < here->needed.width; x++) {
            int sum = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];
            *out++ = (uint8_t)((sum + 2) / 4);
        }
    }
}

static void shrink(const fg_pyramid *pyramid, int index, uint8_t *const out[3])
{
    const step *below = &pyramid->steps[index - 1];
    const step *here = &pyramid->steps[index];
    double pace_y = pace(below->height, here->height);
    double at = -pace_y;
    for (int y = 0; y < here->needed.y; y++) {
        at += pace_y; /* step by step as dlib, which is not the same to the last bit */
    }
    for (int y = 0; y < here->needed.height; y++) {
        at += pace_y;
        int top = (int)at;
        uint8_t *row[3] = {NULL};
        fg_shrink_rows rows = {.planes = here->planes,
                               .first = below->needed.x,
                               .count = below->needed.width,
                               .part = at - top};
        for (int i = 0; i < here->planes; i++) {
            rows.upper[i] = below->pixels[i] + (top - below->needed.y) * below->stride;
            rows.lower[i] = rows.upper[i] + (top < below->height - 1 ? below->stride : 0);
            row[i] = out[i] + (ptrdiff_t)y * here->needed.width;
        }
        pyramid->kernels->shrink_row(&pyramid->columns[index], &rows, here->needed.x,
                                     here->needed.width, row);
    }
}

/* Red, green and blue of a step's Y and the frame's chroma, in which that is as large or half as
 * large. */
static int colour(fg_pyramid *pyramid, const fg_frame *frame, int index, fg_error *error)
{
    step *here = &pyramid->steps[index];
    const fg_window *needed = &here->needed;
    int chroma_x = index > 0 ? needed->x : needed->x / 2;
    int chroma_y = index > 0 ? needed->y : needed->y / 2;
    const unsigned char *planes[3] = {
        here->pixels[0],
        frame->plane[1] + (ptrdiff_t)chroma_y * frame->stride[1] + chroma_x,
        frame->plane[2] + (ptrdiff_t)chroma_y * frame->stride[2] + chroma_x,
    };
    int strides[3] = {(int)here->stride, frame->stride[1], frame->stride[2]};
    uint8_t *pixels = pyramid->memory + (size_t)((index + 1) % 2) * pyramid->capacity;
    if (tjDecodeYUVPlanes(pyramid->decoder, planes, strides, index > 0 ? TJSAMP_444 : TJSAMP_420,
                          pixels, needed->width, needed->width * 3, needed->height, TJPF_RGB,
                          0) != 0) {
        return fg_error_set(error, -EIO, "colours of a picture: %s",
                            tjGetErrorStr2(pyramid->decoder));
    }
    uint8_t *const split[3] = {room_for(pyramid, index, 0), room_for(pyramid, index, 1),
                               room_for(pyramid, index, 2)};
    pyramid->kernels->split(pixels, (int)area(needed), split);
    memcpy(here->pixels, split, sizeof(here->pixels));
    here->stride = needed->width;
    here->planes = 3;
    return 0;
}

static void make(fg_pyramid *pyramid, int index)
{
    const step *below = &pyramid->steps[index - 1];
    step *here = &pyramid->steps[index];
    uint8_t *out[3] = {NULL};
    here->planes = below->planes;
    here->stride = here->needed.width;
    for (int i = 0; i < here->planes; i++) {
        out[i] = room_for(pyramid, index, i);
        here->pixels[i] = out[i];
        if (here->halves) {
            halve(below, here, below->pixels[i], out[i]);
        }
    }
    if (!here->halves) {
        shrink(pyramid, index, out);
    }
}

static void make_up_to(fg_pyramid *pyramid, int index)
{
    while (pyramid->made < index) {
        make(pyramid, ++pyramid->made);
    }
}

int fg_pyramid_begin(fg_pyramid *pyramid, const fg_frame *frame, const fg_cut *cut, fg_error *error)
{
    step *steps = pyramid->steps;
    int base = plan_base(frame, cut->min_face, steps) - 1;
    int total = base + cut->first + cut->count;
    assert(cut->count > 0 && total <= MAX_STEPS);
    for (int i = base + 1; i < total; i++) {
        steps[i] = above(&steps[i - 1]);
    }
    int coloured = colour_step(pyramid, total, cut->in_colour);
    plan_windows(pyramid, total, base + cut->first, cut->count, coloured, cut->windows);
    if (reserve(pyramid, total, coloured) != 0) {
        return fg_error_set(error, -ENOMEM, "scaling a picture: not enough memory");
    }
    steps[0].planes = 1;
    steps[0].stride = frame->stride[0];
    steps[0].pixels[0] = frame->plane[0] + steps[0].needed.y * steps[0].stride + steps[0].needed.x;
    pyramid->windows = cut->windows;
    pyramid->next = base + cut->first;
    pyramid->made = 0;
    if (coloured < 0) {
        return 0;
    }
    make_up_to(pyramid, coloured);
    return colour(pyramid, frame, coloured, error);
}

fg_patch fg_pyramid_next(fg_pyramid *pyramid)
{
    make_up_to(pyramid, pyramid->next);
    const step *level = &pyramid->steps[pyramid->next++];
    const fg_window *window = pyramid->windows++;
    ptrdiff_t offset =
        (window->y - level->needed.y) * level->stride + (window->x - level->needed.x);
    fg_patch patch = {.planes = level->planes, .stride = level->stride, .window = *window};
    for (int plane = 0; plane < level->planes; plane++) {
        patch.pixels[plane] = level->pixels[plane] + offset;
    }
    return patch;
}
