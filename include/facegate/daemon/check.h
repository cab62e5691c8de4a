/*
 * A check: something that looks at a good view of a face and has a say in whether it is accepted,
 * between seeing and judging. Whether the face is alive is one.
 *
 * A check gives views a score. What that means is in facegate/decision/judge.h: nobody is accepted
 * unless the mean reaches the threshold, and whoever was is undecided again. If that alone keeps
 * out whom the views name, the refusal says so with the check's own reason.
 */
#ifndef FACEGATE_DAEMON_CHECK_H
#define FACEGATE_DAEMON_CHECK_H

#include "facegate/decision/visit.h"
#include "facegate/error.h"
#include "facegate/frame.h"
#include "facegate/vision/engine.h"

#include <stdbool.h>

#define FG_CHECKS_MAX FG_VIEW_CHECKS

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
    bool named_only; /* spares its cost to views that help nobody in: fg_judge_may_help */
    bool warns;      /* scores, and keeps nobody out */

    /*
     * Gives the view a score, the higher the better; one that is not a number never reaches the
     * threshold. Recognition thread. On an error the view counts neither for nor against anybody.
     */
    int (*run)(void *context, const fg_check_view *view, double *ret_score, fg_error *error);
    void *context; /* outlives the recognizer */
} fg_check;

#endif
