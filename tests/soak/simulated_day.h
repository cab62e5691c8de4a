/*
 * A daemon that lives through a day as fast as it can: its clock is the pictures' (see
 * day_clock.c), and stands still whenever the soak has something to do. Fails the running test
 * where it cannot do its work. One in a process.
 */
#ifndef FACEGATE_TESTS_SIMULATED_DAY_H
#define FACEGATE_TESTS_SIMULATED_DAY_H

#include "day.h"
#include "watchman.h"

/* Frames of the daemon's time in a second. */
#define FG_DAY_RATE 2

/*
 * Makes the pictures of a round, so many seconds long and shown again and again: an empty door, and
 * in equal parts of it at random times so many visits. Starts the daemon, whose clock stands at
 * its first picture.
 */
fg_day *fg_day_begin(fg_watchman *man, double round_seconds, int visits);

/* Lets the daemon's clock pass to so many seconds since then, and stand there. */
void fg_day_pass(fg_day *day, const fg_watchman *man, double seconds);

/* The clock goes on with the pictures, to no end; so that the daemon can be stopped. */
void fg_day_release(fg_day *day);

#endif
