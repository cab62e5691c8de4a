#include "cli/service.h"

#include "facegate/clock.h"

#include <systemd/sd-daemon.h>

/*
 * Older than this is not fresh. The camera gives up on a silent source after 5 s and says so; a
 * frame with the most faces takes a slow Pi a few seconds.
 */
#define FRESH (15 * FG_NS_PER_S)

void fg_service_ready(void)
{
    sd_notify(0, "READY=1\nSTATUS=watching");
}

void fg_service_stopping(void)
{
    sd_notify(0, "STOPPING=1\nSTATUS=stopping, sending what waits");
}

void fg_service_status(const char *camera, const char *text)
{
    sd_notifyf(0, "STATUS=%s%s", camera, text);
}

void fg_service_heartbeat(int64_t now, int64_t beat, int64_t last_frame)
{
    if (now - beat < FRESH && now - last_frame < FRESH) {
        sd_notify(0, "WATCHDOG=1");
    }
}
