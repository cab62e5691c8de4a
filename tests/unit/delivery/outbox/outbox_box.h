/* An outbox of its own for each test of one, and short words for what is done to it. */
#ifndef FACEGATE_TESTS_OUTBOX_BOX_H
#define FACEGATE_TESTS_OUTBOX_BOX_H

#include "facegate/delivery/outbox.h"

/* Where it is: in a folder on tmpfs, which holds nothing else. */
extern char *box_folder;
extern char *box_path;

int box_set_up(void **state);
int box_tear_down(void **state);

#define WITH_BOX(test) cmocka_unit_test_setup_teardown(test, box_set_up, box_tear_down)

/* Opens it as its owner; with room for 1000 events and 16 MiB if not said. */
fg_outbox *box_open_with(int max_events, int64_t max_bytes);
fg_outbox *box_open(void);

/* What opening it gives, which must be an error. */
int box_open_fails(bool own, fg_error *error);

/* Puts an event of that many bytes by that name; tells how many went for it. */
int box_put(fg_outbox *outbox, const char *name, size_t size);

/* The number of the oldest, whose name must be that. */
int64_t box_take(fg_outbox *outbox, const char *name);

void box_expect_ledger(fg_outbox *outbox, int made, int sent, int aside, int dropped, int waiting);

#endif
