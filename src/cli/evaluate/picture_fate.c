/* Judges the pictures of a folder by their views, and keeps why one is left out. */
#include "evaluate/picture_fate.h"

#include "facegate/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *fg_picture_fate_name(int fate)
{
    static const char *const words[FG_FATES] = {
        [FG_FATE_ENROLLED] = "enrolled",
        [FG_FATE_PROBE] = "probe",
        [FG_FATE_UNREADABLE] = "unreadable",
        [FG_FATE_NO_FACE] = "without a face",
        [FG_FATE_SEVERAL] = "with several faces",
        [FG_FATE_TWICE] = "duplicate",
        [FG_FATE_NO_VIEW] = "without landmarks",
        [FG_FATE_FAULT] = "bad",
        [FG_FATE_FAULT + FG_QUALITY_SMALL] = "too small",
        [FG_FATE_FAULT + FG_QUALITY_CUT] = "cut off",
        [FG_FATE_FAULT + FG_QUALITY_DARK] = "too dark",
        [FG_FATE_FAULT + FG_QUALITY_BRIGHT] = "too bright",
        [FG_FATE_FAULT + FG_QUALITY_FLAT] = "too flat",
        [FG_FATE_FAULT + FG_QUALITY_BLURRED] = "blurred",
        [FG_FATE_FAULT + FG_QUALITY_TURNED] = "turned",
    };
    return words[fate];
}

int fg_picture_fate_of_view(const fg_quality *quality, int min_face, bool all, fg_error *why)
{
    fg_quality_limits limits = fg_quality_limits_for(min_face);
    enum fg_quality_fault fault = all ? FG_QUALITY_GOOD : fg_quality_check(quality, &limits, why);
    if (fault != FG_QUALITY_GOOD) {
        return FG_FATE_FAULT + (int)fault;
    }
    if (!(fg_quality_weight(quality) > 0)) {
        fg_error_set(why, 0, "no landmarks of a face, or half of it is outside");
        return FG_FATE_NO_VIEW;
    }
    return FG_FATE_PROBE;
}

int fg_picture_fates_create(fg_picture_fates *fates, const fg_photo_folder *album)
{
    *fates = (fg_picture_fates){.of = calloc((size_t)album->count + 1, sizeof(*fates->of))};
    return fates->of != NULL ? 0 : -ENOMEM;
}

void fg_picture_fates_free(fg_picture_fates *fates, const fg_photo_folder *album)
{
    for (int i = 0; fates->of != NULL && i < album->count; i++) {
        free(fates->of[i].why);
    }
    free(fates->of);
    *fates = (fg_picture_fates){0};
}

/* The picture is shown by its name, so that the path need not be said again. */
static char *without_path(const char *text, const char *path)
{
    size_t length = strlen(path);
    bool named = strncmp(text, path, length) == 0 && strncmp(text + length, ": ", 2) == 0;
    char *why = strdup(named ? text + length + 2 : text);
    if (why != NULL) {
        fg_text_clean(why);
    }
    return why;
}

int fg_picture_fates_note(fg_picture_fates *fates, const fg_photo_folder *album, int picture,
                          int fate, const fg_error *why)
{
    fates->of[picture].fate = fate;
    fates->counts[fate]++;
    if (fate < FG_FATE_UNREADABLE) {
        return 0;
    }
    fates->of[picture].why = without_path(why->text, album->pictures[picture].path);
    return fates->of[picture].why != NULL ? 0 : -ENOMEM;
}

bool fg_picture_fates_is_probe(const fg_picture_fates *fates, int picture)
{
    return fates->of[picture].fate == FG_FATE_PROBE;
}

void fg_picture_fates_show_progress(int done, int total)
{
    if (isatty(STDERR_FILENO) == 1) {
        fprintf(stderr, "\r%d/%d pictures%s", done, total, done == total ? "\n" : "");
    }
}
