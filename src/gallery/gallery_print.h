/* A gallery as the text of its file. */
#ifndef FACEGATE_GALLERY_GALLERY_PRINT_H
#define FACEGATE_GALLERY_GALLERY_PRINT_H

#include "facegate/gallery/gallery.h"

#include <stdbool.h>
#include <stddef.h>

/* Encodings in base64, or with `numbers` as arrays of them. The caller frees the text. -ENOMEM. */
int fg_gallery_print(const fg_gallery *gallery, bool numbers, char **ret_data, size_t *ret_size);

#endif
