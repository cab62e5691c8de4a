/* Turns and mirrors pictures. */
#include "turn.h"

#include "convert.h"

#include <stdbool.h>
#include <string.h>

/* Where rows become columns, each step of the reading is a row further on: squares of this side
 * stay in the nearest cache until they are through. */
#define SQUARE 16

int fg_turn_then(int first, int second)
{
    int flips = second & (FG_TURN_HORIZONTAL | FG_TURN_VERTICAL);
    if ((first & FG_TURN_TRANSPOSE) != 0) {
        /* To flip what was transposed is to transpose what was flipped the other way. */
        flips = (flips >> 1 | flips << 1) & (FG_TURN_HORIZONTAL | FG_TURN_VERTICAL);
    }
    return first ^ (flips | (second & FG_TURN_TRANSPOSE));
}

int fg_turn_back(int turn)
{
    if (turn == FG_TURN_90) {
        return FG_TURN_270;
    }
    return turn == FG_TURN_270 ? FG_TURN_90 : turn;
}

int fg_turn_of_exif(int orientation)
{
    static const int turns[] = {
        FG_TURN_NONE,     FG_TURN_NONE,      FG_TURN_HORIZONTAL, FG_TURN_180,
        FG_TURN_VERTICAL, FG_TURN_TRANSPOSE, FG_TURN_90,         FG_TURN_180 | FG_TURN_TRANSPOSE,
        FG_TURN_270};
    return turns[orientation];
}

/* A plane as it is walked from one of its corners. */
typedef struct walk {
    const uint8_t *first; /* the pixel that comes first in the result */
    ptrdiff_t along;      /* to the next in the result's row */
    ptrdiff_t down;       /* to the next row of the result */
} walk;

static void flip_rows(const walk *from, int width, int height, uint8_t *to, ptrdiff_t to_stride)
{
    for (int y = 0; y < height; y++, to += to_stride) {
        const uint8_t *row = from->first + y * from->down;
        if (from->along == 1) {
            memcpy(to, row, (size_t)width);
            continue;
        }
        for (int x = 0; x < width; x++) {
            to[x] = row[-x];
        }
    }
}

static void transpose(const walk *from, int width, int height, uint8_t *to, ptrdiff_t to_stride)
{
    for (int top = 0; top < height; top += SQUARE) {
        int bottom = top + SQUARE < height ? top + SQUARE : height;
        for (int left = 0; left < width; left += SQUARE) {
            int right = left + SQUARE < width ? left + SQUARE : width;
            for (int y = top; y < bottom; y++) {
                const uint8_t *pixel = from->first + y * from->down + left * from->along;
                for (int x = left; x < right; x++, pixel += from->along) {
                    to[y * to_stride + x] = *pixel;
                }
            }
        }
    }
}

/* Of a plane of width x height pixels. */
static void turn_plane(const uint8_t *from, ptrdiff_t from_stride, int width, int height,
                       uint8_t *to, ptrdiff_t to_stride, int turn)
{
    ptrdiff_t right = (turn & FG_TURN_HORIZONTAL) != 0 ? -1 : 1;
    ptrdiff_t below = (turn & FG_TURN_VERTICAL) != 0 ? -from_stride : from_stride;
    const uint8_t *first =
        from + (right < 0 ? width - 1 : 0) + (below < 0 ? (height - 1) * from_stride : 0);
    if ((turn & FG_TURN_TRANSPOSE) != 0) {
        const walk sideways = {.first = first, .along = below, .down = right};
        transpose(&sideways, height, width, to, to_stride);
    } else {
        const walk upright = {.first = first, .along = right, .down = below};
        flip_rows(&upright, width, height, to, to_stride);
    }
}

int fg_turn_frame(const fg_frame *from, int turn, fg_frame *to)
{
    bool sideways = (turn & FG_TURN_TRANSPOSE) != 0;
    int result = fg_frame_resize(to, sideways ? from->height : from->width,
                                 sideways ? from->width : from->height);
    if (result != 0) {
        return result;
    }
    turn_plane(from->plane[0], from->stride[0], from->width, from->height, to->plane[0],
               to->stride[0], turn);
    for (int plane = 1; plane < 3; plane++) {
        turn_plane(from->plane[plane], from->stride[plane], (from->width + 1) / 2,
                   (from->height + 1) / 2, to->plane[plane], to->stride[plane], turn);
    }
    fg_convert_pad_luma(to);
    return 0;
}
