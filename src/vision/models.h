/*
 * Which model files the engine needs and that they are the right ones.
 */
#ifndef FACEGATE_VISION_MODELS_H
#define FACEGATE_VISION_MODELS_H

#include "facegate/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FG_MODEL_PATH 4352 /* a configured folder and a file's name */

/*
 * Writes both paths and checks both SHA-256 sums. -ENOENT, -EACCES ..., -EBADMSG for a wrong sum;
 * the text names the file and how to fetch it.
 */
int fg_models_check(const char *models_dir, char ret_landmarks[FG_MODEL_PATH],
                    char ret_recognition[FG_MODEL_PATH], fg_error *error);

#ifdef __cplusplus
}
#endif
#endif
