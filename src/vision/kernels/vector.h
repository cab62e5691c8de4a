/*
 * What every kernel is written with: vectors as wide as the registers of the instruction set it is
 * compiled for, and the suffix that keeps its builds apart. Only kernels include this.
 */
#ifndef FACEGATE_VISION_KERNELS_VECTOR_H
#define FACEGATE_VISION_KERNELS_VECTOR_H

#include <math.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* name_avx2 in the build for AVX2, and so on. */
#define FG_JOIN(name, isa)  name##_##isa
#define FG_NAMED(name, isa) FG_JOIN(name, isa)
#define FG_BUILD(name)      FG_NAMED(name, FG_ISA)

/* Floats in a vector. */
#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif

/* One of floats, and one of whole numbers. */
typedef float vector __attribute__((vector_size(LANES * 4), may_alias));
typedef int32_t vector_mask __attribute__((vector_size(LANES * 4), may_alias));
/* One anywhere a float may be, to load and store: gcc 14 for arm64 cannot pass it to a function. */
typedef float vector_anywhere __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

/* Loops over registers, which must be gone before registers are given out. */
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE vector load(const float *from)
{
    return *(const vector_anywhere *)from;
}

INLINE void store(float *to, vector value)
{
    *(vector_anywhere *)to = value;
}

/* What is not above 0 becomes 0, a relu. */
INLINE vector positive(vector value)
{
    return (vector)((vector_mask)value & (value > 0));
}

/* As processors have them: of two that do not compare the other. */
#if defined(__AVX512F__)
INLINE vector larger(vector one, vector other)
{
    return (vector)_mm512_max_ps((__m512)one, (__m512)other);
}

INLINE vector smaller(vector one, vector other)
{
    return (vector)_mm512_min_ps((__m512)one, (__m512)other);
}

INLINE vector root(vector of)
{
    return (vector)_mm512_sqrt_ps((__m512)of);
}
#elif defined(__AVX2__)
INLINE vector larger(vector one, vector other)
{
    return (vector)_mm256_max_ps((__m256)one, (__m256)other);
}

INLINE vector smaller(vector one, vector other)
{
    return (vector)_mm256_min_ps((__m256)one, (__m256)other);
}

INLINE vector root(vector of)
{
    return (vector)_mm256_sqrt_ps((__m256)of);
}
#elif defined(__x86_64__)
INLINE vector larger(vector one, vector other)
{
    return (vector)_mm_max_ps((__m128)one, (__m128)other);
}

INLINE vector smaller(vector one, vector other)
{
    return (vector)_mm_min_ps((__m128)one, (__m128)other);
}

INLINE vector root(vector of)
{
    return (vector)_mm_sqrt_ps((__m128)of);
}
#else
INLINE vector larger(vector one, vector other)
{
    vector_mask mask = one > other;
    return (vector)(((vector_mask)one & mask) | ((vector_mask)other & ~mask));
}

INLINE vector smaller(vector one, vector other)
{
    vector_mask mask = one < other;
    return (vector)(((vector_mask)one & mask) | ((vector_mask)other & ~mask));
}

INLINE vector root(vector of)
{
#if defined(__aarch64__)
    return (vector)vsqrtq_f32((float32x4_t)of);
#else
    for (int i = 0; i < LANES; i++) {
        of[i] = sqrtf(of[i]);
    }
    return of;
#endif
}
#endif

#endif
