/* Says how the daemon is: log, systemd's status, watchdog. */
#include "health.h"

#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "systemd_notify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STATUS_INTERVAL (60 * FG_NS_PER_S)

/* Older than this is not fresh: a frame with the most faces takes a slow Pi a few seconds. */
#define FRESH (15 * FG_NS_PER_S)

/* What there rarely is, where there is any. */
static void add_refused(const fg_report_counts *events, char text[FG_HEALTH_TEXT])
{
    static const char *const faults[] = {
        [FG_QUALITY_SMALL] = "small",   [FG_QUALITY_CUT] = "cut off",
        [FG_QUALITY_DARK] = "dark",     [FG_QUALITY_BRIGHT] = "bright",
        [FG_QUALITY_FLAT] = "flat",     [FG_QUALITY_BLURRED] = "blurred",
        [FG_QUALITY_TURNED] = "turned",
    };
    const char *before = "; refused without a good view: ";
    size_t length = strlen(text);
    if (events->held_back > 0) {
        length += (size_t)snprintf(text + length, FG_HEALTH_TEXT - length,
                                   ", %" PRIu64 " held back", events->held_back);
    }
    for (int i = FG_QUALITY_SMALL; i <= FG_QUALITY_TURNED; i++) {
        if (events->unseen[i] > 0) {
            length += (size_t)snprintf(text + length, FG_HEALTH_TEXT - length, "%s%s %" PRIu64,
                                       before, faults[i], events->unseen[i]);
            before = ", ";
        }
    }
}

void fg_health_count(const fg_health *health, char ret_text[FG_HEALTH_TEXT])
{
    fg_recognition_counts counts = fg_recognition_thread_count(health->recognition);
    fg_ledger ledger = {0};
    fg_outbox_ledger(health->outbox, &ledger, NULL);
    snprintf(ret_text, FG_HEALTH_TEXT,
             "%" PRIu64 " frames (%" PRIu64 " skipped), %" PRIu64 " damaged, %" PRIu64
             " faces, %" PRId64 " sent, %" PRId64 " waiting, %" PRId64 " set aside, %" PRId64
             " dropped, %" PRIu64 " lost",
             counts.frames, fg_slot_overwritten(health->slot), fg_camera_damaged(health->camera),
             counts.faces, ledger.sent - health->before.sent, ledger.waiting, ledger.set_aside,
             ledger.dropped, counts.events.lost);
    add_refused(&counts.events, ret_text);
}

/* The camera first: it is what people look for. */
static void describe(fg_health *health, int64_t now, fg_error *ret_text)
{
    char counts[FG_HEALTH_TEXT];
    fg_error camera;
    fg_camera_describe(health->camera, &camera);
    fg_camera_hangs(health->camera, now, &camera);
    fg_health_count(health, counts);
    fg_error_set(ret_text, 0, "%.600s; %s", camera.text, counts);
}

void fg_health_begin(fg_health *health, int64_t now)
{
    fg_error text;
    describe(health, now, &text);
    fg_systemd_notify_ready(text.text);
    health->next_status = now + STATUS_INTERVAL;
}

void fg_health_camera_changed(fg_health *health, int64_t now)
{
    fg_error text;
    describe(health, now, &text);
    fg_systemd_notify_status(text.text);
}

/* Says once that the driver hangs, and once that it does no more. */
static void notice_hang(fg_health *health, int64_t now)
{
    fg_error text;
    bool hangs = fg_camera_hangs(health->camera, now, &text);
    if (hangs == health->hangs) {
        return;
    }
    health->hangs = hangs;
    if (!hangs) {
        fg_log(FG_LOG_INFO, "The camera's driver answers again");
    } else {
        fg_log(FG_LOG_ERROR, "%s; %s", text.text,
               fg_systemd_notify_is_watched()
                   ? "the watchdog is no longer fed, so systemd will restart facegate"
                   : "restart facegate; if that does not help, unplug the camera or run \"sudo "
                     "reboot\"");
    }
    fg_health_camera_changed(health, now);
}

/*
 * Whether the recognition thread comes round, the camera's frames are judged (while there are any:
 * how long it may be silent is its supervisor's affair), and no driver holds the supervisor.
 */
static bool is_alive(const fg_health *health, int64_t now)
{
    fg_recognition_counts counts = fg_recognition_thread_count(health->recognition);
    bool judged = fg_camera_state(health->camera) != FG_CAMERA_STREAMING ||
                  now - counts.last_frame < FRESH + health->stall_timeout;
    return !health->hangs && judged && now - counts.beat < FRESH;
}

void fg_health_tick(fg_health *health, int64_t now)
{
    notice_hang(health, now);
    if (is_alive(health, now)) {
        fg_systemd_notify_alive();
    }
    if (now >= health->next_status) {
        fg_error text;
        describe(health, now, &text);
        fg_log(FG_LOG_INFO, "Status: %s", text.text);
        fg_systemd_notify_status(text.text);
        health->next_status = now + STATUS_INTERVAL;
    }
}
