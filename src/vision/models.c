/* Finds the model files and checks that they are the right ones. */
#include "models.h"

#include "facegate/base/file.h"
#include "facegate/vision/engine.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* models/README.md has the same sums; they are of the files in dlib's own distribution. */
static const char landmarks_name[] = "shape_predictor_5_face_landmarks.dat";
static const char landmarks_sum[] =
    "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888";
static const char recognition_name[] = "dlib_face_recognition_resnet_model_v1.dat";
static const char recognition_sum[] =
    "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30";

/* What is wrong with it, and no word of what to do about it. */
static int find_fault(const char *folder, const char *name, const char *sum,
                      char ret_path[FG_MODEL_PATH], fg_error *ret_fault)
{
    char actual[65];
    fg_error why = {0};
    if (snprintf(ret_path, FG_MODEL_PATH, "%s/%s", folder, name) >= FG_MODEL_PATH) {
        return fg_error_set(ret_fault, -ENAMETOOLONG, "the models folder's path is too long");
    }
    int result = fg_file_sha256(ret_path, actual, &why);
    if (result == -ENOENT || result == -ENOTDIR) {
        return fg_error_set(ret_fault, result, "model %s is missing", ret_path);
    }
    if (result != 0) {
        return fg_error_set(ret_fault, result, "model %s: %s", ret_path, why.text);
    }
    if (strcmp(actual, sum) != 0) {
        return fg_error_set(ret_fault, -EBADMSG,
                            "model %s is not the right file (SHA-256 %s, not %s)", ret_path, actual,
                            sum);
    }
    return 0;
}

static int check(const char *folder, const char *name, const char *sum,
                 char ret_path[FG_MODEL_PATH], fg_error *error)
{
    fg_error fault;
    int result = find_fault(folder, name, sum, ret_path, &fault);
    if (result == 0) {
        return 0;
    }
    if (result == -ENOENT || result == -ENOTDIR) {
        return fg_error_set(error, result,
                            "%s: fetch it with \"models/fetch.sh %s\" (or from "
                            "http://dlib.net/files/%s.bz2), or name its folder with --models",
                            fault.text, folder, name);
    }
    if (result == -EBADMSG) {
        return fg_error_set(error, result,
                            "%s: remove it and fetch it again with \"models/fetch.sh %s\" (or "
                            "from http://dlib.net/files/%s.bz2)",
                            fault.text, folder, name);
    }
    return fg_error_set(error, result,
                        result == -ENAMETOOLONG ? "%s" : "%s: check the file and its rights",
                        fault.text);
}

int fg_engine_find_fault(const char *models_dir, fg_error *ret_fault)
{
    char path[FG_MODEL_PATH];
    fg_error first = {""}, second = {""};
    int result = find_fault(models_dir, landmarks_name, landmarks_sum, path, &first);
    int other = find_fault(models_dir, recognition_name, recognition_sum, path, &second);
    bool both = result != 0 && other != 0 && strcmp(first.text, second.text) != 0;
    if (result != 0 || other != 0) {
        fg_error_set(ret_fault, 0, "%s%s%s", first.text, both ? "; " : "",
                     result == 0 || both ? second.text : "");
    }
    return result != 0 ? result : other;
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
