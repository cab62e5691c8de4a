/*
 * A camera buffer's planes in memory, for reading. Each descriptor is mapped once, however many
 * planes lie in it. Source: the kernel's dma-buf documentation (DMA_BUF_IOCTL_SYNC).
 */
#ifndef FACEGATE_CAMERA_MAPPING_H
#define FACEGATE_CAMERA_MAPPING_H

#include "facegate/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_MAPPING_PLANES 4

/* Where a plane lies, as the driver tells. The descriptor stays the caller's, and open as long as
 * the mapping. */
typedef struct fg_mapping_span {
    int fd;
    size_t offset;
    size_t size;
} fg_mapping_span;

/* Starts as all zeroes. */
typedef struct fg_mapping {
    int planes;
    struct {
        const uint8_t *data;
        size_t size;
    } plane[FG_MAPPING_PLANES];
    int areas;
    struct {
        int fd;
        void *start;
        size_t size;
    } area[FG_MAPPING_PLANES];
} fg_mapping;

/* -EINVAL where a plane reaches past its buffer, or there are too many; else as mmap(2) has it. */
int fg_mapping_open(fg_mapping *mapping, const fg_mapping_span *spans, size_t count,
                    fg_error *error);
void fg_mapping_close(fg_mapping *mapping);

/* Around every reading: cached buffers are not coherent on every machine. */
void fg_mapping_begin(const fg_mapping *mapping);
void fg_mapping_end(const fg_mapping *mapping);

#ifdef __cplusplus
}
#endif
#endif
