/* Scales pictures as dlib's detector does, or only a window of a level. */
#include "pyramid.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Four halvings, one step to level 0, and from 16384 pixels down to 64 by five sixths. */
#define MAX_STEPS 40

/* dlib makes no level smaller than this. */
#define SMALLEST_LEVEL 64

/* One picture made of the one before it. */
typedef struct step {
    int width, height; /* of the whole */
    bool halves;       /* each pixel the mean of four, else bilinear */
    fg_window needed;
    const uint8_t *pixels; /* of what is needed */
    ptrdiff_t stride;
} step;

/* Where a column lies in the picture below: right of a column there, by a part of a pixel. */
typedef struct column {
    int left;
    float part;
} column;

struct fg_pyramid {
    uint8_t *memory;
    size_t capacity;
    column *columns;
    float *row; /* blended of two; one longer than the columns */
    size_t column_capacity;
    step steps[MAX_STEPS]; /* the first is the frame itself */
};

int fg_pyramid_create(fg_pyramid **ret_pyramid)
{
    fg_pyramid *pyramid = calloc(1, sizeof(*pyramid));
    if (pyramid == NULL) {
        return -ENOMEM;
    }
    *ret_pyramid = pyramid;
    return 0;
}

fg_pyramid *fg_pyramid_free(fg_pyramid *pyramid)
{
    if (pyramid != NULL) {
        free(pyramid->memory);
        free(pyramid->columns);
        free(pyramid->row);
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

static bool is_level(const step *made)
{
    return made->width >= SMALLEST_LEVEL && made->height >= SMALLEST_LEVEL;
}

bool fg_pyramid_level(const fg_frame *frame, int min_face, int level, fg_window *ret_whole)
{
    step steps[MAX_STEPS] = {0};
    step last = steps[plan_base(frame, min_face, steps) - 1];
    for (int i = 0; i < level; i++) {
        last = above(&last);
        if (!is_level(&last)) {
            return false;
        }
    }
    *ret_whole = (fg_window){.width = last.width, .height = last.height};
    return true;
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
    int first = (int)(at * each);
    int last = (int)((at + length - 1) * each) + 1;
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

/* Memory for the pixels of all steps and for the columns of the widest. */
static int reserve(fg_pyramid *pyramid, int count)
{
    size_t bytes = 0;
    size_t columns = 0;
    for (int i = 0; i < count; i++) {
        const fg_window *needed = &pyramid->steps[i].needed;
        bytes += i > 0 ? (size_t)needed->width * (size_t)needed->height : 0;
        columns = (size_t)needed->width > columns ? (size_t)needed->width : columns;
    }
    if (bytes > pyramid->capacity) {
        uint8_t *memory = realloc(pyramid->memory, bytes);
        if (memory == NULL) {
            return -ENOMEM;
        }
        pyramid->memory = memory;
        pyramid->capacity = bytes;
    }
    if (columns > pyramid->column_capacity) {
        free(pyramid->columns);
        free(pyramid->row);
        pyramid->columns = malloc(columns * sizeof(*pyramid->columns));
        pyramid->row = malloc((columns + 1) * sizeof(*pyramid->row));
        pyramid->column_capacity = pyramid->columns != NULL && pyramid->row != NULL ? columns : 0;
        if (pyramid->column_capacity == 0) {
            return -ENOMEM;
        }
    }
    return 0;
}

/* Plain sampling of a picture more than twice as large would alias. */
static void halve(const step *below, const step *here, uint8_t *out)
{
    for (int y = 0; y < here->needed.height; y++) {
        const uint8_t *upper = below->pixels + 2 * y * below->stride;
        const uint8_t *lower = upper + below->stride;
        for (int x = 0; x < here->needed.width; x++) {
            int sum = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];
            *out++ = (uint8_t)((sum + 2) / 4);
        }
    }
}

static void shrink(fg_pyramid *pyramid, const step *below, const step *here, uint8_t *out)
{
    const fg_window *from = &below->needed;
    const fg_window *to = &here->needed;
    double pace_x = pace(below->width, here->width);
    double pace_y = pace(below->height, here->height);
    for (int x = 0; x < to->width; x++) {
        double at = (to->x + x) * pace_x;
        pyramid->columns[x] = (column){(int)at - from->x, (float)(at - (int)at)};
    }
    for (int y = 0; y < to->height; y++) {
        double at = (to->y + y) * pace_y;
        float part = (float)(at - (int)at);
        const uint8_t *upper = below->pixels + ((int)at - from->y) * below->stride;
        const uint8_t *lower = (int)at < below->height - 1 ? upper + below->stride : upper;
        for (int x = 0; x < from->width; x++) {
            pyramid->row[x] = (float)upper[x] + part * (float)(lower[x] - upper[x]);
        }
        /* The picture's last column stands for the one after it, too. */
        pyramid->row[from->width] = pyramid->row[from->width - 1];
        for (int x = 0; x < to->width; x++) {
            const float *pair = pyramid->row + pyramid->columns[x].left;
            *out++ = (uint8_t)(pair[0] + pyramid->columns[x].part * (pair[1] - pair[0]) + 0.5F);
        }
    }
}

static void make(fg_pyramid *pyramid, int count)
{
    uint8_t *free_memory = pyramid->memory;
    for (int i = 1; i < count; i++) {
        const step *below = &pyramid->steps[i - 1];
        step *here = &pyramid->steps[i];
        if (here->halves) {
            halve(below, here, free_memory);
        } else {
            shrink(pyramid, below, here, free_memory);
        }
        here->pixels = free_memory;
        here->stride = here->needed.width;
        free_memory += (size_t)here->needed.width * (size_t)here->needed.height;
    }
}

int fg_pyramid_cut(fg_pyramid *pyramid, const fg_frame *frame, int min_face, int first, int count,
                   const fg_window *windows, fg_patch *ret_patches)
{
    step *steps = pyramid->steps;
    int base = plan_base(frame, min_face, steps) - 1;
    int total = base + first + count;
    assert(count > 0 && total <= MAX_STEPS);
    for (int i = base + 1; i < total; i++) {
        steps[i] = above(&steps[i - 1]);
    }
    for (int i = total - 1; i >= 0; i--) {
        int level = i - base - first;
        fg_window source = i + 1 < total ? source_of(&steps[i], &steps[i + 1]) : (fg_window){0};
        steps[i].needed = level >= 0 ? join(&windows[level], &source) : source;
    }
    int result = reserve(pyramid, total);
    if (result != 0) {
        return result;
    }
    steps[0].stride = frame->stride[0];
    steps[0].pixels = frame->plane[0] + steps[0].needed.y * steps[0].stride + steps[0].needed.x;
    make(pyramid, total);

    for (int i = 0; i < count; i++) {
        const step *level = &steps[base + first + i];
        const fg_window *window = &windows[i];
        ptrdiff_t offset = (window->y - level->needed.y) * level->stride;
        ret_patches[i] = (fg_patch){level->pixels + offset + (window->x - level->needed.x),
                                    level->stride, *window};
    }
    return 0;
}
