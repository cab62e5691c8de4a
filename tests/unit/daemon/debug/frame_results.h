/*
 * A frame result for tests of who writes it down: a frame, a gallery, and faces added one by one.
 */
#ifndef FACEGATE_TESTS_FRAME_RESULTS_H
#define FACEGATE_TESTS_FRAME_RESULTS_H

#include "debug/frame_result.h"

typedef struct frame_results {
    fg_frame frame; /* 64x48, number 12 */
    fg_gallery *gallery;
    fg_observation observations[FG_TRACKS_MAX];
    fg_report reports[FG_TRACKS_MAX];
    fg_frame_result frame_result; /* at 0.4 s, of all above */
} frame_results;

/* The gallery's people; the last is NULL. */
void frame_results_open(frame_results *all, const char *const names[]);
void frame_results_close(frame_results *all);

/*
 * One more face, seen at 10,20 with 30x31 pixels, undecided and not looked at closely; ids count
 * from 1. The functions below give it what it lacks.
 */
int frame_results_add(frame_results *all);
void frame_results_measure(frame_results *all, int index, double brightness,
                           enum fg_quality_fault fault);
void frame_results_match(frame_results *all, int index, int person, double distance, int runner_up,
                         double runner_up_distance);
void frame_results_decide(frame_results *all, int index, enum fg_status status, int person,
                          double distance);

/* Runs `act` with a disk that takes no file of more than `bytes`. */
void frame_results_on_a_small_disk(size_t bytes, void (*act)(void *context), void *context);

/* Runs `act` and gives what it logged, to be freed. */
char *frame_results_logged(void (*act)(void *context), void *context);

#endif
