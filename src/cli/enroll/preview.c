/* The JPEG file that shows the newest picture. */
#include "enroll/preview.h"

#include "facegate/base/file.h"
#include "facegate/clock.h"
#include "facegate/delivery/jpeg.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUALITY  80
#define INTERVAL (FG_NS_PER_S / 5)

struct fg_preview {
    char path[PATH_MAX];
    bool is_there; /* the file, and it is ours */
    fg_jpeg *jpeg;
    fg_frame copy; /* to draw on */
    int64_t next;  /* frame time */
};

static int fail(const char *path, int result, fg_error *error)
{
    return fg_error_set(error, result, "--preview %s: %s", path, strerror(-result));
}

/* What is there already is not to be lost. */
static int check_free(const char *path, fg_error *error)
{
    struct stat info;
    if (lstat(path, &info) != 0) {
        return errno == ENOENT ? 0 : fail(path, -errno, error);
    }
    const char *what = "is not a regular file: name a new file";
    if (S_ISDIR(info.st_mode)) {
        what = "is a folder: name a file in it";
    } else if (S_ISREG(info.st_mode) || S_ISLNK(info.st_mode)) {
        what = "the file exists: remove it, or use another name";
    }
    return fg_error_set(error, -EEXIST, "--preview %s: %s", path, what);
}

/* Whether it can be made; fg_file_put writes it under another name first, which may be left. */
static int try_out(const char *path, fg_error *error)
{
    char temporary[PATH_MAX + 8];
    struct stat info;
    snprintf(temporary, sizeof(temporary), "%s.new", path);
    if (lstat(temporary, &info) == 0) {
        return fg_error_set(error, -EEXIST,
                            "--preview %s: %s exists, left by a command that was killed: remove it",
                            path, temporary);
    }
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fail(path, -errno, error);
    }
    close(fd);
    unlink(temporary);
    return 0;
}

int fg_preview_create(const char *path, fg_preview **ret_preview, fg_error *error)
{
    fg_preview *preview = calloc(1, sizeof(*preview));
    if (preview == NULL || fg_jpeg_create(QUALITY, &preview->jpeg) != 0) {
        free(preview);
        return fail(path, -ENOMEM, error);
    }
    int result = 0;
    if (snprintf(preview->path, sizeof(preview->path), "%s", path) >= (int)sizeof(preview->path)) {
        result = fail(path, -ENAMETOOLONG, error);
    }
    if (result == 0) {
        result = check_free(path, error);
    }
    if (result == 0) {
        result = try_out(path, error);
    }
    if (result != 0) {
        fg_preview_free(preview);
        return result;
    }
    *ret_preview = preview;
    return 0;
}

fg_preview *fg_preview_free(fg_preview *preview)
{
    if (preview == NULL) {
        return NULL;
    }
    if (preview->is_there) {
        unlink(preview->path);
    }
    fg_jpeg_free(preview->jpeg);
    fg_frame_release(&preview->copy);
    free(preview);
    return NULL;
}

/* A filled rectangle in one plane, clipped to it. */
static void fill(fg_frame *frame, int plane, fg_box box, uint8_t value)
{
    int half = plane == 0 ? 1 : 2;
    int left = box.x / half < 0 ? 0 : box.x / half;
    int top = box.y / half < 0 ? 0 : box.y / half;
    int right = (box.x + box.width) / half;
    int bottom = (box.y + box.height) / half;
    right = right < frame->width / half ? right : frame->width / half;
    bottom = bottom < frame->height / half ? bottom : frame->height / half;
    for (int row = top; row < bottom && left < right; row++) {
        memset(frame->plane[plane] + (ptrdiff_t)row * frame->stride[plane] + left, value,
               (size_t)(right - left));
    }
}

static void draw_box(fg_frame *frame, const fg_box *box, bool good)
{
    static const uint8_t green[3] = {150, 44, 21}, red[3] = {76, 85, 255}; /* Y, U, V of BT.601 */
    const uint8_t *colour = good ? green : red;
    int line = frame->width / 320 * 2 + 2;
    const fg_box edges[] = {
        {box->x, box->y, box->width, line},
        {box->x, box->y + box->height - line, box->width, line},
        {box->x, box->y, line, box->height},
        {box->x + box->width - line, box->y, line, box->height},
    };
    for (int plane = 0; plane < 3; plane++) {
        for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
            fill(frame, plane, edges[i], colour[plane]);
        }
    }
}

int fg_preview_show(fg_preview *preview, const fg_frame *frame, const fg_box *box, bool good,
                    fg_error *error)
{
    const uint8_t *data = NULL;
    size_t size = 0;
    if (frame->monotonic < preview->next) {
        return 0;
    }
    preview->next = frame->monotonic + INTERVAL;
    if (fg_frame_copy(&preview->copy, frame) != 0) {
        return fail(preview->path, -ENOMEM, error);
    }
    if (box != NULL) {
        draw_box(&preview->copy, box, good);
    }
    /* Somebody may have made the file since it was looked for. */
    int result = preview->is_there ? 0 : check_free(preview->path, error);
    if (result != 0) {
        return result;
    }
    result = fg_jpeg_encode(preview->jpeg, &preview->copy, 0, 0, frame->width, frame->height, &data,
                            &size, error);
    if (result == 0) {
        result = fg_file_put(AT_FDCWD, preview->path, data, size);
        if (result != 0) {
            return fail(preview->path, result, error);
        }
        preview->is_there = true;
    }
    return result;
}
