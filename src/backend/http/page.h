/* The page's files, as embed.cmake put them into the program. */
#ifndef FACEGATE_BACKEND_HTTP_PAGE_H
#define FACEGATE_BACKEND_HTTP_PAGE_H

#include <stddef.h>

typedef struct fg_page_file {
    const char *name;
    const char *type;
    const char *tag; /* ETag, with its quotes */
    const unsigned char *data;
    size_t size;
} fg_page_file;

/* The last has a null name. */
extern const fg_page_file fg_page_files[];

/* NULL where there is none of that name. */
const fg_page_file *fg_page_find(const char *name);

#endif
