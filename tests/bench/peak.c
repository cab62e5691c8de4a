/* Multiplies and adds in registers alone, as fast as the processor can. Built for each instruction
 * set as a kernel is. */
#include "peak.h"

#include "kernels/vector.h"

#include <time.h>

bench_peak FG_BUILD(bench_peak);

#define CHAINS 12 /* more than the processor has in flight */
#define ROUNDS 4000000
#define TIMES  5

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double FG_BUILD(bench_peak)(void)
{
    double best = 0;
    for (int i = 0; i < TIMES; i++) {
        vector chain[CHAINS], factor = {0}, addend = {0};
        factor += 0.999F;
        addend += 0.001F;
        UNROLL for (int k = 0; k < CHAINS; k++)
        {
            chain[k] = factor;
        }
        double start = cpu_seconds();
        for (int round = 0; round < ROUNDS; round++) {
            UNROLL for (int k = 0; k < CHAINS; k++)
            {
                chain[k] = chain[k] * factor + addend;
#if defined(__x86_64__)
                __asm__ volatile("" : "+x"(chain[k]));
#elif defined(__aarch64__)
                __asm__ volatile("" : "+w"(chain[k]));
#endif
            }
        }
        double done = (double)ROUNDS * CHAINS * LANES / (cpu_seconds() - start);
        volatile float kept = chain[CHAINS - 1][0];
        (void)kept;
        best = done > best ? done : best;
    }
    return best;
}
