/* Scores the pictures of attacks and of living people, and makes visits of them. */
#include "evaluate/attacks.h"

#include "common/face_encoder.h"
#include "common/options.h"
#include "facegate/daemon/liveness_check.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* What pictures are looked at with, and how far that is. */
typedef struct instruments {
    fg_face_encoder encoder;
    fg_liveness *liveness;
    int done, total;
} instruments;

int fg_attacks_used(const fg_attacks_side *side, int folder)
{
    const fg_photo_folder_person *of = &side->album.people[folder];
    int used = 0;
    for (int i = of->first; i < of->first + of->count; i++) {
        used += isnan(side->scores[i]) ? 0 : 1;
    }
    return used;
}

/* What becomes of a picture: its score, or why it is left out. */
static int score_picture(const fg_attacks *attacks, instruments *with, const char *path,
                         double *ret_score, int *ret_fate, fg_error *why)
{
    fg_quality quality;
    fg_face_encoder *encoder = &with->encoder;
    int min_face = attacks->config->vision.min_face;
    int result = fg_face_encoder_load(encoder, path, min_face, why);
    int face = fg_face_encoder_largest(encoder);
    if (result == 0 && face < 0) {
        *ret_fate = FG_FATE_NO_FACE;
        fg_error_set(why, 0, "0 faces found");
        return 0;
    }
    if (result == 0) {
        result = fg_face_encoder_view(encoder, face, &quality, why);
    }
    if (result == 0) {
        *ret_fate = fg_picture_fate_of_view(&quality, min_face, attacks->all, why);
    }
    if (result == 0 && *ret_fate == FG_FATE_PROBE) {
        result = fg_liveness_score(with->liveness, &encoder->frame, &encoder->faces[face].box,
                                   ret_score, why);
    }
    if (result != 0) {
        *ret_fate = FG_FATE_UNREADABLE;
    }
    return result == -ENOMEM ? result : 0;
}

static int score_side(const fg_attacks *attacks, instruments *with, fg_attacks_side *side,
                      fg_error *error)
{
    for (int i = 0; i < side->album.count; i++) {
        int fate = FG_FATE_UNREADABLE;
        side->scores[i] = NAN;
        fg_picture_fates_show_progress(with->done++, with->total);
        int result = score_picture(attacks, with, side->album.pictures[i].path, &side->scores[i],
                                   &fate, error);
        if (result == 0 && fg_picture_fates_note(&side->fates, &side->album, i, fate, error) != 0) {
            result = fg_error_set(error, -ENOMEM, "not enough memory for all pictures");
        }
        if (result != 0) {
            return result;
        }
        side->crowded += fate == FG_FATE_PROBE && with->encoder.count > 1 ? 1 : 0;
    }
    for (int i = 0; i < side->album.people_count; i++) {
        const fg_photo_folder_person *of = &side->album.people[i];
        side->count += fg_attacks_make_visits(side->scores, i, of->first, of->count, attacks->views,
                                              &side->visits[side->count]);
    }
    return 0;
}

static int open_side(fg_attacks_side *side, const char *folder, enum fg_photo_folder_of of)
{
    fg_error error;
    if (fg_photo_folder_open(&side->album, folder, of, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    size_t count = (size_t)side->album.count;
    side->scores = calloc(count, sizeof(*side->scores));
    side->visits = calloc(count, sizeof(*side->visits));
    if (side->scores == NULL || side->visits == NULL ||
        fg_picture_fates_create(&side->fates, &side->album) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory for %d pictures", side->album.count);
    }
    return 0;
}

/* Whatever [access] liveness says: this is what to decide it by. */
static int open_instruments(const fg_config *config, instruments *ret_with)
{
    fg_liveness_state state;
    fg_config must = *config;
    must.access.liveness = FG_LIVENESS_ON;
    if (fg_liveness_check_open(&must, &ret_with->liveness, &state) != 0) {
        return fg_cli_fail(FG_EXIT_CONFIG, "%s; fix: %s", state.text.text, state.fix.text);
    }
    return fg_face_encoder_open(&ret_with->encoder, config);
}

int fg_attacks_run(fg_attacks *attacks, const char *folder, const char *people)
{
    fg_error error;
    instruments with = {.done = 0};
    int result = open_side(&attacks->attacks, folder, FG_PHOTO_FOLDER_ATTACKS);
    if (result == 0 && people != NULL) {
        result = open_side(&attacks->living, people, FG_PHOTO_FOLDER_PEOPLE);
    }
    if (result != 0) {
        return result;
    }
    with.total = attacks->attacks.album.count + attacks->living.album.count;
    result = open_instruments(attacks->config, &with);
    if (result == 0) {
        if (score_side(attacks, &with, &attacks->attacks, &error) != 0 ||
            score_side(attacks, &with, &attacks->living, &error) != 0) {
            result = fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
        }
        fg_picture_fates_show_progress(with.done, with.total);
        fg_face_encoder_close(&with.encoder);
    }
    fg_liveness_free(with.liveness);
    return result;
}

static void close_side(fg_attacks_side *side)
{
    fg_picture_fates_free(&side->fates, &side->album);
    free(side->scores);
    free(side->visits);
    fg_photo_folder_close(&side->album);
}

void fg_attacks_close(fg_attacks *attacks)
{
    close_side(&attacks->attacks);
    close_side(&attacks->living);
}
