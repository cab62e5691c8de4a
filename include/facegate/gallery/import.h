/*
 * People from elsewhere: the pickles that face_recognition scripts keep, {"encodings": [...],
 * "names": [...]}. Such a file is read as data; nothing in it is ever run. What is read is a
 * gallery of its own, in which all encodings of one name are one person; then it is added to
 * another.
 */
#ifndef FACEGATE_GALLERY_IMPORT_H
#define FACEGATE_GALLERY_IMPORT_H

#include "facegate/gallery/gallery.h"

#include <stdbool.h>

#define FG_IMPORT_ENCODINGS 200000 /* in one file */

/*
 * Reads a pickle, all of it or nothing; the text starts with "FILE: ". Encodings and names are
 * counted from 1 in it: "encoding 17: has 127 numbers, not 128". -EINVAL for a broken file, for
 * anything but encodings with names, and for names and numbers that may not stand in a gallery;
 * -EPERM where it wants something run; -EFBIG over 256 MiB or FG_IMPORT_ENCODINGS; -ENOENT ...
 */
int fg_import_read(const char *path, fg_gallery **ret_people, fg_error *error);

/* What became of one person's encodings. */
typedef struct fg_import_count {
    bool is_new;
    int added;
    int twice;    /* there already, or twice in the file, to the last bit: not added again */
    int replaced; /* were there and went */
} fg_import_count;

/*
 * Adds `people` to the gallery; with `replace` the encodings their names have there go first, while
 * badges stay. Writes a count for each of `people` to `ret_counts`. On an error the gallery is of
 * no more use than to be freed: -ENOMEM.
 */
int fg_import_add(fg_gallery *gallery, const fg_gallery *people, bool replace,
                  fg_import_count *ret_counts, fg_error *error);

#endif
