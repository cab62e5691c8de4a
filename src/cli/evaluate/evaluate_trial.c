/* Runs a trial: enrols the first pictures of each person, and tries the others. */
#include "evaluate/evaluate_trial.h"

#include "common/face_encoder.h"
#include "common/options.h"
#include "evaluate/evaluate_visits.h"
#include "facegate/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

const char *fg_trial_fate(int fate)
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
                         fg_trial_face *ret_face, float ret_encoding[FG_ENCODING_SIZE],
                         fg_error *why)
{
    fg_quality quality;
    int result = fg_face_encoder_load(encoder, trial->album.pictures[picture].path,
                                      trial->config->vision.min_face, why);
    if (result == 0 && encoder->count != 1) {
        ret_face->fate = encoder->count == 0 ? FG_FATE_NO_FACE : FG_FATE_SEVERAL;
        fg_error_set(why, 0, "%d faces found", encoder->count);
        return 0;
    }
    if (result == 0) {
        result = fg_face_encoder_encode(encoder, 0, &quality, ret_encoding, why);
    }
    if (result != 0) {
        ret_face->fate = FG_FATE_UNREADABLE;
        return result == -ENOMEM ? result : 0;
    }
    fg_quality_limits limits = fg_quality_limits_for(trial->config->vision.min_face);
    enum fg_quality_fault fault =
        trial->all ? FG_QUALITY_GOOD : fg_quality_check(&quality, &limits, why);
    int same = find_same(trial, picture, ret_encoding);
    ret_face->weight = fg_quality_weight(&quality);
    if (fault != FG_QUALITY_GOOD) {
        ret_face->fate = FG_FATE_FAULT + (int)fault;
    } else if (!(ret_face->weight > 0)) {
        ret_face->fate = FG_FATE_NO_VIEW;
        fg_error_set(why, 0, "no landmarks of a face, or half of it is outside");
    } else if (same >= 0) {
        ret_face->fate = FG_FATE_TWICE;
        fg_error_set(why, 0, "the same view as %s", trial->album.pictures[same].name);
    } else {
        ret_face->fate = FG_FATE_PROBE;
    }
    return 0;
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

/* `taken` is how many pictures of the person are enrolled so far. */
static int take_picture(fg_trial *trial, fg_face_encoder *encoder, int picture, int *taken,
                        fg_error *error)
{
    float encoding[FG_ENCODING_SIZE];
    fg_trial_face *face = &trial->faces[picture];
    int result = judge_picture(trial, encoder, picture, face, encoding, error);
    if (result != 0) {
        return result;
    }
    bool usable = face->fate == FG_FATE_PROBE;
    if (usable && *taken < trial->enroll) {
        face->fate = FG_FATE_ENROLLED;
        *taken += 1;
    }
    trial->fates[face->fate]++;
    if (usable) {
        face->encoding = malloc(sizeof(encoding));
    } else {
        face->why = without_path(error->text, trial->album.pictures[picture].path);
    }
    if (face->encoding == NULL && face->why == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for all pictures");
    }
    if (face->encoding != NULL) {
        memcpy(face->encoding, encoding, sizeof(encoding));
    }
    return 0;
}

/* Tells how far it is, where somebody is watching. */
static void show_progress(int done, int total)
{
    if (isatty(STDERR_FILENO) == 1) {
        fprintf(stderr, "\r%d/%d pictures%s", done, total, done == total ? "\n" : "");
    }
}

static int take_all(fg_trial *trial, fg_face_encoder *encoder, fg_error *error)
{
    int result = 0;
    for (int i = 0; result == 0 && i < trial->album.people_count; i++) {
        const fg_photo_folder_person *person = &trial->album.people[i];
        int taken = 0;
        for (int k = 0; result == 0 && k < person->count; k++) {
            show_progress(person->first + k, trial->album.count);
            result = take_picture(trial, encoder, person->first + k, &taken, error);
        }
    }
    if (result == 0) {
        show_progress(trial->album.count, trial->album.count);
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
        free(trial->faces[i].why);
    }
    free(trial->faces);
    free(trial->members);
    free(trial->indices);
    fg_gallery_free(trial->gallery);
    fg_cohort_free(trial->cohort);
    fg_photo_folder_close(&trial->album);
}
