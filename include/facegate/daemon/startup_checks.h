/*
 * What can be found wrong with a configuration before anything is opened. Reads files, never the
 * network or a camera. Any thread.
 */
#ifndef FACEGATE_DAEMON_STARTUP_CHECKS_H
#define FACEGATE_DAEMON_STARTUP_CHECKS_H

#include "facegate/base/config.h"
#include "facegate/error.h"

/* Whether it can work at all: the faces below, and what fg_backend_check_options finds. -EINVAL, or
 * an errno of a file. */
int fg_startup_check(const fg_config *config, fg_error *error);

/* Whether a face of `min_face` pixels fits into the camera's picture: -EINVAL. Pictures of an image
 * source have a size of their own, so nothing is wrong there. */
int fg_startup_check_faces(const fg_config *config, fg_error *error);

/*
 * Whether tolerance and margin are such that strangers get in: -ERANGE, and the text says how often
 * they did where that was measured (docs/decisions.md).
 */
int fg_startup_check_rule(const fg_config *config, fg_error *error);

/* Logs what is unsafe and does not keep the daemon from starting: that, and a people's file which
 * others than the daemon's user may read or change; each with the fix. */
void fg_startup_warn(const fg_config *config);

#endif
