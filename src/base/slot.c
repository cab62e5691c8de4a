/* Hands frames from the camera to the thread that watches, without a copy. */
#include "facegate/base/slot.h"

#include "facegate/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct fg_slot {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    fg_frame frames[3];
    fg_frame *filling; /* the producer's; touched by it alone between exchanges */
    fg_frame *waiting;
    fg_frame *taken; /* the consumer's */
    bool full;       /* `waiting` holds a frame nobody has taken */
    bool finished;
    bool closed;
    uint64_t overwritten;
};

int fg_slot_create(fg_slot **ret_slot)
{
    fg_slot *slot = calloc(1, sizeof(*slot));
    if (slot == NULL) {
        return -ENOMEM;
    }
    fg_clock_condition(&slot->changed);
    pthread_mutex_init(&slot->mutex, NULL);
    slot->filling = &slot->frames[0];
    slot->waiting = &slot->frames[1];
    slot->taken = &slot->frames[2];
    *ret_slot = slot;
    return 0;
}

fg_slot *fg_slot_free(fg_slot *slot)
{
    if (slot == NULL) {
        return NULL;
    }
    for (int i = 0; i < 3; i++) {
        fg_frame_release(&slot->frames[i]);
    }
    pthread_cond_destroy(&slot->changed);
    pthread_mutex_destroy(&slot->mutex);
    free(slot);
    return NULL;
}

fg_frame *fg_slot_frame(fg_slot *slot)
{
    return slot->filling;
}

/* With the mutex held: the filled frame and the waiting one change places. */
static void exchange(fg_slot *slot)
{
    fg_frame *filled = slot->filling;
    slot->filling = slot->waiting;
    slot->waiting = filled;
    slot->full = true;
    pthread_cond_broadcast(&slot->changed);
}

void fg_slot_publish(fg_slot *slot)
{
    pthread_mutex_lock(&slot->mutex);
    if (slot->full) {
        slot->overwritten++;
    }
    exchange(slot);
    pthread_mutex_unlock(&slot->mutex);
}

int fg_slot_hand_over(fg_slot *slot)
{
    pthread_mutex_lock(&slot->mutex);
    while (slot->full && !slot->closed && !slot->finished) {
        pthread_cond_wait(&slot->changed, &slot->mutex);
    }
    int result = slot->closed || slot->finished ? -ECANCELED : 0;
    if (result == 0) {
        exchange(slot);
    }
    pthread_mutex_unlock(&slot->mutex);
    return result;
}

void fg_slot_finish(fg_slot *slot)
{
    pthread_mutex_lock(&slot->mutex);
    slot->finished = true;
    pthread_cond_broadcast(&slot->changed);
    pthread_mutex_unlock(&slot->mutex);
}

void fg_slot_close(fg_slot *slot)
{
    pthread_mutex_lock(&slot->mutex);
    slot->closed = true;
    pthread_cond_broadcast(&slot->changed);
    pthread_mutex_unlock(&slot->mutex);
}

int fg_slot_take(fg_slot *slot, int64_t deadline, const fg_frame **ret_frame)
{
    int result = 0;
    pthread_mutex_lock(&slot->mutex);
    while (!slot->full && !slot->closed && !slot->finished && result == 0) {
        result = fg_clock_wait(&slot->changed, &slot->mutex, deadline);
    }
    if (slot->closed) {
        result = -ECANCELED;
    } else if (slot->full) {
        fg_frame *frame = slot->waiting;
        slot->waiting = slot->taken;
        slot->taken = frame;
        slot->full = false;
        pthread_cond_broadcast(&slot->changed);
        *ret_frame = frame;
        result = 0;
    } else if (slot->finished) {
        result = -ENODATA;
    }
    pthread_mutex_unlock(&slot->mutex);
    return result;
}

uint64_t fg_slot_overwritten(fg_slot *slot)
{
    pthread_mutex_lock(&slot->mutex);
    uint64_t count = slot->overwritten;
    pthread_mutex_unlock(&slot->mutex);
    return count;
}
