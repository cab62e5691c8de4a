/*
 * The sink that posts each event to a backend, as the wire contract has it. A 2xx takes the event,
 * 400, 413, 415 and 422 refuse it for good, everything else is tried again; Retry-After is passed
 * on. Redirects are not followed, TLS always verifies.
 *
 * One curl easy handle at a time on one multi handle, both the sender's thread's own. Source:
 * libcurl's documentation; RFC 9110 10.2.3 for Retry-After.
 */
#ifndef FACEGATE_DELIVERY_SINK_HTTP_H
#define FACEGATE_DELIVERY_SINK_HTTP_H

#include "facegate/delivery/sink.h"
#include "facegate/delivery/target.h"
#include "facegate/error.h"

/*
 * Strings are copied. Fails as fg_backend_check_options does, or with -ENOMEM. The sink is to be
 * given to fg_sender_create. main has called curl_global_init.
 */
int fg_http_sink_create(const fg_backend_options *options, fg_sink *ret_sink, fg_error *error);

#endif
