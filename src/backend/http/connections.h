/*
 * The connections there are, so that one that takes too long is ended: libmicrohttpd's own timeout
 * is put off by every byte that drips in. Any thread.
 */
#ifndef FACEGATE_BACKEND_HTTP_CONNECTIONS_H
#define FACEGATE_BACKEND_HTTP_CONNECTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct fg_connections fg_connections;
typedef struct fg_connection fg_connection;

enum fg_phase {
    FG_PHASE_ARRIVING,  /* a request is awaited, or comes in */
    FG_PHASE_ANSWERING, /* it is whole, and is answered */
    FG_PHASE_STREAMING, /* the answer has no end */
};

int fg_connections_create(fg_connections **ret_connections);
fg_connections *fg_connections_free(fg_connections *connections);

/* NULL when out of memory: then it is not looked after. */
fg_connection *fg_connections_add(fg_connections *connections, int fd, int64_t now);
void fg_connections_remove(fg_connections *connections, fg_connection *connection);
void fg_connections_enter(fg_connections *connections, fg_connection *connection,
                          enum fg_phase phase, int64_t now);

/* Ends those whose phase has lasted too long. */
void fg_connections_tick(fg_connections *connections, int64_t now);

int fg_connections_count(fg_connections *connections);

/* Waits until none is being answered, or `until` is over; monotonic, ns. */
void fg_connections_settle(fg_connections *connections, int64_t until);

#endif
