/*
 * What systemd is told. Without systemd every call does nothing. Main thread only.
 * Source: sd_notify(3), sd_watchdog_enabled(3).
 */
#ifndef FACEGATE_DAEMON_SYSTEMD_NOTIFY_H
#define FACEGATE_DAEMON_SYSTEMD_NOTIFY_H

#include <stdbool.h>

/* `status` is one line: what `systemctl status` shows. */
void fg_service_ready(const char *status);
void fg_service_status(const char *status);
void fg_service_stopping(void);

/* Feeds the watchdog; and whether there is one that starts the service anew when it is not fed. */
void fg_service_alive(void);
bool fg_service_is_guarded(void);

#endif
