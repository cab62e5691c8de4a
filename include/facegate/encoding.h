/*
 * A face as dlib's recognition network describes it: 128 float32; two pictures of one person are
 * near each other by Euclidean distance. Source: dlib's dnn_face_recognition_ex.cpp.
 */
#ifndef FACEGATE_ENCODING_H
#define FACEGATE_ENCODING_H

#define FG_ENCODING_SIZE  128
#define FG_ENCODING_MODEL "dlib_face_recognition_resnet_model_v1"

#endif
