/*
 * The distance between two encodings, for the loops that compare many. A file that includes this is
 * compiled with the flags src/gallery/CMakeLists.txt gives to those loops.
 */
#ifndef FACEGATE_GALLERY_DISTANCE_H
#define FACEGATE_GALLERY_DISTANCE_H

#include "facegate/encoding.h"

#include <math.h>

/*
 * Its square. Sixteen sums side by side let the compiler use vectors and still fix the order of
 * every addition, so that the result does not depend on the machine.
 */
static inline float fg_distance_square(const float *restrict one, const float *restrict other)
{
    enum { LANES = 16 };
    float sum[LANES] = {0};
    for (int i = 0; i < FG_ENCODING_SIZE; i += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            float difference = one[i + lane] - other[i + lane];
            sum[lane] += difference * difference;
        }
    }
    for (int half = LANES / 2; half > 0; half /= 2) {
        for (int lane = 0; lane < half; lane++) {
            sum[lane] += sum[lane + half];
        }
    }
    return sum[0];
}

/* The nearest of many by their squares, the smallest first; -1 and INFINITY where there is none. */
static inline void fg_nearest_start(int room, float *squares, int *indices)
{
    for (int i = 0; i < room; i++) {
        squares[i] = INFINITY;
        indices[i] = -1;
    }
}

/* Takes one in if it is near enough; of equals who came first stays first. NAN is near to nobody.
 */
static inline void fg_nearest_keep(int room, float *squares, int *indices, float square, int index)
{
    int place = room - 1;
    if (!(square < squares[place])) {
        return;
    }
    for (; place > 0 && squares[place - 1] > square; place--) {
        squares[place] = squares[place - 1];
        indices[place] = indices[place - 1];
    }
    squares[place] = square;
    indices[place] = index;
}

#endif
