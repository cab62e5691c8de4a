/* Runs the recognizer on each new frame, and reports what it decides. */
#include "recognition_thread.h"

#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "facegate/text.h"
#include "facegate/vision/quality.h"
#include "reporter.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The thread comes round this often without a frame, so that its beat stays fresh. */
#define TAKE_TIMEOUT FG_NS_PER_S

/* A trouble that may come with every frame is reported once in this time. */
#define TROUBLE_INTERVAL (60 * FG_NS_PER_S)

struct fg_recognition_thread {
    fg_slot *slot;
    fg_recognizer *recognizer;
    fg_reporter *reporter;
    fg_gallery *gallery; /* the thread's own */
    fg_debug *debug;

    pthread_mutex_t mutex;
    fg_gallery *next_gallery; /* handed in, not yet taken; under the mutex */

    pthread_t pthread;
    int ended_fd;
    int64_t first_frame;   /* the run's frame time zero, for the debug lines */
    int64_t trouble_until; /* no line about trouble with a frame before this frame time */
    int64_t crowd_until;   /* nor about too many faces before this one */

    _Atomic uint64_t frames, faces;
    _Atomic int64_t beat, last_frame;
};

static int make_own_parts(fg_recognition_thread *thread, const fg_recognition_parts *parts,
                          fg_error *error)
{
    thread->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (thread->ended_fd < 0) {
        int result = -errno;
        return fg_error_set(error, result, "an eventfd for the recognition thread: %s",
                            strerror(-result));
    }
    int result = fg_recognizer_create(&parts->recognizer, &thread->recognizer, error);
    if (result == 0) {
        result = fg_reporter_create(parts->recognizer.config, parts->outbox, parts->sender,
                                    &thread->reporter, error);
    }
    return result;
}

int fg_recognition_thread_create(const fg_recognition_parts *parts, fg_gallery *gallery,
                                 fg_recognition_thread **ret_thread, fg_error *error)
{
    fg_recognition_thread *thread = calloc(1, sizeof(*thread));
    if (thread == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for the recognition thread");
    }
    thread->slot = parts->slot;
    thread->debug = parts->debug;
    pthread_mutex_init(&thread->mutex, NULL);
    thread->beat = fg_clock_monotonic();
    thread->last_frame = thread->beat;
    int result = make_own_parts(thread, parts, error);
    if (result != 0) {
        fg_recognition_thread_free(thread);
        return result;
    }
    thread->gallery = gallery;
    fg_recognizer_set_gallery(thread->recognizer, gallery);
    *ret_thread = thread;
    return 0;
}

fg_recognition_thread *fg_recognition_thread_free(fg_recognition_thread *thread)
{
    if (thread == NULL) {
        return NULL;
    }
    fg_gallery_free(thread->gallery);
    fg_gallery_free(thread->next_gallery);
    fg_recognizer_free(thread->recognizer);
    fg_reporter_free(thread->reporter);
    if (thread->ended_fd >= 0) {
        close(thread->ended_fd);
    }
    pthread_mutex_destroy(&thread->mutex);
    free(thread);
    return NULL;
}

void fg_recognition_thread_set_gallery(fg_recognition_thread *thread, fg_gallery *gallery)
{
    pthread_mutex_lock(&thread->mutex);
    fg_gallery *unused = thread->next_gallery;
    thread->next_gallery = gallery;
    pthread_mutex_unlock(&thread->mutex);
    fg_gallery_free(unused);
}

static void take_next_gallery(fg_recognition_thread *thread)
{
    pthread_mutex_lock(&thread->mutex);
    fg_gallery *next = thread->next_gallery;
    thread->next_gallery = NULL;
    pthread_mutex_unlock(&thread->mutex);
    if (next != NULL) {
        /* Each view that counts is compared anew: of 10,000 people about a millisecond each. */
        fg_recognizer_set_gallery(thread->recognizer, next);
        fg_gallery_free(thread->gallery);
        thread->gallery = next;
    }
}

static double seconds_of(const fg_recognition_thread *thread, const fg_frame *frame)
{
    return (double)(frame->monotonic - thread->first_frame) / FG_NS_PER_S;
}

/* Says that the whole picture was searched, for anyone who looks for a reason. */
static void log_search(const fg_recognition_thread *thread, const fg_frame *frame, int tracks)
{
    fg_finder_effort effort = fg_recognizer_last_effort(thread->recognizer);
    if (effort.search == FG_SEARCH_WHOLE) {
        fg_log(FG_LOG_DEBUG, "frame %" PRIu64 " at %.3f s: searched everywhere, %s: %s",
               frame->sequence, seconds_of(thread, frame),
               effort.moves ? "something moves" : "nothing moves",
               fg_text_count(tracks, "face", "faces").text);
    }
}

/* Says that there are faces of whom nothing is known. */
static void warn_of_crowd(fg_recognition_thread *thread, const fg_frame *frame)
{
    int beyond = fg_recognizer_last_effort(thread->recognizer).beyond;
    if (beyond > 0 && frame->monotonic >= thread->crowd_until) {
        thread->crowd_until = frame->monotonic + TROUBLE_INTERVAL;
        fg_log(FG_LOG_WARNING,
               "%s more than the %d that can be followed at once: they are judged when others go",
               fg_text_count(beyond, "face", "faces").text, FG_TRACKS_MAX);
    }
}

