/*
 * dlib's face recognition network, a ResNet of 29 layers, by kernels of our own on dlib's weights.
 * Its encodings are dlib's to 2 millionths (Euclidean; 19 for chips of one colour), and people are
 * 0.6 apart. An encoder belongs to one thread.
 * Sources: dlib's dnn_face_recognition_ex.cpp; He, Zhang, Ren, Sun, Deep Residual Learning for
 * Image Recognition, 2015; Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015.
 */
#ifndef FACEGATE_VISION_KERNELS_ENCODER_H
#define FACEGATE_VISION_KERNELS_ENCODER_H

#include "facegate/encoding.h"
#include "facegate/error.h"
#include "kernels/isa.h"

#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The side of its input, pixels. */
#define FG_ENCODER_SIDE 150

typedef struct fg_encoder fg_encoder;

/*
 * Reads dlib_face_recognition_resnet_model_v1.dat from where `dat` is, to its end; the file stays
 * the caller's. Takes 27 MB and, while it reads, 3 MB more. -EBADMSG for another file, -EIO,
 * -ENOMEM; the text says where in the file. The kernels are one of fg_kernels_choose.
 */
int fg_encoder_create(const fg_kernels *kernels, FILE *dat, fg_encoder **ret_encoder,
                      fg_error *error);
fg_encoder *fg_encoder_free(fg_encoder *encoder);

/*
 * The encoding of a chip: FG_ENCODER_SIDE rows of as many pixels, each R, G, B, without gaps. The
 * same chip gives the same bits with the same kernels. Allocates nothing.
 */
void fg_encoder_run(fg_encoder *encoder, const uint8_t *chip, float ret_encoding[FG_ENCODING_SIZE]);

#ifdef __cplusplus
}
#endif
#endif
