/*
 * A face as dlib's recognition network describes it: 128 float32; two pictures of one person are
 * near each other by Euclidean distance. Source: dlib's dnn_face_recognition_ex.cpp.
 */
#ifndef FACEGATE_ENCODING_H
#define FACEGATE_ENCODING_H

#define FG_ENCODING_SIZE  128
#define FG_ENCODING_MODEL "dlib_face_recognition_resnet_model_v1"

/*
 * Its Euclidean length lies between these: 1.18 to 1.63 was measured. Other networks make other
 * lengths, OpenFace 1.00 and some that DeepFace offers 11 to 13, and no encoding of theirs can be
 * compared with one of dlib's.
 */
#define FG_ENCODING_SHORTEST 1.1
#define FG_ENCODING_LONGEST  1.7

#endif
