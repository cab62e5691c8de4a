/*
 * What can be found wrong with a configuration before anything is opened. Reads files, never the
 * network or a camera. Any thread.
 */
#ifndef FACEGATE_DAEMON_STARTUP_CHECKS_H
#define FACEGATE_DAEMON_STARTUP_CHECKS_H

#include "facegate/base/config.h"
#include "facegate/error.h"

/* Everything below, and what fg_backend_check_options finds. -EINVAL, or an errno of a file. */
int fg_startup_check(const fg_config *config, fg_error *error);

/* Whether a face of `min_face` pixels fits into the camera's picture: -EINVAL. Pictures of an image
 * source have a size of their own, so nothing is wrong there. */
int fg_startup_check_faces(const fg_config *config, fg_error *error);

/* Logs a warning if others than the daemon's user may change the people's file; with the fix. */
void fg_startup_warn_permissions(const fg_config *config);

#endif
