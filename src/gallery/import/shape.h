/*
 * What a value could be among encodings and names, by its outside: nothing is read from it. Looks
 * at most three lists deep, and stops after a number of values that no real file needs.
 */
#ifndef FACEGATE_GALLERY_IMPORT_SHAPE_H
#define FACEGATE_GALLERY_IMPORT_SHAPE_H

#include "import/value.h"

typedef enum fg_shape {
    FG_SHAPE_OTHER,
    FG_SHAPE_ROW,    /* one encoding, or the numbers of another network */
    FG_SHAPE_ROWS,   /* a series of them */
    FG_SHAPE_NAME,   /* a text or an integer */
    FG_SHAPE_NAMES,  /* a series of them */
    FG_SHAPE_RECORD, /* a pair of a name, and a row or rows */
} fg_shape;

/* Values that may still be looked at, in all calls together. */
typedef struct fg_shape_budget {
    size_t left;
} fg_shape_budget;

#define FG_SHAPE_BUDGET ((size_t)1 << 26)

fg_shape fg_shape_of(fg_value value, fg_shape_budget *budget);

/* How many there are in a series; 1 for a single one. */
size_t fg_shape_count(fg_value value, fg_shape shape);

#endif
