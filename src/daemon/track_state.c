/* Keeps what is known of each track from frame to frame. */
#include "track_state.h"

#include "facegate/clock.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* What the detector takes for a face by mistake rarely lasts longer, or has a higher score. */
#define FACE_FRAMES 3
#define FACE_TIME   (200 * FG_NS_PER_MS)
#define FACE_SCORE  0.2

fg_track_state *fg_track_states_find(fg_track_states *all, uint64_t track)
{
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        if (all->states[i].track == track) {
            return &all->states[i];
        }
    }
    return NULL;
}

fg_track_state *fg_track_states_gone(fg_track_states *all, const fg_track *tracks, int count)
{
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        bool lives = all->states[i].track == 0;
        for (int j = 0; j < count && !lives; j++) {
            lives = tracks[j].id == all->states[i].track;
        }
        if (!lives) {
            return &all->states[i];
        }
    }
    return NULL;
}

/* There are as many as tracks, so one is free where a track has none. */
static fg_track_state *find_free(fg_track_states *all)
{
    int i = 0;
    while (i < FG_TRACKS_MAX - 1 && all->states[i].track != 0) {
        i++;
    }
    return &all->states[i];
}

fg_track_state *fg_track_states_open(fg_track_states *all, const fg_track *track, int64_t time)
{
    fg_track_state *state = fg_track_states_find(all, track->id);
    if (state == NULL) {
        state = find_free(all);
        *state = (fg_track_state){
            .track = track->id, .epoch = track->epoch, .picture = -1, .looked_at = INT64_MIN};
        fg_judge_begin(&state->evidence, track->first_seen);
    } else if (state->epoch != track->epoch) {
        state->epoch = track->epoch;
        memset(state->faults, 0, sizeof(state->faults));
        state->merit = 0;
        fg_judge_doubt(&state->evidence, time);
    }
    if (track->seen) {
        state->last = *track;
        state->seen += state->seen < INT_MAX;
        state->best_score = fmax(state->best_score, track->face.score);
    }
    return state;
}

bool fg_track_state_is_face(const fg_track_state *state)
{
    return (state->seen >= FACE_FRAMES ||
            state->last.last_seen - state->last.first_seen >= FACE_TIME) &&
           state->best_score >= FACE_SCORE;
}

void fg_track_state_note_fault(fg_track_state *state, enum fg_quality_fault fault)
{
    if (state->faults[fault] < UINT_MAX) {
        state->faults[fault]++;
    }
}

enum fg_quality_fault fg_track_state_commonest_fault(const fg_track_state *state)
{
    enum fg_quality_fault commonest = FG_QUALITY_GOOD;
    for (enum fg_quality_fault fault = FG_QUALITY_SMALL; fault <= FG_QUALITY_TURNED; fault++) {
        if (state->faults[fault] > state->faults[commonest]) {
            commonest = fault;
        }
    }
    return commonest;
}
