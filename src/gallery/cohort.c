/* Loads the cohort, and finds those in it that are nearest to an encoding. */
#include "facegate/gallery/cohort.h"

#include "distance.h"
#include "facegate/base/file.h"
#include "facegate/text.h"

#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS   1250
#define ALIGNMENT 64

static const char right_sum[] = "0293714dcfa7c3945aac3bcaab5ffa725e56e973df6c231fe3f46436eda1a0dc";

struct fg_cohort {
    float encodings[MEMBERS][FG_ENCODING_SIZE];
};

/* Of the bytes that are used, so that nobody can exchange the file in between. */
static bool is_right(const char *data, size_t size)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char sum[65];
    if (EVP_Digest(data, size, digest, NULL, EVP_sha256(), NULL) != 1) {
        return false;
    }
    fg_text_hex(digest, 32, sum);
    return size == sizeof(fg_cohort) && strcmp(sum, right_sum) == 0;
}

static int read_file(const char *path, char **ret_data, size_t *ret_size, fg_error *error)
{
    fg_error why;
    int result = fg_file_read(path, sizeof(fg_cohort), ret_data, ret_size, &why);
    if (result == -ENOENT || result == -ENOTDIR) {
        return fg_error_set(
            error, -ENOENT,
            "the cohort %s is missing: copy it from the models folder of facegate's "
            "sources, install the package facegate-models, or name its folder with "
            "--models",
            path);
    }
    if (result == -EFBIG || (result == 0 && !is_right(*ret_data, *ret_size))) {
        return fg_error_set(
            error, -EBADMSG,
            "the cohort %s is not the right file, whose SHA-256 is %s: copy it from "
            "the models folder of facegate's sources, or install the package "
            "facegate-models again",
            path, right_sum);
    }
    return result == 0 ? 0 : fg_error_set(error, result, "the cohort %s: %s", path, why.text);
}

static int decode(const char *data, fg_cohort **ret_cohort, fg_error *error)
{
    fg_cohort *cohort = aligned_alloc(ALIGNMENT, sizeof(*cohort));
    if (cohort == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for the cohort");
    }
    for (size_t i = 0; i < (size_t)MEMBERS * FG_ENCODING_SIZE; i++) {
        uint32_t bits;
        memcpy(&bits, data + i * sizeof(bits), sizeof(bits));
        bits = le32toh(bits);
        memcpy(&cohort->encodings[i / FG_ENCODING_SIZE][i % FG_ENCODING_SIZE], &bits, sizeof(bits));
    }
    *ret_cohort = cohort;
    return 0;
}

int fg_cohort_load(const char *models_dir, fg_cohort **ret_cohort, fg_error *error)
{
    char path[PATH_MAX];
    char *data = NULL;
    size_t size = 0;
    if (snprintf(path, sizeof(path), "%s/%s", models_dir, FG_COHORT_FILE) >= (int)sizeof(path)) {
        return fg_error_set(error, -ENAMETOOLONG, "the models folder's path is too long");
    }
    int result = read_file(path, &data, &size, error);
    if (result == 0) {
        result = decode(data, ret_cohort, error);
    }
    free(data);
    return result;
}

fg_cohort *fg_cohort_free(fg_cohort *cohort)
{
    free(cohort);
    return NULL;
}

/* `without` is a member that is passed over, or -1. */
static void find_nearest(const fg_cohort *cohort, const float *probe, int without,
                         float *ret_distances)
{
    int members[FG_NEIGHBOURS];
    fg_nearest_start(FG_NEIGHBOURS, ret_distances, members);
    for (int i = 0; i < MEMBERS; i++) {
        if (i != without) {
            fg_nearest_keep(FG_NEIGHBOURS, ret_distances, members,
                            fg_distance_square(probe, cohort->encodings[i]), i);
        }
    }
    for (int i = 0; i < FG_NEIGHBOURS; i++) {
        ret_distances[i] = sqrtf(ret_distances[i]);
    }
}

void fg_cohort_nearest(const fg_cohort *cohort, const float probe[FG_ENCODING_SIZE],
                       float ret_distances[FG_NEIGHBOURS])
{
    find_nearest(cohort, probe, -1, ret_distances);
}

int fg_cohort_size(const fg_cohort *cohort)
{
    (void)cohort;
    return MEMBERS;
}

const float *fg_cohort_member(const fg_cohort *cohort, int member)
{
    return cohort->encodings[member];
}

void fg_cohort_nearest_to_member(const fg_cohort *cohort, int member,
                                 float ret_distances[FG_NEIGHBOURS])
{
    find_nearest(cohort, cohort->encodings[member], member, ret_distances);
}
