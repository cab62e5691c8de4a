#include "fault.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

bool fg_fault_expect(fg_fault *fault, bool is_so, const char *format, ...)
{
    fg_fault_result *result = fault->result;
    size_t used = strlen(result->complaints);
    if (is_so) {
        return true;
    }
    va_list words;
    va_start(words, format);
    result->complaint_count++;
    if (used + 2 < sizeof(result->complaints)) {
        vsnprintf(result->complaints + used, sizeof(result->complaints) - used - 1, format, words);
        strcat(result->complaints, "\n");
    }
    va_end(words);
    return false;
}

void fg_fault_note(fg_fault *fault, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    vsnprintf(fault->result->note, sizeof(fault->result->note), format, words);
    va_end(words);
}

static void append(fg_fault_list *list, const char *id)
{
    if (list->count % 256 == 0) {
        void *grown = reallocarray(list->ids, (size_t)list->count + 256, sizeof(*list->ids));
        assert_non_null(grown);
        list->ids = grown;
    }
    snprintf(list->ids[list->count++], sizeof(*list->ids), "%s", id);
}

/* Where it stands in the list; -1 for nowhere. */
static int find(const fg_fault_list *list, const char *id)
{
    for (int i = 0; i < list->count; i++) {
        if (strcmp(list->ids[i], id) == 0) {
            return i;
        }
    }
    return -1;
}

void fg_fault_tell(fg_fault *fault, const char *id)
{
    append(&fault->reported, id);
}

static void hold_one(void *context, const fg_outbox_entry *entry, const char *why)
{
    fg_fault *fault = context;
    (void)why;
    append(&fault->held, entry->event.id);
}

void fg_fault_add_outbox(fg_fault *fault, fg_outbox *outbox)
{
    fg_ledger ledger;
    int held = fault->held.count;
    assert_int_equal(fg_outbox_ledger(outbox, &ledger, NULL), 0);
    assert_int_equal(fg_outbox_each(outbox, hold_one, fault, NULL), 0);
    held = fault->held.count - held;
    fg_fault_expect(fault, held == ledger.waiting + ledger.set_aside,
                    "the ledger has %" PRId64 " waiting and %" PRId64
                    " set aside, the outbox holds %d events",
                    ledger.waiting, ledger.set_aside, held);
    fg_ledger *all = &fault->result->ledger;
    all->made += ledger.made;
    all->sent += ledger.sent;
    all->set_aside += ledger.set_aside;
    all->dropped += ledger.dropped;
    all->waiting += ledger.waiting;
}

void fg_fault_add_outbox_at(fg_fault *fault, const char *path)
{
    fg_outbox *outbox = NULL;
    fg_error error = {""};
    fg_outbox_options options = {.path = path};
    if (fg_fault_expect(fault, fg_outbox_open(&options, &outbox, &error) == 0, "%s", error.text)) {
        fg_fault_add_outbox(fault, outbox);
        fg_outbox_free(outbox);
    }
}

/* What the receiver stored: how often, which, and whether in order. */
static void count_received(fg_fault *fault, const cJSON *seen, fg_fault_list *ret_stored)
{
    fg_fault_result *result = fault->result;
    const cJSON *entry;
    int last = -1;
    int out_of_order = 0, unknown = 0;
    cJSON_ArrayForEach(entry, seen)
    {
        const char *key = cJSON_GetObjectItemCaseSensitive(entry, "key")->valuestring;
        if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(entry, "stored"))) {
            continue;
        }
        result->received++;
        if (find(ret_stored, key) >= 0) {
            result->doubled++;
            continue;
        }
        append(ret_stored, key);
        int place = find(&fault->reported, key);
        unknown += place < 0 ? 1 : 0;
        out_of_order += place >= 0 && place < last ? 1 : 0;
        last = place > last ? place : last;
    }
    fg_fault_expect(fault, fault->any_order || out_of_order == 0, "%d events came out of order",
                    out_of_order);
    fg_fault_expect(fault, fault->any_made || unknown == 0,
                    "the receiver has %d events of which nobody was reported", unknown);
}

void fg_fault_count(fg_fault *fault, const fg_receiver *receiver)
{
    fg_fault_result *result = fault->result;
    const fg_ledger *ledger = &result->ledger;
    fg_fault_list stored = {0};
    cJSON *seen = fg_receiver_seen(receiver);
    count_received(fault, seen, &stored);
    cJSON_Delete(seen);

    int missing = 0, out_of_turn = 0;
    for (int i = 0; i < fault->reported.count; i++) {
        const char *id = fault->reported.ids[i];
        bool is_missing = find(&stored, id) < 0 && find(&fault->held, id) < 0;
        missing += is_missing ? 1 : 0;
        out_of_turn += is_missing && i >= missing ? 1 : 0;
    }
    fg_fault_expect(fault, !fault->drops_oldest || out_of_turn == 0,
                    "%d events went that were not the oldest", out_of_turn);
    result->reported = fault->reported.count;
    result->lost = missing > ledger->dropped ? missing - ledger->dropped : 0;
    result->is_counted = true;

    int64_t kinds = ledger->sent + ledger->set_aside + ledger->dropped + ledger->waiting;
    fg_fault_expect(fault, ledger->made == kinds, "made is %" PRId64 ", the rest %" PRId64,
                    ledger->made, kinds);
    fg_fault_expect(fault,
                    fault->any_made ? ledger->made >= result->reported
                                    : ledger->made == result->reported,
                    "the ledger has %" PRId64 " made, %" PRId64 " were said to be committed",
                    ledger->made, result->reported);
    fg_fault_expect(fault, result->lost == 0, "%" PRId64 " committed events are lost",
                    result->lost);
    fg_fault_expect(fault, result->doubled == result->forgiven, "%" PRId64 " events are doubled",
                    result->doubled);
    fg_fault_expect(fault, stored.count >= ledger->sent,
                    "the ledger has %" PRId64 " sent, the receiver only %d", ledger->sent,
                    stored.count);
    free(stored.ids);
}

void fg_fault_expect_delivered(fg_fault *fault)
{
    const fg_fault_result *result = fault->result;
    const fg_ledger *ledger = &result->ledger;
    fg_fault_expect(fault, ledger->waiting == 0, "%" PRId64 " events still wait", ledger->waiting);
    fg_fault_expect(fault, ledger->made > 0, "no event was made");
    fg_fault_expect(fault, result->received - result->doubled == ledger->sent,
                    "the ledger has %" PRId64 " sent, the receiver %" PRId64, ledger->sent,
                    result->received - result->doubled);
}

void fg_fault_sleep(double seconds)
{
    const struct timespec pause = {.tv_sec = (time_t)seconds,
                                   .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&pause, NULL);
}

void fg_fault_pause(fg_fault *fault, double most_seconds)
{
    fg_fault_sleep(most_seconds * fg_dice_roll(&fault->dice, 1000000) / 1e6);
}
