/*
 * Of which columns of a picture those of a smaller one are made, kept from picture to picture.
 * Internal to the pyramid. Source: dlib's resize_image, which goes along a row four columns at a
 * time in single precision and ends it in double.
 */
#ifndef FACEGATE_VISION_PYRAMID_COLUMNS_H
#define FACEGATE_VISION_PYRAMID_COLUMNS_H

#include "kernels/shrink.h"

/* Makes `columns`, at first all zeroes, those between two widths; nothing where they are already.
 * -ENOMEM; then they are as at first. */
int fg_columns_prepare(fg_columns *columns, int below, int count);
void fg_columns_release(fg_columns *columns);

#endif
