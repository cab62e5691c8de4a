#include "facegate/throttle.h"

#include "access/hash.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#define SLOTS 4096 /* a power of two */

typedef struct entry {
    uint64_t key;
    int64_t time; /* of the last event let through */
    bool used;
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

/* The first byte keeps strangers apart from every name, the one they are reported by included. */
uint64_t fg_throttle_key(const char *name)
{
    return name == NULL ? fg_hash_byte(FG_HASH_START, 's')
                        : fg_hash_text(fg_hash_byte(FG_HASH_START, 'n'), name);
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
static entry *find_slot(fg_throttle *throttle, uint64_t key, int64_t time)
{
    entry *expired = NULL;
    entry *oldest = &throttle->entries[0];
    for (size_t i = 0; i < SLOTS; i++) {
        entry *slot = &throttle->entries[(key + i) & (SLOTS - 1)];
        if (!slot->used) {
            return expired != NULL ? expired : slot;
        }
        if (slot->key == key) {
            return slot;
        }
        if (expired == NULL && is_over(throttle, slot, time)) {
            expired = slot;
        }
        if (slot->time < oldest->time) {
            oldest = slot;
        }
    }
    return expired != NULL ? expired : oldest;
}

bool fg_throttle_pass(fg_throttle *throttle, uint64_t key, int64_t time)
{
    entry *slot = find_slot(throttle, key, time);
    if (slot->used && slot->key == key && !is_over(throttle, slot, time)) {
        return false;
    }
    *slot = (entry){.key = key, .time = time, .used = true};
    return true;
}
