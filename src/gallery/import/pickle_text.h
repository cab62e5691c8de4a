/* The texts of a pickle in Python's several spellings. */
#ifndef FACEGATE_GALLERY_IMPORT_PICKLE_TEXT_H
#define FACEGATE_GALLERY_IMPORT_PICKLE_TEXT_H

#include "import/pickle.h"

/* Each is 0, or a negative errno with the error set, and makes its value in the pickle's memory. */

/* Protocol 0's UNICODE: Latin-1 with \uXXXX and \UXXXXXXXX, into UTF-8. */
int fg_pickle_decode_unicode(fg_pickle *pickle, const unsigned char *line, size_t size,
                             fg_value *ret_text);

/* Python 2's STRING: quoted, with its escapes, into bytes. */
int fg_pickle_decode_string(fg_pickle *pickle, const unsigned char *line, size_t size,
                            fg_value *ret_bytes);

/* text.encode("latin1") */
int fg_pickle_encode_latin1(fg_pickle *pickle, fg_value text, fg_value *ret_bytes);

#endif
