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
    int64_t trouble_until; /* no line about trouble before this frame time */
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
    watch->rules.tolerance = config->access.tolerance;
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
        fg_gallery_free(watch->gallery);
        watch->gallery = next;
    }
}

/* Logs, unless something was logged here less than a minute of frame time ago. */
static void tell_trouble(fg_watch *watch, int64_t time, const char *text)
{
    if (time >= watch->trouble_until) {
        watch->trouble_until = time + TROUBLE_INTERVAL;
        fg_log(FG_LOG_ERROR, "%s", text);
    }
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

/* Makes an event of a sighting and commits it; what cannot be committed is counted and told. */
static void report(fg_watch *watch, const fg_frame *frame, const fg_box *box,
                   const fg_decision *decision)
{
    fg_event event = {0};
    fg_error error = {.text = "the event cannot be dated"};
    int dropped = 0;

    fill_event(watch, decision, &event);
    int result = fg_event_stamp(&event, frame->monotonic, frame->realtime);
    if (result == 0) {
        result = encode_picture(watch, frame, box, &event, &error);
    }
    if (result == 0) {
        result = fg_outbox_put(watch->outbox, &event, &dropped, &error);
    }
    fg_log_fields fields = {
        .event = event.id,
        .status = event.status,
        .user = event.user_name,
        .distance = isfinite(decision->distance) ? decision->distance : NAN,
    };
    char distance[32] = "nobody is enrolled";
    if (isfinite(decision->distance)) {
        snprintf(distance, sizeof(distance), "distance %.3f", decision->distance);
    }
    fg_log_event(FG_LOG_INFO, &fields, "Face detected: %s (%s, %s)", event.user_name, event.status,
                 distance);
    if (result != 0) {
        watch->lost++;
        fg_log_event(FG_LOG_ERROR, &fields, "Event lost, %" PRIu64 " in all: %s", watch->lost,
                     error.text);
        return;
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
               " since the start; the backend has to come back, or outbox_max_events to grow",
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
    if (decision.status != FG_UNDECIDED &&
        fg_throttle_pass(watch->throttle, fg_throttle_key(name), frame->monotonic)) {
        report(watch, frame, &face->box, &decision);
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
    if (result != 0) {
        tell_trouble(watch, frame->monotonic, error.text);
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
