/* Lets one event per person and interval through. */
#include "facegate/decision/throttle.h"

#include "facegate/base/hash.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#define SLOTS 4096 /* a power of two */

typedef struct entry {
    uint64_t key;
    int64_t time;  /* of the last event made, or since when one is missing */
    int64_t tried; /* the last time it was missed */
    bool used;
    bool missed;
} entry;

struct fg_throttle {
    int64_t interval;
    entry entries[SLOTS];
};

int fg_throttle_create(int64_t interval, fg_throttle **ret_throttle)
{
    if (interval < 0) {
        return -EINVAL;
    }
    fg_throttle *throttle = calloc(1, sizeof(*throttle));
    if (throttle == NULL) {
        return -ENOMEM;
    }
    throttle->interval = interval;
    *ret_throttle = throttle;
    return 0;
}

fg_throttle *fg_throttle_free(fg_throttle *throttle)
{
    free(throttle);
    return NULL;
}

/* The first byte keeps strangers apart from every name. */
uint64_t fg_throttle_key(const char *name)
{
    return fg_hash_text(fg_hash_byte(FG_HASH_START, 'n'), name);
}

uint64_t fg_throttle_stranger(uint64_t track)
{
    uint64_t hash = fg_hash_byte(FG_HASH_START, 's');
    for (int shift = 0; shift < 64; shift += 8) {
        hash = fg_hash_byte(hash, (unsigned char)(track >> shift));
    }
    return hash;
}

static bool is_over(const fg_throttle *throttle, const entry *slot, int64_t time)
{
    return time >= slot->time &&
           (uint64_t)time - (uint64_t)slot->time >= (uint64_t)throttle->interval;
}

/*
 * The key's slot, else one to put it in: an unused or expired one, else the oldest of all; whoever
 * is put out of a full table can only get an event too many. Slots never become unused again, so
 * that no search ends too early.
 */
static size_t find_slot(const fg_throttle *throttle, uint64_t key, int64_t time)
{
    size_t expired = SLOTS;
    size_t oldest = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        size_t place = (size_t)(key + i) & (SLOTS - 1);
        const entry *slot = &throttle->entries[place];
        if (!slot->used) {
            return expired != SLOTS ? expired : place;
        }
        if (slot->key == key) {
            return place;
        }
        if (expired == SLOTS && is_over(throttle, slot, time)) {
            expired = place;
        }
        if (slot->time < throttle->entries[oldest].time) {
            oldest = place;
        }
    }
    return expired != SLOTS ? expired : oldest;
}

fg_throttle_answer fg_throttle_ask(const fg_throttle *throttle, uint64_t key, int64_t time)
{
    const entry *slot = &throttle->entries[find_slot(throttle, key, time)];
    if (!slot->used || slot->key != key || is_over(throttle, slot, time)) {
        return FG_THROTTLE_NEW;
    }
    return slot->missed && time != slot->tried ? FG_THROTTLE_AGAIN : FG_THROTTLE_HOLD;
}

void fg_throttle_made(fg_throttle *throttle, uint64_t key, int64_t time)
{
    throttle->entries[find_slot(throttle, key, time)] =
        (entry){.key = key, .time = time, .used = true};
}

void fg_throttle_missed(fg_throttle *throttle, uint64_t key, int64_t time)
{
    entry *slot = &throttle->entries[find_slot(throttle, key, time)];
    if (fg_throttle_ask(throttle, key, time) == FG_THROTTLE_NEW) {
        *slot = (entry){.key = key, .time = time, .used = true, .missed = true};
    }
    slot->tried = time;
}
