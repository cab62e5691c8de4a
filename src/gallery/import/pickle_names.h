/* The classes and functions that a pickle may name: those that are known, and those that end it. */
#ifndef FACEGATE_GALLERY_IMPORT_PICKLE_NAMES_H
#define FACEGATE_GALLERY_IMPORT_PICKLE_NAMES_H

#include "import/pickle.h"

/* What is known by its name, and built here. */
typedef enum fg_pickle_function {
    FG_PICKLE_UNKNOWN,
    FG_PICKLE_RECONSTRUCT,
    FG_PICKLE_SCALAR,
    FG_PICKLE_FROM_BUFFER,
    FG_PICKLE_NDARRAY,
    FG_PICKLE_DTYPE,
    FG_PICKLE_ENCODE,
    FG_PICKLE_MAKE_BYTES,
    FG_PICKLE_MAKE_DICT,
    FG_PICKLE_MAKE_OBJECT,
    FG_PICKLE_JOBLIB_ARRAY,
    FG_PICKLE_DLIB_VECTOR,
} fg_pickle_function;

/* Pushes a class or function by its names. -EPERM for one that runs programs or reaches into
 * others: who wrote that meant something else than to keep encodings. */
int fg_pickle_refer(fg_pickle *pickle, fg_value module, fg_value name);

#endif
