/*
 * The recognition thread: takes the newest frame from the slot, has the recognizer find and decide
 * about faces, and the reporter commit events to the outbox. It waits for frames only, never for
 * the network.
 */
#ifndef FACEGATE_DAEMON_RECOGNITION_THREAD_H
#define FACEGATE_DAEMON_RECOGNITION_THREAD_H

#include "debug/debug.h"
#include "facegate/base/config.h"
#include "facegate/base/slot.h"
#include "facegate/delivery/outbox.h"
#include "facegate/delivery/sender.h"
#include "facegate/gallery/gallery.h"
#include "recognizer.h"

typedef struct fg_recognition_thread fg_recognition_thread;

/* What has been done so far. */
typedef struct fg_recognition_counts {
    uint64_t frames, faces;
    fg_report_counts events;
    int64_t beat;       /* ns of CLOCK_MONOTONIC: the thread came round */
    int64_t last_frame; /* ns of CLOCK_MONOTONIC: a frame was done with */
} fg_recognition_counts;

/* What the thread works with. All of it outlives the thread; nobody else uses the engine meanwhile.
 */
typedef struct fg_recognition_parts {
    fg_recognizer_parts recognizer;
    fg_slot *slot;
    fg_outbox *outbox;
    fg_sender *sender;
    fg_debug *debug; /* NULL: nothing is written down */
} fg_recognition_parts;

/* Takes the gallery over on success. The error says which of its own parts could not be made. */
int fg_recognition_thread_create(const fg_recognition_parts *parts, fg_gallery *gallery,
                                 fg_recognition_thread **ret_thread, fg_error *error);

int fg_recognition_thread_start(fg_recognition_thread *thread, fg_error *error);

/* An eventfd that becomes readable when the thread has ended: the slot was finished or closed. */
int fg_recognition_thread_ended_fd(const fg_recognition_thread *thread);

/* Takes over another gallery, from the next frame on. Any thread. */
void fg_recognition_thread_set_gallery(fg_recognition_thread *thread, fg_gallery *gallery);

/* Any thread. */
fg_recognition_counts fg_recognition_thread_count(const fg_recognition_thread *thread);

/* Waits for the thread, which ends when the slot is finished and empty, or closed. */
void fg_recognition_thread_join(fg_recognition_thread *thread);

/* After fg_recognition_thread_join, or if it was never started. */
fg_recognition_thread *fg_recognition_thread_free(fg_recognition_thread *thread);

#endif
