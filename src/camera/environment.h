/*
 * What libcamera takes from the environment alone. To be called before its manager starts and
 * before threads do, since setenv is not for several at once. Source: libcamera.org, "Environment
 * variables".
 */
#ifndef FACEGATE_CAMERA_ENVIRONMENT_H
#define FACEGATE_CAMERA_ENVIRONMENT_H

#include "facegate/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which messages of libcamera are seen, as LIBCAMERA_LOG_LEVELS has it, and in no colours unless a
 * person looks; whoever set these knows better. */
void fg_environment_quieten(const char *levels);

/*
 * Has its pipelines for Raspberry Pi take this tuning file; NULL or empty leaves them their own.
 * What cannot be read is an error with a text for people: -ENOENT, -EACCES ..., -EINVAL of
 * something that is no file. What is in it libcamera reads.
 */
int fg_environment_tune(const char *file, fg_error *error);

#ifdef __cplusplus
}
#endif
#endif
