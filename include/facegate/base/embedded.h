/*
 * Files that are part of the program: fg_embed() of src/embed.cmake makes a table of them at build
 * time. The tables are constant; any thread.
 */
#ifndef FACEGATE_BASE_EMBEDDED_H
#define FACEGATE_BASE_EMBEDDED_H

#include <stddef.h>

/* The last of a table has a null name. */
typedef struct fg_embedded_file {
    const char *name;          /* without its folder */
    const char *tag;           /* changes with the content; an HTTP ETag, with its quotes */
    const unsigned char *data; /* a zero byte follows, so that a text can be read as a string */
    size_t size;               /* bytes, without that one */
} fg_embedded_file;

/* The file of that name; NULL if the table has none. */
const fg_embedded_file *fg_embedded_find(const fg_embedded_file *table, const char *name);

#endif
