/* What a pickle has called: numpy's arrays, types and scalars, dicts and bytes are built; of
 * anything else there is an object with a name and nothing in it. */
#ifndef FACEGATE_GALLERY_IMPORT_PICKLE_CALL_H
#define FACEGATE_GALLERY_IMPORT_PICKLE_CALL_H

#include "import/pickle.h"

/* REDUCE, NEWOBJ and NEWOBJ_EX: a function or class with its arguments, `count` values in all,
 * becomes what it would return. */
int fg_pickle_reduce(fg_pickle *pickle, unsigned count);

/* BUILD: an array or dtype gets its contents; an object gets none. */
int fg_pickle_build(fg_pickle *pickle, unsigned unused);

#endif
