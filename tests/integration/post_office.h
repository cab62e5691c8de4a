/*
 * A sender between an outbox and the test receiver, for tests of delivery: paces of milliseconds,
 * and the log in a file. One at a time. Fails the running cmocka test where it cannot do its work.
 */
#ifndef FACEGATE_TESTS_POST_OFFICE_H
#define FACEGATE_TESTS_POST_OFFICE_H

#include "facegate/delivery/outbox.h"
#include "facegate/delivery/sender.h"
#include "facegate/delivery/sink_http.h"
#include "sender.h"
#include "testing.h"

typedef struct post_office {
    char *folder;
    char *outbox_path;
    char *log_path;
    int usual_stderr;
    fg_receiver receiver; /* running, unless stopped */
    fg_outbox *outbox;
    fg_backend_options options; /* to the receiver; 5 s, 2 s to connect */
    fg_sender_paces paces;      /* 5 to 20 ms; reminders and looks a minute apart */
    fg_sender *sender;          /* after post_office_send */
    int made;
    void (*reported)(void *context, const char *id); /* of each event put; may be NULL */
    void *context;
} post_office;

/* cmocka's fixtures, for the office that *state points to: open all but the sender, and take
 * stderr. */
int post_office_set_up(void **state);
int post_office_tear_down(void **state);

/* A test that has the file's `office`. */
#define WITH_OFFICE(test)                                                                          \
    cmocka_unit_test_prestate_setup_teardown(test, post_office_set_up, post_office_tear_down,      \
                                             &office)

/* Puts that many events, named "visitor N" with N from 1 on, each third Refused, each with another
 * picture. */
void post_office_put(post_office *office, int count);

/* Makes a sender with the options as they are, with the paces of the daemon. */
int post_office_make_sender(post_office *office, fg_error *error);

/* Makes and starts one, with the options and paces as they are. */
void post_office_send(post_office *office);

/* Waits until the ledger has sent, or set aside, that many. */
void post_office_expect_sent(post_office *office, int count);
void post_office_expect_set_aside(post_office *office, int count);

fg_ledger post_office_ledger(post_office *office);

/* All that was logged so far, to be freed; and how many times a text stands in it. */
char *post_office_log(const post_office *office);
int post_office_logged(const post_office *office, const char *text);

/* Waits until it stands there that many times. */
void post_office_expect_log(post_office *office, const char *text, int count);

/* That the receiver stored "visitor 1" to "visitor N", in order, each once. */
void post_office_expect_all(post_office *office, int count);

#endif
