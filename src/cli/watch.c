#include "cli/watch.h"

#include "facegate/clock.h"
#include "facegate/jpeg.h"
#include "facegate/judge.h"
#include "facegate/log.h"
#include "facegate/throttle.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The thread comes round this often without a frame, so that its beat stays fresh. */
#define TAKE_TIMEOUT FG_NS_PER_S

/* A trouble that may come with every frame is told once in this time. */
#define TROUBLE_INTERVAL (60 * FG_NS_PER_S)

struct fg_watch {
    const fg_config *config;
    fg_engine *engine;
    fg_slot *slot;
    fg_outbox *outbox;
    fg_courier *courier;
    fg_throttle *throttle;
    fg_jpeg *jpeg;
    fg_judge_rules rules;
    fg_gallery *gallery; /* the thread's own */

    pthread_mutex_t mutex;
    fg_gallery *next_gallery; /* handed in, not yet taken; under the mutex */

    pthread_t thread;
    int ended_fd;
    int64_t first_frame;   /* the run's frame time zero, for the debug lines */
    int64_t trouble_until; /* no line about trouble with a frame before this frame time */
    int64_t lost_until;    /* nor about a lost event before this one */
    uint64_t dropped;      /* oldest events that went for newer ones */

    _Atomic uint64_t frames, faces, accepted, refused, lost;
    _Atomic int64_t beat, last_frame;
};

