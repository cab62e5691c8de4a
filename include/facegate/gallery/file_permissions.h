/*
 * Who can get at the file of the encodings, or put another in its place: these are biometric data,
 * and whoever can write them opens the door. Any thread; looks at modes and owners alone.
 */
#ifndef FACEGATE_GALLERY_FILE_PERMISSIONS_H
#define FACEGATE_GALLERY_FILE_PERMISSIONS_H

#include "facegate/error.h"

#include <sys/types.h>

/*
 * Whether the file of the encodings is for its owner alone, who is root, the daemon's user or,
 * where that is root too, the owner of the folder; and whether nobody else can put another in its
 * place. Else -EPERM, with who can do what, and the command that shuts them out; or another errno.
 */
#define FG_GALLERY_FIX 4200 /* a path and a few words */
int fg_gallery_check_permissions(const char *path, uid_t daemon, char ret_fix[FG_GALLERY_FIX],
                                 fg_error *error);

/*
 * Whether nobody but its owner can change the file or put another in its place, by the modes of
 * file and folder. Else -EPERM, as above: whoever can, opens the door. Or another errno.
 */
int fg_gallery_check_writers(const char *path, char ret_fix[FG_GALLERY_FIX], fg_error *error);

#endif
