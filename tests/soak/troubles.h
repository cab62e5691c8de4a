/*
 * What happens to a door in a round of its day: the backend fails in one way after the other, and
 * the gallery changes. Fails the running test where it cannot do its work.
 */
#ifndef FACEGATE_TESTS_TROUBLES_H
#define FACEGATE_TESTS_TROUBLES_H

#include "door.h"

/* Of a round, in equal parts. The gallery changes in every other one. */
#define FG_TROUBLES_STEPS 20

typedef struct fg_troubles {
    fg_door *door;
    int changes; /* of the gallery */
    int orders;  /* of these, with which it is to be loaded anew */
    char *without_bob, *with_bob;
    size_t without_bob_size, with_bob_size;
} fg_troubles;

/* Enrolls Bob, who comes and goes in the gallery. */
void fg_troubles_begin(fg_troubles *troubles, fg_door *door);

/* At the beginning of a step, from 0. */
void fg_troubles_step(fg_troubles *troubles, int step);

void fg_troubles_end(fg_troubles *troubles);

#endif