int fg_watch_create(const fg_config *config, fg_engine *engine, fg_gallery *gallery, fg_slot *slot,
                    fg_outbox *outbox, fg_courier *courier, fg_watch **ret_watch, fg_error *error)
{
    fg_watch *watch = calloc(1, sizeof(*watch));
    if (watch == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    watch->config = config;
    watch->engine = engine;
    watch->slot = slot;
    watch->outbox = outbox;
    watch->courier = courier;
    /* Faces are not followed from frame to frame, so each view decides by itself. */
    watch->rules = (fg_judge_rules){
        .tolerance = config->access.tolerance, .confirm = 1, .window = 1, .refuse_after = 1};
    pthread_mutex_init(&watch->mutex, NULL);
    watch->beat = fg_clock_monotonic();
    watch->last_frame = watch->beat;
    watch->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (watch->ended_fd < 0 ||
        fg_throttle_create(fg_clock_seconds(config->delivery.send_interval), &watch->throttle) !=
            0 ||
        fg_jpeg_create(config->delivery.jpeg_quality, &watch->jpeg) != 0) {
        fg_watch_free(watch);
        return fg_error_set(error, -ENOMEM, "not enough memory or descriptors");
    }
    watch->gallery = gallery;
    *ret_watch = watch;
    return 0;
}

fg_watch *fg_watch_free(fg_watch *watch)
{
    if (watch == NULL) {
        return NULL;
    }
    fg_gallery_free(watch->gallery);
    fg_gallery_free(watch->next_gallery);
    fg_throttle_free(watch->throttle);
    fg_jpeg_free(watch->jpeg);
    if (watch->ended_fd >= 0) {
        close(watch->ended_fd);
    }
    pthread_mutex_destroy(&watch->mutex);
    free(watch);
    return NULL;
}

void fg_watch_set_gallery(fg_watch *watch, fg_gallery *gallery)
{
    pthread_mutex_lock(&watch->mutex);
    fg_gallery *unused = watch->next_gallery;
    watch->next_gallery = gallery;
    pthread_mutex_unlock(&watch->mutex);
    fg_gallery_free(unused);
}

static void take_next_gallery(fg_watch *watch)
{
    pthread_mutex_lock(&watch->mutex);
    fg_gallery *next = watch->next_gallery;
    watch->next_gallery = NULL;
    pthread_mutex_unlock(&watch->mutex);
    if (next != NULL) {
        /* Of 10,000 people with 50,000 encodings in 0.9 ms: no frame waits for that. */
        fg_gallery_free(watch->gallery);
        watch->gallery = next;
    }
}

/* Whether to log a trouble again, the last line being one of less than a minute of frame time ago
 * otherwise. */
static bool may_tell(int64_t *until, int64_t time)
{
    if (time < *until) {
        return false;
    }
    *until = time + TROUBLE_INTERVAL;
    return true;
}

/* The part of the frame that is sent: all of it, or the face with half its size around it. */
static int encode_picture(fg_watch *watch, const fg_frame *frame, const fg_box *box,
                          fg_event *event, fg_error *error)
{
    if (watch->config->delivery.image == FG_IMAGE_FACE) {
        return fg_jpeg_encode(watch->jpeg, frame, box->x - box->width / 2, box->y - box->height / 2,
                              box->width * 2, box->height * 2, &event->jpeg, &event->jpeg_size,
                              error);
    }
    return fg_jpeg_encode(watch->jpeg, frame, 0, 0, frame->width, frame->height, &event->jpeg,
                          &event->jpeg_size, error);
}

static void fill_event(const fg_watch *watch, const fg_decision *decision, fg_event *event)
{
    const fg_config *config = watch->config;
    const char *rfid = NULL;
    const char *name = config->access.unknown_name;
    if (decision->status == FG_ACCEPTED) {
        name = fg_gallery_name(watch->gallery, decision->person);
        rfid = fg_gallery_rfid(watch->gallery, decision->person);
    } else {
        snprintf(event->reason, sizeof(event->reason), "%s", config->access.refused_reason);
    }
    snprintf(event->status, sizeof(event->status), "%s", fg_status_text(decision->status));
    snprintf(event->user_name, sizeof(event->user_name), "%s", name);
    snprintf(event->rfid_id, sizeof(event->rfid_id), "%s",
             rfid != NULL ? rfid : config->access.no_badge);
}

/* Makes the event of a sighting and commits it. */
static int make_event(fg_watch *watch, const fg_frame *frame, const fg_box *box,
                      const fg_decision *decision, fg_event *event, int *ret_dropped,
                      fg_error *error)
{
    fill_event(watch, decision, event);
    if (fg_event_stamp(event, frame->monotonic, frame->realtime) != 0) {
        return fg_error_set(error, -EIO, "the event cannot be dated");
    }
    int result = encode_picture(watch, frame, box, event, error);
    if (result == 0) {
        result = fg_outbox_put(watch->outbox, event, ret_dropped, error);
    }
    return result;
}

static void tell_sighting(const fg_decision *decision, const fg_event *event,
                          const fg_log_fields *fields)
{
    char distance[32] = "nobody is enrolled";
    if (isfinite(decision->distance)) {
        snprintf(distance, sizeof(distance), "distance %.3f", decision->distance);
    }
    fg_log_event(FG_LOG_INFO, fields, "Face detected: %s (%s, %s)", event->user_name, event->status,
                 distance);
}

/*
 * Reports a sighting: it is logged when it is new, and its event committed. One that cannot be
 * committed counts as lost until a later frame of the same sighting makes up for it.
 */
static void report(fg_watch *watch, const fg_frame *frame, const fg_box *box,
                   const fg_decision *decision, uint64_t key, fg_throttle_answer answer)
{
    fg_event event = {0};
    fg_error error;
    int dropped = 0;
    int result = make_event(watch, frame, box, decision, &event, &dropped, &error);
    fg_log_fields fields = {
        .event = result == 0 ? event.id : NULL,
        .status = event.status,
        .user = event.user_name,
        .distance = isfinite(decision->distance) ? decision->distance : NAN,
    };
    if (answer == FG_THROTTLE_NEW) {
        tell_sighting(decision, &event, &fields);
    }
    if (result != 0) {
        fg_throttle_missed(watch->throttle, key, frame->monotonic);
        if (answer == FG_THROTTLE_NEW) {
            watch->lost++;
        }
        if (may_tell(&watch->lost_until, frame->monotonic)) {
            fg_log_event(FG_LOG_ERROR, &fields,
                         "Event lost unless a next frame can make up for it, %" PRIu64
                         " in all: %s",
                         watch->lost, error.text);
        }
        return;
    }
    fg_throttle_made(watch->throttle, key, frame->monotonic);
    if (answer == FG_THROTTLE_AGAIN) {
        watch->lost--;
        fg_log_event(FG_LOG_INFO, &fields,
                     "Event of %s made from a later frame, %" PRIu64 " lost in all",
                     event.user_name, watch->lost);
    }
    if (decision->status == FG_ACCEPTED) {
        watch->accepted++;
    } else {
        watch->refused++;
    }
    if (dropped > 0) {
        watch->dropped += (uint64_t)dropped;
        fg_log(FG_LOG_ERROR,
               "Outbox full: %d of the oldest events dropped, %" PRIu64
               " since the start; the backend has to come back, or outbox_max_events or "
               "outbox_max_bytes to grow",
               dropped, watch->dropped);
    }
    fg_courier_kick(watch->courier);
}

static int judge_face(fg_watch *watch, const fg_frame *frame, const fg_face *face, fg_error *error)
{
    fg_landmarks landmarks;
    float encoding[FG_ENCODING_SIZE];
    fg_match match;
    fg_evidence evidence = {0};

    int result = fg_engine_align(watch->engine, frame, &face->box, &landmarks, error);
    if (result == 0) {
        result = fg_engine_encode(watch->engine, encoding, error);
    }
    if (result != 0) {
        return result;
    }
    fg_gallery_match(watch->gallery, encoding, &match);
    fg_decision decision = fg_judge_view(&watch->rules, &evidence, frame->monotonic, &match);
    const char *name =
        decision.status == FG_ACCEPTED ? fg_gallery_name(watch->gallery, decision.person) : NULL;
    fg_log(FG_LOG_DEBUG, "frame %" PRIu64 " at %.3f s: %dx%d at %d,%d: %s %s, distance %.4f",
           frame->sequence, (double)(frame->monotonic - watch->first_frame) / FG_NS_PER_S,
           face->box.width, face->box.height, face->box.x, face->box.y,
           fg_status_text(decision.status), name != NULL ? name : "-", decision.distance);
    uint64_t key = name != NULL ? fg_throttle_key(name) : fg_throttle_stranger(0);
    fg_throttle_answer answer = decision.status == FG_UNDECIDED
                                    ? FG_THROTTLE_HOLD
                                    : fg_throttle_ask(watch->throttle, key, frame->monotonic);
    if (answer != FG_THROTTLE_HOLD) {
        report(watch, frame, &face->box, &decision, key, answer);
    }
    return 0;
}

static void judge_frame(fg_watch *watch, const fg_frame *frame)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    fg_error error;
    int count = 0;

    int result = fg_engine_detect(watch->engine, frame, watch->config->vision.min_face, faces,
                                  &count, &error);
    for (int i = 0; i < count; i++) {
        int one = judge_face(watch, frame, &faces[i], &error);
        result = one != 0 ? one : result;
    }
    if (result != 0 && may_tell(&watch->trouble_until, frame->monotonic)) {
        fg_log(FG_LOG_ERROR, "%s", error.text);
    }
    watch->faces += (uint64_t)count;
    watch->frames++;
}

