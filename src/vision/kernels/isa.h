/*
 * Which build of the kernels runs. Each kernel is one source in C with the compiler's vectors,
 * compiled once for every instruction set of the processor's family under names of their own; what
 * the processor has decides, once, which of them an engine uses. Any thread.
 */
#ifndef FACEGATE_VISION_KERNELS_ISA_H
#define FACEGATE_VISION_KERNELS_ISA_H

#include "facegate/error.h"
#include "kernels/features.h"
#include "kernels/filters.h"
#include "kernels/shrink.h"

struct fg_encoder_kernels;
struct fg_network_kernels;

/* One build. */
typedef struct fg_kernels {
    const char *isa; /* "sse2", "avx2", "avx512", "neon" or "generic" */
    const struct fg_encoder_kernels *encoder;
    const struct fg_network_kernels *network;
    fg_shrink_row *shrink_row;
    fg_split *split;
    fg_make_features *make_features;
    fg_score_features *score_features;
} fg_kernels;

/*
 * The build with this name, or for NULL the fastest that this processor can run. -EINVAL for a name
 * that is none of this machine's, -ENOTSUP for one whose instructions the processor has not; the
 * text says which there are.
 */
int fg_kernels_choose(const char *isa, const fg_kernels **ret_kernels, fg_error *error);

/* Those that this processor can run, slowest first; NULL after the last. For tests and benches. */
const fg_kernels *fg_kernels_here(int index);

#endif
