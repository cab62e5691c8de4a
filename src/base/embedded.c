/* Finds a file in a table of those that are part of the program. */
#include "facegate/base/embedded.h"

#include <string.h>

const fg_embedded_file *fg_embedded_find(const fg_embedded_file *table, const char *name)
{
    for (const fg_embedded_file *file = table; file->name != NULL; file++) {
        if (strcmp(file->name, name) == 0) {
            return file;
        }
    }
    return NULL;
}
