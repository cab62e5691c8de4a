/* Any bytes are either refused with a text, or a picture all of whose planes can be read; and what
 * came before them makes no difference. */
#include "decode.h"
#include "facegate/camera/picture.h"
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

static fg_decoder *seasoned;
static fg_frame frames[3];

static uint64_t read_planes(const fg_frame *frame)
{
    uint64_t sum = 0;
    fg_fuzz_expect(frame->width >= 1 && frame->width <= FG_FRAME_MAX_SIDE, "a width that is none");
    fg_fuzz_expect(frame->height >= 1 && frame->height <= FG_FRAME_MAX_SIDE,
                   "a height that is none");
    for (int plane = 0; plane < 3; plane++) {
        int scale = plane == 0 ? 1 : 2;
        for (int y = 0; y < (frame->height + scale - 1) / scale; y++) {
            for (int x = 0; x < (frame->width + scale - 1) / scale; x++) {
                sum = sum * 31 +
                      frame->plane[plane][(size_t)y * (size_t)frame->stride[plane] + (size_t)x];
            }
        }
    }
    return sum;
}

/* As a file, so that its EXIF data counts. */
static int load(const uint8_t *data, size_t size, fg_frame *frame, fg_error *error)
{
    char path[64];
    int fd = memfd_create("picture", MFD_CLOEXEC);
    fg_fuzz_expect(fd >= 0 && write(fd, data, size) == (ssize_t)size, "no memory for the file");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    int result = fg_picture_load(seasoned, path, true, frame, error);
    close(fd);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fg_decoder *fresh = NULL;
    fg_error error = {0};
    if (seasoned == NULL) {
        fg_fuzz_expect(fg_decoder_create(&seasoned) == 0, "no decoder");
    }
    fg_fuzz_expect(fg_decoder_create(&fresh) == 0, "no decoder");
    int result = fg_decoder_decode(seasoned, data, size, &frames[0], &error);
    fprintf(stderr, "R %d %s\n", result, error.text);
    fg_fuzz_expect(result == 0 || error.text[0] != '\0', "an error without a text");
    fg_fuzz_expect(fg_decoder_decode(fresh, data, size, &frames[1], NULL) == result,
                   "another verdict");
    if (result == 0) {
        fg_fuzz_expect(read_planes(&frames[0]) == read_planes(&frames[1]), "another picture");
    }
    fg_decoder_free(fresh);
    if (fg_decoder_decode_stream(seasoned, data, size, &frames[0], NULL) == 0) {
        read_planes(&frames[0]);
    } else {
        fg_fuzz_expect(result != 0, "a stream is stricter than a file");
    }
    fg_fuzz_expect(load(data, size, &frames[2], &error) == result, "another verdict on the file");
    if (result == 0) {
        read_planes(&frames[2]);
    }
    return 0;
}
