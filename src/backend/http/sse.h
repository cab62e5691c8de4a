/*
 * Server-sent events: what happens, told to every page that listens. What was told lately lies in
 * one ring for all; a listener is a place in it, and one that falls behind is let go (it comes back
 * and says what it had last). Any thread.
 * Source: html.spec.whatwg.org, "Server-sent events".
 */
#ifndef FACEGATE_BACKEND_HTTP_SSE_H
#define FACEGATE_BACKEND_HTTP_SSE_H

#include "facegate/base/buffer.h"
#include "store/entry.h"

#include <microhttpd.h>
#include <stdint.h>

#define FG_FEED_LISTENERS 64
#define FG_FEED_MISSED    1000 /* entries that one who comes back is sent */

typedef struct fg_feed fg_feed;
typedef struct fg_listener fg_listener;

/* `last_id`: of the newest entry there is. */
int fg_feed_create(int64_t last_id, fg_feed **ret_feed);

/* After the daemon has stopped and with it every stream. NULL is fine. */
fg_feed *fg_feed_free(fg_feed *feed);

void fg_feed_entry(fg_feed *feed, const fg_entry *entry);
void fg_feed_gone(fg_feed *feed, int64_t before_id);

/* Keeps streams alive: sends a comment to all, each time it is called. */
void fg_feed_beat(fg_feed *feed);

/* Ends all streams and lets nobody in any more. */
void fg_feed_close(fg_feed *feed);

int fg_feed_listeners(fg_feed *feed);

/*
 * One more listener, NULL when there are too many. It will be told whatever comes after
 * *ret_last_id. To be given to fg_feed_response or fg_listener_free.
 */
fg_listener *fg_feed_join(fg_feed *feed, struct MHD_Connection *connection, int64_t *ret_last_id);
void fg_listener_free(fg_listener *listener);

/* The stream; `greeting`, taken over, stands in front. NULL when out of memory: all is freed then.
 */
struct MHD_Response *fg_feed_response(fg_listener *listener, fg_buffer *greeting);

/* As it stands in a stream. */
void fg_feed_print_entry(fg_buffer *buffer, const fg_entry *entry);

#endif
