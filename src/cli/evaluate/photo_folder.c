/* Lists a folder of people and their pictures. */
#include "evaluate/photo_folder.h"

#include "common/photo_format.h"
#include "facegate/base/folder.h"
#include "facegate/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* What is wanted of a folder. */
enum wish {
    FOLDERS,
    PICTURES,
    NO_FOLDERS, /* what else there is */
    NO_PICTURES,
};

/* How folders are spoken of. */
static const struct {
    const char *several;      /* of what there are too many */
    const char *hint;         /* what to give instead of a file */
    const char *beside, *why; /* what lies beside the folders */
    const char *deeper;
    const char *look;
} words_of[] = {
    [FG_PHOTO_FOLDER_PEOPLE] =
        {"people", "give the folder that has a folder for each person", "nobody's",
         "outside the people's folders", "a folder inside a person's: move its pictures up",
         "make a folder for each person in it, with pictures inside, such as Ada/1.jpg and "
         "Bob/1.jpg"},
    [FG_PHOTO_FOLDER_ATTACKS] =
        {"kinds of attack", "give a folder of pictures", "of no kind",
         "outside the folders of the kinds of attack",
         "a folder inside a kind's: move its pictures up",
         "put pictures of attacks into it, such as \"facegate run --record\" makes, or a "
         "folder of them for each kind of attack, such as print/1.jpg and phone/1.jpg"},
};

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
    mode_t kind = fg_photo_is_named(name) ? kind_of(folder, name) : S_IFDIR;
    return kind == S_IFREG || kind == 0;
}

static bool is_wanted(void *context, int folder, const char *name)
{
    if (name[0] == '.') {
        return false;
    }
    switch (*(const enum wish *)context) {
    case FOLDERS:
        return kind_of(folder, name) == S_IFDIR;
    case PICTURES:
        return is_picture(folder, name);
    case NO_FOLDERS:
        return kind_of(folder, name) != S_IFDIR;
    case NO_PICTURES:
        return !is_picture(folder, name);
    }
    return false;
}

