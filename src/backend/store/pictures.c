/* Picture files from their first byte to their removal. */
#include "store/pictures.h"

#include "facegate/base/file.h"
#include "facegate/base/folder.h"
#include "facegate/text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <turbojpeg.h>
#include <unistd.h>

struct fg_pictures {
    int drafts; /* DIR/tmp */
    int kept;   /* DIR/static/img */
};

static int open_folder(int parent, const char *name, int *ret_fd, fg_error *error)
{
    if (mkdirat(parent, name, 0700) != 0 && errno != EEXIST) {
        return fg_error_set(error, -errno, "cannot make the folder %s: %s", name, strerror(errno));
    }
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return fg_error_set(error, -errno, "cannot open the folder %s: %s", name, strerror(errno));
    }
    *ret_fd = fd;
    return 0;
}

static int remove_draft(void *context, const char *name)
{
    const int *folder = context;
    return unlinkat(*folder, name, 0) != 0 && errno != ENOENT ? -errno : 0;
}

int fg_pictures_open(int data, fg_pictures **ret_pictures, fg_error *error)
{
    int statics = -1;
    fg_pictures *pictures = malloc(sizeof(*pictures));
    if (pictures == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    *pictures = (fg_pictures){.drafts = -1, .kept = -1};
    int result = open_folder(data, "tmp", &pictures->drafts, error);
    if (result == 0) {
        result = open_folder(data, "static", &statics, error);
    }
    if (result == 0) {
        result = open_folder(statics, "img", &pictures->kept, error);
    }
    if (result == 0) {
        result = fg_folder_each(pictures->drafts, remove_draft, &pictures->drafts, error);
    }
    if (statics >= 0) {
        if (result == 0 && (fsync(statics) != 0 || fsync(data) != 0)) {
            result = fg_error_set(error, -errno, "cannot sync the folder: %s", strerror(errno));
        }
        close(statics);
    }
    if (result != 0) {
        fg_pictures_free(pictures);
        return result;
    }
    *ret_pictures = pictures;
    return 0;
}

fg_pictures *fg_pictures_free(fg_pictures *pictures)
{
    if (pictures != NULL) {
        if (pictures->drafts >= 0) {
            close(pictures->drafts);
        }
        if (pictures->kept >= 0) {
            close(pictures->kept);
        }
        free(pictures);
    }
    return NULL;
}

/* "20261122-145501-0123456789abcdef.jpg": the time is for people, the rest makes it unique. */
static int make_name(char ret_name[FG_PICTURE_NAME])
{
    unsigned char random[8];
    struct tm local;
    time_t now = time(NULL);
    if (RAND_bytes(random, sizeof(random)) != 1 || localtime_r(&now, &local) == NULL) {
        return -EIO;
    }
    size_t size = strftime(ret_name, FG_PICTURE_NAME, "%Y%m%d-%H%M%S-", &local);
    if (size != 16) {
        return -ERANGE;
    }
    fg_text_hex(random, sizeof(random), ret_name + size);
    memcpy(ret_name + size + 16, ".jpg", 5);
    return 0;
}

static bool is_one_of(char byte, const char *set)
{
    return byte != '\0' && strchr(set, byte) != NULL;
}

/* Whether a byte is what the form has in its place. */
static bool fits(char byte, char form)
{
    switch (form) {
    case 'd':
        return is_one_of(byte, "0123456789");
    case 'x':
        return is_one_of(byte, "0123456789abcdef");
    default:
        return byte == form;
    }
}

bool fg_picture_is_name(const char *name)
{
    static const char form[] = "dddddddd-dddddd-xxxxxxxxxxxxxxxx.jpg";
    if (strlen(name) != sizeof(form) - 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof(form) - 1; i++) {
        if (!fits(name[i], form[i])) {
            return false;
        }
    }
    return true;
}

static int trouble(int code, const char *what, fg_error *error)
{
    return fg_error_set(error, code, "cannot %s the picture: %s", what, strerror(-code));
}

int fg_draft_begin(fg_pictures *pictures, fg_draft *draft, fg_error *error)
{
    int result = make_name(draft->name);
    if (result != 0) {
        return trouble(result, "name", error);
    }
    draft->fd = openat(pictures->drafts, draft->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    draft->size = 0;
    draft->kept = false;
    return draft->fd >= 0 ? 0 : trouble(-errno, "make", error);
}

int fg_draft_write(fg_draft *draft, const void *data, size_t size, fg_error *error)
{
    int result = fg_file_write_all(draft->fd, data, size);
    if (result != 0) {
        return trouble(result, "write", error);
    }
    draft->size += (int64_t)size;
    return 0;
}

static int check_header(const unsigned char *data, size_t size, fg_error *error)
{
    int width = 0, height = 0, subsampling = 0, colours = 0;
    if (data[0] != 0xFF || data[1] != 0xD8 || data[2] != 0xFF) {
        return fg_error_set(error, -EINVAL, "image is not a JPEG");
    }
    if (data[size - 2] != 0xFF || data[size - 1] != 0xD9) {
        return fg_error_set(error, -EINVAL, "image is an incomplete JPEG: its end is missing");
    }
    tjhandle decoder = tjInitDecompress();
    if (decoder == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    int result = tjDecompressHeader3(decoder, data, (unsigned long)size, &width, &height,
                                     &subsampling, &colours);
    tjDestroy(decoder);
    if (result != 0 || width < 1 || height < 1) {
        return fg_error_set(error, -EINVAL, "image is a JPEG that cannot be decoded");
    }
    if (colours == TJCS_CMYK || colours == TJCS_YCCK) {
        return fg_error_set(error, -EINVAL, "image is a CMYK JPEG: send grey or YCbCr");
    }
    if (width > FG_PICTURE_SIDE || height > FG_PICTURE_SIDE) {
        return fg_error_set(error, -EINVAL, "image has %d x %d pixels: a side has 1 to %d", width,
                            height, FG_PICTURE_SIDE);
    }
    return 0;
}

int fg_draft_check(const fg_draft *draft, fg_error *error)
{
    size_t size = (size_t)draft->size;
    if (size < 4) {
        return fg_error_set(error, -EINVAL,
                            size == 0 ? "image is empty" : "image is an incomplete JPEG");
    }
    unsigned char *data = malloc(size);
    if (data == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    /* A regular file that nobody else has is read in one go. */
    ssize_t got = pread(draft->fd, data, size, 0);
    int result = got == (ssize_t)size ? check_header(data, size, error)
                                      : trouble(got < 0 ? -errno : -EIO, "read", error);
    free(data);
    return result;
}

int fg_draft_keep(fg_pictures *pictures, fg_draft *draft, fg_error *error)
{
    /* Only a hint: whether it is on the disk is what fg_draft_sync finds out. */
    (void)sync_file_range(draft->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    if (renameat(pictures->drafts, draft->name, pictures->kept, draft->name) != 0) {
        return trouble(-errno, "name", error);
    }
    draft->kept = true;
    return 0;
}

int fg_pictures_sync(fg_pictures *pictures, fg_error *error)
{
    return fsync(pictures->kept) == 0 ? 0 : trouble(-errno, "name", error);
}

int fg_draft_sync(fg_draft *draft, fg_error *error)
{
    if (fdatasync(draft->fd) != 0) {
        return trouble(-errno, "write", error);
    }
    close(draft->fd);
    draft->fd = -1;
    return 0;
}

void fg_draft_drop(fg_pictures *pictures, fg_draft *draft)
{
    if (draft->fd >= 0) {
        close(draft->fd);
        unlinkat(draft->kept ? pictures->kept : pictures->drafts, draft->name, 0);
        draft->fd = -1;
    }
}

int fg_picture_open(fg_pictures *pictures, const char *name, int64_t *ret_size)
{
    struct stat info;
    if (!fg_picture_is_name(name)) {
        return -ENOENT;
    }
    int fd = openat(pictures->kept, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return -errno;
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        close(fd);
        return -ENOENT;
    }
    *ret_size = info.st_size;
    return fd;
}

int fg_picture_remove(fg_pictures *pictures, const char *name)
{
    return unlinkat(pictures->kept, name, 0) == 0 || errno == ENOENT ? 0 : -errno;
}

typedef struct sweep {
    fg_pictures *pictures;
    int (*is_known)(void *context, const char *name);
    void *context;
    int64_t removed;
} sweep;

static int sweep_one(void *context, const char *name)
{
    sweep *of = context;
    /* What was not named here is somebody's, and never served. */
    int known = fg_picture_is_name(name) ? of->is_known(of->context, name) : 1;
    if (known != 0) {
        return known < 0 ? known : 0;
    }
    of->removed++;
    return fg_picture_remove(of->pictures, name);
}

int fg_pictures_sweep(fg_pictures *pictures, int (*is_known)(void *context, const char *name),
                      void *context, int64_t *ret_removed, fg_error *error)
{
    sweep of = {.pictures = pictures, .is_known = is_known, .context = context};
    int result = fg_folder_each(pictures->kept, sweep_one, &of, error);
    if (result == 0) {
        *ret_removed = of.removed;
    }
    return result;
}
