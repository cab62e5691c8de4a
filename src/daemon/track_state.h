/*
 * Track states: what is kept of each track from frame to frame, by the track's id and epoch, so
 * that nothing that was learned of one face ever helps another. Pure: no clock, no I/O, no
 * allocation. One thread.
 */
#ifndef FACEGATE_DAEMON_TRACK_STATE_H
#define FACEGATE_DAEMON_TRACK_STATE_H

#include "check_scores.h"
#include "facegate/decision/judge.h"
#include "facegate/vision/quality.h"
#include "facegate/vision/tracks.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct fg_track_state {
    uint64_t track; /* 0: free */
    uint32_t epoch;
    bool again; /* another view was asked for, and there was none since */
    unsigned faults[FG_QUALITY_TURNED + 1]; /* how many views had each */
    fg_evidence evidence;
    fg_check_scores scores;
} fg_track_state;

/* One for each track there can be. Starts as all zeroes. */
typedef struct fg_track_states {
    fg_track_state states[FG_TRACKS_MAX];
} fg_track_states;

/* The state of a track, or NULL. */
fg_track_state *fg_track_states_find(fg_track_states *all, uint64_t track);

/* Frees the states of tracks that are not among these. */
void fg_track_states_keep(fg_track_states *all, const fg_track *tracks, int count);

/*
 * The state of a track: a new one where the track is new, else as it was; where its epoch says that
 * the face may be somebody else's by `time`, with the judge in doubt and no scores. After
 * fg_track_states_keep with this track among the others, so that one is free.
 */
fg_track_state *fg_track_states_open(fg_track_states *all, const fg_track *track, int64_t time);

/* Keeps what was wrong with a view. */
void fg_track_state_note_fault(fg_track_state *state, enum fg_quality_fault fault);

/* What was wrong most often, and of equals what is to be fixed first; FG_QUALITY_GOOD if nothing
 * was. */
enum fg_quality_fault fg_track_state_commonest_fault(const fg_track_state *state);

#endif
