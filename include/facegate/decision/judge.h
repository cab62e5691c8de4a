/*
 * The judge: from views of one face to a verdict about it. Pure: no clock, no I/O, no allocation,
 * so the same views at the same times give the same verdict everywhere. Time is the frame's, ns;
 * where it stands still or runs backwards no time has passed. Any thread, one at a time for each
 * evidence.
 *
 * Every face gets a verdict. It is
 * - Accepted when its last `window` views weigh at least `confirm` and together name one person
 *   (facegate/decision/visit.h), whom the newest of them does not speak against. Each check (is the
 *   face alive?) must have scored views of that weight among them, the newest too, and that one and
 *   the mean must reach what the check asks for: the mean over these views, so that nobody who
 *   stood there before helps, and over all since the first that is kept, so that whoever stays gets
 *   no new throws of the dice;
 * - Refused when its views weigh `refuse_after` and the newest names nobody: on full evidence. That
 *   sticks, since each view that is looked at after it would be another throw of the dice: it turns
 *   into Accepted only where twice the weight has a margin larger by FG_JUDGE_STICKY. It ends where
 *   the face may be another one by its place, and by its view is;
 * - Refused when it has been undecided for `decide_within`, whatever its views are like. That does
 *   not stick: who comes out of the dark is let in when there are views;
 * - Undecided again at the first view that clearly is another face's than the accepted one. It is
 *   then judged as if this view were its first: nobody who stood there before may help them in.
 *   Also where the last views weigh `confirm` and name the accepted person no more;
 * - Undecided again in doubt: where the face may be another one by its place. What was seen before
 *   counts on only where each view of it and the next one alone name the same person.
 * The clock starts when the face is first seen, and again when a verdict is taken back; doubt and
 * another gallery do not touch it. Whoever is decided is looked at again now and then.
 */
#ifndef FACEGATE_DECISION_JUDGE_H
#define FACEGATE_DECISION_JUDGE_H

#include "facegate/decision/visit.h"

#include <stdbool.h>
#include <stdint.h>

#define FG_JUDGE_WINDOW 10 /* the most views that may be asked for at once */
#define FG_JUDGE_VIEWS  (2 * FG_JUDGE_WINDOW)

/* Views nearer in time than this are the same view, ns: they say nothing new. */
#define FG_JUDGE_APART  INT64_C(100000000)

#define FG_JUDGE_STICKY 0.02

enum fg_status { FG_UNDECIDED, FG_ACCEPTED, FG_REFUSED };

/* "Accepted" or "Refused", as the wire contract has them; "Undecided" is never sent. */
const char *fg_status_text(enum fg_status status);

/* Why a status holds. */
enum fg_grounds {
    FG_GROUNDS_NONE,
    FG_GROUNDS_VIEWS, /* enough of them */
    FG_GROUNDS_TIME,  /* `decide_within` was over */
    FG_GROUNDS_GONE,  /* the face was gone before that */
};

/* A word for traces: "views", "time", "gone"; NULL for none. */
const char *fg_grounds_text(enum fg_grounds grounds);

/*
 * Weights are those of views, so that `confirm` good ones are enough. A window below 1 counts as 1,
 * one above FG_JUDGE_WINDOW as that; a `confirm` above the window lets nobody in.
 */
typedef struct fg_judge_rules {
    fg_visit_rules visit;
    int window;
    double confirm, refuse_after;
    int64_t decide_within;
    int checks;                   /* that score views, at most FG_VIEW_CHECKS */
    double least[FG_VIEW_CHECKS]; /* the mean each asks for; -INFINITY: it keeps nobody out */
} fg_judge_rules;

/*
 * What has been seen of one face so far. Kept by the caller, one for each track, from
 * fg_judge_begin on. To be read through a decision.
 */
typedef struct fg_evidence {
    enum fg_status status;
    enum fg_grounds grounds;
    enum fg_status last_verdict; /* FG_UNDECIDED before the first */
    int person;                  /* who was accepted last; -1 for nobody */
    bool doubted;                /* since the last view */
    bool replaced;               /* by the views since, somebody else stands where `person` stood */
    int64_t undecided_since;
    int64_t last_view;
    int named;                     /* whom the newest view alone names, -1 for nobody */
    double weight;                 /* of the views since it was last undecided */
    int count;                     /* of the views that are kept */
    fg_view views[FG_JUDGE_VIEWS]; /* the newest first */
    fg_visit visit;                /* what the last of them said together */
    int scored[FG_VIEW_CHECKS];    /* how many views each check scored, since the first kept */
    double sums[FG_VIEW_CHECKS];   /* of those scores */
    double scores[FG_VIEW_CHECKS]; /* what they come to, as fg_decision has it */
    int failed_check;              /* as fg_decision has it */
} fg_evidence;

typedef struct fg_decision {
    enum fg_status status;
    enum fg_grounds grounds;
    bool report; /* whether this call gives reason for an event, if the throttle agrees */
    int person;  /* index in the gallery where accepted, else -1 */
    /* Of whom the views are most like: means, INFINITY and -INFINITY without anybody or a view. */
    double distance, margin;
    double weight; /* of the views that these are of */
    /* The mean of each check's scores, of the last views or of all, whichever is less; NAN without
     * any. */
    double scores[FG_VIEW_CHECKS];
    int failed_check;        /* the check that alone keeps out whom the views name; -1 for none */
    int64_t undecided_since; /* when its clock last started */
} fg_decision;

/* A face is seen for the first time. */
void fg_judge_begin(fg_evidence *evidence, int64_t time);

/* From here on the face may be somebody else's. */
void fg_judge_doubt(fg_evidence *evidence, int64_t time);

/* Whether a view can help anybody in: it is near enough to somebody not to speak against them. One
 * that cannot need not be scored. `alone` is what it weighs by itself. */
bool fg_judge_may_help(const fg_judge_rules *rules, const fg_gallery *gallery, const fg_view *view,
                       const fg_visit *alone);

/*
 * Weighs one more view, compared with this gallery, and says what is known now. One call of these
 * three for each track and frame.
 */
fg_decision fg_judge_view(const fg_judge_rules *rules, const fg_gallery *gallery,
                          fg_evidence *evidence, int64_t time, const fg_view *view);

/* What time alone decides, for a frame in which the face is there and has no new view. */
fg_decision fg_judge_time(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time);

/* What is held, for a frame in which the face is not to be seen: nothing is decided or reported
 * with a picture that does not show whom it is about. */
fg_decision fg_judge_standing(const fg_evidence *evidence);

/*
 * The face is gone for good. One that never had a verdict is refused; so is one that was accepted
 * as somebody and whose last view says that it was not them any more.
 */
fg_decision fg_judge_end(fg_evidence *evidence);

/* Accepted or refused. */
bool fg_judge_is_decided(const fg_evidence *evidence);

/*
 * Whether another view is worth encoding: until there is a verdict, after a view that does not
 * agree with it, and else once in `send_interval` (ns), or in `decide_within` if that is less,
 * since somebody else may stand there by then. Oftener while it is refused for want of views. Never
 * nearer than FG_JUDGE_APART.
 */
bool fg_judge_wants_view(const fg_judge_rules *rules, const fg_evidence *evidence, int64_t time,
                         int64_t send_interval);

/*
 * Carries evidence over to another gallery: its views are compared with that one, and people are
 * the same by name, so that nobody who stands there has to start anew because somebody else was
 * enrolled. Who was accepted and is in it no more is undecided.
 */
void fg_judge_carry_over(const fg_judge_rules *rules, fg_evidence *evidence, const fg_gallery *from,
                         const fg_gallery *to, int64_t time);

#endif
