/*
 * The instructions of a pickle that push a value spelled out: numbers, texts, bytes. Each takes the
 * width in bytes of the number, or of the length in front of it, where not said otherwise, and
 * returns 0 or a negative errno with the pickle's error set.
 */
#ifndef FACEGATE_GALLERY_IMPORT_PICKLE_LITERAL_H
#define FACEGATE_GALLERY_IMPORT_PICKLE_LITERAL_H

#include "import/pickle.h"

int fg_pickle_push_none(fg_pickle *pickle, unsigned unused);
int fg_pickle_push_bool(fg_pickle *pickle, unsigned truth);
int fg_pickle_push_unsigned(fg_pickle *pickle, unsigned width);
int fg_pickle_push_signed(fg_pickle *pickle, unsigned width);
int fg_pickle_push_long(fg_pickle *pickle, unsigned width);
int fg_pickle_push_float(fg_pickle *pickle, unsigned unused);
int fg_pickle_push_text(fg_pickle *pickle, unsigned width);
int fg_pickle_push_bytes(fg_pickle *pickle, unsigned width);

/* As protocol 0 writes them, a line each. */
int fg_pickle_push_integer_line(fg_pickle *pickle, unsigned is_long);
int fg_pickle_push_float_line(fg_pickle *pickle, unsigned unused);
int fg_pickle_push_text_line(fg_pickle *pickle, unsigned unused);
int fg_pickle_push_bytes_line(fg_pickle *pickle, unsigned unused);

#endif
