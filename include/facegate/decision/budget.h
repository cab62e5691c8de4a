/*
 * A budget of events: so many a second of frame time, with what is left of one second at once. Time
 * that runs backwards gives nothing. Pure; one thread.
 */
#ifndef FACEGATE_DECISION_BUDGET_H
#define FACEGATE_DECISION_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

typedef struct fg_budget {
    double rate; /* a second */
    double left;
    int64_t time; /* of the last event asked for, ns */
} fg_budget;

/* Full. */
fg_budget fg_budget_of(double rate, int64_t time);

/* Takes one event's worth; false where there is none left. */
bool fg_budget_take(fg_budget *budget, int64_t time);

#endif
