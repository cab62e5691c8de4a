/* Paints the pictures of canned.h. */
#include "canned.h"

#include <stdbool.h>
#include <string.h>

/* Blocks of two pixels, each of its own grey: a face as sharp as any. */
void fg_canned_paint(enum fg_canned who, uint8_t *const planes[3], const int strides[3])
{
    uint32_t state = 1;
    static uint8_t blocks[FG_CANNED_HEIGHT / 2][FG_CANNED_WIDTH / 2];
    for (int row = 0; row < FG_CANNED_HEIGHT / 2; row++) {
        for (int column = 0; column < FG_CANNED_WIDTH / 2; column++) {
            state = state * 1664525U + 1013904223U;
            blocks[row][column] = (uint8_t)(80 + (state >> 24) * 100 / 256);
        }
    }
    for (int row = 0; row < FG_CANNED_HEIGHT; row++) {
        for (int column = 0; column < FG_CANNED_WIDTH; column++) {
            bool mark = row < FG_CANNED_MARK && column < FG_CANNED_MARK;
            planes[0][row * strides[0] + column] =
                mark ? (uint8_t)(FG_CANNED_FIRST + FG_CANNED_STEP * (int)who)
                     : blocks[row / 2][column / 2];
        }
    }
    for (int plane = 1; plane < 3; plane++) {
        for (int row = 0; row < FG_CANNED_HEIGHT / 2; row++) {
            memset(planes[plane] + row * strides[plane], 128, FG_CANNED_WIDTH / 2);
        }
    }
}
