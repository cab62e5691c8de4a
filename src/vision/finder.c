/* Decides in which frames, and where in them, faces are searched. */
#include "facegate/vision/finder.h"

#include "facegate/clock.h"
#include "facegate/vision/motion.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far from its expected place a face is looked for, in its widths: the tremor of boxes and what
 * somebody may speed up or turn in the time. Looking farther costs more than it finds, since who
 * moves is searched for everywhere soon. */
#define REACH            0.2
#define REACH_PER_SECOND 3.0
#define REACH_MOST       0.6

/* A window costs as much as the whole of a picture of this many pixels, measured, at min_face 80:
 * 21,000 to 27,000, the more the wider the processor's registers are. */
#define WINDOW_PIXELS 23000.0
#define WINDOW_FACE   80.0

/* Two windows that overlap find the same face; dlib itself lets no faces overlap more. */
#define SAME_FACE (1.0 / 3)

/*
 * From which score on a face is held that a track expects at its place: a new one needs 0. Of the
 * faces that weak light and noise take below 0 this holds 91 of 151;
 * where nobody is, beside people in good light, one look of 800 finds as much (fg_recall,
 * docs/detection.md).
 */
#define HELD_SCORE (-0.4)

struct fg_finder {
    fg_finder_options options;
    fg_motion *motion;
    fg_tracks *tracks;
    int width, height; /* of the last frame; 0 before the first */
    int64_t time;
    int64_t last_whole; /* frame time of the last search of a whole picture */
    bool restless;      /* since then something moved */
    bool must_search;   /* nothing is known of this scene */
    fg_finder_effort effort;
};

int fg_finder_create(const fg_finder_options *options, fg_finder **ret_finder)
{
    fg_finder *finder = calloc(1, sizeof(*finder));
    if (finder == NULL) {
        return -ENOMEM;
    }
    finder->options = *options;
    if (fg_motion_create(options->min_face, &finder->motion) != 0 ||
        fg_tracks_create(options->track_timeout, &finder->tracks) != 0) {
        fg_finder_free(finder);
        return -ENOMEM;
    }
    *ret_finder = finder;
    return 0;
}

fg_finder *fg_finder_free(fg_finder *finder)
{
    if (finder != NULL) {
        fg_motion_free(finder->motion);
        fg_tracks_free(finder->tracks);
        free(finder);
    }
    return NULL;
}

fg_finder_effort fg_finder_last_effort(const fg_finder *finder)
{
    return finder->effort;
}

static void notice_new_scene(fg_finder *finder, const fg_frame *frame)
{
    if (frame->width != finder->width || frame->height != finder->height ||
        frame->monotonic < finder->time) {
        fg_tracks_clear(finder->tracks);
        finder->must_search = true;
    }
    finder->width = frame->width;
    finder->height = frame->height;
    finder->time = frame->monotonic;
}

static enum fg_search choose(const fg_finder *finder, const fg_frame *frame)
{
    int count;
    int64_t passed = frame->monotonic - finder->last_whole;
    fg_tracks_list(finder->tracks, &count);
    if (finder->must_search || passed >= finder->options.rescan_interval ||
        (finder->restless && passed >= finder->options.scan_interval)) {
        return FG_SEARCH_WHOLE;
    }
    double scale = WINDOW_FACE / finder->options.min_face;
    double pixels = (double)frame->width * frame->height * scale * scale;
    if (count == 0) {
        return FG_SEARCH_NONE;
    }
    return count * WINDOW_PIXELS <= pixels ? FG_SEARCH_WINDOWS : FG_SEARCH_WHOLE;
}

/* Adds a face unless it is there already; of two that are the same the stronger stays. */
static int add_face(fg_face *faces, int count, const fg_face *face)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        bool same = fg_box_overlap(&faces[i].box, &face->box) > SAME_FACE;
        if (same && faces[i].score >= face->score) {
            return count;
        }
    }
    for (int i = 0; i < count; i++) {
        if (fg_box_overlap(&faces[i].box, &face->box) <= SAME_FACE) {
            faces[kept++] = faces[i];
        }
    }
    if (kept < FG_ENGINE_MAX_FACES) {
        faces[kept++] = *face;
    }
    return kept;
}

/* Whether a face is one, or at least the one that a track expects here. */
static bool is_face_or_expected(const fg_face *face, const fg_track *track)
{
    return face->score >= 0 || fg_box_overlap(&track->expected, &face->box) > SAME_FACE;
}

static int search_whole(fg_finder *finder, fg_engine *engine, const fg_frame *frame, fg_face *faces,
                        int *ret_count, fg_error *error)
{
    int count = 0, kept = 0, track_count;
    const fg_track *tracks = fg_tracks_list(finder->tracks, &track_count);
    int result = fg_engine_detect(engine, frame, finder->options.min_face,
                                  track_count > 0 ? HELD_SCORE : 0, faces, &count, error);
    if (result != 0) {
        return result;
    }
    finder->effort.beyond = fg_engine_beyond(engine);
    for (int i = 0; i < count; i++) {
        bool held = faces[i].score >= 0;
        for (int k = 0; k < track_count && !held; k++) {
            held = is_face_or_expected(&faces[i], &tracks[k]);
        }
        if (held) {
            faces[kept++] = faces[i];
        }
    }
    *ret_count = kept;
    return 0;
}

static int search_windows(fg_finder *finder, fg_engine *engine, const fg_frame *frame,
                          fg_face *faces, int *ret_count, fg_error *error)
{
    int track_count;
    const fg_track *tracks = fg_tracks_list(finder->tracks, &track_count);
    int count = 0;
    for (int i = 0; i < track_count; i++) {
        fg_face near[FG_ENGINE_MAX_FACES];
        int found = 0;
        double passed = (double)(frame->monotonic - tracks[i].last_seen) / FG_NS_PER_S;
        double reach = fmin(REACH + REACH_PER_SECOND * passed, REACH_MOST);
        int result = fg_engine_detect_near(
            engine, frame, finder->options.min_face, &tracks[i].expected,
            (int)(reach * tracks[i].expected.width), HELD_SCORE, near, &found, error);
        if (result != 0) {
            return result;
        }
        for (int k = 0; k < found; k++) {
            if (is_face_or_expected(&near[k], &tracks[i])) {
                count = add_face(faces, count, &near[k]);
            }
        }
    }
    *ret_count = count;
    return 0;
}

int fg_finder_look(fg_finder *finder, fg_engine *engine, const fg_frame *frame,
                   const fg_track **ret_tracks, int *ret_count, fg_error *error)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count = 0;
    int result = 0;

    notice_new_scene(finder, frame);
    finder->effort.moves = fg_motion_update(finder->motion, frame);
    finder->restless = finder->restless || finder->effort.moves;
    fg_tracks_advance(finder->tracks, frame->monotonic);
    finder->effort.search = choose(finder, frame);
    finder->effort.beyond = 0;
    if (finder->effort.search == FG_SEARCH_WHOLE) {
        result = search_whole(finder, engine, frame, faces, &count, error);
    } else if (finder->effort.search == FG_SEARCH_WINDOWS) {
        result = search_windows(finder, engine, frame, faces, &count, error);
    }
    if (result != 0) {
        return result;
    }
    if (finder->effort.search == FG_SEARCH_WHOLE) {
        finder->last_whole = frame->monotonic;
        finder->must_search = false;
        finder->restless = false;
    }
    if (finder->effort.search != FG_SEARCH_NONE) {
        fg_tracks_update(finder->tracks, faces, count);
    }
    *ret_tracks = fg_tracks_list(finder->tracks, ret_count);
    return 0;
}
