/*
 * Reports: what the recognizer decided becomes a line in the log and an event in the outbox, as
 * often as the throttle allows. Belongs to the recognition thread; any thread may read its
 * counts.
 */
#ifndef FACEGATE_DAEMON_REPORTER_H
#define FACEGATE_DAEMON_REPORTER_H

#include "facegate/delivery/outbox.h"
#include "facegate/delivery/sender.h"
#include "recognizer.h"

typedef struct fg_reporter fg_reporter;

typedef struct fg_report_counts {
    uint64_t accepted, refused; /* events made */
    uint64_t lost;              /* could not be committed, not even from a later frame */
    uint64_t held_back;         /* of strangers beyond `stranger_rate` */
    /* Of the refused: those without a good view, by what was wrong most often. */
    uint64_t unseen[FG_QUALITY_TURNED + 1];
} fg_report_counts;

/* Everything outlives the reporter. -ENOMEM. */
int fg_reporter_create(const fg_config *config, fg_outbox *outbox, fg_sender *sender,
                       fg_reporter **ret_reporter, fg_error *error);
fg_reporter *fg_reporter_free(fg_reporter *reporter);

/* What came of an observation. */
typedef struct fg_report {
    bool again;                   /* another view of this track is wanted: its event was not kept */
    bool held_back;               /* there were too many of strangers */
    char event[FG_EVENT_ID_SIZE]; /* the id of the event that was made, empty without */
} fg_report;

/* Logs and commits what is to be said of an observation, if anything. The frame is that of the
 * decision, and gives its times. */
fg_report fg_reporter_report(fg_reporter *reporter, const fg_gallery *gallery,
                             const fg_frame *frame, const fg_observation *observation);

/* To be called for every frame: what is to be done now and then. */
void fg_reporter_tick(fg_reporter *reporter, int64_t time);

/* To be called when no more observations come. */
void fg_reporter_end(fg_reporter *reporter);

fg_report_counts fg_reporter_count(const fg_reporter *reporter); /* any thread */

#endif
