/*
 * Time that a sender only believes to pass. Its own code, with its own paces, runs in this
 * process; where it would wait with nothing under way, its clock is set forwards instead. Put
 * between by the linker (--wrap): fg_clock_monotonic, curl_multi_poll, and what tells whether
 * something is under way. One sender at a time.
 */
#ifndef FACEGATE_TESTS_SIMULATED_TIME_H
#define FACEGATE_TESTS_SIMULATED_TIME_H

/* Lets so many seconds pass, and returns when they have. `each_minute` (may be NULL) is called at
 * each full minute since the first call, by the sender's thread. */
void fg_simulated_pass(double seconds, void (*each_minute)(void *context), void *context);

/* From here on it waits as usual. */
void fg_simulated_end(void);

#endif
