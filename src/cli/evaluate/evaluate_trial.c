/* Runs a trial: enrols the first pictures of each person, and compares the others. */
#include "evaluate/evaluate_trial.h"

#include "common/face_encoder.h"
#include "common/options.h"
#include "facegate/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fg_trial_probes(const fg_trial *trial, int person)
{
    const fg_photo_folder_person *of = &trial->album.people[person];
    int probes = 0;
    for (int i = of->first; i < of->first + of->count; i++) {
        probes += trial->views[i].fate == FG_FATE_PROBE ? 1 : 0;
    }
    return probes;
}

const char *fg_trial_person(const fg_trial *trial, int member)
{
    return trial->album.people[trial->members[member]].name;
}

const char *fg_trial_source(const fg_trial *trial, int encoding)
{
    return trial->album.pictures[trial->sources[encoding]].name;
}

double fg_trial_recommended(const fg_trial *trial)
{
    int step = trial->recommended.step;
    return step >= 0 ? fg_evaluation_tolerance(step) : NAN;
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
        const float *other = trial->views[i].encoding;
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
                         int *ret_fate, float ret_encoding[FG_ENCODING_SIZE], fg_error *why)
{
    fg_quality quality;
    int result = fg_face_encoder_load(encoder, trial->album.pictures[picture].path,
                                      trial->config->vision.min_face, why);
    if (result == 0 && encoder->count != 1) {
        *ret_fate = encoder->count == 0 ? FG_FATE_NO_FACE : FG_FATE_SEVERAL;
        fg_error_set(why, 0, "%d faces found", encoder->count);
        return 0;
    }
    if (result == 0) {
        result = fg_face_encoder_encode(encoder, 0, &quality, ret_encoding, why);
    }
    if (result != 0) {
        *ret_fate = FG_FATE_UNREADABLE;
        return result == -ENOMEM ? result : 0;
    }
    fg_quality_limits limits = fg_quality_limits_for(trial->config->vision.min_face);
    enum fg_quality_fault fault =
        trial->all ? FG_QUALITY_GOOD : fg_quality_check(&quality, &limits, why);
    int same = find_same(trial, picture, ret_encoding);
    if (fault != FG_QUALITY_GOOD) {
        *ret_fate = FG_FATE_FAULT + (int)fault;
    } else if (same >= 0) {
        *ret_fate = FG_FATE_TWICE;
        fg_error_set(why, 0, "the same view as %s", trial->album.pictures[same].name);
    } else {
        *ret_fate = FG_FATE_PROBE;
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
    fg_view *view = &trial->views[picture];
    int result = judge_picture(trial, encoder, picture, &view->fate, encoding, error);
    if (result != 0) {
        return result;
    }
    bool usable = view->fate == FG_FATE_PROBE;
    if (usable && *taken < trial->enroll) {
        view->fate = FG_FATE_ENROLLED;
        *taken += 1;
    }
    trial->fates[view->fate]++;
    if (usable) {
        view->encoding = malloc(sizeof(encoding));
    } else {
        view->why = without_path(error->text, trial->album.pictures[picture].path);
    }
    if (view->encoding == NULL && view->why == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for all pictures");
    }
    if (view->encoding != NULL) {
        memcpy(view->encoding, encoding, sizeof(encoding));
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

/* A folder's name may be what no person's may: here people are called by their number. */
static int enroll_picture(fg_trial *trial, int picture, fg_error *error)
{
    char name[FG_NAME_SIZE];
    int person = trial->album.pictures[picture].person;
    snprintf(name, sizeof(name), "%d", person);
    int result = fg_gallery_add(trial->gallery, name, NULL, trial->views[picture].encoding, error);
    if (result == 0) {
        int member = fg_gallery_people(trial->gallery) - 1;
        trial->members[member] = person;
        trial->indices[person] = member;
        trial->sources[fg_gallery_encodings(trial->gallery) - 1] = picture;
    }
    return result;
}

static int compare_all(fg_trial *trial, fg_error *error)
{
    int result = 0;
    for (int i = 0; result == 0 && i < trial->album.count; i++) {
        if (trial->views[i].fate == FG_FATE_ENROLLED) {
            result = enroll_picture(trial, i, error);
        }
    }
    int people = fg_gallery_people(trial->gallery);
    double *distances = calloc((size_t)people + 1, sizeof(*distances));
    int *encodings = calloc((size_t)people + 1, sizeof(*encodings));
    if (result == 0 && (distances == NULL || encodings == NULL)) {
        result = fg_error_set(error, -ENOMEM, "not enough memory to compare %d people", people);
    }
    fg_evaluation_init(&trial->evaluation, trial->config->access.tolerance);
    for (int i = 0; result == 0 && i < trial->album.count; i++) {
        if (trial->views[i].fate == FG_FATE_PROBE) {
            fg_gallery_distances(trial->gallery, trial->views[i].encoding, distances, encodings);
            fg_evaluation_add(&trial->evaluation,
                              &(fg_probe){.picture = i,
                                          .person = trial->indices[trial->album.pictures[i].person],
                                          .people = people,
                                          .distances = distances,
                                          .encodings = encodings});
        }
    }
    fg_config defaults;
    fg_config_init(&defaults);
    trial->recommended =
        fg_evaluation_recommend(&trial->evaluation, trial->wanted, defaults.access.tolerance);
    free(distances);
    free(encodings);
    return result;
}

static bool make_room(fg_trial *trial)
{
    size_t pictures = (size_t)trial->album.count;
    size_t people = (size_t)trial->album.people_count;
    trial->views = calloc(pictures, sizeof(*trial->views));
    trial->sources = calloc(pictures, sizeof(*trial->sources));
    trial->members = calloc(people, sizeof(*trial->members));
    trial->indices = calloc(people, sizeof(*trial->indices));
    for (size_t i = 0; trial->indices != NULL && i < people; i++) {
        trial->indices[i] = -1;
    }
    return trial->views != NULL && trial->sources != NULL && trial->members != NULL &&
           trial->indices != NULL && fg_gallery_create(&trial->gallery) == 0;
}

int fg_trial_run(fg_trial *trial)
{
    fg_face_encoder encoder;
    fg_error error;
    if (!make_room(trial)) {
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory for %d pictures", trial->album.count);
    }
    int result = fg_face_encoder_open(&encoder, trial->config);
    if (result != 0) {
        return result;
    }
    if (take_all(trial, &encoder, &error) != 0 || compare_all(trial, &error) != 0) {
        result = fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    fg_face_encoder_close(&encoder);
    return result;
}

void fg_trial_close(fg_trial *trial)
{
    for (int i = 0; trial->views != NULL && i < trial->album.count; i++) {
        free(trial->views[i].encoding);
        free(trial->views[i].why);
    }
    free(trial->views);
    free(trial->sources);
    free(trial->members);
    free(trial->indices);
    fg_gallery_free(trial->gallery);
    fg_photo_folder_close(&trial->album);
}
