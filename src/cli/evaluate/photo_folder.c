#include "evaluate/photo_folder.h"

#include "facegate/camera/picture.h"
#include "facegate/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Names of entries in a folder. */
typedef struct names {
    char **list;
    int count;
    int room;
} names;

static void free_names(names *of)
{
    for (int i = 0; i < of->count; i++) {
        free(of->list[i]);
    }
    free(of->list);
    *of = (names){0};
}

static int add_name(names *to, const char *name)
{
    if (to->count == to->room) {
        int room = to->room == 0 ? 64 : 2 * to->room;
        char **list = reallocarray(to->list, (size_t)room, sizeof(*list));
        if (list == NULL) {
            return -ENOMEM;
        }
        to->list = list;
        to->room = room;
    }
    char *copy = strdup(name);
    if (copy == NULL) {
        return -ENOMEM;
    }
    to->list[to->count++] = copy;
    return 0;
}

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static char *join(const char *folder, const char *name)
{
    char *path = NULL;
    size_t length = strlen(folder);
    const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
    return asprintf(&path, "%s%s%s", folder, slash, name) < 0 ? NULL : path;
}

/* What an entry is, through links; 0 where that cannot be reported. */
static mode_t kind_of(const char *folder, const char *name)
{
    struct stat info = {0};
    char *path = join(folder, name);
    mode_t kind = path != NULL && stat(path, &info) == 0 ? info.st_mode & S_IFMT : 0;
    free(path);
    return kind;
}

/* A picture that is named as one and is gone, or a link to nowhere, is listed: what is wrong with
 * it is reported when it is opened. */
static bool is_picture(const char *folder, const char *name)
{
    mode_t kind = fg_picture_is_jpeg_name(name) ? kind_of(folder, name) : S_IFDIR;
    return kind == S_IFREG || kind == 0;
}

/* The folders (with `loose`, where the pictures beside them are counted), or the pictures. */
static int list(const char *path, int *loose, int limit, names *ret_names, fg_error *error)
{
    names found = {0};
    int result = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        result = -errno;
        return fg_error_set(error, result, "%s: %s: %s", path, strerror(-result),
                            result == -EACCES    ? "let this user read it"
                            : result == -ENOTDIR ? "give the folder that has a folder for each "
                                                   "person"
                                                 : "check the path");
    }
    struct dirent *entry = NULL;
    while (result == 0 && (errno = 0, entry = readdir(folder)) != NULL) {
        const char *name = entry->d_name;
        if (name[0] == '.') {
            continue;
        }
        bool picture = is_picture(path, name);
        if (loose == NULL ? picture : kind_of(path, name) == S_IFDIR) {
            result = found.count < limit ? add_name(&found, name) : -EFBIG;
        } else if (picture) {
            *loose += 1;
        }
    }
    if (result == 0) {
        result = -errno;
    }
    closedir(folder);
    if (result != 0) {
        free_names(&found);
        return result == -EFBIG
                   ? fg_error_set(error, result, "%s: more than %d %s: evaluate a part of them",
                                  path, limit, loose != NULL ? "people" : "pictures")
                   : fg_error_set(error, result, "%s: cannot be listed: %s", path,
                                  strerror(-result));
    }
    if (found.count > 1) {
        qsort(found.list, (size_t)found.count, sizeof(*found.list), by_name);
    }
    *ret_names = found;
    return 0;
}

static char *shown(const char *text)
{
    char *copy = strdup(text);
    if (copy != NULL) {
        fg_text_clean(copy);
    }
    return copy;
}

/* Adds pictures of the person who came last. */
static int add_pictures(fg_photo_folder *album, const char *folder, const names *files)
{
    fg_photo_folder_person *person = &album->people[album->people_count - 1];
    size_t room = (size_t)album->count + (size_t)files->count + 1;
    fg_photo_folder_picture *pictures = reallocarray(album->pictures, room, sizeof(*pictures));
    if (pictures == NULL) {
        return -ENOMEM;
    }
    album->pictures = pictures;
    for (int i = 0; i < files->count; i++) {
        fg_photo_folder_picture *picture = &pictures[album->count];
        char *name = shown(files->list[i]);
        *picture = (fg_photo_folder_picture){.path = join(folder, files->list[i]),
                                             .name = name != NULL ? join(person->name, name) : NULL,
                                             .person = album->people_count - 1};
        free(name);
        album->count++;
        person->count++;
        if (picture->path == NULL || picture->name == NULL) {
            return -ENOMEM;
        }
    }
    return 0;
}

static int add_person(fg_photo_folder *album, const char *parent, const char *name, fg_error *error)
{
    names files = {0};
    char *folder = join(parent, name);
    fg_photo_folder_person *person = &album->people[album->people_count];
    *person = (fg_photo_folder_person){.name = shown(name), .first = album->count};
    album->people_count++;
    if (folder == NULL || person->name == NULL) {
        free(folder);
        return fg_error_set(error, -ENOMEM, "not enough memory to list %s", parent);
    }
    int result = list(folder, NULL, FG_ALBUM_MAX_PICTURES - album->count, &files, error);
    if (result == -EFBIG) {
        fg_error_set(error, result, "%s: more than %d pictures: evaluate a part of them", parent,
                     FG_ALBUM_MAX_PICTURES);
    } else if (result == 0 && add_pictures(album, folder, &files) != 0) {
        result = fg_error_set(error, -ENOMEM, "not enough memory to list %s", folder);
    }
    free_names(&files);
    free(folder);
    return result;
}

int fg_photo_folder_open(fg_photo_folder *album, const char *folder, fg_error *error)
{
    names folders = {0};
    *album = (fg_photo_folder){0};
    int result = list(folder, &album->loose, FG_ALBUM_MAX_PEOPLE, &folders, error);
    if (result != 0) {
        return result;
    }
    album->people = calloc((size_t)folders.count + 1, sizeof(*album->people));
    if (album->people == NULL) {
        free_names(&folders);
        return fg_error_set(error, -ENOMEM, "not enough memory to list %s", folder);
    }
    for (int i = 0; result == 0 && i < folders.count; i++) {
        result = add_person(album, folder, folders.list[i], error);
    }
    free_names(&folders);
    if (result == 0 && album->count == 0) {
        result = fg_error_set(error, -ENOENT,
                              "%s: %s: make a folder in it for each person, with JPEG pictures of "
                              "them inside, like Ada/1.jpg and Bob/1.jpg",
                              folder,
                              album->people_count > 0 ? "no .jpg or .jpeg file in any folder in it"
                              : album->loose > 0      ? "has pictures but no folders"
                                                      : "has no folders");
    }
    if (result != 0) {
        fg_photo_folder_close(album);
    }
    return result;
}

void fg_photo_folder_close(fg_photo_folder *album)
{
    for (int i = 0; i < album->people_count; i++) {
        free(album->people[i].name);
    }
    for (int i = 0; i < album->count; i++) {
        free(album->pictures[i].path);
        free(album->pictures[i].name);
    }
    free(album->people);
    free(album->pictures);
    *album = (fg_photo_folder){0};
}
