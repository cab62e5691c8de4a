/* The encodings file from memory, streamed into a gallery; its format is encodings/README.md. */
#ifndef FACEGATE_GALLERY_GALLERY_PARSE_H
#define FACEGATE_GALLERY_GALLERY_PARSE_H

#include "facegate/gallery/gallery.h"

#include <stddef.h>

#define FG_GALLERY_FORMAT  "facegate-encodings"
#define FG_GALLERY_VERSION 1

/* -EINVAL and `person 3 "Ada", encoding 2: ...`, people and encodings counted from 1; -ENOMEM. */
int fg_gallery_parse(const char *data, size_t size, fg_gallery **ret_gallery, fg_error *error);

#endif
