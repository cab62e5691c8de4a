/* What a request has at hand: the server's parts, and the exchange it is. */
#ifndef FACEGATE_BACKEND_SERVER_PRIVATE_H
#define FACEGATE_BACKEND_SERVER_PRIVATE_H

#include "facegate/backend/server.h"
#include "http/address.h"
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

#define FG_BODY_LIMIT   (16 << 20) /* bytes of a request's body */
#define FG_STATUS_COUNT 600

struct fg_server {
    int folder; /* DATA, open */
    int lock;   /* DATA/lock, held for life */
    int socket; /* libmicrohttpd closes it, once it has started */
    bool local; /* only this machine reaches it */
    bool tls;
    char url[FG_ADDRESS_TEXT + 16];
    char trouble[256]; /* what libmicrohttpd said while it was started */
    _Atomic bool started;
    fg_store *store;
    fg_pictures *pictures;
    fg_sse *sse;
    fg_writer *writer;
    fg_auth *auth;
    fg_connections *connections;
    struct MHD_Daemon *daemon;
    int64_t next_beat;
    int64_t next_warning;                      /* of wrong tokens */
    _Atomic int64_t next_complaint;            /* of an answer that cannot be given */
    _Atomic uint64_t answers[FG_STATUS_COUNT]; /* by status */
};

/* One request and its answer. Belongs to the thread of its connection. */
typedef struct fg_exchange {
    fg_server *server;
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
    int parts;
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

/* A header of the request; NULL where it did not come. */
const char *fg_exchange_header(const fg_exchange *exchange, const char *name);
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

/* libmicrohttpd's callbacks, the context is the server. */
enum MHD_Result fg_http_handle(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *data,
                               size_t *size, void **kept);
void fg_http_completed(void *context, struct MHD_Connection *connection, void **kept,
                       enum MHD_RequestTerminationCode how);
void fg_http_notify(void *context, struct MHD_Connection *connection, void **watched,
                    enum MHD_ConnectionNotificationCode what);

/* Answers, by file. */
enum MHD_Result fg_api_list(fg_exchange *exchange);
enum MHD_Result fg_api_days(fg_exchange *exchange);
enum MHD_Result fg_api_events(fg_exchange *exchange);
enum MHD_Result fg_api_picture(fg_exchange *exchange);
enum MHD_Result fg_api_health(fg_exchange *exchange);
enum MHD_Result fg_api_metrics(fg_exchange *exchange);
enum MHD_Result fg_api_page(fg_exchange *exchange);
enum MHD_Result fg_login_page(fg_exchange *exchange);
void fg_login_begin(fg_exchange *exchange);
void fg_login_take(fg_exchange *exchange, const char *data, size_t size);
enum MHD_Result fg_login_answer(fg_exchange *exchange);
enum MHD_Result fg_logout_answer(fg_exchange *exchange);
void fg_upload_begin(fg_exchange *exchange);
void fg_upload_take(fg_exchange *exchange, const char *data, size_t size);
enum MHD_Result fg_upload_answer(fg_exchange *exchange);

/* What came of the body; before the answer, so that whoever reads that finds nothing left. */
void fg_upload_free(fg_exchange *exchange);

#endif
