/* Maps a camera buffer's planes into memory. */
#include "mapping.h"

#include <errno.h>
#include <linux/dma-buf.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* The area of a descriptor, made where there is none. */
static int find_area(fg_mapping *mapping, int fd)
{
    int area = 0;
    while (area < mapping->areas && mapping->area[area].fd != fd) {
        area++;
    }
    if (area == mapping->areas) {
        mapping->area[mapping->areas++].fd = fd;
    }
    return area;
}

static int map_area(fg_mapping *mapping, int area, fg_error *error)
{
    int fd = mapping->area[area].fd;
    size_t size = mapping->area[area].size;
    /* Reading past the end of a short descriptor would be a bus error. */
    off_t whole = lseek(fd, 0, SEEK_END);
    if (whole >= 0 && (size_t)whole < size) {
        return fg_error_set(error, -EINVAL,
                            "the camera's buffer has %jd bytes, its planes need %zu",
                            (intmax_t)whole, size);
    }
    void *start = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (start == MAP_FAILED) {
        int result = -errno;
        return fg_error_set(error, result, "the camera's buffer cannot be mapped: %s",
                            strerror(-result));
    }
    mapping->area[area].start = start;
    return 0;
}

int fg_mapping_open(fg_mapping *mapping, const fg_mapping_span *spans, size_t count,
                    fg_error *error)
{
    fg_mapping made = {0};
    int owner[FG_MAPPING_PLANES];
    if (count > FG_MAPPING_PLANES) {
        return fg_error_set(error, -EINVAL,
                            "the camera's buffer has %zu planes, at most %d are known", count,
                            FG_MAPPING_PLANES);
    }
    for (size_t i = 0; i < count; i++) {
        size_t end = 0;
        if (__builtin_add_overflow(spans[i].offset, spans[i].size, &end)) {
            return fg_error_set(error, -EINVAL, "the camera's plane %zu has no valid length", i);
        }
        owner[i] = find_area(&made, spans[i].fd);
        if (end > made.area[owner[i]].size) {
            made.area[owner[i]].size = end;
        }
    }
    for (int area = 0; area < made.areas; area++) {
        int result = map_area(&made, area, error);
        if (result != 0) {
            fg_mapping_close(&made);
            return result;
        }
    }
    for (size_t i = 0; i < count; i++) {
        made.plane[i].data = (const uint8_t *)made.area[owner[i]].start + spans[i].offset;
        made.plane[i].size = spans[i].size;
    }
    made.planes = (int)count;
    *mapping = made;
    return 0;
}

void fg_mapping_close(fg_mapping *mapping)
{
    for (int area = 0; area < mapping->areas; area++) {
        if (mapping->area[area].start != NULL) {
            munmap(mapping->area[area].start, mapping->area[area].size);
        }
    }
    *mapping = (fg_mapping){0};
}

/* Buffers that are no dma-buf refuse, and need none of it. */
static void sync_areas(const fg_mapping *mapping, uint64_t flags)
{
    for (int area = 0; area < mapping->areas; area++) {
        struct dma_buf_sync order = {.flags = flags | DMA_BUF_SYNC_READ};
        while (ioctl(mapping->area[area].fd, DMA_BUF_IOCTL_SYNC, &order) != 0 &&
               (errno == EINTR || errno == EAGAIN)) {
        }
    }
}

void fg_mapping_begin(const fg_mapping *mapping)
{
    sync_areas(mapping, DMA_BUF_SYNC_START);
}

void fg_mapping_end(const fg_mapping *mapping)
{
    sync_areas(mapping, DMA_BUF_SYNC_END);
}
