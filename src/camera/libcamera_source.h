/*
 * libcamera behind a C face; libcamera*.cpp are the only C++ of the camera room. There may be one
 * CameraManager in a process, so one source is open at a time, and no list is made beside it
 * (-EBUSY). Source: libcamera.org/api-html, and its simple-cam example.
 */
#ifndef FACEGATE_CAMERA_LIBCAMERA_SOURCE_H
#define FACEGATE_CAMERA_LIBCAMERA_SOURCE_H

#include "facegate/camera/camera.h"
#include "source.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fg_libcamera fg_libcamera;

extern const fg_source_ops fg_libcamera_ops;

/*
 * `id` NULL takes the first camera there is; the options are copied. To be called before threads
 * are started: it sets libcamera's log level in the environment, where nobody else has, and the
 * tuning file. That it cannot be read is an error: -ENOENT, -EACCES, -EINVAL of what is no file.
 */
int fg_libcamera_create(const char *id, const fg_camera_options *options,
                        fg_libcamera **ret_libcamera, fg_error *error) FG_SOURCE_NOEXCEPT;

/* As fg_camera_list. */
int fg_libcamera_list(const fg_camera_options *options, FILE *output,
                      fg_error *error) FG_SOURCE_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
