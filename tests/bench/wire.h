/*
 * The backend's end of the wire: a thread that answers every POST with 201 and notes when its first
 * byte came, on the clock that the pipeline's process has too. One connection at a time, as the
 * sender has it.
 */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include "facegate/error.h"

#include <stdint.h>

typedef struct wire wire;

int wire_open(wire **ret_wire, fg_error *error);
wire *wire_close(wire *of);

/* http://127.0.0.1:PORT */
const char *wire_url(const wire *of);

/* When the first byte of the first request with this Idempotency-Key came, ns of CLOCK_MONOTONIC;
 * -1 for one that did not come. Once the process that posts has ended. */
int64_t wire_first_byte(wire *of, const char *id);

#endif
