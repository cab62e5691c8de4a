/*
 * People from elsewhere: what Python's scripts around face_recognition and dlib keep, as a pickle,
 * as numpy's own files or as JSON, and the models of Howdy. Such a file is read as data; nothing in
 * it is ever run. All encodings of one name are one person. What is read is a gallery of its own;
 * then it is added to another. Which layouts are read: encodings/README.md.
 */
#ifndef FACEGATE_GALLERY_IMPORT_H
#define FACEGATE_GALLERY_IMPORT_H

#include "facegate/gallery/gallery.h"

#include <stdbool.h>

#define FG_IMPORT_ENCODINGS 200000 /* in one file */

typedef struct fg_import_options {
    const char *name; /* whose encodings without a name are; NULL: they are refused */
    bool strict;      /* one bad entry refuses its file */
    bool force;       /* takes encodings of any length: another network made them */
} fg_import_options;

/* A file and what came of it. The caller sets `path` and leaves the rest zero. */
typedef struct fg_import_file {
    const char *path;
    int result;     /* 0, or a negative errno: nothing of it came over */
    fg_error error; /* why; the text starts with "FILE: " */
    char *reading;  /* what was taken for what, in one line; NULL where that goes without saying */
    char *left_out; /* lines on what was not taken; NULL for nothing */
    char *advice;   /* lines on what to do with a file that is refused; NULL for none */
} fg_import_file;

/*
 * Reads files, each all of it or nothing but for its bad entries, and makes a gallery of all that
 * could be read; encodings in one file and their names in another belong together if there is only
 * one way. Encodings and names are counted from 1 in texts. A file's result is -EINVAL for a broken
 * one, for one without encodings and names and for one that can be read in two ways; -EPERM where
 * it would run a program; -EFBIG over 256 MiB or FG_IMPORT_ENCODINGS; -ENOENT ... Returns 0
 * whatever came of the files, or -ENOMEM.
 */
int fg_import_read(fg_import_file *files, int count, const fg_import_options *options,
                   fg_gallery **ret_people, fg_error *error);

/* Frees what reading it left in a file. */
void fg_import_file_clear(fg_import_file *file);

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