static int list(const fg_photo_folder *album, const char *path, enum wish wish, int limit,
                fg_folder_names *ret_names, fg_error *error)
{
    int result = fg_folder_list(path, limit, is_wanted, &wish, ret_names, error);
    if (result == -EFBIG) {
        return fg_error_set(error, result, "%s: more than %d %s: use fewer of them", path, limit,
                            wish == FOLDERS ? words_of[album->of].several : "pictures");
    }
    if (result == -ENOTDIR) {
        return fg_error_set(error, result, "%s: %s: %s", path, strerror(-result),
                            words_of[album->of].hint);
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

static bool has_ending(const char *name, const char *const endings[])
{
    const char *dot = strrchr(name, '.');
    for (int i = 0; dot != NULL && endings[i] != NULL; i++) {
        if (strcasecmp(dot, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Why an entry is ignored. */
static fg_photo_folder_ignored reason_for(const fg_photo_folder *album, const char *folder,
                                          const char *name)
{
    static const fg_photo_folder_ignored of_picture = {
        NULL, "not JPEG", "by its name a picture that is not read: convert it to JPEG"};
    static const fg_photo_folder_ignored of_other = {
        NULL, "not a picture", "not named as a JPEG, PNG, WebP, HEIC or AVIF picture"};
    static const char *const pictures[] = {".gif", ".tif", ".tiff", ".bmp", ".jp2",
                                           ".jxl", ".dng", ".cr2",  ".nef", NULL};
    char *path = fg_folder_join(folder, name);
    bool is_folder = path != NULL && kind_of(AT_FDCWD, path) == S_IFDIR;
    free(path);
    if (is_folder) {
        return (fg_photo_folder_ignored){NULL, "a folder", words_of[album->of].deeper};
    }
    return has_ending(name, pictures) ? of_picture : of_other;
}

/* Whatever lies in a person's folder, or, without one, beside the people's. */
static int add_ignored(fg_photo_folder *album, const char *folder, const char *person,
                       const fg_folder_names *names)
{
    size_t room = (size_t)album->ignored_count + (size_t)names->count + 1;
    fg_photo_folder_ignored *ignored = reallocarray(album->ignored, room, sizeof(*ignored));
    if (ignored == NULL) {
        return -ENOMEM;
    }
    album->ignored = ignored;
    for (int i = 0; i < names->count; i++) {
        fg_photo_folder_ignored *one = &ignored[album->ignored_count];
        char *name = shown(names->names[i]);
        if (person == NULL) {
            *one = (fg_photo_folder_ignored){name, words_of[album->of].beside,
                                             words_of[album->of].why};
        } else {
            *one = reason_for(album, folder, names->names[i]);
            one->name = name != NULL ? fg_folder_join(person, name) : NULL;
            free(name);
        }
        album->ignored_count++;
        if (one->name == NULL) {
            return -ENOMEM;
        }
    }
    return 0;
}

static int list_ignored(fg_photo_folder *album, const char *folder, const char *person,
                        fg_error *error)
{
    fg_folder_names names = {0};
    int result = list(album, folder, person != NULL ? NO_PICTURES : NO_FOLDERS,
                      FG_PHOTO_FOLDER_MAX_PICTURES - album->ignored_count, &names, error);
    if (result == 0 && add_ignored(album, folder, person, &names) != 0) {
        result = fg_error_set(error, -ENOMEM, "not enough memory to list %s", folder);
    }
    fg_folder_free(&names);
    return result;
}

/* The pictures of a folder, under a name. */
static int add_folder(fg_photo_folder *album, const char *folder, const char *name,
                      const char *parent, fg_error *error)
{
    fg_folder_names files = {0};
    fg_photo_folder_person *person = &album->people[album->people_count];
    *person = (fg_photo_folder_person){.name = shown(name), .first = album->count};
    album->people_count++;
    if (person->name == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory to list %s", parent);
    }
    int result =
        list(album, folder, PICTURES, FG_PHOTO_FOLDER_MAX_PICTURES - album->count, &files, error);
    if (result == -EFBIG) {
        fg_error_set(error, result, "%s: more than %d pictures: use fewer of them", parent,
                     FG_PHOTO_FOLDER_MAX_PICTURES);
    } else if (result == 0 && add_pictures(album, folder, &files) != 0) {
        result = fg_error_set(error, -ENOMEM, "not enough memory to list %s", folder);
    }
    if (result == 0) {
        result = list_ignored(album, folder, person->name, error);
    }
    fg_folder_free(&files);
    return result;
}

static int add_person(fg_photo_folder *album, const char *parent, const char *name, fg_error *error)
{
    char *folder = fg_folder_join(parent, name);
    int result = folder != NULL
                     ? add_folder(album, folder, name, parent, error)
                     : fg_error_set(error, -ENOMEM, "not enough memory to list %s", parent);
    free(folder);
    return result;
}

/* Attacks of one kind that lie right in the folder: named as it is, if that is a name. */
static int add_all(fg_photo_folder *album, const char *folder, fg_error *error)
{
    char *path = strdup(folder);
    size_t length = path != NULL ? strlen(path) : 0;
    while (length > 1 && path[length - 1] == '/') {
        path[--length] = '\0';
    }
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    const char *name = slash != NULL ? slash + 1 : path;
    bool has_name = name != NULL && name[strspn(name, ".")] != '\0';
    int result = path != NULL
                     ? add_folder(album, folder, has_name ? name : "attacks", folder, error)
                     : fg_error_set(error, -ENOMEM, "not enough memory to list %s", folder);
    free(path);
    return result;
}

/* Of a folder without a picture of anybody. */
static const char *say_lack(const fg_photo_folder *album, bool has_folders)
{
    if (has_folders) {
        return "has no picture in any of its folders";
    }
    if (album->of == FG_PHOTO_FOLDER_ATTACKS) {
        return "has no picture";
    }
    for (int i = 0; i < album->ignored_count; i++) {
        if (fg_photo_is_named(album->ignored[i].name)) {
            return "has pictures but no folders";
        }
    }
    return "has no folders";
}

static int fill(fg_photo_folder *album, const char *folder, const fg_folder_names *folders,
                fg_error *error)
{
    int result = 0;
    album->people = calloc((size_t)folders->count + 1, sizeof(*album->people));
    if (album->people == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory to list %s", folder);
    }
    if (album->of == FG_PHOTO_FOLDER_ATTACKS && folders->count == 0) {
        result = add_all(album, folder, error);
    } else {
        for (int i = 0; result == 0 && i < folders->count; i++) {
            result = add_person(album, folder, folders->names[i], error);
        }
        if (result == 0) {
            result = list_ignored(album, folder, NULL, error);
        }
    }
    if (result == 0 && album->count == 0) {
        result = fg_error_set(error, -ENOENT, "%s: %s: %s", folder,
                              say_lack(album, folders->count > 0), words_of[album->of].look);
    }
    return result;
}

int fg_photo_folder_open(fg_photo_folder *album, const char *folder, enum fg_photo_folder_of of,
                         fg_error *error)
{
    fg_folder_names folders = {0};
    *album = (fg_photo_folder){.of = of};
    int result = list(album, folder, FOLDERS, FG_PHOTO_FOLDER_MAX_PEOPLE, &folders, error);
    if (result == 0) {
        result = fill(album, folder, &folders, error);
    }
    fg_folder_free(&folders);
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
    for (int i = 0; i < album->ignored_count; i++) {
        free(album->ignored[i].name);
    }
    free(album->people);
    free(album->pictures);
    free(album->ignored);
    *album = (fg_photo_folder){0};
}
