/*
 * A photo as a frame: JPEG with the camera room's decoder; PNG, WebP, HEIC and AVIF, recognised by
 * their contents, with the libraries of the system. Those decode in a process of its own, which
 * lives for one picture and has bounded time and memory, and no rights that root has: what a
 * hostile picture breaks there stays there, and this process never has the libraries loaded. Main
 * thread, without others beside it.
 */
#ifndef FACEGATE_CLI_COMMON_PHOTO_H
#define FACEGATE_CLI_COMMON_PHOTO_H

#include "facegate/camera/picture.h"

/*
 * Reads a file, and turns it upright. As fg_picture_load; -ELIBACC where a library is missing: the
 * text names the format, the package and the command that installs it. -EBADMSG if the decoding
 * process crashed or took too long.
 */
int fg_photo_load(fg_decoder *decoder, const char *path, fg_frame *frame, fg_error *error);

#endif
