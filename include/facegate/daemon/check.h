/*
 * A check: something that looks at a good view of a face and has a say in whether it is accepted,
 * between seeing and judging. Whether the face is alive is one.
 *
 * A check gives each view a score. What that means to the judge: the mean of the scores since the
 * face is followed has to be at least the threshold. While it is less, or there is none, no view
 * counts for anybody, so that nobody is accepted, and whoever was is undecided again. A refusal
 * because of it says why with the check's own reason.
 */
#ifndef FACEGATE_DAEMON_CHECK_H
#define FACEGATE_DAEMON_CHECK_H

#include "facegate/error.h"
#include "facegate/frame.h"
#include "facegate/vision/engine.h"

#include <stdbool.h>

#define FG_CHECKS_MAX 4

/* What a check looks at; all of it is lent, for the length of the call. */
typedef struct fg_check_view {
    const fg_frame *frame; /* the whole picture */
    const fg_box *box;     /* of the face in it; may reach past its edges */
    const fg_landmarks *landmarks;
    const uint8_t *chip; /* as fg_engine_chip has it */
} fg_check_view;

typedef struct fg_check {
    const char *name;   /* for log and errors: "liveness" */
    const char *reason; /* what an event says that was refused because of it */
    double threshold;
    bool named_only; /* spares its cost to views that name nobody: they accept nobody anyway */
    bool warns;      /* scores, and keeps nobody out */

    /*
     * Gives the view a score, the higher the better; one that is not a number never reaches the
     * threshold. Recognition thread. On an error the view counts neither for nor against anybody.
     */
    int (*run)(void *context, const fg_check_view *view, double *ret_score, fg_error *error);
    void *context; /* outlives the recognizer */
} fg_check;

#endif
