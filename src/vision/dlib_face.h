/*
 * What dlib does with a face that is found, behind a C face: places its landmarks, and turns it
 * upright into the chip that is encoded. Each in a translation unit of its own, since dlib's
 * headers are heavy: a machine with little memory has to compile them too. One thread.
 */
#ifndef FACEGATE_VISION_DLIB_FACE_H
#define FACEGATE_VISION_DLIB_FACE_H

#include "facegate/error.h"
#include "facegate/vision/engine.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A picture of R, G, B bytes without gaps. */
typedef struct fg_rgb {
    const uint8_t *pixels;
    int width, height;
} fg_rgb;

/* Pixels of the picture, in the order of fg_landmarks. */
typedef struct fg_points {
    int x[5], y[5];
} fg_points;

typedef struct fg_predictor fg_predictor;

/* Reads the model of landmarks, whose sum was checked. -ENOMEM, -EIO. */
int fg_predictor_create(const char *path, fg_predictor **ret_predictor,
                        fg_error *error) FG_NOEXCEPT;
fg_predictor *fg_predictor_free(fg_predictor *predictor) FG_NOEXCEPT;

/* The landmarks of the face in a box. -ENOMEM, -EIO. */
int fg_predictor_place(const fg_predictor *predictor, const fg_rgb *picture, const fg_box *box,
                       fg_points *ret_points, fg_error *error) FG_NOEXCEPT;

/* The chip of a face with these landmarks, FG_CHIP_SIDE rows of as many pixels. -ENOMEM, -EIO. */
int fg_dlib_cut_chip(const fg_rgb *picture, const fg_points *points,
                     uint8_t ret_chip[FG_CHIP_SIDE * FG_CHIP_SIDE * 3],
                     fg_error *error) FG_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
