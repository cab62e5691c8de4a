/*
 * What became of each picture of a folder: it is used, or it is left out, and why. Main thread.
 */
#ifndef FACEGATE_CLI_EVALUATE_PICTURE_FATE_H
#define FACEGATE_CLI_EVALUATE_PICTURE_FATE_H

#include "evaluate/photo_folder.h"
#include "facegate/vision/quality.h"

#include <stdbool.h>

enum fg_fate {
    FG_FATE_ENROLLED,
    FG_FATE_PROBE,
    FG_FATE_UNREADABLE, /* from here on left out */
    FG_FATE_NO_FACE,
    FG_FATE_SEVERAL,
    FG_FATE_TWICE,   /* the same view as another of the person */
    FG_FATE_NO_VIEW, /* says nothing about who it is */
    FG_FATE_FAULT,   /* and more by an enum fg_quality_fault */
    FG_FATES = FG_FATE_FAULT + FG_QUALITY_TURNED + 1,
};

typedef struct fg_picture_fate {
    int fate;
    char *why; /* it was left out; NULL where it is used */
} fg_picture_fate;

typedef struct fg_picture_fates {
    fg_picture_fate *of;  /* for each picture of the album */
    int counts[FG_FATES]; /* how many there are of each */
} fg_picture_fates;

/* "blurred", "without a face". */
const char *fg_picture_fate_name(int fate);

/*
 * FG_FATE_PROBE for a view that enrolment would take, or, with `all`, for any that says something;
 * else what is wrong with it, with the text of why.
 */
int fg_picture_fate_of_view(const fg_quality *quality, int min_face, bool all, fg_error *why);

/* Makes room for the pictures of an album. -ENOMEM. Free it either way. */
int fg_picture_fates_create(fg_picture_fates *fates, const fg_photo_folder *album);
void fg_picture_fates_free(fg_picture_fates *fates, const fg_photo_folder *album);

/* Notes what became of a picture, once for each; `why` counts for one that is left out. -ENOMEM. */
int fg_picture_fates_note(fg_picture_fates *fates, const fg_photo_folder *album, int picture,
                          int fate, const fg_error *why);

/* Whether a picture is one of those that are tried. */
bool fg_picture_fates_is_probe(const fg_picture_fates *fates, int picture);

/* Tells on stderr how far it is, where somebody is watching. */
void fg_picture_fates_show_progress(int done, int total);

#endif
