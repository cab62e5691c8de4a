/*
 * Watches one path and tells that what is found there has changed: written in place, replaced,
 * removed, made, by way of its folder or of a symbolic link too.
 *
 * What decides is a comparison: device, inode, size and times of the file (stat(2)), looked at when
 * the owner asks. inotify only says when asking is worthwhile, since it does not see what other
 * machines do on a network file system, what happens at links further up the path, or a folder that
 * is yet to be made. So ask now and then even if it says nothing. A change that keeps size and
 * inode within one tick of the file system's clock (some ms) after a look is not seen: look again
 * once the file has been left alone for a while.
 *
 * One thread at a time. Source: inotify(7), stat(2).
 */
#ifndef FACEGATE_BASE_FILE_WATCH_H
#define FACEGATE_BASE_FILE_WATCH_H

#include <stdbool.h>

typedef struct fg_file_watch fg_file_watch;

/* Watches from now on. The path need not exist. -ENOMEM, -ENAMETOOLONG. */
int fg_file_watch_create(const char *path, fg_file_watch **ret_watch);
fg_file_watch *fg_file_watch_free(fg_file_watch *watch);

/* Becomes readable when something happened near the file; -1 where the kernel has no inotify left
 * to give. Owned by the watch. */
int fg_file_watch_fd(const fg_file_watch *watch);

/* True where the file is not what it was at the last look. Empties the descriptor. */
bool fg_file_watch_check(fg_file_watch *watch);

#endif
