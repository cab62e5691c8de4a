#include "systemd_notify.h"

#include <stddef.h>
#include <systemd/sd-daemon.h>

void fg_service_ready(const char *status)
{
    sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void fg_service_status(const char *status)
{
    sd_notifyf(0, "STATUS=%s", status);
}

void fg_service_stopping(void)
{
    sd_notify(0, "STOPPING=1\nSTATUS=stopping, sending what waits");
}

void fg_service_alive(void)
{
    sd_notify(0, "WATCHDOG=1");
}

bool fg_service_is_guarded(void)
{
    return sd_watchdog_enabled(0, NULL) > 0;
}
