#include "scene.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

/* A window of this many pixels becomes a frame: faces of 200 pixels come out at about 110. */
#define WINDOW_WIDTH  1200
#define WINDOW_HEIGHT 900

/* Scales a plane down, each pixel the mean of those it covers. */
static void scale(const uint8_t *from, ptrdiff_t from_stride, int from_width, int from_height,
                  uint8_t *to, ptrdiff_t to_stride, int to_width, int to_height)
{
    for (int y = 0; y < to_height; y++) {
        int top = y * from_height / to_height, bottom = (y + 1) * from_height / to_height;
        for (int x = 0; x < to_width; x++) {
            int left = x * from_width / to_width, right = (x + 1) * from_width / to_width;
            int sum = 0;
            for (int row = top; row < bottom; row++) {
                for (int column = left; column < right; column++) {
                    sum += from[row * from_stride + column];
                }
            }
            to[y * to_stride + x] = (uint8_t)(sum / ((bottom - top) * (right - left)));
        }
    }
}

static int cut(const fg_frame *picture, int x, int y, fg_frame *frame)
{
    int result = fg_frame_resize(frame, SCENE_WIDTH, SCENE_HEIGHT);
    for (int plane = 0; plane < 3 && result == 0; plane++) {
        int part = plane == 0 ? 1 : 2;
        const uint8_t *corner =
            picture->plane[plane] + (ptrdiff_t)(y / part) * picture->stride[plane] + x / part;
        scale(corner, picture->stride[plane], WINDOW_WIDTH / part, WINDOW_HEIGHT / part,
              frame->plane[plane], frame->stride[plane], SCENE_WIDTH / part, SCENE_HEIGHT / part);
    }
    return result;
}

int scene_load(fg_decoder *decoder, const char *pictures_dir, fg_frame frames[SCENE_FRAMES],
               fg_error *error)
{
    fg_frame picture = {0};
    int result = 0;
    for (int i = 0; i < SCENE_FRAMES && result == 0; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof(path), "%s/sample%d.jpg", pictures_dir, i / 2 + 1);
        if (i % 2 == 0) {
            result = fg_picture_load(decoder, path, false, &picture, error);
        }
        if (result == 0 && (picture.width < WINDOW_WIDTH || picture.height < WINDOW_HEIGHT)) {
            result = fg_error_set(error, -EINVAL, "%s: has %dx%d pixels, at least %dx%d are needed",
                                  path, picture.width, picture.height, WINDOW_WIDTH, WINDOW_HEIGHT);
        }
        if (result == 0) {
            int x = i % 2 == 0 ? 0 : (picture.width - WINDOW_WIDTH) & ~1;
            result = cut(&picture, x, (picture.height - WINDOW_HEIGHT) / 4 & ~1, &frames[i]);
        }
    }
    fg_frame_release(&picture);
    return result;
}
