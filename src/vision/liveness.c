/* Tells living faces from pictures of faces. */
#include "facegate/vision/liveness.h"

#include "facegate/base/file.h"
#include "kernels/network.h"
#include "liveness_crop.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL_LIMIT ((size_t)64 << 20) /* bytes of a file */
#define MODEL_PATH  4096

/* What a model's file says of itself, under these names, where it is not one that is known. */
#define PROPERTY_ALIVE "facegate_alive" /* which of its outputs means alive, from 0 */
#define PROPERTY_CROP  "facegate_crop"  /* how many times the face's box it wants to see */

/* A model that says nothing of itself. */
static const char known_sum[] = "afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d";
#define KNOWN_ALIVE 0

typedef struct model {
    fg_network *network;
    int alive;
    double crop;
} model;

struct fg_liveness {
    model models[FG_LIVENESS_MODELS];
    int count;
    int fault;      /* why the first that was left out cannot be used */
    float *picture; /* of the largest model */
};

/* A number, all of the text. */
static bool read_property(const fg_onnx *from, const char *key, double least, double most,
                          double *ret_value)
{
    char text[16], *end;
    const fg_onnx_text *found = fg_onnx_find_property(from, key);
    if (found == NULL || found->size == 0 || found->size >= sizeof(text)) {
        return false;
    }
    memcpy(text, found->at, found->size);
    text[found->size] = '\0';
    double value = strtod(text, &end);
    *ret_value = value;
    return end == text + found->size && value >= least && value <= most;
}

/* Which output means alive, and how much of the picture is looked at. */
static int read_use(model *of, const fg_onnx *from, bool is_known, fg_error *error)
{
    double alive = KNOWN_ALIVE;
    int outputs = fg_network_outputs(of->network);
    of->crop = FG_LIVENESS_CROP;
    bool says_alive = !is_known && read_property(from, PROPERTY_ALIVE, 0, outputs - 1, &alive);
    if (!is_known && (!says_alive || floor(alive) < alive)) {
        return fg_error_set(error, -ENOTSUP,
                            "it does not say which of its %d outputs means alive: give it a "
                            "property " PROPERTY_ALIVE
                            " of 0 to %d, see docs/security.md, or if it is "
                            "meant to be " FG_LIVENESS_FILE ", fetch that again",
                            outputs, outputs - 1);
    }
    if (fg_onnx_find_property(from, PROPERTY_CROP) != NULL &&
        !read_property(from, PROPERTY_CROP, 1, 8, &of->crop)) {
        return fg_error_set(error, -ENOTSUP, "its property " PROPERTY_CROP " is not from 1 to 8");
    }
    of->alive = (int)alive;
    return 0;
}

static int open_network(const fg_kernels *kernels, const char *data, size_t size, bool is_known,
                        model *of, fg_error *error)
{
    fg_onnx *from = NULL;
    int result = fg_onnx_read(data, size, &from, error);
    if (result == 0) {
        result = fg_network_create(kernels, from, &of->network, error);
    }
    if (result == 0) {
        result = read_use(of, from, is_known, error);
    }
    fg_onnx_free(from);
    return result;
}

/* The model that is brought along is exactly that one; another is what it says it is. */
static int find_out(const char *path, const char *data, size_t size, bool *ret_is_known,
                    fg_error *error)
{
    char sum[65];
    const char *slash = strrchr(path, '/');
    int result = fg_sha256(data, size, sum, error);
    *ret_is_known = result == 0 && strcmp(sum, known_sum) == 0;
    if (result == 0 && !*ret_is_known &&
        strcmp(slash != NULL ? slash + 1 : path, FG_LIVENESS_FILE) == 0) {
        return fg_error_set(error, -EBADMSG, "it is not the right file (SHA-256 %s, not %s)", sum,
                            known_sum);
    }
    return result;
}

static int open_model(const fg_kernels *kernels, const char *path, model *of, fg_error *error)
{
    char *data = NULL;
    size_t size = 0;
    bool is_known = false;
    int result = fg_file_read(path, MODEL_LIMIT, &data, &size, error);
    if (result == -ENOENT || result == -ENOTDIR) {
        return fg_error_set(error, result, "the liveness model %s is missing", path);
    }
    if (result == 0) {
        result = find_out(path, data, size, &is_known, error);
    }
    if (result == 0) {
        result = open_network(kernels, data, size, is_known, of, error);
    }
    free(data);
    return result == 0 ? 0 : fg_error_prefix(error, result, "the liveness model %s", path);
}

/* The next of the names, without the spaces around it; `names` is NULL behind the last. */
static int next_name(const char **names, const char *models_dir, char ret_path[MODEL_PATH],
                     fg_error *error)
{
    const char *at = *names + strspn(*names, " \t");
    size_t size = strcspn(at, ",");
    *names = at[size] == ',' ? at + size + 1 : NULL;
    while (size > 0 && (at[size - 1] == ' ' || at[size - 1] == '\t')) {
        size--;
    }
    if (size == 0) {
        return fg_error_set(error, -EINVAL, "a name of liveness_models is empty");
    }
    int length = at[0] == '/'
                     ? snprintf(ret_path, MODEL_PATH, "%.*s", (int)size, at)
                     : snprintf(ret_path, MODEL_PATH, "%s/%.*s", models_dir, (int)size, at);
    return length < MODEL_PATH
               ? 0
               : fg_error_set(error, -ENAMETOOLONG, "the path of a liveness model is too long");
}

