/* Tells whether something moves in the picture that could be a person. */
#include "facegate/vision/motion.h"

#include "facegate/clock.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Blocks a face is wide, so that some lie wholly inside. */
#define BLOCKS_A_FACE 5
/* Sides are multiples of 8 pixels, which are added up at once. */
#define SMALLEST_BLOCK 8
#define LARGEST_BLOCK  64
/* Rows of a block that are looked at, at most: with more, LARGEST_BLOCK would not fit 16 bits. */
#define BLOCK_ROWS 16
static_assert(BLOCK_ROWS * (LARGEST_BLOCK / 8) * 2 * 255 <= UINT16_MAX, "sum_block overflows");

/* Seconds in which the background, and how much it trembles, are learnt. */
#define LEARN_LEVEL   0.5
#define LEARN_TREMBLE 2.0

/* Grey levels that are never motion; and between which a block is taken to tremble. */
#define LEAST_CHANGE  1.5F
#define LEAST_TREMBLE 0.1F
#define MOST_TREMBLE  4.0F
/* What is this many times the variance teaches no more than that. */
#define OUTLIER 4.0F
/* Motion is more than this many times what a block trembles (standard deviations) ... */
#define TREMBLE_TIMES 4.5F
/* ... in this many blocks of a square of three by three. */
#define MOVING_BLOCKS 3

/* A block this dark tells no ratio, one this bright may be cut off. */
#define TOO_DARK   16.0F
#define TOO_BRIGHT 235.0F

/* The light's factor from one frame to the next, in steps of less than half a grey level. */
#define LEAST_LIGHT 0.5F
#define MOST_LIGHT  2.0F
#define LIGHT_STEPS 1024

typedef struct block {
    float level;   /* grey level it had of late */
    float tremble; /* variance around that */
} block;

struct fg_motion {
    int side; /* of a block, pixels */
    int columns, rows;
    int width, height; /* of the last frame; 0 before the first */
    int64_t time;
    size_t capacity;
    block *blocks;
    float *now;     /* grey level of each block in this frame */
    uint8_t *moves; /* with an empty border, so that each block has eight neighbours */
};

int fg_motion_create(int min_face, fg_motion **ret_motion)
{
    fg_motion *motion = calloc(1, sizeof(*motion));
    if (motion == NULL) {
        return -ENOMEM;
    }
    int side = min_face / BLOCKS_A_FACE / SMALLEST_BLOCK * SMALLEST_BLOCK;
    side = side < SMALLEST_BLOCK ? SMALLEST_BLOCK : side;
    motion->side = side > LARGEST_BLOCK ? LARGEST_BLOCK : side;
    *ret_motion = motion;
    return 0;
}

fg_motion *fg_motion_free(fg_motion *motion)
{
    if (motion != NULL) {
        free(motion->blocks);
        free(motion->now);
        free(motion->moves);
        free(motion);
    }
    return NULL;
}

static size_t bordered(const fg_motion *motion)
{
    return (size_t)(motion->columns + 2) * (size_t)(motion->rows + 2);
}

static int resize(fg_motion *motion, const fg_frame *frame)
{
    motion->columns = frame->width / motion->side;
    motion->rows = frame->height / motion->side;
    size_t needed = bordered(motion);
    if (needed <= motion->capacity) {
        return 0;
    }
    free(motion->blocks);
    free(motion->now);
    free(motion->moves);
    motion->blocks = malloc(needed * sizeof(*motion->blocks));
    motion->now = malloc(needed * sizeof(*motion->now));
    motion->moves = malloc(needed);
    bool all = motion->blocks != NULL && motion->now != NULL && motion->moves != NULL;
    motion->capacity = all ? needed : 0;
    return all ? 0 : -ENOMEM;
}

/* The sum of a block, 8 pixels at once in four lanes of 16 bits. */
static uint32_t sum_block(const uint8_t *corner, ptrdiff_t stride, int side, int step)
{
    const uint64_t even = UINT64_C(0x00FF00FF00FF00FF);
    uint64_t lanes = 0;
    for (int y = 0; y < side; y += step) {
        const uint8_t *row = corner + y * stride;
        for (int x = 0; x < side; x += 8) {
            uint64_t eight;
            memcpy(&eight, row + x, sizeof(eight));
            lanes += (eight & even) + ((eight >> 8) & even);
        }
    }
    return (uint32_t)((lanes & 0xFFFF) + (lanes >> 16 & 0xFFFF) + (lanes >> 32 & 0xFFFF) +
                      (lanes >> 48));
}

static void measure(fg_motion *motion, const fg_frame *frame)
{
    int side = motion->side;
    int step = (side + BLOCK_ROWS - 1) / BLOCK_ROWS;
    int rows = (side + step - 1) / step;
    float share = 1.0F / (float)(rows * side);
    float *now = motion->now;
    for (int y = 0; y < motion->rows; y++) {
        const uint8_t *line = frame->plane[0] + (ptrdiff_t)y * side * frame->stride[0];
        for (int x = 0; x < motion->columns; x++) {
            *now++ =
                share * (float)sum_block(line + (ptrdiff_t)x * side, frame->stride[0], side, step);
        }
    }
}

