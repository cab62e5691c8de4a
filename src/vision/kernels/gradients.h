/*
 * Gradients of a row of pixels, as many at a time as registers hold. Only the features' kernel
 * includes this. Source: dlib's fhog.h, get_gradient.
 */
#ifndef FACEGATE_VISION_KERNELS_GRADIENTS_H
#define FACEGATE_VISION_KERNELS_GRADIENTS_H

#include "kernels/vector.h"

#include <stdbool.h>
#include <stddef.h>

/* Pixels at a time: differences of bytes fill words of 16 bits. */
#define STEP (2 * LANES)

typedef uint8_t byte_vector __attribute__((vector_size(STEP), aligned(1), may_alias));
typedef int16_t words __attribute__((vector_size(2 * STEP), may_alias));
typedef uint16_t unsigned_words __attribute__((vector_size(2 * STEP), may_alias));

/* Squares of lengths, in an order of their own: `spread` puts them into that of the pixels. */
typedef struct squares {
    vector_mask first, second;
} squares;

typedef struct gradient {
    words x, y;
    squares length;
} gradient;

/* The rows above, at and below a pixel of each plane. */
typedef struct gradient_rows {
    const uint8_t *above[3], *here[3], *below[3];
} gradient_rows;

#if defined(__AVX512F__)
INLINE squares square(words x, words y)
{
    __m512i low = _mm512_unpacklo_epi16((__m512i)x, (__m512i)y);
    __m512i high = _mm512_unpackhi_epi16((__m512i)x, (__m512i)y);
    return (squares){(vector_mask)_mm512_madd_epi16(low, low),
                     (vector_mask)_mm512_madd_epi16(high, high)};
}

INLINE vector_mask greater(vector_mask one, vector_mask other)
{
    return (vector_mask)_mm512_max_epi32((__m512i)one, (__m512i)other);
}

INLINE words magnitude(words of)
{
    return (words)_mm512_abs_epi16((__m512i)of);
}

INLINE words narrow(vector_mask first, vector_mask second)
{
    return (words)_mm512_packs_epi32((__m512i)first, (__m512i)second);
}

INLINE squares spread(squares packed)
{
    const __m512i low = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const __m512i high =
        _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
    __m512i first = (__m512i)packed.first, second = (__m512i)packed.second;
    return (squares){(vector_mask)_mm512_permutex2var_epi32(first, low, second),
                     (vector_mask)_mm512_permutex2var_epi32(first, high, second)};
}
#elif defined(__AVX2__)
INLINE squares square(words x, words y)
{
    __m256i low = _mm256_unpacklo_epi16((__m256i)x, (__m256i)y);
    __m256i high = _mm256_unpackhi_epi16((__m256i)x, (__m256i)y);
    return (squares){(vector_mask)_mm256_madd_epi16(low, low),
                     (vector_mask)_mm256_madd_epi16(high, high)};
}

INLINE vector_mask greater(vector_mask one, vector_mask other)
{
    return (vector_mask)_mm256_max_epi32((__m256i)one, (__m256i)other);
}

INLINE words magnitude(words of)
{
    return (words)_mm256_abs_epi16((__m256i)of);
}

INLINE words narrow(vector_mask first, vector_mask second)
{
    return (words)_mm256_packs_epi32((__m256i)first, (__m256i)second);
}

INLINE squares spread(squares packed)
{
    __m256i first = (__m256i)packed.first, second = (__m256i)packed.second;
    return (squares){(vector_mask)_mm256_permute2x128_si256(first, second, 0x20),
                     (vector_mask)_mm256_permute2x128_si256(first, second, 0x31)};
}
#elif defined(__x86_64__)
INLINE squares square(words x, words y)
{
    __m128i low = _mm_unpacklo_epi16((__m128i)x, (__m128i)y);
    __m128i high = _mm_unpackhi_epi16((__m128i)x, (__m128i)y);
    return (squares){(vector_mask)_mm_madd_epi16(low, low),
                     (vector_mask)_mm_madd_epi16(high, high)};
}

INLINE vector_mask greater(vector_mask one, vector_mask other)
{
    vector_mask mask = one > other;
    return (one & mask) | (other & ~mask);
}

INLINE words magnitude(words of)
{
    return (words)_mm_max_epi16((__m128i)of, (__m128i)-of);
}

INLINE words narrow(vector_mask first, vector_mask second)
{
    return (words)_mm_packs_epi32((__m128i)first, (__m128i)second);
}

INLINE squares spread(squares packed)
{
    return packed;
}
#elif defined(__aarch64__)
INLINE squares square(words x, words y)
{
    int16x8_t dx = (int16x8_t)x, dy = (int16x8_t)y;
    int32x4_t first = vmull_s16(vget_low_s16(dx), vget_low_s16(dx));
    int32x4_t second = vmull_high_s16(dx, dx);
    return (squares){(vector_mask)vmlal_s16(first, vget_low_s16(dy), vget_low_s16(dy)),
                     (vector_mask)vmlal_high_s16(second, dy, dy)};
}

