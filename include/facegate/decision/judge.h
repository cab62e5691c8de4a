/*
 * The judge: from views of one face to a decision about it. Pure: no clock, no I/O, no allocation,
 * so the same views at the same times give the same decision everywhere. Time is the frame's, ns;
 * where it stands still or runs backwards no time has passed. Any thread, one at a time for each
 * evidence.
 *
 * A view names a person who is within `tolerance` and nearer by `margin` than the next person. The
 * face is
 * - Accepted when `confirm` of the last `window` views, the newest among them, name one person;
 * - Undecided again at the first view that does not name that person. It is then judged as if this
 *   view were its first: somebody else may stand there, and no view of who stood there before may
 *   help them in. Whom it was wrong about is accepted again two views later;
 * - Refused when it is undecided `refuse_after` views, the newest of which names nobody, or
 *   `decide_within` after its first view. That does not stick: it is Accepted as soon as the views
 *   agree.
 * Whoever is decided is looked at again now and then; a view that speaks against the decision is
 * not reported and asks for the next one at once.
 */
#ifndef FACEGATE_DECISION_JUDGE_H
#define FACEGATE_DECISION_JUDGE_H

#include "facegate/gallery/gallery.h"

#include <stdbool.h>
#include <stdint.h>

#define FG_JUDGE_WINDOW 10 /* the most views that are weighed together */

enum fg_status { FG_UNDECIDED, FG_ACCEPTED, FG_REFUSED, FG_UNUSABLE };

/* "Accepted" or "Refused", as the wire contract has them; the other two are never sent. */
const char *fg_status_text(enum fg_status status);

/*
 * Counts below 1 count as 1, a window above FG_JUDGE_WINDOW as that; a `confirm` above the window
 * lets nobody in. So all zeroes but a tolerance is the judge of a single picture.
 */
typedef struct fg_judge_rules {
    double tolerance; /* Euclidean distance, as is the margin */
    double margin;
    int confirm, window;
    int refuse_after;
    int64_t decide_within;
    /* To be changed with every other gallery that matches come from: persons are indices, which
     * mean somebody else there, so evidence that was not carried over is forgotten. */
    uint64_t gallery;
} fg_judge_rules;

/* What one view said. */
typedef struct fg_opinion {
    int person; /* whom it names, -1 for nobody */
    double distance;
} fg_opinion;

/*
 * What has been seen of one face so far. Starts as all zeroes; kept by the caller, one for each
 * track and made anew whenever the track may have gone over to another face. To be read through a
 * decision.
 */
typedef struct fg_evidence {
    uint64_t gallery;
    enum fg_status status;
    int person;                         /* where accepted */
    int views;                          /* since it was last undecided */
    int64_t first_view;                 /* of those */
    int64_t last_view;                  /* of all */
    int recent_count;                   /* how many views are remembered */
    fg_opinion recent[FG_JUDGE_WINDOW]; /* the newest first */
    bool has_bad_view;
    int64_t first_bad_view; /* of those since the evidence is kept */
} fg_evidence;

typedef struct fg_decision {
    enum fg_status status;
    /* Whether this call gives reason to report it, if the throttle agrees: an event of who is
     * accepted or refused; of what is unusable, which comes once, a line in the log. */
    bool report;
    int person;      /* index in the gallery where accepted, else -1 */
    double distance; /* of the newest view that names the person, else of the newest view; INFINITY
                        with an empty gallery or without a view */
} fg_decision;

/* Whom a view names by the rules: an index in the gallery, or -1 for nobody. */
int fg_judge_names(const fg_judge_rules *rules, const fg_match *match);

/* Weighs one more view and says what is known now. A match without a person names nobody, however
 * near its distance is; the recognizer passes one where a check speaks against the face. One call
 * of these four for each track and frame. */
fg_decision fg_judge_view(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time,
                          const fg_match *match);

/*
 * Notes a view that was not worth encoding. A face of which `decide_within` after its first bad
 * view there is no view yet is unusable until there is one. What was wrong is the caller's to know.
 */
fg_decision fg_judge_bad_view(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time);

/* Accepted or refused: there are views, and they were enough. */
bool fg_judge_is_decided(const fg_evidence *evidence);

/* What is held, for a frame in which the face is not to be seen: nothing is decided or reported
 * with a picture that does not show whom it is about. */
fg_decision fg_judge_standing(const fg_evidence *evidence);

/* What time alone decides, for a frame in which the face is there and was not looked at. */
fg_decision fg_judge_time(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time);

/*
 * Whether another view is worth encoding: until there is a decision, after a view that speaks
 * against it, and else once in `send_interval` (ns), or in `decide_within` if that is less, since
 * somebody else may stand there by then.
 */
bool fg_judge_wants_view(const fg_judge_rules *rules, const fg_evidence *evidence, int64_t time,
                         int64_t send_interval);

/*
 * Carries evidence over to another gallery, `to` with the rules' new number: people are the same by
 * name, so that nobody who stands there has to start anew because somebody else was enrolled.
 * Whoever is gone is nobody's any more, and who was accepted as them is undecided.
 */
void fg_judge_carry_over(fg_evidence *evidence, const fg_gallery *from, const fg_gallery *to,
                         uint64_t gallery);

#endif
