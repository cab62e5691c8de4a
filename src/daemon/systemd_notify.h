/*
 * Messages to systemd: ready, status, stopping, alive. Without systemd every call does nothing.
 * Main thread only.
 * Source: sd_notify(3), sd_watchdog_enabled(3).
 */
#ifndef FACEGATE_DAEMON_SYSTEMD_NOTIFY_H
#define FACEGATE_DAEMON_SYSTEMD_NOTIFY_H

#include <stdbool.h>

/* `status` is one line: what `systemctl status` shows. */
void fg_systemd_notify_ready(const char *status);
void fg_systemd_notify_status(const char *status);
void fg_systemd_notify_stopping(void);

/* Feeds the watchdog; and whether there is one, which restarts the service if it is not fed. */
void fg_systemd_notify_alive(void);
bool fg_systemd_notify_is_watched(void);

#endif
