/* What a backend must do, tried out on it. Belongs to one thread. main has called curl_global_init.
 */
#ifndef FACEGATE_DELIVERY_BACKEND_TEST_H
#define FACEGATE_DELIVERY_BACKEND_TEST_H

#include "facegate/delivery/target.h"
#include "facegate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Sends a multipart Accepted, a multipart Refused with reason and an entry as JSON, then a GET that
 * must find the three; `jpeg` is the picture sent. With `dry_run` nothing is posted and only the
 * GET's shape is checked. The list may have any length: one entry of it is held at a time. Prints a
 * line for each request. Returns how many failed, or a negative errno.
 */
int fg_backend_test(const fg_backend_options *options, const uint8_t *jpeg, size_t size,
                    bool dry_run, FILE *output, fg_error *error);

#endif
