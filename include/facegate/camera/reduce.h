/*
 * Makes a large frame smaller by a whole factor, by averaging: what a face is looked for in, while
 * its encoding is made from all pixels. Any thread; a frame belongs to one thread at a time.
 */
#ifndef FACEGATE_CAMERA_REDUCE_H
#define FACEGATE_CAMERA_REDUCE_H

#include "facegate/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Writes `from` into `to`, another frame, which is resized: each of its pixels is the mean of
 * `factor` by `factor` (2 to FG_REDUCE_MAX). Sides are rounded down to even numbers; what is beyond
 * is cut off. Its times and sequence are left alone. -EINVAL if a side would be below 2, -ENOMEM.
 */
int fg_reduce_frame(const fg_frame *from, int factor, fg_frame *to);

#define FG_REDUCE_MAX 16

#ifdef __cplusplus
}
#endif
#endif
