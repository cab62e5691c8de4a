/*
 * Takes encodings with their names into a gallery. A bad entry is left out and noted, or, where the
 * options are strict, refuses everything.
 */
#ifndef FACEGATE_GALLERY_IMPORT_INTAKE_H
#define FACEGATE_GALLERY_IMPORT_INTAKE_H

#include "facegate/base/buffer.h"
#include "facegate/gallery/import.h"
#include "import/finder.h"

typedef struct fg_intake {
    const fg_import_options *options;
    const char *howdys_name; /* whose a Howdy model is */
    fg_value_memory *memory;
    fg_shape_budget *budget;
    fg_gallery *people;
    fg_buffer left_out; /* a line each, and one on what was taken by force */
    size_t taken;
    size_t bad;         /* entries left out */
    fg_error fault;     /* of the first of them */
    size_t forced;      /* taken, whatever their length is */
    bool other_network; /* the first was refused for its length */
} fg_intake;

/* Takes all that a reading has. -EINVAL where nothing could be taken, or where strict; -ENODATA
 * for a half; -ERANGE for encodings of another network; -EFBIG, -ENOMEM. */
int fg_intake_take(fg_intake *intake, const fg_reading *reading, fg_error *error);

#endif
