/* Makes a large frame smaller by a whole factor. */
#include "facegate/camera/reduce.h"

#include <errno.h>
#include <string.h>

/* Adds up the columns of `factor` rows, then as many of the sums for each pixel. */
static void reduce_row(const uint8_t *from, int stride, int factor, int columns, uint8_t *to)
{
    uint16_t sums[FG_FRAME_MAX_SIDE]; /* FG_REDUCE_MAX times 255 */
    int width = columns * factor;
    unsigned area = (unsigned)(factor * factor);
    memset(sums, 0, (size_t)width * sizeof(sums[0]));
    for (int y = 0; y < factor; y++) {
        const uint8_t *row = from + (ptrdiff_t)y * stride;
        for (int x = 0; x < width; x++) {
            sums[x] = (uint16_t)(sums[x] + row[x]);
        }
    }
    for (int x = 0; x < columns; x++) {
        unsigned sum = area / 2;
        for (int k = 0; k < factor; k++) {
            sum += sums[x * factor + k];
        }
        to[x] = (uint8_t)(sum / area);
    }
}

int fg_reduce_frame(const fg_frame *from, int factor, fg_frame *to)
{
    if (factor < 2 || factor > FG_REDUCE_MAX) {
        return -EINVAL;
    }
    int width = from->width / factor / 2 * 2, height = from->height / factor / 2 * 2;
    int result = fg_frame_resize(to, width, height);
    if (result != 0) {
        return result;
    }
    for (int plane = 0; plane < 3; plane++) {
        int columns = plane == 0 ? width : width / 2;
        int rows = plane == 0 ? height : height / 2;
        for (int y = 0; y < rows; y++) {
            reduce_row(from->plane[plane] + (ptrdiff_t)y * factor * from->stride[plane],
                       from->stride[plane], factor, columns,
                       to->plane[plane] + (ptrdiff_t)y * to->stride[plane]);
        }
    }
    return 0;
}
