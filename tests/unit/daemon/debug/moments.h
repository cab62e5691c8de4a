/*
 * A moment for tests of who writes it down: a frame, a gallery, and faces added one by one.
 */
#ifndef FACEGATE_TESTS_MOMENTS_H
#define FACEGATE_TESTS_MOMENTS_H

#include "debug/frame_result.h"

typedef struct moments {
    fg_frame frame; /* 64x48, number 12 */
    fg_gallery *gallery;
    fg_sighting sightings[FG_TRACKS_MAX];
    fg_report reports[FG_TRACKS_MAX];
    fg_moment moment; /* at 0.4 s, of all above */
} moments;

/* The gallery's people; the last is NULL. */
void moments_open(moments *all, const char *const names[]);
void moments_close(moments *all);

/*
 * One more face, seen at 10,20 with 30x31 pixels, undecided and not looked at closely; ids count
 * from 1. The functions below give it what it lacks.
 */
int moments_add(moments *all);
void moments_measure(moments *all, int index, double brightness, enum fg_quality_fault fault);
void moments_match(moments *all, int index, int person, double distance, int runner_up,
                   double runner_up_distance);
void moments_decide(moments *all, int index, enum fg_status status, int person, double distance);

/* Runs `act` with a disk that takes no file of more than `bytes`. */
void moments_on_a_small_disk(size_t bytes, void (*act)(void *context), void *context);

/* Runs `act` and gives what it logged, to be freed. */
char *moments_logged(void (*act)(void *context), void *context);

#endif
