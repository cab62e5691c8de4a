/* Allocates a frame's planes. */
#include "facegate/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* SIMD readers like aligned rows. */
#define ROW_ALIGN 64

static size_t align_up(size_t value)
{
    return (value + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;
}

int fg_frame_resize(fg_frame *frame, int width, int height)
{
    if (width < 1 || height < 1 || width > FG_FRAME_MAX_SIDE || height > FG_FRAME_MAX_SIDE) {
        return -EINVAL;
    }
    size_t chroma_width = ((size_t)width + 1) / 2;
    size_t chroma_height = ((size_t)height + 1) / 2;
    size_t luma_stride = align_up(chroma_width * 2);
    size_t chroma_stride = align_up(chroma_width);
    size_t luma_size = luma_stride * chroma_height * 2;
    size_t chroma_size = chroma_stride * chroma_height;
    size_t needed = luma_size + 2 * chroma_size;

    if (needed > frame->capacity) {
        uint8_t *memory = aligned_alloc(ROW_ALIGN, needed);
        if (memory == NULL) {
            return -ENOMEM;
        }
        /* The bytes between rows are never meant, but may be read by whole-vector copies. */
        memset(memory, 0, needed);
        free(frame->memory);
        frame->memory = memory;
        frame->capacity = needed;
    }
    frame->width = width;
    frame->height = height;
    frame->plane[0] = frame->memory;
    frame->plane[1] = frame->memory + luma_size;
    frame->plane[2] = frame->memory + luma_size + chroma_size;
    frame->stride[0] = (int)luma_stride;
    frame->stride[1] = (int)chroma_stride;
    frame->stride[2] = (int)chroma_stride;
    return 0;
}

int fg_frame_copy(fg_frame *frame, const fg_frame *from)
{
    int result = fg_frame_resize(frame, from->width, from->height);
    if (result == 0) {
        /* Frames of one size are laid out alike. */
        size_t chroma = (size_t)from->stride[2] * (((size_t)from->height + 1) / 2);
        memcpy(frame->memory, from->memory, (size_t)(from->plane[2] - from->memory) + chroma);
        frame->sequence = from->sequence;
        frame->monotonic = from->monotonic;
        frame->realtime = from->realtime;
    }
    return result;
}

void fg_frame_release(fg_frame *frame)
{
    free(frame->memory);
    *frame = (fg_frame){0};
}
