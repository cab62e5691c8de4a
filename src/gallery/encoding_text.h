/*
 * An encoding as the file has it: base64 (RFC 4648) of 128 little-endian float32, 684 characters
 * with one "=" at the end.
 */
#ifndef FACEGATE_GALLERY_ENCODING_TEXT_H
#define FACEGATE_GALLERY_ENCODING_TEXT_H

#include "facegate/encoding.h"
#include "facegate/error.h"

#define FG_ENCODING_TEXT 685 /* bytes, terminator included */

void fg_encoding_format(const float encoding[FG_ENCODING_SIZE], char ret_text[FG_ENCODING_TEXT]);

/* -EINVAL and what is wrong: "has 680 characters of base64, not 684". Whether numbers are finite is
 * not looked at. */
int fg_encoding_parse(const char *text, float ret_encoding[FG_ENCODING_SIZE], fg_error *error);

#endif
