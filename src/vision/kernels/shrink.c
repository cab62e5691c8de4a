/* Scales the rows of pictures down, and splits pixels into planes. */
#include "kernels/shrink.h"

#include "kernels/vector.h"

fg_shrink_row FG_BUILD(fg_shrink_row);
fg_split FG_BUILD(fg_split);

/* Of a group's columns as many as a register holds, eight being the most. */
#if defined(__AVX2__)
#define PIECE 8
#else
#define PIECE 4
#endif
#define PIECES (FG_SHRINK_GROUP / PIECE)
typedef float piece __attribute__((vector_size(PIECE * 4), aligned(4), may_alias));

/* The pixels of a group, left ones and those to their right. */
typedef struct sides {
    piece left[PIECES], right[PIECES];
} sides;

#if defined(__AVX2__)
INLINE sides pick(const uint8_t *from, const uint32_t *picks)
{
    __m256i which = _mm256_loadu_si256((const __m256i *)picks);
    __m256i pixels = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)from));
    __m256i left = _mm256_shuffle_epi8(pixels, which);
    __m256i right = _mm256_shuffle_epi8(pixels, _mm256_add_epi32(which, _mm256_set1_epi32(1)));
    return (sides){{(piece)_mm256_cvtepi32_ps(left)}, {(piece)_mm256_cvtepi32_ps(right)}};
}

INLINE void put(uint8_t *to, const piece values[PIECES])
{
    __m256i whole = _mm256_cvttps_epi32((__m256)values[0]);
    __m128i words =
        _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
    _mm_storel_epi64((__m128i *)to, _mm_packus_epi16(words, words));
}
#elif defined(__x86_64__)
typedef uint16_t pair __attribute__((aligned(1), may_alias));

/* Without a shuffle of bytes: a left pixel and the one to its right are one word. */
INLINE sides pick(const uint8_t *from, const uint32_t *picks)
{
    const __m128i zero = _mm_setzero_si128();
    __m128i pairs = zero;
#define PAIR(i) *(const pair *)(from + (picks[i] & 255))
    pairs = _mm_insert_epi16(pairs, PAIR(0), 0);
    pairs = _mm_insert_epi16(pairs, PAIR(1), 1);
    pairs = _mm_insert_epi16(pairs, PAIR(2), 2);
    pairs = _mm_insert_epi16(pairs, PAIR(3), 3);
    pairs = _mm_insert_epi16(pairs, PAIR(4), 4);
    pairs = _mm_insert_epi16(pairs, PAIR(5), 5);
    pairs = _mm_insert_epi16(pairs, PAIR(6), 6);
    pairs = _mm_insert_epi16(pairs, PAIR(7), 7);
#undef PAIR
    __m128i left = _mm_and_si128(pairs, _mm_set1_epi16(255)), right = _mm_srli_epi16(pairs, 8);
    return (sides){{(piece)_mm_cvtepi32_ps(_mm_unpacklo_epi16(left, zero)),
                    (piece)_mm_cvtepi32_ps(_mm_unpackhi_epi16(left, zero))},
                   {(piece)_mm_cvtepi32_ps(_mm_unpacklo_epi16(right, zero)),
                    (piece)_mm_cvtepi32_ps(_mm_unpackhi_epi16(right, zero))}};
}

INLINE void put(uint8_t *to, const piece values[PIECES])
{
    __m128i words =
        _mm_packs_epi32(_mm_cvttps_epi32((__m128)values[0]), _mm_cvttps_epi32((__m128)values[1]));
    _mm_storel_epi64((__m128i *)to, _mm_packus_epi16(words, words));
}
#elif defined(__aarch64__)
INLINE sides pick(const uint8_t *from, const uint32_t *picks)
{
    uint8x16_t pixels = vld1q_u8(from);
    const uint32x4_t one = vdupq_n_u32(1);
    sides both;
    UNROLL for (int i = 0; i < PIECES; i++)
    {
        uint32x4_t which = vld1q_u32(picks + i * PIECE);
        uint8x16_t left = vreinterpretq_u8_u32(which);
        uint8x16_t right = vreinterpretq_u8_u32(vaddq_u32(which, one));
        both.left[i] = (piece)vcvtq_f32_u32(vreinterpretq_u32_u8(vqtbl1q_u8(pixels, left)));
        both.right[i] = (piece)vcvtq_f32_u32(vreinterpretq_u32_u8(vqtbl1q_u8(pixels, right)));
    }
    return both;
}

INLINE void put(uint8_t *to, const piece values[PIECES])
{
    uint16x4_t low = vmovn_u32(vcvtq_u32_f32((float32x4_t)values[0]));
    uint16x8_t words = vmovn_high_u32(low, vcvtq_u32_f32((float32x4_t)values[1]));
    vst1_u8(to, vmovn_u16(words));
}
#else
INLINE sides pick(const uint8_t *from, const uint32_t *picks)
{
    sides both;
    for (int i = 0; i < FG_SHRINK_GROUP; i++) {
        both.left[i / PIECE][i % PIECE] = from[picks[i] & 255];
        both.right[i / PIECE][i % PIECE] = from[(picks[i] & 255) + 1];
    }
    return both;
}

