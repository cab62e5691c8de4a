/* A pickle of {"encodings": [...], "names": [...]} from memory, as a gallery. */
#ifndef FACEGATE_GALLERY_IMPORT_PICKLE_PEOPLE_H
#define FACEGATE_GALLERY_IMPORT_PICKLE_PEOPLE_H

#include "facegate/gallery/gallery.h"

#include <stddef.h>

/* As fg_import_read, without the path in front of the text. */
int fg_pickle_people(const void *data, size_t size, fg_gallery **ret_people, fg_error *error);

#endif
