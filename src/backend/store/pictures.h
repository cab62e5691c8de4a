/*
 * The pictures' folder, DIR/static/img. A picture is written to DIR/tmp while it arrives, and gets
 * its name, generated here, when it is whole and synced. Drafts belong to one thread at a time,
 * everything else may be called by any.
 */
#ifndef FACEGATE_BACKEND_STORE_PICTURES_H
#define FACEGATE_BACKEND_STORE_PICTURES_H

#include "facegate/error.h"
#include "store/entry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_PICTURE_SIDE 8192 /* pixels */

typedef struct fg_pictures fg_pictures;

/* Makes the folders in `data` (an open folder) where they are not there; empties DIR/tmp. */
int fg_pictures_open(int data, fg_pictures **ret_pictures, fg_error *error);
fg_pictures *fg_pictures_free(fg_pictures *pictures);

/* A picture that arrives. */
typedef struct fg_draft {
    int fd;                     /* -1: none */
    int64_t size;               /* bytes so far */
    bool kept;                  /* it lies in static/img */
    char name[FG_PICTURE_NAME]; /* in DIR/tmp and there */
} fg_draft;

int fg_draft_begin(fg_pictures *pictures, fg_draft *draft, fg_error *error);

/* -ENOSPC ...; the draft is then only good for fg_draft_drop. */
int fg_draft_write(fg_draft *draft, const void *data, size_t size, fg_error *error);

/* Whether it is a whole JPEG of 1 to FG_PICTURE_SIDE pixels a side: -EINVAL and why not. */
int fg_draft_check(const fg_draft *draft, fg_error *error);

/*
 * Puts it into static/img and has the disk begin to write it. It may be named nowhere before
 * fg_pictures_sync and fg_draft_sync, in this order, have been through: the first then waits for
 * the disk for all, and the others find their work done.
 */
int fg_draft_keep(fg_pictures *pictures, fg_draft *draft, fg_error *error);

/* The names of all that were kept are on the disk. */
int fg_pictures_sync(fg_pictures *pictures, fg_error *error);

/* A kept one's bytes are on the disk. Closes it. */
int fg_draft_sync(fg_draft *draft, fg_error *error);

/* Removes it, kept or not. Fine for one that never began or was synced. */
void fg_draft_drop(fg_pictures *pictures, fg_draft *draft);

/* Whether the name is of the form that is generated here; nothing else is ever opened. */
bool fg_picture_is_name(const char *name);

/* A descriptor to read from, or a negative errno. */
int fg_picture_open(fg_pictures *pictures, const char *name, int64_t *ret_size);

/* One that is not there is fine. */
int fg_picture_remove(fg_pictures *pictures, const char *name);

/* Removes every file that `is_known` does not know. Its negative results end the sweep. */
int fg_pictures_sweep(fg_pictures *pictures, int (*is_known)(void *context, const char *name),
                      void *context, int64_t *ret_removed, fg_error *error);

#endif
