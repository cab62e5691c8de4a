/*
 * JPEG files of every kind, made with TurboJPEG and patched where no encoder would write them, and
 * the decoder they are given to.
 */
#ifndef FACEGATE_TESTS_DARKROOM_H
#define FACEGATE_TESTS_DARKROOM_H

#include "decode.h"
#include "facegate/camera/picture.h"

typedef struct darkroom {
    char *folder;
    fg_decoder *decoder;
    fg_frame frame; /* decoded last */
    fg_error error;
} darkroom;

int darkroom_set_up(void **state);
int darkroom_tear_down(void **state);

#define WITH_DARKROOM(test)                                                                        \
    cmocka_unit_test_setup_teardown(test, darkroom_set_up, darkroom_tear_down)

/* A file; its data are to be freed. */
typedef struct darkroom_jpeg {
    uint8_t *data;
    size_t size;
} darkroom_jpeg;

darkroom_jpeg darkroom_copy(const void *data, size_t size);

/* Formats, subsamplings and flags are TurboJPEG's. */
darkroom_jpeg darkroom_compress(const void *pixels, int width, int height, int format,
                                int subsampling, int flags);

/* Four quadrants of these colours: top left, top right, bottom left, bottom right. */
extern const uint8_t darkroom_colours[4][3];
darkroom_jpeg darkroom_quadrants(int width, int height, int subsampling, int flags);

/* Replaces `removed` bytes at `at` by others. */
void darkroom_replace(darkroom_jpeg *jpeg, size_t at, size_t removed, const void *data,
                      size_t size);

/* Where a marker segment starts. */
size_t darkroom_marker(const darkroom_jpeg *jpeg, uint8_t marker);

/* What the header of a baseline file says. */
void darkroom_set_size(darkroom_jpeg *jpeg, int width, int height);

int darkroom_decode(darkroom *f, const darkroom_jpeg *jpeg);
void darkroom_expect_decodes(darkroom *f, const darkroom_jpeg *jpeg);

void darkroom_expect_pixel(const fg_frame *frame, int x, int y, const uint8_t rgb[3],
                           int tolerance);

/* The middle of each quadrant has the colour of `order`'s. */
void darkroom_expect_quadrants(const fg_frame *frame, const int order[4]);
extern const int darkroom_as_stored[4];

#endif
