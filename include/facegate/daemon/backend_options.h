/*
 * The backend's options as the configuration has them, for the daemon and for each command that
 * talks to the backend.
 */
#ifndef FACEGATE_DAEMON_BACKEND_OPTIONS_H
#define FACEGATE_DAEMON_BACKEND_OPTIONS_H

#include "facegate/base/config.h"
#include "facegate/delivery/target.h"

/* They point into the configuration. */
fg_backend_options fg_backend_options_of(const fg_config *config);

#endif
