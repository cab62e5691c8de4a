#include "http/page.h"

#include <string.h>

const fg_page_file *fg_page_find(const char *name)
{
    for (const fg_page_file *file = fg_page_files; file->name != NULL; file++) {
        if (strcmp(file->name, name) == 0) {
            return file;
        }
    }
    return NULL;
}
