/*
 * The judge: from matches to a decision about one track. Pure: no clock, no I/O, no allocation, so
 * the same views at the same times give the same decision everywhere. Today one good view decides;
 * the evidence is where several views will be weighed.
 */
#ifndef FACEGATE_JUDGE_H
#define FACEGATE_JUDGE_H

#include "facegate/gallery.h"

#include <stdint.h>

enum fg_status { FG_UNDECIDED, FG_ACCEPTED, FG_REFUSED };

/* "Accepted" or "Refused", as the wire contract has them; "Undecided" is never sent. */
const char *fg_status_text(enum fg_status status);

typedef struct fg_judge_rules {
    double tolerance; /* the largest distance that still names a person */
} fg_judge_rules;

/* What has been seen of one face so far. Starts as all zeroes; kept by the caller, one for each
 * track. */
typedef struct fg_evidence {
    int64_t first_view; /* frame time, ns */
    int64_t last_view;
    int views;
} fg_evidence;

typedef struct fg_decision {
    enum fg_status status;
    int person;      /* index in the gallery where accepted, else -1 */
    double distance; /* to the nearest person; INFINITY with an empty gallery */
} fg_decision;

/* Weighs one more view, taken at `time` (the frame's, ns), and says what is known now. */
fg_decision fg_judge_view(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time,
                          const fg_match *match);

#endif
