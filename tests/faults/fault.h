/*
 * The fault matrix: each row is one thing that goes wrong, done to the real parts, with the
 * ledger's figures and the receiver's own beside each other. A row runs in a process and in
 * namespaces of its own (see sandbox.h), so it may fill /dev/shm, take port 53, and be killed with
 * all it started.
 *
 * A row does its work with the functions of tests/support and tests/integration, which end its
 * process where they cannot do theirs; what it finds wrong with facegate it says with
 * fg_fault_expect and goes on. One thread.
 */
#ifndef FACEGATE_TESTS_FAULT_H
#define FACEGATE_TESTS_FAULT_H

#include "dice.h"
#include "facegate/delivery/outbox.h"
#include "testing.h"

#include <stdbool.h>
#include <stdint.h>

#define FG_FAULT_NOTE       160
#define FG_FAULT_COMPLAINTS 1024

/* What a row came to; in memory that its process shares with the runner. */
typedef struct fg_fault_result {
    fg_ledger ledger; /* of all outboxes of the row together */
    int64_t reported; /* events of which somebody learned that they are committed */
    int64_t received; /* entries that the receiver stored */
    int64_t doubled;  /* of these, more than one of an event */
    int64_t lost;     /* reported, and neither received nor kept nor counted as dropped */
    int64_t forgiven; /* doubled ones that this row's backend, which knows no keys, explains */
    bool is_counted;  /* the figures above are there */
    bool is_finished; /* the row came to its end */
    int complaint_count;
    char complaints[FG_FAULT_COMPLAINTS]; /* a line each */
    char note[FG_FAULT_NOTE];             /* what happened, for people */
} fg_fault_result;

typedef struct fg_fault_list {
    char (*ids)[FG_EVENT_ID_SIZE];
    int count;
} fg_fault_list;

/* A row under way. */
typedef struct fg_fault {
    fg_fault_result *result;
    bool is_long;           /* many rounds instead of a few */
    fg_dice dice;           /* from the seed and the row's place */
    fg_fault_list reported; /* in the order of their commits */
    fg_fault_list held;     /* still in an outbox */
    bool any_order;         /* the receiver need not get them in that order */
    bool any_made;          /* a killed process may have committed one without telling */
    bool drops_oldest;      /* what was dropped is older than all that was not */
} fg_fault;

typedef struct fg_fault_row {
    const char *name;
    const char *part; /* what it is done to: sender (with its outbox) or daemon */
    void (*run)(fg_fault *fault);
    int seconds; /* what nothing that works comes near, in the long form */
    bool only_long;
} fg_fault_row;

/* The rows, by kind; each ends with one without a name. */
extern const fg_fault_row fg_fault_backend_rows[];
extern const fg_fault_row fg_fault_network_rows[];
extern const fg_fault_row fg_fault_daemon_rows[];
extern const fg_fault_row fg_fault_outbox_rows[];
extern const fg_fault_row fg_fault_clock_rows[];

/* Notes a complaint, where it is not so. Returns `is_so`. */
bool fg_fault_expect(fg_fault *fault, bool is_so, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What happened, in a few words. */
void fg_fault_note(fg_fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Somebody learned that this event is committed. */
void fg_fault_tell(fg_fault *fault, const char *id);

/* Adds an outbox to the figures: its ledger and what it holds. */
void fg_fault_add_outbox(fg_fault *fault, fg_outbox *outbox);
void fg_fault_add_outbox_at(fg_fault *fault, const char *path);

/*
 * After the last outbox: adds what the receiver stored, and checks what holds for every row: made =
 * sent + set aside + dropped + waiting, nothing lost, nothing doubled but what is forgiven, nothing
 * received that nobody made, and all in order.
 */
void fg_fault_count(fg_fault *fault, const fg_receiver *receiver);

/* That nothing waits any more and all that was not set aside or dropped was received. */
void fg_fault_expect_delivered(fg_fault *fault);

/* Lets time pass, and a random part of it: where it is time itself that matters. */
void fg_fault_sleep(double seconds);
void fg_fault_pause(fg_fault *fault, double most_seconds);

#endif
