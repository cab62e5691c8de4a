/* Makes and dates events. */
#include "event.h"

#include "facegate/clock.h"

#include <stdio.h>
#include <string.h>
#include <systemd/sd-id128.h>

static int read_boot_id(char ret_text[33])
{
    sd_id128_t boot;
    int result = sd_id128_get_boot(&boot);
    if (result < 0) {
        return result;
    }
    sd_id128_to_string(boot, ret_text);
    return 0;
}

int fg_event_stamp(fg_event *event, int64_t monotonic, int64_t realtime)
{
    sd_id128_t id;
    char boot_id[33];
    int result = sd_id128_randomize(&id);
    if (result >= 0) {
        result = read_boot_id(boot_id);
    }
    if (result < 0) {
        return result;
    }
    sd_id128_to_uuid_string(id, event->id);
    memcpy(event->boot_id, boot_id, sizeof(boot_id));
    event->boottime = monotonic + (fg_clock_boottime() - fg_clock_monotonic());
    event->realtime = realtime;
    return 0;
}

int64_t fg_event_realtime_at(const fg_event *event, const fg_event_now *now)
{
    if (event->boot_id[0] == '\0' || strcmp(event->boot_id, now->boot_id) != 0) {
        return event->realtime;
    }
    return now->realtime - (now->boottime - event->boottime);
}

int64_t fg_event_realtime(const fg_event *event)
{
    fg_event_now now = {.boottime = fg_clock_boottime(), .realtime = fg_clock_realtime()};
    if (read_boot_id(now.boot_id) != 0) {
        now.boot_id[0] = '\0';
    }
    return fg_event_realtime_at(event, &now);
}
