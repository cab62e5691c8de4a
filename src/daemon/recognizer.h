/*
 * The recognizer: joins what vision sees, the gallery knows and the judge decides, one frame after
 * the other. It follows faces, looks closely at those that are worth it, and says of each who that
 * is. It makes no events and reads no clock: the same frames give the same decisions on every
 * machine. One thread. It allocates only when it is made and when frames change size; what dlib
 * allocates is in engine.h.
 */
#ifndef FACEGATE_DAEMON_RECOGNIZER_H
#define FACEGATE_DAEMON_RECOGNIZER_H

#include "facegate/base/config.h"
#include "facegate/daemon/check.h"
#include "facegate/decision/judge.h"
#include "facegate/gallery/gallery.h"
#include "facegate/vision/finder.h"
#include "facegate/vision/quality.h"

/* One track in one frame. */
typedef struct fg_observation {
    fg_track track;
    bool gone;               /* in no frame any more; of a face that went without a verdict, once */
    const fg_frame *picture; /* the frame that shows `track.face`; NULL where it is this one */
    bool looked;             /* closely, or that was tried */
    bool measured;           /* quality and fault say what was seen */
    fg_quality quality;
    enum fg_quality_fault fault;
    enum fg_quality_fault commonest_fault; /* of all views of this face, good without one */
    const fg_quality_limits *limits;       /* that the fault is by */
    bool encoded;                          /* it was a view for the judge */
    fg_visit alone;         /* what that view says by itself: whom it is like, and its weight */
    const fg_check *checks; /* that views are run through */
    int check_count;
    const fg_check *failed_check; /* that alone keeps out whom the views name; NULL for none */
    fg_decision decision;
} fg_observation;

/* What the check of this name says of the face, as fg_decision has it; NAN without a score. */
double fg_observation_score(const fg_observation *observation, const char *check);

/* The most of a frame: those of tracks that live, and of tracks that are gone. */
#define FG_OBSERVATIONS_MAX (2 * FG_TRACKS_MAX)

typedef struct fg_recognizer fg_recognizer;

/* What the recognizer works with. Nothing is copied, and all of it outlives the recognizer. */
typedef struct fg_recognizer_parts {
    const fg_config *config;
    fg_engine *engine;
    const fg_cohort *cohort;
    const fg_check *checks; /* run on each view, in this order */
    int check_count;        /* at most FG_CHECKS_MAX */
} fg_recognizer_parts;

/* -ENOMEM; -EINVAL for too many checks. */
int fg_recognizer_create(const fg_recognizer_parts *parts, fg_recognizer **ret_recognizer,
                         fg_error *error);
fg_recognizer *fg_recognizer_free(fg_recognizer *recognizer);

/* The gallery to compare with from now on. It stays the caller's; so does the one before, which has
 * to be there still, because what was seen of its people is carried over. */
void fg_recognizer_set_gallery(fg_recognizer *recognizer, const fg_gallery *gallery);

/* An event of this track could not be made: it is to be reported again, with another view if there
 * is one. */
void fg_recognizer_ask_again(fg_recognizer *recognizer, uint64_t track);

/* An event of this track was held back: it is to be reported again, even if nothing moves. */
void fg_recognizer_held_back(fg_recognizer *recognizer, uint64_t track);

/* An event of this track was made: none is owed. */
void fg_recognizer_made(fg_recognizer *recognizer, uint64_t track);

/*
 * Looks at a frame. `ret_observations` belongs to the recognizer and is good until the next call.
 * An error with one face does not keep the others from being judged: whatever is returned, the
 * observations there are count, none where the search itself failed.
 */
int fg_recognizer_process(fg_recognizer *recognizer, const fg_frame *frame,
                          const fg_observation **ret_observations, int *ret_count, fg_error *error);

/*
 * Ends all tracks, as at the end of a run, and gives the observations of faces that go without a
 * verdict, for which there is a picture. Their times are those of the last frame.
 */
void fg_recognizer_end(fg_recognizer *recognizer, const fg_observation **ret_observations,
                       int *ret_count);

/* What the last look took. */
fg_finder_effort fg_recognizer_last_effort(const fg_recognizer *recognizer);

#endif
