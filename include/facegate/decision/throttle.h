/*
 * The throttle: at most one event per identity in an interval of frame time. A person is known by
 * name, in however many tracks; a stranger by the track, so that two make two entries. A stranger
 * who was lost and is found again is another one; what keeps such events few is the budget of all
 * strangers. Whoever takes a stranger's place in the same track has no event until the interval is
 * over; were strangers known by the epoch too, each doubt of the tracks would make another. Used by
 * one thread; allocates only when made.
 */
#ifndef FACEGATE_DECISION_THROTTLE_H
#define FACEGATE_DECISION_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct fg_throttle fg_throttle;

/* `interval` in ns of frame time. */
int fg_throttle_create(int64_t interval, fg_throttle **ret_throttle);
fg_throttle *fg_throttle_free(fg_throttle *throttle);

/* The keys of a person and of a stranger's track, 64-bit hashes. */
uint64_t fg_throttle_key(const char *name);
uint64_t fg_throttle_stranger(uint64_t track);

typedef enum fg_throttle_answer {
    FG_THROTTLE_HOLD,  /* the last event made for this key is less than an interval old */
    FG_THROTTLE_NEW,   /* an event is due */
    FG_THROTTLE_AGAIN, /* one that became due less than an interval ago was missed and still is */
} fg_throttle_answer;

/* Notes nothing: after any answer but FG_THROTTLE_HOLD, say what became of the event. */
fg_throttle_answer fg_throttle_ask(const fg_throttle *throttle, uint64_t key, int64_t time);

/* It was made: the next is due an interval after `time`. */
void fg_throttle_made(fg_throttle *throttle, uint64_t key, int64_t time);

/* It could not be made: it may be tried again at another time, until the next one is due instead.
 */
void fg_throttle_missed(fg_throttle *throttle, uint64_t key, int64_t time);

#endif
