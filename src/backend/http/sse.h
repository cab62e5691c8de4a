/*
 * Server-sent events: what happens, reported to every page that listens. What was reported lately
 * lies in one ring for all; a listener is a place in it, and one that falls behind is let go (it
 * comes back and says what it had last). Any thread. Source: html.spec.whatwg.org, "Server-sent
 * events".
 */
#ifndef FACEGATE_BACKEND_HTTP_SSE_H
#define FACEGATE_BACKEND_HTTP_SSE_H

#include "facegate/base/buffer.h"
#include "store/entry.h"

#include <microhttpd.h>
#include <stdint.h>

#define FG_SSE_LISTENERS 64
#define FG_SSE_MISSED    1000 /* entries that one who comes back is sent */

typedef struct fg_sse fg_sse;
typedef struct fg_listener fg_listener;

/* `last_id`: of the newest entry there is. */
int fg_sse_create(int64_t last_id, fg_sse **ret_sse);

/* After the daemon has stopped and with it every stream. NULL is fine. */
fg_sse *fg_sse_free(fg_sse *sse);

void fg_sse_entry(fg_sse *sse, const fg_entry *entry);
void fg_sse_gone(fg_sse *sse, int64_t before_id);

/* Keeps streams alive: sends a comment to all, each time it is called. */
void fg_sse_beat(fg_sse *sse);

/* Ends all streams and lets nobody in any more. */
void fg_sse_close(fg_sse *sse);

int fg_sse_listeners(fg_sse *sse);

/*
 * One more listener, NULL when there are too many. It will be reported whatever comes after
 * *ret_last_id. To be given to fg_sse_response or fg_listener_free.
 */
fg_listener *fg_sse_join(fg_sse *sse, struct MHD_Connection *connection, int64_t *ret_last_id);
void fg_listener_free(fg_listener *listener);

/* The stream; `greeting`, taken over, stands in front. NULL when out of memory: all is freed then.
 */
struct MHD_Response *fg_sse_response(fg_listener *listener, fg_buffer *greeting);

/* As it stands in a stream. */
void fg_sse_print_entry(fg_buffer *buffer, const fg_entry *entry);

#endif
