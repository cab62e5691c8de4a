/*
 * What systemd is told. Without systemd every call does nothing. Main thread only.
 * Source: sd_notify(3), sd_watchdog_enabled(3).
 */
#ifndef FACEGATE_CLI_SERVICE_H
#define FACEGATE_CLI_SERVICE_H

#include <stdint.h>

void fg_service_ready(void);
void fg_service_stopping(void);
void fg_service_status(const char *camera, const char *text); /* shown one after the other */

/*
 * Feeds the watchdog while the watch thread came round lately (`beat`) and frames are being judged
 * (`last_frame`; `now` while there is no camera to give any). All in ns of CLOCK_MONOTONIC.
 */
void fg_service_heartbeat(int64_t now, int64_t beat, int64_t last_frame);

#endif
