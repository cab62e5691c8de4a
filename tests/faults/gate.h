/*
 * A gate before the receiver: what comes to its port goes on to the receiver's and back, and as it
 * is reported it resets the connection after so many bytes of what is asked, or of what is
 * answered. One thread of its own.
 */
#ifndef FACEGATE_TESTS_GATE_H
#define FACEGATE_TESTS_GATE_H

#include "dice.h"

typedef struct fg_gate fg_gate;

typedef struct fg_gate_plan {
    int asked_percent;    /* of the connections are reset while something is asked */
    int asked_most;       /* after up to this many bytes */
    int answered_percent; /* and so many while something is answered */
    int answered_most;
} fg_gate_plan;

/* Listens on 127.0.0.1; the port is put into `ret_port`. Ends the test where it cannot. */
fg_gate *fg_gate_open(int receiver_port, uint64_t seed, const fg_gate_plan *plan, int *ret_port);

/* From now on everything passes. */
void fg_gate_fix(fg_gate *gate);

/* How many connections were reset while something was asked, and answered. */
void fg_gate_count(const fg_gate *gate, int *ret_asked, int *ret_answered);

fg_gate *fg_gate_close(fg_gate *gate);

#endif