INLINE vector_mask greater(vector_mask one, vector_mask other)
{
    return (vector_mask)vmaxq_s32((int32x4_t)one, (int32x4_t)other);
}

INLINE words magnitude(words of)
{
    return (words)vabsq_s16((int16x8_t)of);
}

INLINE words narrow(vector_mask first, vector_mask second)
{
    return (words)vmovn_high_s32(vmovn_s32((int32x4_t)first), (int32x4_t)second);
}

INLINE squares spread(squares packed)
{
    return packed;
}
#else
INLINE squares square(words x, words y)
{
    squares length = {{0}};
    for (int i = 0; i < LANES; i++) {
        length.first[i] = x[i] * x[i] + y[i] * y[i];
        length.second[i] = x[LANES + i] * x[LANES + i] + y[LANES + i] * y[LANES + i];
    }
    return length;
}

INLINE vector_mask greater(vector_mask one, vector_mask other)
{
    vector_mask mask = one > other;
    return (one & mask) | (other & ~mask);
}

INLINE words magnitude(words of)
{
    words negative = of < (words){0};
    return (of ^ negative) - negative;
}

INLINE words narrow(vector_mask first, vector_mask second)
{
    words both = {0};
    for (int i = 0; i < LANES; i++) {
        both[i] = (int16_t)first[i];
        both[LANES + i] = (int16_t)second[i];
    }
    return both;
}

INLINE squares spread(squares packed)
{
    return packed;
}
#endif

INLINE words widen(const uint8_t *from)
{
    return __builtin_convertvector(*(const byte_vector *)from, words);
}

INLINE gradient gradient_of(const gradient_rows *rows, int plane, ptrdiff_t at)
{
    gradient one;
    one.x = widen(rows->here[plane] + at + 1) - widen(rows->here[plane] + at - 1);
    one.y = widen(rows->below[plane] + at) - widen(rows->above[plane] + at);
    one.length = square(one.x, one.y);
    return one;
}

/* The longer of two; of two as long the other, or with `first_wins` the one. */
INLINE gradient longer(const gradient *one, const gradient *other, bool first_wins)
{
    vector_mask first = first_wins ? one->length.first >= other->length.first
                                   : one->length.first > other->length.first;
    vector_mask second = first_wins ? one->length.second >= other->length.second
                                    : one->length.second > other->length.second;
    words mask = narrow(first, second);
    gradient chosen;
    chosen.x = (one->x & mask) | (other->x & ~mask);
    chosen.y = (one->y & mask) | (other->y & ~mask);
    chosen.length.first = greater(one->length.first, other->length.first);
    chosen.length.second = greater(one->length.second, other->length.second);
    return chosen;
}

/*
 * Borders between directions, of which there are five in a quarter turn, as fractions: what rises
 * by `rise` or more in `run` is past one. dlib holds the gradient against directions rounded to
 * four digits; these are the smallest fractions of numbers below 256 that lie past its borders, so
 * that of all gradients, which are of such numbers too, none falls on another side.
 */
#define BORDERS 4
static const int16_t border_rise[BORDERS] = {3, 41, 87, 11};
static const int16_t border_run[BORDERS] = {17, 71, 73, 4};

/* Which of the 18 directions each has; without a gradient any, which weighs nothing. Straight up is
 * one of the left ones, as in dlib. */
INLINE words direction_of(words x, words y)
{
    const words zero = {0};
    words run = magnitude(x), rise = magnitude(y);
    words upward = y < zero, leftward = x + upward < zero;
    words past = zero + BORDERS;
    UNROLL for (int i = 0; i < BORDERS; i++)
    {
        past += run * border_rise[i] > rise * border_run[i];
    }
    /* By quarters from the right: past, 9 - past, 9 + past, 18 - past. */
    words turned = leftward ^ upward;
    words from = (leftward & 9) | (upward & ~leftward & 18);
    words direction = from + ((past ^ turned) - turned);
    return direction & ~(words)(direction == 18);
}

/* Directions, twice each, and lengths of STEP pixels from `at` on. */
INLINE void make_gradients(const gradient_rows *rows, int planes, bool first_wins, ptrdiff_t at,
                           uint8_t *directions, float *lengths)
{
    gradient best = gradient_of(rows, 0, at);
    for (int plane = 1; plane < planes; plane++) {
        gradient other = gradient_of(rows, plane, at);
        best = longer(&best, &other, first_wins);
    }
    words direction = direction_of(best.x, best.y);
    *(byte_vector *)directions =
        __builtin_convertvector((unsigned_words)(direction + direction), byte_vector);
    squares length = spread(best.length);
    store(lengths, root(__builtin_convertvector(length.first, vector)));
    store(lengths + LANES, root(__builtin_convertvector(length.second, vector)));
}

#endif
