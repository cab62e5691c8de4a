/* What scripts call the two things that are looked for. */
#ifndef FACEGATE_GALLERY_IMPORT_KEYS_H
#define FACEGATE_GALLERY_IMPORT_KEYS_H

#include "import/value.h"

/* How good a key is for encodings or for names, 0 for not at all: "encodings" is better than
 * "known_face_encodings", and "names" is better than "labels" or "ids". Case, blanks and
 * punctuation do not matter. */
int fg_key_for_encodings(fg_value key);
int fg_key_for_names(fg_value key);

/* Whether it is the key that a script named, not numpy's arr_0 for want of one. */
bool fg_key_is_given(fg_value key);

#endif
