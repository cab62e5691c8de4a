/*
 * Writes what dlib would write of a small network, for the tests of its reader: the same layers,
 * but of few channels. One number, by its name and layer, can be written as another.
 */
#ifndef FACEGATE_TESTS_DAT_WRITER_H
#define FACEGATE_TESTS_DAT_WRITER_H

#include "kernels/dat.h"

#include <stddef.h>
#include <stdint.h>

/* What is wrong with a file. */
typedef struct damage {
    int layer;        /* from 1 at the input; 0 for the head */
    const char *what; /* as the reader calls it */
    int64_t value;    /* written in its place */
} damage;

/* The whole file; NULL writes it without damage. To be freed. */
uint8_t *write_dat(const damage *damaged, size_t *ret_size);

/* How a whole number is written; gives its size, 9 at most. */
size_t write_number(int64_t value, uint8_t *ret_bytes);

#endif
