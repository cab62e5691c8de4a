/*
 * Finds encodings and their names in a value, however they are laid out: a dict of two series, two
 * series in a list, a dict of names, a list of records, or one of these inside of another. Nothing
 * is read yet; that is the intake's.
 */
#ifndef FACEGATE_GALLERY_IMPORT_FINDER_H
#define FACEGATE_GALLERY_IMPORT_FINDER_H

#include "facegate/error.h"
#include "import/shape.h"

#define FG_READING_TEXT 320

typedef enum fg_reading_kind {
    FG_READING_PAIR,    /* a series of encodings, and a series of names or one name for all */
    FG_READING_NAMED,   /* a dict whose keys are names */
    FG_READING_RECORDS, /* a list whose entries have a name and encodings each */
    FG_READING_HOWDY,   /* the same of Howdy, whose file has the name */
    FG_READING_ROWS,    /* encodings without names, which may be elsewhere */
    FG_READING_NAMES,   /* the reverse */
    FG_READING_MAP,     /* a dict of numbers and the names that belong to them */
} fg_reading_kind;

typedef struct fg_reading {
    fg_reading_kind kind;
    fg_value container; /* what all of it is in; UNSET where it is nothing else */
    fg_value encodings;
    fg_value names;
    char text[FG_READING_TEXT]; /* what was taken for what; "" where nobody could take it else */
} fg_reading;

/* Whether it is more than a half. */
bool fg_reading_is_whole(const fg_reading *reading);

/*
 * How a value can be read. -EINVAL where there is no way, or more than one, with the reason; then
 * `ret_reading` is untouched.
 */
int fg_find_reading(fg_value value, fg_shape_budget *budget, fg_reading *ret_reading,
                    fg_error *error);

/* The encodings in a record or in the value of a name: the value itself, or that of the key which a
 * dict has for them. False where there are none. */
bool fg_find_rows(fg_value value, fg_shape_budget *budget, fg_value *ret_rows);

#endif