/* Says what was seen of a face. */
static void log_view(const fg_recognition_thread *thread, const fg_frame *frame,
                     const fg_observation *observation)
{
    char seen[2 * FG_NAME_SIZE] = "nobody is enrolled";
    const fg_visit *alone = &observation->alone;
    const fg_box *box = &observation->track.face.box;
    if (!observation->encoded) {
        snprintf(seen, sizeof(seen), "%s", fg_quality_advice(observation->fault));
    } else if (alone->person >= 0) {
        snprintf(seen, sizeof(seen), "%s %.4f, margin %.4f, weight %.2f",
                 fg_gallery_name(thread->gallery, alone->person), alone->distance, alone->margin,
                 alone->weight);
    }
    fg_log(FG_LOG_DEBUG, "frame %" PRIu64 " at %.3f s: track %" PRIu64 ", %dx%d at %d,%d: %s: %s",
           frame->sequence, seconds_of(thread, frame), observation->track.id, box->width,
           box->height, box->x, box->y, seen, fg_status_text(observation->decision.status));
}

static void judge_frame(fg_recognition_thread *thread, const fg_frame *frame)
{
    const fg_observation *observations = NULL;
    fg_report reports[FG_OBSERVATIONS_MAX];
    fg_error error;
    int count = 0;

    int result = fg_recognizer_process(thread->recognizer, frame, &observations, &count, &error);
    if (result != 0 && frame->monotonic >= thread->trouble_until) {
        thread->trouble_until = frame->monotonic + TROUBLE_INTERVAL;
        fg_log(FG_LOG_ERROR, "%s", error.text);
    }
    if (result == 0) {
        log_search(thread, frame, count);
        warn_of_crowd(thread, frame);
    }
    for (int i = 0; i < count; i++) {
        if (observations[i].measured) {
            log_view(thread, frame, &observations[i]);
        }
        reports[i] = fg_reporter_report(thread->reporter, thread->gallery, frame, &observations[i]);
        if (reports[i].again) {
            fg_recognizer_ask_again(thread->recognizer, observations[i].track.id);
        }
        if (reports[i].event[0] != '\0') {
            fg_recognizer_made(thread->recognizer, observations[i].track.id);
        }
        if (reports[i].held_back) {
            fg_recognizer_held_back(thread->recognizer, observations[i].track.id);
        }
        thread->faces += observations[i].track.seen ? 1 : 0;
    }
    fg_reporter_tick(thread->reporter, frame->monotonic);
    fg_debug_frame(thread->debug,
                   &(fg_frame_result){.frame = frame,
                                      .time = seconds_of(thread, frame),
                                      .effort = fg_recognizer_last_effort(thread->recognizer),
                                      .error = result != 0 ? error.text : NULL,
                                      .gallery = thread->gallery,
                                      .observations = observations,
                                      .reports = reports,
                                      .count = count});
    thread->frames++;
}

/* Whoever is still there when the frames end has a verdict too. Of the last frame there are size
 * and times. */
static void end_tracks(fg_recognition_thread *thread, const fg_frame *last)
{
    const fg_observation *observations = NULL;
    fg_report reports[FG_OBSERVATIONS_MAX] = {0};
    int count = 0;
    fg_recognizer_end(thread->recognizer, &observations, &count);
    for (int i = 0; i < count; i++) {
        reports[i] = fg_reporter_report(thread->reporter, thread->gallery, last, &observations[i]);
    }
    if (count > 0) {
        fg_debug_end(thread->debug, &(fg_frame_result){.frame = last,
                                                       .time = seconds_of(thread, last),
                                                       .gallery = thread->gallery,
                                                       .observations = observations,
                                                       .reports = reports,
                                                       .count = count,
                                                       .end = true});
    }
}

static void *work(void *argument)
{
    fg_frame last = {0};
    fg_recognition_thread *thread = argument;
    const fg_frame *frame = NULL;
    int result;

    fg_log_thread("recognition");
    do {
        result = fg_slot_take(thread->slot, fg_clock_monotonic() + TAKE_TIMEOUT, &frame);
        if (result == 0) {
            if (thread->frames == 0) {
                thread->first_frame = frame->monotonic;
            }
            take_next_gallery(thread);
            judge_frame(thread, frame);
            last = *frame;
            memset(last.plane, 0, sizeof(last.plane)); /* they are the camera's again */
            thread->last_frame = fg_clock_monotonic();
        }
        thread->beat = fg_clock_monotonic();
    } while (result == 0 || result == -ETIMEDOUT);
    end_tracks(thread, &last);
    fg_reporter_end(thread->reporter);

    eventfd_write(thread->ended_fd, 1);
    return NULL;
}

int fg_recognition_thread_start(fg_recognition_thread *thread, fg_error *error)
{
    int result = -pthread_create(&thread->pthread, NULL, work, thread);
    if (result != 0) {
        return fg_error_set(error, result, "the recognition thread cannot start: %s",
                            strerror(-result));
    }
    return 0;
}

int fg_recognition_thread_ended_fd(const fg_recognition_thread *thread)
{
    return thread->ended_fd;
}

fg_recognition_counts fg_recognition_thread_count(const fg_recognition_thread *thread)
{
    return (fg_recognition_counts){
        .frames = thread->frames,
        .faces = thread->faces,
        .events = fg_reporter_count(thread->reporter),
        .beat = thread->beat,
        .last_frame = thread->last_frame,
    };
}

void fg_recognition_thread_join(fg_recognition_thread *thread)
{
    pthread_join(thread->pthread, NULL);
}
