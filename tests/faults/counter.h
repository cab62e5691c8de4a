/* A post office whose figures are a row's: a sender with its outbox, and the receiver. */
#ifndef FACEGATE_TESTS_COUNTER_H
#define FACEGATE_TESTS_COUNTER_H

#include "fault.h"
#include "post_office.h"

/* The office, open, with all that is put into it reported to `fault`. One in a process. */
post_office *fg_counter_open(fg_fault *fault);

/* The receiver anew at the same port, with nothing stored, after its options were changed. */
void fg_counter_restart_receiver(post_office *office);

/* Waits until it has been asked that often from now on. */
void fg_counter_await_attempts(post_office *office, int count);

/* Stops the sender and takes the figures. */
void fg_counter_close(fg_fault *fault, post_office *office);

#endif