static void start(fg_motion *motion)
{
    for (int i = 0; i < motion->columns * motion->rows; i++) {
        motion->blocks[i] = (block){.level = motion->now[i], .tremble = 1};
    }
}

/* By what factor the light changed: the median over the blocks, since a person is in fewer than
 * half of them. */
static float find_light(const fg_motion *motion)
{
    int counts[LIGHT_STEPS] = {0};
    const float steps = LIGHT_STEPS / (MOST_LIGHT - LEAST_LIGHT);
    int known = 0;
    for (int i = 0; i < motion->columns * motion->rows; i++) {
        float was = motion->blocks[i].level;
        float is = motion->now[i];
        if (was < TOO_DARK || was > TOO_BRIGHT || is > TOO_BRIGHT) {
            continue;
        }
        float at = (is / was - LEAST_LIGHT) * steps;
        at = at < 0 ? 0 : at;
        counts[at < LIGHT_STEPS - 1 ? (int)at : LIGHT_STEPS - 1]++;
        known++;
    }
    int passed = 0;
    for (int i = 0; i < LIGHT_STEPS && known > 0; i++) {
        passed += counts[i];
        if (2 * passed >= known) {
            /* Within the step, as if its blocks lay evenly in it. */
            float part = ((float)known / 2 - (float)(passed - counts[i])) / (float)counts[i];
            return LEAST_LIGHT + ((float)i + part) / steps;
        }
    }
    return 1;
}

/* How far a block is from what the light alone would have made of it. */
static float change_of(float was, float is, float light)
{
    float expected = was * light;
    if (was > TOO_BRIGHT || expected > TOO_BRIGHT) {
        /* Cut off before, it may have been brighter; cut off now, it stays darker than expected. */
        float low = expected < was ? expected : was;
        float high = was > TOO_BRIGHT ? 255 : expected;
        if (is < low) {
            return is - low;
        }
        return is > high ? is - high : 0;
    }
    return is - expected;
}

/* Holds each block against its past, and marks those that move. */
static void compare(fg_motion *motion, float light, double passed)
{
    float learn_level = 1 - (float)exp(-passed / LEARN_LEVEL);
    float learn_tremble = 1 - (float)exp(-passed / LEARN_TREMBLE);
    memset(motion->moves, 0, bordered(motion));
    for (int y = 0; y < motion->rows; y++) {
        block *one = &motion->blocks[y * motion->columns];
        const float *is = &motion->now[y * motion->columns];
        uint8_t *moves = &motion->moves[(y + 1) * (motion->columns + 2) + 1];
        for (int x = 0; x < motion->columns; x++) {
            float change = change_of(one[x].level, is[x], light);
            float square = change * change;
            moves[x] = square > LEAST_CHANGE * LEAST_CHANGE &&
                       square > TREMBLE_TIMES * TREMBLE_TIMES * one[x].tremble;
            /* Who comes must not be hidden by his own motion, nor who went blind the block. */
            float most = fminf(OUTLIER * one[x].tremble, MOST_TREMBLE * MOST_TREMBLE);
            one[x].tremble += learn_tremble * (fminf(square, most) - one[x].tremble);
            one[x].tremble = fmaxf(one[x].tremble, LEAST_TREMBLE * LEAST_TREMBLE);
            float level = change == 0 ? is[x] : one[x].level * light;
            one[x].level = level + learn_level * (is[x] - level);
        }
    }
}

static bool is_crowded(const fg_motion *motion)
{
    ptrdiff_t line = motion->columns + 2;
    for (int y = 1; y <= motion->rows; y++) {
        for (int x = 1; x <= motion->columns; x++) {
            const uint8_t *here = &motion->moves[y * line + x];
            int around = here[-line - 1] + here[-line] + here[-line + 1] + here[-1] + here[0] +
                         here[1] + here[line - 1] + here[line] + here[line + 1];
            if (around >= MOVING_BLOCKS) {
                return true;
            }
        }
    }
    return false;
}

bool fg_motion_update(fg_motion *motion, const fg_frame *frame)
{
    bool anew = frame->width != motion->width || frame->height != motion->height ||
                frame->monotonic < motion->time;
    if (anew && resize(motion, frame) != 0) {
        motion->width = 0;
        return true;
    }
    double passed = (double)(frame->monotonic - motion->time) / FG_NS_PER_S;
    motion->width = frame->width;
    motion->height = frame->height;
    motion->time = frame->monotonic;
    measure(motion, frame);
    if (anew) {
        start(motion);
        return true;
    }
    compare(motion, find_light(motion), passed);
    return is_crowded(motion);
}
