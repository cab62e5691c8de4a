/*
 * Files that are read whole with a bound and written so that a reader sees the old or the new,
 * never half. Any thread; nothing is kept between calls.
 */
#ifndef FACEGATE_BASE_FILE_H
#define FACEGATE_BASE_FILE_H

#include "facegate/error.h"

#include <limits.h>
#include <stddef.h>

/*
 * Reads a regular file of at most `limit` bytes into memory the caller frees; a zero byte follows
 * the contents and is not counted in the size. -ENOENT, -EACCES ... as open(2) has them, -EFBIG
 * over the limit, -EINVAL where it is no regular file. The text does not name the path: the caller
 * does.
 */
int fg_file_read(const char *path, size_t limit, char **ret_data, size_t *ret_size,
                 fg_error *error);

/* Overwrites and frees what was read of a file that holds a secret. NULL is fine. */
void fg_file_forget(char *data, size_t size);

/*
 * Writes PATH.facegate-new (mode 0600), syncs it, renames it over `path`, syncs the folder. The
 * owner stays as the old file's was; a new file gets the folder's. What a writer that was killed
 * left under that name is replaced, one that lives is waited for. The error text names the path.
 */
int fg_file_write(const char *path, const void *data, size_t size, fg_error *error);

/* Removes what a writer of `path` that was killed left beside it. For whoever has the turn. */
int fg_file_sweep(const char *path, fg_error *error);

/*
 * The same for what is not worth a disk's time: unsynced, and the owner is whoever writes. `name`
 * is relative to the open `folder`, or AT_FDCWD. It is written as NAME.new first, which must not
 * be there. A negative errno as open(2), write(2) and rename(2) have it; then nothing is left.
 */
int fg_file_put(int folder, const char *name, const void *data, size_t size);

/*
 * Takes turns with other processes that change files in the folder of `path` (of the file it leads
 * to, where it is a link), until the descriptor it returns is closed; waits for its turn. A
 * negative errno where the folder cannot be opened; the text names it.
 */
int fg_file_take_turn(const char *path, fg_error *error);

/* The folder that a path names its file in, "." where it names none. -ENAMETOOLONG. */
int fg_file_folder(const char *path, char ret_folder[PATH_MAX]);

/* Writes all of it, EINTR and short writes included. */
int fg_file_write_all(int fd, const void *data, size_t size);

/* SHA-256 of bytes, and of a file, as 64 hexadecimal digits. */
int fg_sha256(const void *data, size_t size, char ret_hex[65], fg_error *error);
int fg_file_sha256(const char *path, char ret_hex[65], fg_error *error);

#endif
