/* Text that grows. Memory that runs out is noted and told once, at the end. */
#ifndef FACEGATE_BACKEND_BUFFER_H
#define FACEGATE_BACKEND_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* All zero is an empty one. */
typedef struct fg_buffer {
    char *data; /* a zero byte follows, not counted; NULL while nothing was added */
    size_t size;
    size_t room;
    bool failed; /* out of memory: what it holds is not to be used */
} fg_buffer;

void fg_buffer_add(fg_buffer *buffer, const void *data, size_t size);
void fg_buffer_print(fg_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A JSON string with its quotes; NULL becomes null. */
void fg_buffer_json(fg_buffer *buffer, const char *text);

/* Frees what it holds; it may be used again. */
void fg_buffer_free(fg_buffer *buffer);

#endif
