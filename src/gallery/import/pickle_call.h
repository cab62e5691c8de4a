/* What a pickle may refer to and have called: numpy's arrays, types and scalars, and bytes. */
#ifndef FACEGATE_GALLERY_IMPORT_PICKLE_CALL_H
#define FACEGATE_GALLERY_IMPORT_PICKLE_CALL_H

#include "import/pickle.h"

/* Pushes a function or class by its names; any that is not known is refused, -EPERM. */
int fg_pickle_refer(fg_pickle *pickle, fg_value module, fg_value name);

/* REDUCE: a function with its arguments becomes what it would return. */
int fg_pickle_reduce(fg_pickle *pickle, unsigned unused);

/* BUILD: an array or dtype gets its contents. */
int fg_pickle_build(fg_pickle *pickle, unsigned unused);

#endif
