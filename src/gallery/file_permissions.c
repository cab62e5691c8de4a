/* Who can get at the file of the encodings, or put another in its place. */
#include "facegate/gallery/file_permissions.h"

#include "facegate/base/file.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Root can read everything anyway. */
static bool is_trusted(uid_t uid, uid_t daemon)
{
    return uid == 0 || uid == daemon;
}

static int check_file(const char *path, uid_t daemon, const struct stat *file,
                      const struct stat *folder, char ret_fix[FG_GALLERY_FIX], fg_error *error)
{
    unsigned mode = file->st_mode & 07777;
    if ((mode & 077) != 0) {
        snprintf(ret_fix, FG_GALLERY_FIX, "sudo chmod 600 %s", path);
        return fg_error_set(error, -EPERM, "mode %04o: other users can %s this biometric data",
                            mode, (mode & 022) != 0 ? "change" : "read");
    }
    /* Root may run it with what is another user's, whose folder it then lies in. */
    if (is_trusted(file->st_uid, daemon) || (daemon == 0 && file->st_uid == folder->st_uid)) {
        return 0;
    }
    snprintf(ret_fix, FG_GALLERY_FIX, "sudo chown %u %s",
             (unsigned)(daemon == 0 ? folder->st_uid : daemon), path);
    return fg_error_set(error, -EPERM,
                        "it belongs to user %u, who can read and change this biometric data",
                        (unsigned)file->st_uid);
}

/* With the sticky bit, as on /tmp, only who owns a file can put another in its place. */
static int check_folder(const char *folder, uid_t daemon, const struct stat *file,
                        const struct stat *info, char ret_fix[FG_GALLERY_FIX], fg_error *error)
{
    unsigned mode = info->st_mode & 07777;
    if ((mode & 022) != 0 && (mode & S_ISVTX) == 0) {
        snprintf(ret_fix, FG_GALLERY_FIX, "sudo chmod go-w %s", folder);
        return fg_error_set(error, -EPERM,
                            "its folder %s has mode %04o: other users can replace the file", folder,
                            mode);
    }
    if (is_trusted(info->st_uid, daemon) || info->st_uid == file->st_uid) {
        return 0;
    }
    snprintf(ret_fix, FG_GALLERY_FIX, "sudo chown %u %s", (unsigned)file->st_uid, folder);
    return fg_error_set(error, -EPERM, "its folder %s belongs to user %u, who can replace the file",
                        folder, (unsigned)info->st_uid);
}

int fg_gallery_check_permissions(const char *path, uid_t daemon, char ret_fix[FG_GALLERY_FIX],
                                 fg_error *error)
{
    struct stat file = {0}, info = {0};
    char folder[PATH_MAX];
    char *target = realpath(path, NULL);
    int result =
        target == NULL || stat(target, &file) != 0 ? -errno : fg_file_folder(target, folder);
    if (result == 0 && stat(folder, &info) != 0) {
        result = -errno;
    }
    if (result != 0) {
        fg_error_set(error, result, "%s", strerror(-result));
        goto finish;
    }
    result = check_file(path, daemon, &file, &info, ret_fix, error);
    if (result == 0) {
        result = check_folder(folder, daemon, &file, &info, ret_fix, error);
    }
    /* Whoever can write where a link lies can have it lead elsewhere. */
    if (result == 0 && fg_file_folder(path, folder) == 0 && stat(folder, &info) == 0) {
        result = check_folder(folder, daemon, &file, &info, ret_fix, error);
    }
finish:
    free(target);
    return result;
}
