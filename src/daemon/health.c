#include "health.h"

#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "systemd_notify.h"

#include <inttypes.h>
#include <stdio.h>

#define STATUS_INTERVAL (60 * FG_NS_PER_S)

/* Older than this is not fresh: a frame with the most faces takes a slow Pi a few seconds. */
#define FRESH (15 * FG_NS_PER_S)

void fg_vitals_count(const fg_vitals *vitals, char ret_text[FG_VITALS_TEXT])
{
    fg_watch_counts counts = fg_watch_count(vitals->watch);
    fg_ledger ledger = {0};
    fg_outbox_ledger(vitals->outbox, &ledger, NULL);
    snprintf(ret_text, FG_VITALS_TEXT,
             "%" PRIu64 " frames (%" PRIu64 " passed over), %" PRIu64 " damaged, %" PRIu64
             " faces, %" PRId64 " sent, %" PRId64 " waiting, %" PRId64 " set aside, %" PRId64
             " dropped, %" PRIu64 " lost",
             counts.frames, fg_slot_overwritten(vitals->slot), fg_camera_damaged(vitals->camera),
             counts.faces, ledger.sent - vitals->before.sent, ledger.waiting, ledger.set_aside,
             ledger.dropped, counts.lost);
}

/* The camera first: it is what people look for. */
static void describe(fg_vitals *vitals, int64_t now, fg_error *ret_text)
{
    char counts[FG_VITALS_TEXT];
    fg_error camera;
    fg_camera_describe(vitals->camera, &camera);
    fg_camera_hangs(vitals->camera, now, &camera);
    fg_vitals_count(vitals, counts);
    fg_error_set(ret_text, 0, "%.600s; %s", camera.text, counts);
}

void fg_vitals_begin(fg_vitals *vitals, int64_t now)
{
    fg_error text;
    describe(vitals, now, &text);
    fg_service_ready(text.text);
    vitals->next_status = now + STATUS_INTERVAL;
}

void fg_vitals_camera_changed(fg_vitals *vitals, int64_t now)
{
    fg_error text;
    describe(vitals, now, &text);
    fg_service_status(text.text);
}

/* Says once that the driver hangs, and once that it does no more. */
static void notice_hang(fg_vitals *vitals, int64_t now)
{
    fg_error text;
    bool hangs = fg_camera_hangs(vitals->camera, now, &text);
    if (hangs == vitals->hangs) {
        return;
    }
    vitals->hangs = hangs;
    if (!hangs) {
        fg_log(FG_LOG_INFO, "The camera's driver answers again");
    } else {
        fg_log(FG_LOG_ERROR, "%s; %s", text.text,
               fg_service_is_guarded()
                   ? "the watchdog is no longer fed, so that systemd starts facegate anew"
                   : "stop facegate and start it again, and where that does not help, unplug the "
                     "camera or \"sudo reboot\"");
    }
    fg_vitals_camera_changed(vitals, now);
}

/*
 * The watch thread comes round, what the camera gives is judged (while it gives anything: how long
 * it may be silent is its keeper's affair), and no driver holds the keeper.
 */
static bool is_alive(const fg_vitals *vitals, int64_t now)
{
    fg_watch_counts counts = fg_watch_count(vitals->watch);
    bool judged = fg_camera_state(vitals->camera) != FG_CAMERA_STREAMING ||
                  now - counts.last_frame < FRESH + vitals->stall_timeout;
    return !vitals->hangs && judged && now - counts.beat < FRESH;
}

void fg_vitals_tick(fg_vitals *vitals, int64_t now)
{
    notice_hang(vitals, now);
    if (is_alive(vitals, now)) {
        fg_service_alive();
    }
    if (now >= vitals->next_status) {
        fg_error text;
        describe(vitals, now, &text);
        fg_log(FG_LOG_INFO, "Status: %s", text.text);
        fg_service_status(text.text);
        vitals->next_status = now + STATUS_INTERVAL;
    }
}
