/*
 * A sink: a place that events are delivered to, as the sender sees it. The sink takes one event at
 * a time and says what became of it; order, back-off and ledger are the sender's. One sender serves
 * one sink from one outbox, so a second destination is a second sender with a sink and an outbox of
 * its own.
 *
 * Threads: start, poll and stop are called by the sender's thread alone, wake by any thread at any
 * time. check and free are called while that thread does not run.
 *
 * To write one: fill fg_sink_ops, and give out an fg_sink, as fg_http_sink_create does.
 */
#ifndef FACEGATE_DELIVERY_SINK_H
#define FACEGATE_DELIVERY_SINK_H

#include "facegate/delivery/event.h"
#include "facegate/error.h"

#include <stdbool.h>
#include <stdint.h>

#define FG_SINK_TEXT  (FG_ERROR_TEXT + 64) /* bytes, terminator included */
#define FG_SINK_PLACE 201                  /* the same */

enum fg_sink_verdict {
    FG_SINK_UNDECIDED, /* none yet, or there is no event; the ledger stays as it is */
    FG_SINK_TAKEN,     /* delivered: the event is removed and counted as sent */
    FG_SINK_REFUSED,   /* can never succeed: it is set aside, and the next one goes on */
    FG_SINK_LATER,     /* not now: it waits on as the oldest, an attempt is counted, and it is
                        * started again after a back-off */
};

/* What comes with a verdict. Texts are one printable line, since they are logged. */
typedef struct fg_sink_report {
    /* TAKEN: a remark for the log, or "". REFUSED: why; it is kept with the event. LATER:
     * what keeps the event, as the log is to say it. */
    char text[FG_SINK_TEXT];
    bool doubtful;             /* TAKEN: the remark is a warning, else it is for debugging */
    char place[FG_SINK_PLACE]; /* TAKEN: where the picture is now, "" if that is not known */
    int64_t cause;       /* LATER: a number of the sink's for what keeps the event; while it stays
                          * the same, the log is reminded of it once a minute only */
    int64_t retry_after; /* LATER: seconds that the other end asked for, 0 if it asked for none */
} fg_sink_report;

typedef struct fg_sink_ops {
    /*
     * Whether the sink can work, as far as that is known without going there; above all that it can
     * be woken. Called once, by fg_sender_create, which fails with this negative errno and text.
     */
    int (*check)(void *sink, fg_error *error);

    /*
     * Starts to deliver an event, when none is under way. Never waits. The event and its picture
     * are lent until there is a verdict or the event is stopped. UNDECIDED: it is under way;
     * any other verdict ends it at once. `ret_report` was zeroed for the event, and is written with
     * such a verdict only.
     */
    enum fg_sink_verdict (*start)(void *sink, const fg_event *event, fg_sink_report *ret_report);

    /*
     * Waits until something happens to the event under way, the sink is woken, or `timeout` (ns, 0
     * to 60 s) is over; then does what can be done without waiting. It is the only place in which
     * the sender's thread waits. With no event under way it waits all the same, and its verdict is
     * UNDECIDED. It may return early, for no reason too. `ret_report` as in start.
     */
    enum fg_sink_verdict (*poll)(void *sink, int64_t timeout, fg_sink_report *ret_report);

    /*
     * Ends the poll that waits, or if none does the next one. That is how fg_sender_kick and
     * fg_sender_stop reach the thread at once. Never waits. Any thread.
     */
    void (*wake)(void *sink);

    /* Gives up the event under way, if there is one: it was not delivered as far as we know, and
     * waits on. Never waits. */
    void (*stop)(void *sink);

    /* No event is under way. */
    void (*free)(void *sink);
} fg_sink_ops;

typedef struct fg_sink {
    const fg_sink_ops *ops; /* static */
    void *self;             /* what they are called with */
} fg_sink;

#endif
