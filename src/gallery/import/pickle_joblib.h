/* The arrays of joblib, which writes their bytes between the instructions of a pickle. Source:
 * joblib's numpy_pickle.py, NumpyArrayWrapper. */
#ifndef FACEGATE_GALLERY_IMPORT_PICKLE_JOBLIB_H
#define FACEGATE_GALLERY_IMPORT_PICKLE_JOBLIB_H

#include "import/pickle.h"

/* Takes the bytes that follow what describes an array, a dict, and makes the array of them. */
int fg_pickle_take_joblib_array(fg_pickle *pickle, const fg_value_list *described,
                                fg_value *ret_array);

#endif
