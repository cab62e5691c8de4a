/*
 * A folder of people: in it a folder for each person, named as they are, with pictures inside. Or
 * one of attacks: in it a folder for each kind of them, or pictures of a single kind.
 * Everything is in the order of its name, so that the same folder reads alike everywhere.
 */
#ifndef FACEGATE_CLI_EVALUATE_PHOTO_FOLDER_H
#define FACEGATE_CLI_EVALUATE_PHOTO_FOLDER_H

#include "facegate/error.h"

#define FG_PHOTO_FOLDER_MAX_PEOPLE   10000
#define FG_PHOTO_FOLDER_MAX_PICTURES 100000

/* What is in the folders, and with that what they have to look like. */
enum fg_photo_folder_of { FG_PHOTO_FOLDER_PEOPLE, FG_PHOTO_FOLDER_ATTACKS };

typedef struct fg_photo_folder_picture {
    char *path; /* to open it */
    char *name; /* "PERSON/FILE", fit to be shown */
    int person; /* or the kind of attack, here and below */
} fg_photo_folder_picture;

typedef struct fg_photo_folder_person {
    char *name; /* the folder's, fit to be shown */
    int first;  /* their pictures follow each other */
    int count;
} fg_photo_folder_person;

/* What is in the folder and no picture of anybody. */
typedef struct fg_photo_folder_ignored {
    char *name;         /* as a picture's */
    const char *reason; /* "not JPEG" */
    const char *text;   /* and what to do about it */
} fg_photo_folder_ignored;

typedef struct fg_photo_folder {
    enum fg_photo_folder_of of;
    fg_photo_folder_person *people;
    int people_count;
    fg_photo_folder_picture *pictures;
    int count;
    fg_photo_folder_ignored *ignored;
    int ignored_count;
} fg_photo_folder;

/*
 * Lists the folders and the pictures in them, links to either as well, and what is ignored: files
 * of another name or kind, and what lies beside the folders or deeper down. Hidden files are passed
 * over. Attacks without a folder are of one kind, which is named as the folder is. The text names
 * what cannot be read, or says how the folder has to look: -ENOENT where it has no folders or these
 * no pictures, -EFBIG beyond the limits.
 */
int fg_photo_folder_open(fg_photo_folder *album, const char *folder, enum fg_photo_folder_of of,
                         fg_error *error);
void fg_photo_folder_close(fg_photo_folder *album);

#endif