INLINE void put(uint8_t *to, const piece values[PIECES])
{
    for (int i = 0; i < FG_SHRINK_GROUP; i++) {
        to[i] = (uint8_t)values[i / PIECE][i % PIECE];
    }
}
#endif

/* Upper left, upper right, lower left, lower right: dlib's order. */
#define BLEND(upper_left, upper_right, lower_left, lower_right)                                    \
    ((upper_left) + (upper_right) + (lower_left) + (lower_right))

static uint8_t blend_one(const fg_columns *columns, const fg_shrink_rows *rows, int plane, int x)
{
    int at = columns->left[x] - rows->first;
    const uint8_t *above = rows->upper[plane] + at, *below = rows->lower[plane] + at;
    float part = columns->part[x], rest = 1 - part;
    float lower = (float)rows->part, upper = (float)(1 - rows->part);
    float value = BLEND(upper * rest * (float)above[0], upper * part * (float)above[1],
                        lower * rest * (float)below[0], lower * part * (float)below[1]);
    return (uint8_t)(value + (rows->planes == 1 ? 0.5F : 0));
}

/* One of the last columns, where the larger picture has perhaps none to the right. */
static uint8_t blend_exactly(const fg_columns *columns, const fg_shrink_rows *rows, int plane,
                             int x)
{
    int left = columns->left[x], right = left + 1 < columns->below ? left + 1 : left;
    double upper_left = rows->upper[plane][left - rows->first];
    double upper_right = rows->upper[plane][right - rows->first];
    double lower_left = rows->lower[plane][left - rows->first];
    double lower_right = rows->lower[plane][right - rows->first];
    double part = columns->exact[x - columns->blended];
    if (rows->planes == 1) {
        float single = (float)part;
        double above = (1 - single) * (float)upper_left + single * (float)upper_right;
        double below = (1 - single) * (float)lower_left + single * (float)lower_right;
        return (uint8_t)(float)((1 - rows->part) * above + rows->part * below);
    }
    return (uint8_t)((1 - rows->part) * ((1 - part) * upper_left + part * upper_right) +
                     rows->part * ((1 - part) * lower_left + part * lower_right));
}

/* As many whole groups as can be made from sixteen columns that are there; where it stopped. */
INLINE int blend_groups(const fg_columns *columns, const fg_shrink_rows *rows, const int planes,
                        int at, int end, uint8_t *const out[3])
{
    const int *const left = columns->left;
    const float lower = (float)rows->part, upper = (float)(1 - rows->part);
    const float half = planes == 1 ? 0.5F : 0;
    const int last = rows->first + rows->count - 16;
    int x = at;
    for (; x + FG_SHRINK_GROUP <= end && left[x] <= last; x += FG_SHRINK_GROUP) {
        const int from = left[x] - rows->first;
        piece weights[4][PIECES];
        UNROLL for (int i = 0; i < PIECES; i++)
        {
            piece part = *(const piece *)&columns->part[x + i * PIECE];
            piece rest = 1 - part;
            weights[0][i] = upper * rest;
            weights[1][i] = upper * part;
            weights[2][i] = lower * rest;
            weights[3][i] = lower * part;
        }
        UNROLL for (int plane = 0; plane < planes; plane++)
        {
            piece values[PIECES];
            sides above = pick(rows->upper[plane] + from, &columns->pick[x]);
            sides below = pick(rows->lower[plane] + from, &columns->pick[x]);
            UNROLL for (int i = 0; i < PIECES; i++)
            {
                values[i] = BLEND(weights[0][i] * above.left[i], weights[1][i] * above.right[i],
                                  weights[2][i] * below.left[i], weights[3][i] * below.right[i]) +
                            half;
            }
            put(out[plane] + (x - at), values);
        }
    }
    return x;
}

void FG_BUILD(fg_shrink_row)(const fg_columns *columns, const fg_shrink_rows *rows, int at,
                             int count, uint8_t *const out[3])
{
    int end = at + count, whole = at;
    int blended = end < columns->blended ? end : columns->blended;
    if (columns->is_dense && rows->planes == 1) {
        whole = blend_groups(columns, rows, 1, at, blended, out);
    } else if (columns->is_dense) {
        whole = blend_groups(columns, rows, 3, at, blended, out);
    }
    for (int plane = 0; plane < rows->planes; plane++) {
        int x = whole;
        for (; x < blended; x++) {
            out[plane][x - at] = blend_one(columns, rows, plane, x);
        }
        for (; x < end; x++) {
            out[plane][x - at] = blend_exactly(columns, rows, plane, x);
        }
    }
}

void FG_BUILD(fg_split)(const uint8_t *pixels, int count, uint8_t *const planes[3])
{
    uint8_t *restrict red = planes[0];
    uint8_t *restrict green = planes[1];
    uint8_t *restrict blue = planes[2];
    for (int i = 0; i < count; i++) {
        red[i] = pixels[3 * i];
        green[i] = pixels[3 * i + 1];
        blue[i] = pixels[3 * i + 2];
    }
}
