/*
 * One request and its answer, and what the parts of the server are for it. An exchange belongs to
 * the thread of its connection; the parts belong to the server, which outlives every exchange, and
 * may be used by any thread.
 */
#ifndef FACEGATE_BACKEND_HTTP_EXCHANGE_H
#define FACEGATE_BACKEND_HTTP_EXCHANGE_H

#include "facegate/base/buffer.h"
#include "facegate/error.h"
#include "http/auth.h"
#include "http/connections.h"
#include "http/fields.h"
#include "http/sse.h"
#include "store/pictures.h"
#include "store/store.h"
#include "store/writer.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define FG_BODY_LIMIT   (16 << 20) /* bytes of a request's body */
#define FG_STATUS_COUNT 600

/* What requests are answered with. */
typedef struct fg_parts {
    bool local; /* only this machine reaches the server */
    fg_store *store;
    fg_pictures *pictures;
    fg_sse *sse;
    fg_writer *writer;
    fg_auth *auth;
    fg_connections *connections;
    _Atomic int64_t next_complaint;            /* of an answer that cannot be given */
    _Atomic uint64_t answers[FG_STATUS_COUNT]; /* by status */
} fg_parts;

typedef struct fg_exchange {
    fg_parts *parts;
    struct MHD_Connection *connection;
    fg_connection *watched;
    char *method, *path;
    const struct fg_route *route;
    bool has_body;
    uint64_t received; /* bytes of the body */
    unsigned refused;  /* the status to answer once the body is through; 0: none */
    int retry_after;   /* seconds, with 429 */
    fg_error why;
    /* POST /api/auth_logs, and /login (the processor and the text). */
    struct MHD_PostProcessor *processor;
    int form_parts;
    bool has_image;
    fg_fields fields;
    fg_buffer text;
    fg_job job;
    bool submitted;
    _Atomic bool done;
} fg_exchange;

enum fg_access {
    FG_ACCESS_TOKEN, /* the token, or to look at something a session */
    FG_ACCESS_FREE,
};

/*
 * What a path is for. `begin` is called when the header is there and may refuse
 * (fg_exchange_refuse); `take` gets the body piece by piece; `answer` is called when the request is
 * whole.
 */
typedef struct fg_route {
    const char *method; /* "GET" stands for HEAD too */
    const char *path;   /* one that ends in "*" is the beginning of many */
    enum fg_access access;
    enum MHD_Result (*answer)(fg_exchange *exchange);
    void (*begin)(fg_exchange *exchange);
    void (*take)(fg_exchange *exchange, const char *data, size_t size);
} fg_route;

/* The first refusal counts. */
void fg_exchange_refuse(fg_exchange *exchange, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A header of the request; NULL where it did not come. It lives as long as the exchange. */
const char *fg_exchange_header(const fg_exchange *exchange, const char *name);

/* Where the request comes from; NULL where libmicrohttpd does not know. */
const struct sockaddr *fg_exchange_address(const fg_exchange *exchange);

/* The session's id in the cookie; NULL for none. */
const char *fg_exchange_session(const fg_exchange *exchange);

/* Whether there is no token to show, or the session is known. */
bool fg_exchange_has_session(const fg_exchange *exchange);

/* Calls `use` for each parameter of the query until it is not 0; returns that. */
typedef int fg_parameter(void *context, const char *name, size_t name_size, const char *value,
                         size_t value_size, fg_error *error);
int fg_exchange_parameters(const fg_exchange *exchange, fg_parameter *use, void *context,
                           fg_error *error);

#endif
