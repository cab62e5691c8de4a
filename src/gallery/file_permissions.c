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

static int check_file_mode(const char *path, const struct stat *file, char ret_fix[FG_GALLERY_FIX],
                           fg_error *error)
{
    unsigned mode = file->st_mode & 07777;
    if ((mode & 022) == 0) {
        return 0;
    }
    snprintf(ret_fix, FG_GALLERY_FIX, "sudo chmod 600 %s", path);
    return fg_error_set(error, -EPERM, "mode %04o: other users can change this biometric data",
                        mode);
}

/* With the sticky bit, as on /tmp, only who owns a file can put another in its place. */
static int check_folder_mode(const char *folder, const struct stat *info,
                             char ret_fix[FG_GALLERY_FIX], fg_error *error)
{
    unsigned mode = info->st_mode & 07777;
    if ((mode & 022) == 0 || (mode & S_ISVTX) != 0) {
        return 0;
    }
    snprintf(ret_fix, FG_GALLERY_FIX, "sudo chmod go-w %s", folder);
    return fg_error_set(error, -EPERM,
                        "its folder %s has mode %04o: other users can replace the file", folder,
                        mode);
}

static int check_file(const char *path, uid_t daemon, const struct stat *file,
                      const struct stat *folder, char ret_fix[FG_GALLERY_FIX], fg_error *error)
{
    unsigned mode = file->st_mode & 07777;
    if ((mode & 077) != 0) {
        snprintf(ret_fix, FG_GALLERY_FIX, "sudo chmod 600 %s", path);
        return fg_error_set(error, -EPERM, "mode %04o: other users can read this biometric data",
                            mode);
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

static int check_folder(const char *folder, uid_t daemon, const struct stat *file,
                        const struct stat *info, char ret_fix[FG_GALLERY_FIX], fg_error *error)
{
    if (is_trusted(info->st_uid, daemon) || info->st_uid == file->st_uid) {
        return 0;
    }
    snprintf(ret_fix, FG_GALLERY_FIX, "sudo chown %u %s", (unsigned)file->st_uid, folder);
    return fg_error_set(error, -EPERM, "its folder %s belongs to user %u, who can replace the file",
                        folder, (unsigned)info->st_uid);
}

/* The file, the folder that it is in, and the one that a link to it is in: whoever can write there
 * can have the link lead elsewhere. */
typedef struct places {
    struct stat file, folder, link;
    char folder_path[PATH_MAX], link_path[PATH_MAX];
} places;

static int look_at_folder(const char *path, char ret_folder[PATH_MAX], struct stat *ret_info)
{
    int result = fg_file_folder(path, ret_folder);
    return result == 0 && stat(ret_folder, ret_info) != 0 ? -errno : result;
}

static int find_places(const char *path, places *ret_places, fg_error *error)
{
    char *target = realpath(path, NULL);
    int result = target == NULL || stat(target, &ret_places->file) != 0 ? -errno : 0;
    if (result == 0) {
        result = look_at_folder(target, ret_places->folder_path, &ret_places->folder);
    }
    if (result == 0) {
        result = look_at_folder(path, ret_places->link_path, &ret_places->link);
    }
    free(target);
    return result == 0 ? 0 : fg_error_set(error, result, "%s", strerror(-result));
}

static int check_writers(const char *path, const places *at, char ret_fix[FG_GALLERY_FIX],
                         fg_error *error)
{
    int result = check_file_mode(path, &at->file, ret_fix, error);
    if (result == 0) {
        result = check_folder_mode(at->folder_path, &at->folder, ret_fix, error);
    }
    return result == 0 ? check_folder_mode(at->link_path, &at->link, ret_fix, error) : result;
}

int fg_gallery_check_writers(const char *path, char ret_fix[FG_GALLERY_FIX], fg_error *error)
{
    places at = {.folder_path = ""};
    int result = find_places(path, &at, error);
    return result == 0 ? check_writers(path, &at, ret_fix, error) : result;
}

int fg_gallery_check_permissions(const char *path, uid_t daemon, char ret_fix[FG_GALLERY_FIX],
                                 fg_error *error)
{
    places at = {.folder_path = ""};
    int result = find_places(path, &at, error);
    if (result == 0) {
        result = check_writers(path, &at, ret_fix, error);
    }
    if (result == 0) {
        result = check_file(path, daemon, &at.file, &at.folder, ret_fix, error);
    }
    if (result == 0) {
        result = check_folder(at.folder_path, daemon, &at.file, &at.folder, ret_fix, error);
    }
    return result == 0 ? check_folder(at.link_path, daemon, &at.file, &at.link, ret_fix, error)
                       : result;
}
