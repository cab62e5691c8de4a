/*
 * Tracks: which face of this frame is the one of the frame before. Pure: no clock, no I/O, no
 * allocation after creation; time is passed in, so the same faces at the same times give the same
 * tracks everywhere, in whatever order the faces of a frame come. One thread.
 *
 * A track expects its face where its speed takes it; the speed wears off within tenths of a second.
 * Faces are matched to tracks one to one: of all pairs that are possible the best goes first,
 * judged by distance and size relative to the face and by overlap with the expected box; then,
 * where pairs are equally good, by the older track and by the stronger, higher, lefter face. A face
 * without a track starts one, a track that is looked for in vain for longer than the timeout ends.
 *
 * Boxes cannot tell who somebody is. Where the face of a track may have become somebody else's its
 * epoch changes, and whoever keeps evidence by id and epoch never hands an identity from one person
 * to the next. That is
 *  - after a jump: farther from where it was and from where it was expected, or larger or smaller,
 *    than a person can get;
 *  - in doubt: while another track could have claimed this face, or this track another face, by
 *    those same limits, at each observation, so that nothing known of one goes to the other
 *    while two people cross;
 *  - after a lapse: found again after it was looked for in vain for a while, or elsewhere after
 *    nobody had looked for that long.
 * Somebody who takes another's very place between two frames shows in the encodings only.
 */
#ifndef FACEGATE_VISION_TRACKS_H
#define FACEGATE_VISION_TRACKS_H

#include "facegate/vision/engine.h"

#include <stdbool.h>
#include <stdint.h>

#define FG_TRACKS_MAX FG_ENGINE_MAX_FACES

/*
 * What a person can do between two observations, lengths in widths of the face, about 0.16 m. The
 * detector's boxes move by a tenth and change size by up to two steps of a fifth on a face that
 * stands still; 6 widths a second on top of that is somebody walking fast at 30 frames a second.
 * The next person's face is never nearer than about one width.
 */
#define FG_TRACKS_STEP   0.25 /* widths, at once */
#define FG_TRACKS_SPEED  6.0  /* widths a second */
#define FG_TRACKS_STRIDE 1.0  /* widths, however long it takes */
#define FG_TRACKS_GROWTH 1.5  /* times as large, or as small */

/* Up to these times that a face may still be the track's, with a new epoch; beyond, it is not. */
#define FG_TRACKS_JUMP        1.5 /* of a distance */
#define FG_TRACKS_JUMP_GROWTH 1.25

/* Looked for in vain for longer than this, a face that is found again may be another: ns. In less
 * time nobody makes room for somebody else. */
#define FG_TRACKS_LAPSE INT64_C(250000000)

/*
 * So long a track lives on while nobody looks, ns: on a slow machine, or with a frame a second, it
 * would otherwise end before its second view, and nobody would ever be decided.
 */
#define FG_TRACKS_BLIND INT64_C(3000000000)

typedef struct fg_track {
    uint64_t id;        /* counts from 1, never used again */
    uint32_t epoch;     /* counts from 1; see above */
    bool seen;          /* in the frame of the last fg_tracks_update */
    int missed;         /* updates without it since it was seen */
    int64_t first_seen; /* frame time, ns */
    int64_t last_seen;
    fg_face face;    /* as it was last seen */
    fg_box expected; /* where it should be at the time of the last fg_tracks_advance */
} fg_track;

typedef struct fg_tracks fg_tracks;

/* `timeout`: ns. -ENOMEM. */
int fg_tracks_create(int64_t timeout, fg_tracks **ret_tracks);
fg_tracks *fg_tracks_free(fg_tracks *tracks);

/*
 * Comes to a frame's time: ends the tracks that have been missed for longer than the timeout, says
 * where the others should be. Where time goes back all end.
 */
void fg_tracks_advance(fg_tracks *tracks, int64_t time);

/* The faces found in that frame, at most FG_TRACKS_MAX; where all places are taken the weakest
 * start no track. */
void fg_tracks_update(fg_tracks *tracks, const fg_face *faces, int count);

/* Ends all; the next ids go on. */
void fg_tracks_clear(fg_tracks *tracks);

/* Those that live, oldest first; valid until the next call. */
const fg_track *fg_tracks_list(const fg_tracks *tracks, int *ret_count);

/* How much of what two boxes cover both do: 0 to 1. */
double fg_box_overlap(const fg_box *one, const fg_box *other);

#endif
