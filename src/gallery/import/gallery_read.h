/* Files of an import that are in memory already. */
#ifndef FACEGATE_GALLERY_IMPORT_GALLERY_READ_H
#define FACEGATE_GALLERY_IMPORT_GALLERY_READ_H

#include "facegate/gallery/import.h"

typedef struct fg_import_bytes {
    const void *data; /* NULL: the file is read */
    size_t size;
} fg_import_bytes;

/* As fg_import_read. `bytes` has an entry for each file, or is NULL. */
int fg_import_read_bytes(fg_import_file *files, const fg_import_bytes *bytes, int count,
                         const fg_import_options *options, fg_gallery **ret_people,
                         fg_error *error);

#endif
