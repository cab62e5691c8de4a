#include "stills.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

fg_still fg_still_plane(const fg_frame *frame, int plane)
{
    int half = plane == 0 ? 1 : 2;
    return (fg_still){.pixels = frame->plane[plane],
                      .stride = frame->stride[plane],
                      .width = (frame->width + half - 1) / half,
                      .height = (frame->height + half - 1) / half};
}

/* The pixels from `first` to before `last` that lie from..to, at least one of them. */
typedef struct span {
    double from, to;
    int first, last;
} span;

static span span_of(double from, double length, int size)
{
    double to = fmin(from + length, size);
    from = fmin(fmax(from, 0), size - 1);
    to = to > from ? to : from + 1;
    return (span){.from = from, .to = to, .first = (int)from, .last = (int)ceil(to)};
}

/* How much of pixel `at` lies inside. */
static float share(const span *of, int at)
{
    return (float)(fmin(at + 1, of->to) - fmax(at, of->from));
}

/* Rows are added up first, then columns. */
void fg_still_scale(const fg_still *from, double x, double y, double step_x, double step_y,
                    const fg_still *to)
{
    float sums[FG_FRAME_MAX_SIDE];
    span all = span_of(x, to->width * step_x, from->width);

    for (int row = 0; row < to->height; row++) {
        span lines = span_of(y + row * step_y, step_y, from->height);
        memset(sums, 0, sizeof(sums));
        for (int line = lines.first; line < lines.last; line++) {
            const uint8_t *pixels = from->pixels + line * from->stride;
            float weight = share(&lines, line);
            for (int column = all.first; column < all.last; column++) {
                sums[column] += weight * (float)pixels[column];
            }
        }
        for (int column = 0; column < to->width; column++) {
            span columns = span_of(x + column * step_x, step_x, from->width);
            float sum = 0;
            for (int at = columns.first; at < columns.last; at++) {
                sum += share(&columns, at) * sums[at];
            }
            double area = (columns.to - columns.from) * (lines.to - lines.from);
            to->pixels[row * to->stride + column] = (uint8_t)lroundf(sum / (float)area);
        }
    }
}

int fg_still_write(fg_jpeg *jpeg, const fg_frame *frame, const char *folder, int number,
                   fg_error *error)
{
    char path[PATH_MAX];
    const uint8_t *data = NULL;
    size_t size = 0;
    int result =
        fg_jpeg_encode(jpeg, frame, 0, 0, frame->width, frame->height, &data, &size, error);
    if (result != 0) {
        return result;
    }
    if (snprintf(path, sizeof(path), "%s/frame-%04d.jpg", folder, number) >= (int)sizeof(path)) {
        return fg_error_set(error, -ENAMETOOLONG, "%s: the path is too long", folder);
    }
    FILE *file = fopen(path, "wbe");
    if (file == NULL) {
        return fg_error_set(error, -errno, "%s: %s", path, strerror(errno));
    }
    bool written = fwrite(data, 1, size, file) == size;
    if (fclose(file) != 0 || !written) {
        return fg_error_set(error, -EIO, "%s: %s", path, strerror(errno));
    }
    return 0;
}
