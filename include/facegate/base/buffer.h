/*
 * The growing buffer: bytes or text, and how a value is written in JSON (RFC 8259) or XML 1.0.
 * Memory that runs out is noted and reported once, at the end. One thread at a time.
 */
#ifndef FACEGATE_BASE_BUFFER_H
#define FACEGATE_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* All zero is an empty one. */
typedef struct fg_buffer {
    char *data; /* a zero byte follows, not counted; NULL while nothing was added */
    size_t size;
    size_t room;
    size_t limit; /* bytes it may hold, set by the owner; 0 for no limit */
    bool secret;  /* set by the owner: what it held is overwritten, not only given back */
    bool failed;  /* out of memory, or beyond the limit: what it holds is not whole */
} fg_buffer;

void fg_buffer_add(fg_buffer *buffer, const void *data, size_t size);
void fg_buffer_print(fg_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A JSON string with its quotes, of UTF-8; NULL becomes null. */
void fg_buffer_json(fg_buffer *buffer, const char *text);

/* A JSON number with so many digits after the point; what is not finite becomes null. */
void fg_buffer_json_number(fg_buffer *buffer, double value, int digits);

/* Text for an XML element or attribute. What XML cannot hold becomes "?". */
void fg_buffer_xml(fg_buffer *buffer, const char *text);

/* Base64 (RFC 4648) on one line. */
void fg_buffer_base64(fg_buffer *buffer, const void *data, size_t size);

/* Empties it and keeps the memory for what comes next, also if that ran out before. */
void fg_buffer_clear(fg_buffer *buffer);

/* Frees what it holds; it may be used again, as the owner set it up. */
void fg_buffer_free(fg_buffer *buffer);

#endif
