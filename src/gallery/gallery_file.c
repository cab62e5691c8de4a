/* Loads and saves the encodings file. */
#include "facegate/base/file.h"
#include "gallery_parse.h"
#include "gallery_print.h"

#include <errno.h>
#include <stdlib.h>

#define FILE_LIMIT ((size_t)256 << 20)

int fg_gallery_load(const char *path, fg_gallery **ret_gallery, fg_error *error)
{
    char *data = NULL;
    size_t size = 0;
    int result = fg_file_read(path, FILE_LIMIT, &data, &size, error);
    if (result == 0) {
        result = fg_gallery_parse(data, size, ret_gallery, error);
    } else if (result == -ENOENT) {
        fg_error_set(error, result,
                     "no such file: enroll somebody with \"facegate enroll --name NAME IMAGE\"");
    } else if (result == -EACCES) {
        fg_error_set(error, result, "you cannot read it: use sudo, or run as its owner");
    }
    free(data);
    return result == 0 ? 0 : fg_error_prefix(error, result, "Error loading encodings: %s", path);
}

int fg_gallery_save(const fg_gallery *gallery, const char *path, fg_error *error)
{
    char *data = NULL;
    size_t size = 0;
    int result = fg_gallery_print(gallery, false, &data, &size);
    if (result != 0) {
        fg_error_set(error, result, "%s: not enough memory to write it", path);
    } else if (size > FILE_LIMIT) {
        result = fg_error_set(error, -EFBIG,
                              "%s: would have %zu bytes, more than the %zu that facegate reads",
                              path, size, FILE_LIMIT);
    } else {
        result = fg_file_write(path, data, size, error);
    }
    free(data);
    return result;
}

int fg_gallery_export(const fg_gallery *gallery, char **ret_text, size_t *ret_size, fg_error *error)
{
    int result = fg_gallery_print(gallery, true, ret_text, ret_size);
    return result == 0 ? 0 : fg_error_set(error, result, "not enough memory to write it");
}
