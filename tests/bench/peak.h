/* What a processor could do at most with an instruction set. */
#ifndef FACEGATE_BENCH_PEAK_H
#define FACEGATE_BENCH_PEAK_H

/* Multiplications with addition a second, in floats, on one core; the best of a few runs. */
typedef double bench_peak(void);

#endif
