/* Runs a trial: enrols the first pictures of each person, and tries the others. */
#include "evaluate/evaluate_trial.h"

#include "common/face_encoder.h"
#include "common/options.h"
#include "evaluate/evaluate_visits.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *fg_trial_person(const fg_trial *trial, int member)
{
    return trial->album.people[trial->members[member]].name;
}

const fg_evaluation *fg_trial_shown(const fg_trial *trial)
{
    return trial->visits.own.trials > 0 ? &trial->visits : &trial->singles;
}

double fg_trial_recommended(const fg_trial *trial)
{
    int step = trial->recommended.step;
    return step >= 0 ? fg_evaluation_margin(step) : NAN;
}

/* Another picture of the person that has the same view, -1 where there is none. */
static int find_same(const fg_trial *trial, int picture, const float *encoding)
{
    int first = trial->album.people[trial->album.pictures[picture].person].first;
    for (int i = picture - 1; i >= first; i--) {
        const float *other = trial->faces[i].encoding;
        double square = 0;
        for (int k = 0; other != NULL && k < FG_ENCODING_SIZE; k++) {
            double difference = (double)encoding[k] - (double)other[k];
            square += difference * difference;
        }
        if (other != NULL && sqrt(square) < FG_FACE_ENCODER_SAME) {
            return i;
        }
    }
    return -1;
}

/* What becomes of a picture: its encoding, or why it is left out. -ENOMEM. */
static int judge_picture(const fg_trial *trial, fg_face_encoder *encoder, int picture,
                         int *ret_fate, double *ret_weight, float ret_encoding[FG_ENCODING_SIZE],
                         fg_error *why)
{
    fg_quality quality;
    int min_face = trial->config->vision.min_face;
    int result = fg_face_encoder_load(encoder, trial->album.pictures[picture].path, min_face, why);
    int face = fg_face_encoder_main(encoder);
    if (result == 0 && face < 0) {
        *ret_fate = encoder->count == 0 ? FG_FATE_NO_FACE : FG_FATE_SEVERAL;
        fg_error_set(why, 0, "%d faces found", encoder->count);
        return 0;
    }
    if (result == 0) {
        result = fg_face_encoder_encode(encoder, face, &quality, ret_encoding, why);
    }
    if (result != 0) {
        *ret_fate = FG_FATE_UNREADABLE;
        return result == -ENOMEM ? result : 0;
    }
    int same = find_same(trial, picture, ret_encoding);
    *ret_weight = fg_quality_weight(&quality);
    *ret_fate = fg_picture_fate_of_view(&quality, min_face, trial->all, why);
    if (*ret_fate == FG_FATE_PROBE && same >= 0) {
        *ret_fate = FG_FATE_TWICE;
        fg_error_set(why, 0, "the same view as %s", trial->album.pictures[same].name);
    }
    return 0;
}

/* `taken` is how many pictures of the person are enrolled so far. */
static int take_picture(fg_trial *trial, fg_face_encoder *encoder, int picture, int *taken,
                        fg_error *error)
{
    float encoding[FG_ENCODING_SIZE];
    fg_trial_face *face = &trial->faces[picture];
    int fate = FG_FATE_UNREADABLE;
    int result = judge_picture(trial, encoder, picture, &fate, &face->weight, encoding, error);
    if (result != 0) {
        return result;
    }
    bool usable = fate == FG_FATE_PROBE;
    if (usable && *taken < trial->enroll) {
        fate = FG_FATE_ENROLLED;
        *taken += 1;
    }
    face->encoding = usable ? malloc(sizeof(encoding)) : NULL;
    if (face->encoding != NULL) {
        memcpy(face->encoding, encoding, sizeof(encoding));
    }
    if (fg_picture_fates_note(&trial->fates, &trial->album, picture, fate, error) != 0 ||
        (usable && face->encoding == NULL)) {
        return fg_error_set(error, -ENOMEM, "not enough memory for all pictures");
    }
    return 0;
}

static int take_all(fg_trial *trial, fg_face_encoder *encoder, fg_error *error)
{
    int result = 0;
    for (int i = 0; result == 0 && i < trial->album.people_count; i++) {
        const fg_photo_folder_person *person = &trial->album.people[i];
        int taken = 0;
        for (int k = 0; result == 0 && k < person->count; k++) {
            fg_picture_fates_show_progress(person->first + k, trial->album.count);
            result = take_picture(trial, encoder, person->first + k, &taken, error);
        }
    }
    if (result == 0) {
        fg_picture_fates_show_progress(trial->album.count, trial->album.count);
    }
    return result;
}

static bool make_room(fg_trial *trial)
{
    size_t pictures = (size_t)trial->album.count;
    size_t people = (size_t)trial->album.people_count;
    trial->faces = calloc(pictures, sizeof(*trial->faces));
    trial->members = calloc(people, sizeof(*trial->members));
    trial->indices = calloc(people, sizeof(*trial->indices));
    for (size_t i = 0; trial->indices != NULL && i < people; i++) {
        trial->indices[i] = -1;
    }
    return trial->faces != NULL && trial->members != NULL && trial->indices != NULL &&
           fg_picture_fates_create(&trial->fates, &trial->album) == 0 &&
           fg_gallery_create(&trial->gallery) == 0;
}

int fg_trial_run(fg_trial *trial)
{
    fg_face_encoder encoder;
    fg_error error;
    if (!make_room(trial)) {
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory for %d pictures", trial->album.count);
    }
    if (fg_cohort_load(trial->config->vision.models, &trial->cohort, &error) != 0) {
        return fg_cli_fail(FG_EXIT_CONFIG, "%s", error.text);
    }
    int result = fg_face_encoder_open(&encoder, trial->config);
    if (result != 0) {
        return result;
    }
    if (take_all(trial, &encoder, &error) != 0 || fg_trial_try(trial, &error) != 0) {
        result = fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    fg_face_encoder_close(&encoder);
    return result;
}

void fg_trial_close(fg_trial *trial)
{
    for (int i = 0; trial->faces != NULL && i < trial->album.count; i++) {
        free(trial->faces[i].encoding);
    }
    fg_picture_fates_free(&trial->fates, &trial->album);
    free(trial->faces);
    free(trial->members);
    free(trial->indices);
    fg_gallery_free(trial->gallery);
    fg_cohort_free(trial->cohort);
    fg_photo_folder_close(&trial->album);
}
