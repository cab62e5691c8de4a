/*
 * The finder: who is in front of the camera, at the least cost. It looks at every frame for motion;
 * while something moves it searches the whole picture for newcomers now and then, and without
 * motion once in a long while. In the frames between it looks for each tracked face only where that
 * should be. One thread, that of the engine; decisions follow the frames' monotonic time only.
 */
#ifndef FACEGATE_VISION_FINDER_H
#define FACEGATE_VISION_FINDER_H

#include "facegate/error.h"
#include "facegate/frame.h"
#include "facegate/vision/engine.h"
#include "facegate/vision/tracks.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct fg_finder_options {
    int min_face;          /* pixels, 40..1000; smaller faces start no track */
    int64_t scan_interval; /* ns between two searches of the whole picture while there is motion */
    int64_t rescan_interval; /* ns after which it is searched whatever moves */
    int64_t track_timeout;   /* ns a face may stay unseen before its track ends */
} fg_finder_options;

enum fg_search {
    FG_SEARCH_NONE,    /* nothing moved, nobody was there */
    FG_SEARCH_WINDOWS, /* around each track */
    FG_SEARCH_WHOLE    /* everywhere, which serves the tracks too */
};

/* What the last look took. */
typedef struct fg_finder_effort {
    bool moves; /* by the motion gate */
    enum fg_search search;
    int beyond; /* faces that were found and not followed, since there were too many */
} fg_finder_effort;

typedef struct fg_finder fg_finder;

/* -ENOMEM. */
int fg_finder_create(const fg_finder_options *options, fg_finder **ret_finder);
fg_finder *fg_finder_free(fg_finder *finder);

/*
 * Looks at the next frame. The tracks that live, oldest first, are valid until the next call;
 * `seen` says whether the face was found in this very frame, and then `face` where. Tracks end when
 * the frame's size changes and when its time goes back. On an error of the engine the tracks are
 * those of the frame before.
 */
int fg_finder_look(fg_finder *finder, fg_engine *engine, const fg_frame *frame,
                   const fg_track **ret_tracks, int *ret_count, fg_error *error);

fg_finder_effort fg_finder_last_effort(const fg_finder *finder);

#endif
