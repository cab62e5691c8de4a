/* Enrols from picture files: chooses the face in each, and says what speaks against it. */
#include "enroll/enroll_pictures.h"

#include "common/options.h"
#include "facegate/text.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* More faces than that are only counted. */
#define FACES_NAMED 8

/* A smaller --min-face helps only where the face found then would be taken. */
static int no_face(const char *path, int min_face, fg_error *error)
{
    char other[64] = "";
    int least = (int)fg_quality_enrolment.min_size;
    if (min_face > least) {
        snprintf(other, sizeof(other), ", or try a smaller --min-face, down to %d", least);
    }
    return fg_error_set(error, -ENOENT,
                        "%s: no face found: take a picture from the front with the face at least "
                        "%d pixels wide%s",
                        path, min_face > least ? min_face : least, other);
}

/* "face 0, 216x216 pixels at 40,50; face 1, ..." */
static void list_faces(const fg_face_encoder *encoder, char *text, size_t size)
{
    size_t used = 0;
    for (int i = 0; i < encoder->count && i < FACES_NAMED; i++) {
        const fg_box *box = &encoder->faces[i].box;
        used += (size_t)snprintf(text + used, size - used, "%sface %d, %dx%d pixels at %d,%d",
                                 i > 0 ? "; " : "", i, box->width, box->height, box->x, box->y);
    }
    if (encoder->count > FACES_NAMED) {
        snprintf(text + used, size - used, "; and %d more", encoder->count - FACES_NAMED);
    }
}

/* Which face is the person's. */
static int choose_face(const fg_enrolment *enrolment, const char *path, int *ret_face,
                       fg_error *error)
{
    char list[64 * FACES_NAMED + 32];
    const fg_face_encoder *encoder = &enrolment->encoder;
    if (encoder->count == 0) {
        return no_face(path, enrolment->config->vision.min_face, error);
    }
    int face = enrolment->face >= 0 ? enrolment->face : fg_face_encoder_main(encoder);
    list_faces(encoder, list, sizeof(list));
    if (face >= encoder->count) {
        return fg_error_set(error, -EINVAL, "%s: there is no face %d, only %s: choose one of these",
                            path, face, list);
    }
    if (face < 0) {
        return fg_error_set(error, -EINVAL,
                            "%s: %d faces found: %s: choose one with --face N, or crop the picture "
                            "so that only %s is in it",
                            path, encoder->count, list, enrolment->name);
    }
    if (enrolment->face < 0 && encoder->count > 1) {
        fg_cli_fail(0, "%s: face 0 is taken, since the others are far smaller and weaker: %s", path,
                    list);
    }
    *ret_face = face;
    return 0;
}

int fg_enroll_picture(fg_enrolment *enrolment, const char *path, fg_quality *ret_quality,
                      fg_error *error)
{
    float encoding[FG_ENCODING_SIZE];
    fg_quality quality;
    fg_face_encoder *encoder = &enrolment->encoder;
    int min_face = enrolment->config->vision.min_face;
    int face = 0;
    fg_quality_limits limits = fg_quality_limits_for(min_face);
    int result = fg_face_encoder_load(encoder, path, min_face, error);
    if (result == 0) {
        result = choose_face(enrolment, path, &face, error);
    }
    if (result != 0) {
        return result;
    }
    result = fg_face_encoder_encode(encoder, face, &quality, encoding, error);
    if (result == 0 && !enrolment->force &&
        fg_quality_check(&quality, &limits, error) != FG_QUALITY_GOOD) {
        result = -EINVAL;
    }
    if (result == 0) {
        result = fg_enrolment_add(enrolment, encoding, error);
    }
    if (result != 0) {
        return fg_error_prefix(error, result, "%s", path);
    }
    *ret_quality = quality;
    return 0;
}

/* Tells how far it is, where somebody is watching. */
static void show_progress(int done, int total)
{
    if (total > 1 && isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) != 1) {
        fprintf(stderr, "\r%d/%d pictures%s", done, total, done == total ? "\n" : "");
    }
}

int fg_enroll_pictures(fg_enrolment *enrolment, char **images, int count)
{
    fg_error error;
    int refused = 0;
    for (int i = 0; i < count; i++) {
        show_progress(i, count);
        fg_quality quality;
        if (fg_enroll_picture(enrolment, images[i], &quality, &error) == 0) {
            fg_enrolment_show(enrolment, &quality, images[i]);
        } else {
            fg_cli_fail(0, "%s", error.text);
            refused++;
        }
    }
    show_progress(count, count);
    if (refused > 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "nothing was saved: %d of %s %s rejected", refused,
                           fg_text_count(count, "picture", "pictures").text,
                           fg_text_plural(refused, "was", "were"));
    }
    return FG_EXIT_DONE;
}
