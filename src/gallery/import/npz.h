/* numpy's archives of arrays, as np.savez and np.savez_compressed write them: a zip of .npy files.
 * Source: numpy.lib.format; PKWARE's APPNOTE for zip. */
#ifndef FACEGATE_GALLERY_IMPORT_NPZ_H
#define FACEGATE_GALLERY_IMPORT_NPZ_H

#include "facegate/error.h"
#include "import/value.h"

/* Reads all arrays into a dict by their names; what else is in the archive is left out. What is
 * unpacked lives in `memory`, and its bound is that of the values. -EINVAL, -EPERM, -ENOMEM. */
int fg_npz_read(fg_value_memory *memory, const unsigned char *data, size_t size,
                fg_value *ret_value, fg_error *error);

#endif
