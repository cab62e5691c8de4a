/*
 * Whether a JPEG is whole that libjpeg decodes with a warning. TurboJPEG tells no more than the
 * first warning, and many phones write files with a harmless one: odd SOS parameters in a baseline
 * picture, bytes before the end marker, no end marker at all. Any thread. Source: libjpeg.txt,
 * "Error handling"; ITU-T T.81, B.2.3 and B.1.1.2.
 */
#ifndef FACEGATE_CAMERA_JPEG_WARNINGS_H
#define FACEGATE_CAMERA_JPEG_WARNINGS_H

#include "facegate/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* libjpeg takes memory and time for every pass; TurboJPEG has the same limit. */
#define FG_JPEG_MAX_SCANS 500

/*
 * Reads all of a JPEG, for its warnings alone. 0 if none of them changes a pixel; -EBADMSG with
 * libjpeg's text of the first that does, or of an error. An end marker may be missing if all of the
 * picture is there. It takes about half as long as decoding.
 */
int fg_jpeg_check_warnings(const uint8_t *jpeg, size_t size, fg_error *error);

#ifdef __cplusplus
}
#endif
#endif
