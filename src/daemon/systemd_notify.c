/* Sends systemd its messages. */
#include "systemd_notify.h"

#include <stddef.h>
#include <systemd/sd-daemon.h>

void fg_systemd_notify_ready(const char *status)
{
    sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void fg_systemd_notify_status(const char *status)
{
    sd_notifyf(0, "STATUS=%s", status);
}

void fg_systemd_notify_stopping(void)
{
    sd_notify(0, "STOPPING=1\nSTATUS=stopping, sending waiting events");
}

void fg_systemd_notify_alive(void)
{
    sd_notify(0, "WATCHDOG=1");
}

bool fg_systemd_notify_is_watched(void)
{
    return sd_watchdog_enabled(0, NULL) > 0;
}
