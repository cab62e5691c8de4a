/* Keeps frames in a folder, as pictures or as drawings. */
#include "debug/record.h"

#include "debug/annotate.h"
#include "facegate/base/file.h"
#include "facegate/base/folder.h"
#include "facegate/delivery/jpeg.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fg_record {
    char *path;
    int fd;    /* of the folder */
    bool made; /* by us */
    enum fg_record_as as;
    fg_jpeg *jpeg;
    fg_buffer svg;
    fg_written written;
};

static const struct {
    const char *option;
    const char *ending;
    int quality;
} kinds[] = {
    /* Played again, a picture is to give the same decisions. From 90 to 100 they came within a
     * frame of the first run's, since the detector's boxes move with the least change. */
    [FG_RECORD_PICTURES] = {"--record", "jpg", 95},
    [FG_RECORD_ANNOTATED] = {"--annotate", "svg", 80},
};

static int refuse_entry(void *context, const char *name)
{
    (void)context;
    (void)name;
    return -ENOTEMPTY;
}

static int open_folder(fg_record *record)
{
    record->made = mkdir(record->path, 0700) == 0;
    if (!record->made && errno != EEXIST) {
        return -errno;
    }
    record->fd = open(record->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (record->fd < 0) {
        return -errno;
    }
    int result = fg_folder_each(record->fd, refuse_entry, NULL, NULL);
    if (result == 0 && faccessat(record->fd, ".", W_OK | X_OK, AT_EACCESS) != 0) {
        result = -errno;
    }
    return result;
}

int fg_record_open(const char *path, enum fg_record_as as, fg_record **ret_record, fg_error *error)
{
    int result = -ENOMEM;
    fg_record *record = calloc(1, sizeof(*record));
    if (record != NULL) {
        record->fd = -1;
        record->as = as;
        record->path = strdup(path);
    }
    if (record != NULL && record->path != NULL &&
        fg_jpeg_create(kinds[as].quality, &record->jpeg) == 0) {
        result = open_folder(record);
    }
    if (result != 0) {
        fg_record_close(record);
        return fg_error_set(error, result, "%s %s: %s", kinds[as].option, path,
                            result == -ENOTEMPTY
                                ? "the folder is not empty: empty it, or use another"
                                : strerror(-result));
    }
    *ret_record = record;
    return 0;
}

fg_record *fg_record_close(fg_record *record)
{
    if (record == NULL) {
        return NULL;
    }
    if (record->fd >= 0) {
        close(record->fd);
    }
    if (record->made && record->written.frames == 0) {
        rmdir(record->path);
    }
    fg_jpeg_free(record->jpeg);
    fg_buffer_free(&record->svg);
    free(record->path);
    free(record);
    return NULL;
}

fg_written fg_record_written(const fg_record *record)
{
    return record->written;
}

bool fg_record_is_same(const fg_record *one, const fg_record *other)
{
    struct stat first;
    struct stat second;
    return fstat(one->fd, &first) == 0 && fstat(other->fd, &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

int fg_record_frame(fg_record *record, const fg_frame_result *frame_result, fg_error *error)
{
    char name[64];
    const fg_frame *frame = frame_result->frame;
    const uint8_t *data = NULL;
    size_t size = 0;
    int result =
        fg_jpeg_encode(record->jpeg, frame, 0, 0, frame->width, frame->height, &data, &size, error);
    if (result != 0) {
        return result;
    }
    if (record->as == FG_RECORD_ANNOTATED) {
        fg_buffer_clear(&record->svg);
        fg_annotate(&record->svg, frame_result, data, size);
        data = (const uint8_t *)record->svg.data;
        size = record->svg.size;
        result = record->svg.failed ? -ENOMEM : 0;
    }
    snprintf(name, sizeof(name), "frame-%08" PRIu64 ".%s", frame->sequence,
             kinds[record->as].ending);
    if (result == 0) {
        result = fg_file_put(record->fd, name, data, size);
    }
    if (result != 0) {
        return fg_error_set(error, result, "%s: %s", name, strerror(-result));
    }
    record->written.frames++;
    record->written.bytes += size;
    return 0;
}