/* Opens one of the names, and counts it. A model that may be left out is no error. */
static int add_model(fg_liveness *liveness, const fg_kernels *kernels, const char *path,
                     fg_error *left_out, fg_error *error)
{
    fg_error fault;
    model *of = &liveness->models[liveness->count];
    int result = open_model(kernels, path, of, &fault);
    if (result == 0) {
        liveness->count++;
        return 0;
    }
    fg_network_free(of->network);
    *of = (model){.network = NULL};
    if (left_out == NULL || result == -ENOMEM) {
        return fg_error_set(error, result, "%s", fault.text);
    }
    if (left_out->text[0] == '\0') {
        *left_out = fault;
    }
    liveness->fault = liveness->fault == 0 ? result : liveness->fault;
    return 0;
}

static int open_models(fg_liveness *liveness, const fg_kernels *kernels, const char *models_dir,
                       const char *names, fg_error *left_out, fg_error *error)
{
    char path[MODEL_PATH];
    int named = 0;
    int result = 0;
    for (const char *next = names; result == 0 && next != NULL; named++) {
        if (named == FG_LIVENESS_MODELS) {
            return fg_error_set(error, -EINVAL, "liveness_models names more than %d models",
                                FG_LIVENESS_MODELS);
        }
        result = next_name(&next, models_dir, path, error);
        if (result == 0) {
            result = add_model(liveness, kernels, path, left_out, error);
        }
    }
    if (result == 0 && liveness->count == 0) {
        result = fg_error_set(error, liveness->fault, "%s", left_out->text);
    }
    return result;
}

/* Room for the picture of the largest model. */
static int make_picture(fg_liveness *liveness, fg_error *error)
{
    int side = 1;
    for (int i = 0; i < liveness->count; i++) {
        int needs = fg_network_side(liveness->models[i].network);
        side = needs > side ? needs : side;
    }
    liveness->picture = malloc((size_t)side * (size_t)side * 3 * sizeof(float));
    return liveness->picture != NULL
               ? 0
               : fg_error_set(error, -ENOMEM, "not enough memory for a liveness model");
}

int fg_liveness_create(const char *models_dir, const char *names, fg_liveness **ret_liveness,
                       fg_error *ret_left_out, fg_error *error)
{
    const fg_kernels *kernels;
    if (ret_left_out != NULL) {
        ret_left_out->text[0] = '\0';
    }
    int result = fg_kernels_choose(getenv("FACEGATE_ISA"), &kernels, error);
    if (result != 0) {
        return result;
    }
    fg_liveness *liveness = calloc(1, sizeof(*liveness));
    if (liveness == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for a liveness model");
    }
    result = open_models(liveness, kernels, models_dir, names[0] != '\0' ? names : FG_LIVENESS_FILE,
                         ret_left_out, error);
    if (result == 0) {
        result = make_picture(liveness, error);
    }
    if (result != 0) {
        fg_liveness_free(liveness);
        return result;
    }
    *ret_liveness = liveness;
    return 0;
}

fg_liveness *fg_liveness_free(fg_liveness *liveness)
{
    if (liveness != NULL) {
        for (int i = 0; i < liveness->count; i++) {
            fg_network_free(liveness->models[i].network);
        }
        free(liveness->picture);
        free(liveness);
    }
    return NULL;
}

int fg_liveness_models(const fg_liveness *liveness)
{
    return liveness->count;
}

/* A softmax's part for one of the outputs. */
static double part_of(const float *outputs, int count, int which)
{
    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += exp((double)outputs[i] - (double)outputs[which]);
    }
    return 1 / sum;
}

int fg_liveness_score(fg_liveness *liveness, const fg_frame *frame, const fg_box *box,
                      double *ret_score, fg_error *error)
{
    double sum = 0;
    for (int i = 0; i < liveness->count; i++) {
        const model *of = &liveness->models[i];
        float outputs[FG_NETWORK_OUTPUTS];
        int result = fg_liveness_crop(frame, box, of->crop, fg_network_side(of->network),
                                      liveness->picture, error);
        if (result != 0) {
            return result;
        }
        fg_network_run(of->network, liveness->picture, outputs);
        double part = part_of(outputs, fg_network_outputs(of->network), of->alive);
        if (!isfinite(part)) {
            return fg_error_set(error, -EDOM,
                                "liveness model %d of %d gives no number for a face: its weights "
                                "are too large",
                                i + 1, liveness->count);
        }
        sum += part;
    }
    *ret_score = sum / liveness->count;
    return 0;
}
