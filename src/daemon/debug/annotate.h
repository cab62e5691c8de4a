/*
 * A frame with what was seen drawn on it: an SVG picture that holds the frame's JPEG, so that text
 * needs no font here and any browser shows it. Boxes are coloured by state, dashed where a track
 * was not seen in this frame. Source: w3.org/TR/SVG11.
 */
#ifndef FACEGATE_DAEMON_DEBUG_ANNOTATE_H
#define FACEGATE_DAEMON_DEBUG_ANNOTATE_H

#include "debug/frame_result.h"
#include "facegate/base/buffer.h"

/* The whole document; `jpeg` is the frame of the result. */
void fg_annotate(fg_buffer *svg, const fg_frame_result *frame_result, const void *jpeg,
                 size_t size);

#endif