static void *work(void *argument)
{
    fg_watch *watch = argument;
    const fg_frame *frame = NULL;
    int result;

    fg_log_thread("watch");
    do {
        result = fg_slot_take(watch->slot, fg_clock_monotonic() + TAKE_TIMEOUT, &frame);
        if (result == 0) {
            if (watch->frames == 0) {
                watch->first_frame = frame->monotonic;
            }
            take_next_gallery(watch);
            judge_frame(watch, frame);
            watch->last_frame = fg_clock_monotonic();
        }
        watch->beat = fg_clock_monotonic();
    } while (result == 0 || result == -ETIMEDOUT);

    eventfd_write(watch->ended_fd, 1);
    return NULL;
}

int fg_watch_start(fg_watch *watch, fg_error *error)
{
    int result = -pthread_create(&watch->thread, NULL, work, watch);
    if (result != 0) {
        return fg_error_set(error, result, "the watch thread cannot start: %s", strerror(-result));
    }
    return 0;
}

int fg_watch_ended_fd(const fg_watch *watch)
{
    return watch->ended_fd;
}

fg_watch_counts fg_watch_count(const fg_watch *watch)
{
    return (fg_watch_counts){
        .frames = watch->frames,
        .faces = watch->faces,
        .accepted = watch->accepted,
        .refused = watch->refused,
        .lost = watch->lost,
        .beat = watch->beat,
        .last_frame = watch->last_frame,
    };
}

void fg_watch_join(fg_watch *watch)
{
    pthread_join(watch->thread, NULL);
}
