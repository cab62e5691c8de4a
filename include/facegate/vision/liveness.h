/*
 * Whether a face is a living one or a picture of somebody: small networks that look at the face and
 * what is around it, the edge of a sheet or of a telephone. A hurdle, not a guarantee: what fills
 * the whole view, good screens and masks may pass; see docs/security.md. It belongs to one thread.
 * Source: models/README.md; Minivision's Silent-Face-Anti-Spoofing for the crop.
 */
#ifndef FACEGATE_VISION_LIVENESS_H
#define FACEGATE_VISION_LIVENESS_H

#include "facegate/error.h"
#include "facegate/frame.h"
#include "facegate/vision/engine.h"

#define FG_LIVENESS_FILE   "fr_liveness.onnx" /* in the folder of the models */
#define FG_LIVENESS_MODELS 4                  /* the most that are averaged */

typedef struct fg_liveness fg_liveness;

/*
 * Loads models: `names` are their files, parted by commas, in `models_dir` unless they are absolute
 * paths; empty for FG_LIVENESS_FILE alone. Some 50 ms. A model other than that one has to say which
 * of its outputs means alive, see docs/security.md. -ENOENT where a file is missing; -EACCES, -EIO;
 * -EBADMSG for a damaged one; -ENOTSUP for a network that cannot be run, with the operator's name;
 * -ENOMEM; -EINVAL for names that are none, and as fg_engine_create for FACEGATE_ISA. The text
 * names the file.
 * With `ret_left_out` not NULL, models that cannot be used are left out as long as one is left, and
 * the first fault goes there; it is empty where there is none.
 */
int fg_liveness_create(const char *models_dir, const char *names, fg_liveness **ret_liveness,
                       fg_error *ret_left_out, fg_error *error);
fg_liveness *fg_liveness_free(fg_liveness *liveness);

/* How many models there are. */
int fg_liveness_models(const fg_liveness *liveness);

/*
 * How much a face looks alive, 0 to 1: the mean over the models. `box` is the face's in pixels of
 * the frame, as the engine finds it; it may reach past the edges. Allocates nothing. -EINVAL for a
 * box in which no face can be; -EDOM where a model's weights are so large that it gives no number.
 */
int fg_liveness_score(fg_liveness *liveness, const fg_frame *frame, const fg_box *box,
                      double *ret_score, fg_error *error);

#endif
