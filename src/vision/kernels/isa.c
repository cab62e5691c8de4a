/* Chooses the build of the kernels that this processor runs fastest. */
#include "kernels/isa.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Which there are follows the processor's family, see CMakeLists.txt. The order is the speed's. */
#if defined(__x86_64__)
#define FOR_EACH_ISA(do_this) do_this(sse2) do_this(avx2) do_this(avx512)
#elif defined(__aarch64__)
#define FOR_EACH_ISA(do_this) do_this(neon)
#else
#define FOR_EACH_ISA(do_this) do_this(generic)
#endif

#define DECLARE(name)                                                                              \
    extern const struct fg_encoder_kernels fg_encoder_kernels_##name;                              \
    extern const struct fg_network_kernels fg_network_kernels_##name;                              \
    fg_shrink_row fg_shrink_row_##name;                                                            \
    fg_split fg_split_##name;                                                                      \
    fg_make_features fg_make_features_##name;                                                      \
    fg_score_features fg_score_features_##name;
FOR_EACH_ISA(DECLARE)

#define BUILD(name)                                                                                \
    {.isa = #name,                                                                                 \
     .encoder = &fg_encoder_kernels_##name,                                                        \
     .network = &fg_network_kernels_##name,                                                        \
     .shrink_row = fg_shrink_row_##name,                                                           \
     .split = fg_split_##name,                                                                     \
     .make_features = fg_make_features_##name,                                                     \
     .score_features = fg_score_features_##name},
static const fg_kernels builds[] = {FOR_EACH_ISA(BUILD)};
#define BUILDS ((int)(sizeof(builds) / sizeof(builds[0])))

/* The compiler's check asks the operating system too: registers that it does not save are not
 * there. */
static bool runs_here(const fg_kernels *build)
{
#if defined(__x86_64__)
    if (strcmp(build->isa, "avx2") == 0) {
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    }
    if (strcmp(build->isa, "avx512") == 0) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("fma");
    }
#else
    (void)build;
#endif
    return true;
}

const fg_kernels *fg_kernels_here(int index)
{
    for (int i = 0; i < BUILDS; i++) {
        if (runs_here(&builds[i]) && index-- == 0) {
            return &builds[i];
        }
    }
    return NULL;
}

static void list_builds(char *text, size_t size)
{
    const fg_kernels *build;
    text[0] = '\0';
    for (int i = 0; (build = fg_kernels_here(i)) != NULL; i++) {
        size_t length = strlen(text);
        snprintf(text + length, size - length, "%s%s", i > 0 ? ", " : "", build->isa);
    }
}

int fg_kernels_choose(const char *isa, const fg_kernels **ret_kernels, fg_error *error)
{
    const fg_kernels *chosen = NULL;
    for (int i = 0; i < BUILDS; i++) {
        bool wanted = isa == NULL || strcmp(builds[i].isa, isa) == 0;
        if (wanted && runs_here(&builds[i])) {
            chosen = &builds[i];
        } else if (wanted && isa != NULL) {
            char here[64];
            list_builds(here, sizeof(here));
            return fg_error_set(error, -ENOTSUP,
                                "this processor has no %s: FACEGATE_ISA takes one of %s", isa,
                                here);
        }
    }
    if (chosen == NULL) {
        char here[64];
        list_builds(here, sizeof(here));
        return fg_error_set(error, -EINVAL, "FACEGATE_ISA is '%s': it takes one of %s", isa, here);
    }
    *ret_kernels = chosen;
    return 0;
}
