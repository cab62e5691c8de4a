/* Lists a folder of people and their pictures. */
#include "evaluate/photo_folder.h"

#include "facegate/base/folder.h"
#include "facegate/camera/picture.h"
#include "facegate/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What is wanted of a folder. */
typedef struct wish {
    bool folders; /* else pictures */
    int *loose;   /* with folders: the pictures beside them are counted */
} wish;

/* What an entry is, through links; 0 where that cannot be reported. */
static mode_t kind_of(int folder, const char *name)
{
    struct stat info;
    return fstatat(folder, name, &info, 0) == 0 ? info.st_mode & S_IFMT : 0;
}

/* A picture that is named as one and is gone, or a link to nowhere, is listed: what is wrong with
 * it is reported when it is opened. */
static bool is_picture(int folder, const char *name)
{
    mode_t kind = fg_picture_is_jpeg_name(name) ? kind_of(folder, name) : S_IFDIR;
    return kind == S_IFREG || kind == 0;
}

static bool is_wanted(void *context, int folder, const char *name)
{
    const wish *of = context;
    if (name[0] == '.') {
        return false;
    }
    bool picture = is_picture(folder, name);
    if (!of->folders) {
        return picture;
    }
    if (kind_of(folder, name) == S_IFDIR) {
        return true;
    }
    *of->loose += picture ? 1 : 0;
    return false;
}

/* The folders, or the pictures. */
static int list(const char *path, wish of, int limit, fg_folder_names *ret_names, fg_error *error)
{
    int result = fg_folder_list(path, limit, is_wanted, &of, ret_names, error);
    if (result == -EFBIG) {
        return fg_error_set(error, result, "%s: more than %d %s: evaluate fewer of them", path,
                            limit, of.folders ? "people" : "pictures");
    }
    if (result == -ENOTDIR) {
        return fg_error_set(error, result,
                            "%s: %s: give the folder that has a folder for each person", path,
                            strerror(-result));
    }
    return result;
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
static int add_pictures(fg_photo_folder *album, const char *folder, const fg_folder_names *files)
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
        char *name = shown(files->names[i]);
        *picture = (fg_photo_folder_picture){
            .path = fg_folder_join(folder, files->names[i]),
            .name = name != NULL ? fg_folder_join(person->name, name) : NULL,
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
    fg_folder_names files = {0};
    char *folder = fg_folder_join(parent, name);
    fg_photo_folder_person *person = &album->people[album->people_count];
    *person = (fg_photo_folder_person){.name = shown(name), .first = album->count};
    album->people_count++;
    if (folder == NULL || person->name == NULL) {
        free(folder);
        return fg_error_set(error, -ENOMEM, "not enough memory to list %s", parent);
    }
    int result = list(folder, (wish){.folders = false}, FG_PHOTO_FOLDER_MAX_PICTURES - album->count,
                      &files, error);
    if (result == -EFBIG) {
        fg_error_set(error, result, "%s: more than %d pictures: evaluate fewer of them", parent,
                     FG_PHOTO_FOLDER_MAX_PICTURES);
    } else if (result == 0 && add_pictures(album, folder, &files) != 0) {
        result = fg_error_set(error, -ENOMEM, "not enough memory to list %s", folder);
    }
    fg_folder_free(&files);
    free(folder);
    return result;
}

/* Of a folder without a picture of anybody. */
static const char *say_lack(const fg_photo_folder *album)
{
    if (album->people_count > 0) {
        return "has no .jpg or .jpeg file in any of its folders";
    }
    return album->loose > 0 ? "has pictures but no folders" : "has no folders";
}

int fg_photo_folder_open(fg_photo_folder *album, const char *folder, fg_error *error)
{
    fg_folder_names folders = {0};
    *album = (fg_photo_folder){0};
    int result =
        list(folder, (wish){true, &album->loose}, FG_PHOTO_FOLDER_MAX_PEOPLE, &folders, error);
    if (result != 0) {
        return result;
    }
    album->people = calloc((size_t)folders.count + 1, sizeof(*album->people));
    if (album->people == NULL) {
        fg_folder_free(&folders);
        return fg_error_set(error, -ENOMEM, "not enough memory to list %s", folder);
    }
    for (int i = 0; result == 0 && i < folders.count; i++) {
        result = add_person(album, folder, folders.names[i], error);
    }
    fg_folder_free(&folders);
    if (result == 0 && album->count == 0) {
        result =
            fg_error_set(error, -ENOENT,
                         "%s: %s: make a folder for each person in it, with JPEG pictures inside, "
                         "such as Ada/1.jpg and Bob/1.jpg",
                         folder, say_lack(album));
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
