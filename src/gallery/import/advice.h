/* What to do with a file that is refused, as lines of text and Python. */
#ifndef FACEGATE_GALLERY_IMPORT_ADVICE_H
#define FACEGATE_GALLERY_IMPORT_ADVICE_H

#include "facegate/base/buffer.h"
#include "import/value.h"

/* Adds the lines for a file, of which the value is UNSET where it could not be read at all. */
void fg_import_advise(fg_buffer *to, const char *path, fg_value value);

/* Whether a class is one of those that scikit-learn has for classifiers. */
bool fg_import_is_classifier(fg_value value);

#endif
