/*
 * The bundled backend: the wire contract over HTTP, a database, pictures, and the page. It keeps
 * DIR/entries.db and DIR/static/img; an upload is answered with 201 only when both have been synced
 * to the disk, so whatever is answered so survives a power cut. Requests are served by threads of
 * its own; every function here belongs to the main thread.
 * Source: the wire contract; libmicrohttpd; sqlite.org/wal.html.
 */
#ifndef FACEGATE_BACKEND_SERVER_H
#define FACEGATE_BACKEND_SERVER_H

#include "facegate/error.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct fg_server fg_server;

typedef struct fg_server_options {
    const char *listen;             /* "ADDRESS:PORT" or "[IPv6]:PORT"; port 0 takes a free one */
    const char *data;               /* folder; made (0700) where it is not there */
    const char *token_file;         /* NULL or "" for none, like the two below */
    const char *tls_cert, *tls_key; /* PEM */
    bool insecure_http;             /* a token over plain http: whoever stands before it ends TLS */
    int keep_days;                  /* 0: for ever */
    int64_t max_bytes;              /* of pictures and database; 0: no bound */
} fg_server_options;

/*
 * Opens the folder, removes pictures without an entry, and serves from then on. Refuses to be
 * reached from other machines without a token, and with one over plain http (see insecure_http).
 * -EINVAL and -EPERM: the options cannot be used as they are; -EBUSY: another process has the
 * folder; -EADDRINUSE; -EACCES ... as the system has them.
 */
int fg_server_open(const fg_server_options *options, fg_server **ret_server, fg_error *error);

/* "http://127.0.0.1:5000", with the port it really has. Valid until the close. */
const char *fg_server_url(const fg_server *server);

/*
 * Once a second or so: ends requests that take too long, keeps event streams alive, warns of wrong
 * tokens (once a minute at most), has old entries removed. `now` is of CLOCK_MONOTONIC, in ns.
 * False when no entry could be stored for a while although some wait: then the watchdog is not to
 * be fed.
 */
bool fg_server_tick(fg_server *server, int64_t now);

/* Ends: what has been sent whole is stored and answered, the rest is cut off, within seconds. NULL
 * is fine. */
fg_server *fg_server_close(fg_server *server);

#endif
