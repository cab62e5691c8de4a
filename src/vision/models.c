#include "vision/models.h"

#include "facegate/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* models/README.md has the same sums; they are of the files in dlib's own distribution. */
static const char landmarks_name[] = "shape_predictor_5_face_landmarks.dat";
static const char landmarks_sum[] =
    "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888";
static const char recognition_name[] = "dlib_face_recognition_resnet_model_v1.dat";
static const char recognition_sum[] =
    "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30";

static int check(const char *folder, const char *name, const char *sum,
                 char ret_path[FG_MODEL_PATH], fg_error *error)
{
    char actual[65];
    fg_error why = {0};
    if (snprintf(ret_path, FG_MODEL_PATH, "%s/%s", folder, name) >= FG_MODEL_PATH) {
        return fg_error_set(error, -ENAMETOOLONG, "the models folder's path is too long");
    }
    int result = fg_file_sha256(ret_path, actual, &why);
    if (result == -ENOENT || result == -ENOTDIR) {
        return fg_error_set(
            error, result,
            "model %s is missing: fetch it with \"models/fetch.sh %s\" "
            "(or from http://dlib.net/files/%s.bz2), or name its folder with --models",
            ret_path, folder, name);
    }
    if (result != 0) {
        return fg_error_set(error, result, "model %s: %s: check the file and its rights", ret_path,
                            why.text);
    }
    if (strcmp(actual, sum) != 0) {
        return fg_error_set(
            error, -EBADMSG,
            "model %s is not the right file (SHA-256 %s, not %s): remove it and fetch it "
            "again with \"models/fetch.sh %s\" (or from http://dlib.net/files/%s.bz2)",
            ret_path, actual, sum, folder, name);
    }
    return 0;
}

int fg_models_check(const char *models_dir, char ret_landmarks[FG_MODEL_PATH],
                    char ret_recognition[FG_MODEL_PATH], fg_error *error)
{
    int result = check(models_dir, landmarks_name, landmarks_sum, ret_landmarks, error);
    if (result == 0) {
        result = check(models_dir, recognition_name, recognition_sum, ret_recognition, error);
    }
    return result;
}
