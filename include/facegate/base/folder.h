/*
 * What a folder holds: each entry once, or those wanted in the order of their names, which is that
 * of their bytes (strcmp), so that a folder reads alike everywhere. "." and ".." are never given.
 * Any thread. Source: readdir(3).
 */
#ifndef FACEGATE_BASE_FOLDER_H
#define FACEGATE_BASE_FOLDER_H

#include "facegate/error.h"

#include <stdbool.h>

typedef struct fg_folder_names {
    char **names;
    int count;
} fg_folder_names;

/* 0 to go on, or a negative errno to end with. */
typedef int fg_folder_visit(void *context, const char *name);

/*
 * Visits each entry of an open folder, in no order; needs no memory for them, and the folder's own
 * position is left alone. The visitor may remove what it is called for. Returns 0, what the visitor
 * ended with (the text then starts with the entry's name), or the errno of reading the folder.
 */
int fg_folder_each(int folder, fg_folder_visit *visit, void *context, fg_error *error);

/* Whether the entry is one to list. */
typedef bool fg_folder_filter(void *context, int folder, const char *name);

/*
 * Lists what `wanted` accepts, `limit` entries at most: -EFBIG beyond, else the errno of opening or
 * reading. The text starts with the path. The caller frees the names.
 */
int fg_folder_list(const char *path, int limit, fg_folder_filter *wanted, void *context,
                   fg_folder_names *ret_names, fg_error *error);

/* Frees the names and empties the list. An empty one is fine. */
void fg_folder_free(fg_folder_names *names);

/* "FOLDER/NAME", to be freed; NULL if there is no memory. */
char *fg_folder_join(const char *folder, const char *name);

#endif
