/*
 * Scales a picture's rows down as dlib's resize_image does with bilinear interpolation, to the last
 * bit: what a pixel is made of, in which order it is summed and how it is rounded, since in an even
 * surface the detector sees nothing but these roundings. Source: dlib's interpolation.h.
 */
#ifndef FACEGATE_VISION_KERNELS_SHRINK_H
#define FACEGATE_VISION_KERNELS_SHRINK_H

#include <stdbool.h>
#include <stdint.h>

/* Chooses nothing, thrice. */
#define FG_SHRINK_NONE 0x80808000U

/* Columns of the smaller picture that are made at a time. */
#define FG_SHRINK_GROUP 8

/* Of what the columns of the smaller picture are made, the same in each row. */
typedef struct fg_columns {
    int below;      /* columns of the larger picture */
    int count;      /* and of the smaller */
    int blended;    /* so many from the left dlib makes as it makes most, the others more exactly */
    bool is_dense;  /* a group is made of sixteen columns at most */
    int *left;      /* the one to the left */
    float *part;    /* how much of the one to its right is in it, 0 to 1 */
    double *exact;  /* the same for those that are not blended, from 0 */
    uint32_t *pick; /* its left column, counted from that of its group's first, and three bytes that
                       choose none: so a shuffle of bytes gives whole numbers */
} fg_columns;

/* A row of the smaller picture between two of the larger, in each of its planes: one of grey, or
 * three of red, green and blue, in which dlib rounds otherwise. */
typedef struct fg_shrink_rows {
    int planes;
    const uint8_t *upper[3], *lower[3]; /* from column `first` of the larger picture on */
    int first, count;
    double part; /* of the lower, 0 to 1 */
} fg_shrink_rows;

/* Makes columns `at` to `at` + `count` of a row, `at` on the border of a group. Reads no column
 * that is not there. */
typedef void fg_shrink_row(const fg_columns *columns, const fg_shrink_rows *rows, int at, int count,
                           uint8_t *const out[3]);

/* Splits `count` pixels of red, green, blue into planes. */
typedef void fg_split(const uint8_t *pixels, int count, uint8_t *const planes[3]);

#endif
