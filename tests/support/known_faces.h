/*
 * Where the faces of the test pictures are, in pixels of the picture, as dlib's detector finds them
 * in grey and without scaling; in colour some of them are a fifth larger or smaller. Of the 22
 * people in them three look away and are not found; one thing is found that is no face. Within a
 * picture the order is the detector's confidence.
 */
#ifndef FACEGATE_KNOWN_FACES_H
#define FACEGATE_KNOWN_FACES_H

#include "facegate/vision/engine.h"

#include <stdbool.h>

typedef struct fg_known_face {
    int picture; /* tests/pictures/sampleN.jpg */
    fg_box box;
    bool is_none;  /* what the detector takes for a face */
    bool is_twice; /* the one woman who is in two pictures: sample1's right and sample3's middle */
} fg_known_face;

static const fg_known_face fg_known_faces[] = {
    {1, {376, 376, 216, 216}, false, false},  {1, {1451, 233, 216, 216}, false, true},
    {1, {830, 472, 216, 216}, false, false},  {1, {1494, 584, 105, 105}, true, false},
    {2, {1448, 214, 180, 180}, false, false}, {3, {567, 376, 216, 216}, false, false},
    {3, {1499, 352, 216, 216}, false, false}, {3, {1025, 251, 259, 259}, false, true},
    {4, {1229, 194, 180, 180}, false, false}, {4, {615, 113, 216, 216}, false, false},
    {4, {950, 209, 216, 216}, false, false},  {5, {791, 134, 180, 180}, false, false},
    {5, {615, 448, 216, 216}, false, false},  {5, {376, 926, 216, 216}, false, false},
    {5, {1090, 234, 180, 180}, false, false}, {5, {1380, 448, 216, 216}, false, false},
    {6, {1165, 376, 216, 216}, false, false}, {6, {639, 376, 216, 216}, false, false},
    {6, {251, 509, 259, 259}, false, false},  {6, {1451, 328, 216, 216}, false, false},
};
#define FG_KNOWN_FACES ((int)(sizeof(fg_known_faces) / sizeof(fg_known_faces[0])))

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FG_TEST_SANITIZED 1
#elif defined(__has_feature) /* clang */
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FG_TEST_SANITIZED 1
#endif
#endif

/* The engine is a dozen times slower under a sanitizer, and two pictures exercise all of its code;
 * they are the two that show the same woman. */
#ifdef FG_TEST_SANITIZED
static const int fg_test_pictures[] = {1, 3};
#else
static const int fg_test_pictures[] = {1, 2, 3, 4, 5, 6};
#endif
#define FG_TEST_PICTURES ((int)(sizeof(fg_test_pictures) / sizeof(fg_test_pictures[0])))

#endif
