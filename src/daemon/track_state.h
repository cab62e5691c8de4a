/*
 * Track states: what is kept of each track from frame to frame, by the track's id and epoch, so
 * that nothing that was learned of one face ever helps another. Pure: no clock, no I/O, no
 * allocation. One thread.
 */
#ifndef FACEGATE_DAEMON_TRACK_STATE_H
#define FACEGATE_DAEMON_TRACK_STATE_H

#include "facegate/decision/judge.h"
#include "facegate/vision/quality.h"
#include "facegate/vision/tracks.h"
#include "stillness.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct fg_track_state {
    uint64_t track; /* 0: free */
    uint32_t epoch;
    bool again;        /* another view was asked for, and there was none since */
    bool owed;         /* an event of it was due, and was not made yet */
    int64_t looked_at; /* when it was last looked at closely, INT64_MIN for never */
    fg_track last;     /* as it was when the face was last seen */
    int seen;          /* frames with the face in them */
    double best_score; /* the detector's, of all these */
    int picture;       /* place of the frame in which the face was seen best; -1 without */
    double merit;      /* of that view of it */
    fg_face pictured;  /* where it is in that frame */
    unsigned faults[FG_QUALITY_TURNED + 1]; /* how many views had each, good ones too */
    fg_evidence evidence;
    fg_stillness still; /* since it was last to be reported as refused */
    int64_t reported;   /* when that was */
} fg_track_state;

/* One for each track there can be. Starts as all zeroes. */
typedef struct fg_track_states {
    fg_track_state states[FG_TRACKS_MAX];
} fg_track_states;

/* The state of a track, or NULL. */
fg_track_state *fg_track_states_find(fg_track_states *all, uint64_t track);

/* A state whose track is not among these, to be freed by making its track 0; NULL for none. */
fg_track_state *fg_track_states_gone(fg_track_states *all, const fg_track *tracks, int count);

/*
 * The state of a track in a frame: a new one where the track is new, else as it was; where its
 * epoch says that the face may be somebody else's by `time`, with the judge in doubt.
 * When none is gone with this track among the others, so that one is free.
 */
fg_track_state *fg_track_states_open(fg_track_states *all, const fg_track *track, int64_t time);

/*
 * Whether there was a face for longer than the detector's noise lasts: for three frames or 0.2 s,
 * and found once with a score of 0.2 or more.
 */
bool fg_track_state_is_face(const fg_track_state *state);

/* Keeps what was wrong with a view, or that nothing was. */
void fg_track_state_note_fault(fg_track_state *state, enum fg_quality_fault fault);

/* What was wrong most often, and of equals what is to be fixed first; FG_QUALITY_GOOD where as
 * many views were good. */
enum fg_quality_fault fg_track_state_commonest_fault(const fg_track_state *state);

#endif
