/*
 * The camera's options as the configuration has them, for the daemon and for each command that
 * opens a camera.
 */
#ifndef FACEGATE_DAEMON_CAMERA_OPTIONS_H
#define FACEGATE_DAEMON_CAMERA_OPTIONS_H

#include "facegate/base/config.h"
#include "facegate/camera/camera.h"

/* They point into the configuration; pictures of an image source are neither paced nor looped. */
fg_camera_options fg_camera_options_of(const fg_config *config);

#endif
