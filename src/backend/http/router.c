/* Requests as libmicrohttpd brings them: which path it is, who may come in, and the body's way. */
#include "http/router.h"

#include "facegate/clock.h"
#include "facegate/text.h"
#include "http/api.h"
#include "http/exchange.h"
#include "http/login.h"
#include "http/metrics.h"
#include "http/page.h"
#include "http/reply.h"
#include "http/upload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A refused body is read to its end, since who still sends does not see an answer; up to here. */
#define DRAIN_LIMIT (2u * FG_BODY_LIMIT)

static const fg_route routes[] = {
    {"POST", "/api/auth_logs", FG_ACCESS_TOKEN, fg_upload_answer, fg_upload_begin, fg_upload_take},
    {"GET", "/api/auth_logs", FG_ACCESS_TOKEN, fg_api_list, NULL, NULL},
    {"GET", "/api/days", FG_ACCESS_TOKEN, fg_api_days, NULL, NULL},
    {"GET", "/api/events", FG_ACCESS_TOKEN, fg_api_events, NULL, NULL},
    {"GET", "/metrics", FG_ACCESS_TOKEN, fg_metrics_answer, NULL, NULL},
    {"GET", FG_PICTURE_URL "*", FG_ACCESS_TOKEN, fg_api_picture, NULL, NULL},
    {"GET", "/healthz", FG_ACCESS_FREE, fg_api_health, NULL, NULL},
    {"GET", "/login", FG_ACCESS_FREE, fg_login_page, NULL, NULL},
    {"POST", "/login", FG_ACCESS_FREE, fg_login_answer, fg_login_begin, fg_login_take},
    {"POST", "/logout", FG_ACCESS_FREE, fg_logout_answer, NULL, NULL},
    /* The page's files are in the program of anybody; what they show is not. */
    {"GET", "/*", FG_ACCESS_FREE, fg_page_answer, NULL, NULL},
};

static bool fits(const char *pattern, const char *path)
{
    size_t length = strlen(pattern);
    return pattern[length - 1] == '*' ? strncmp(pattern, path, length - 1) == 0
                                      : strcmp(pattern, path) == 0;
}

static bool is_post(const fg_exchange *exchange)
{
    return strcmp(exchange->method, "POST") == 0;
}

/* Sets the route, or refuses. A path that is known with another method stays for the answer. */
static void find_route(fg_exchange *exchange)
{
    const char *method = strcmp(exchange->method, "HEAD") == 0 ? "GET" : exchange->method;
    const fg_route *other = NULL;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (!fits(routes[i].path, exchange->path)) {
            continue;
        }
        if (strcmp(routes[i].method, method) == 0) {
            exchange->route = &routes[i];
            return;
        }
        other = other != NULL ? other : &routes[i];
    }
    if (other == NULL) {
        /* "OPTIONS *", "GET http://...": what comes is no path. The page's route answers it. */
        exchange->route = &routes[sizeof(routes) / sizeof(routes[0]) - 1];
        fg_exchange_refuse(exchange, MHD_HTTP_BAD_REQUEST, "a path starts with /");
        return;
    }
    exchange->route = other;
    if (strcmp(other->path, "/*") == 0 && is_post(exchange)) {
        fg_exchange_refuse(exchange, MHD_HTTP_NOT_FOUND, "not found");
    }
    fg_exchange_refuse(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "%s is not allowed for %s",
                       exchange->method, exchange->path);
}

/* A browser says which page sends it; another site's must not act in its reader's name. */
static void check_site(fg_exchange *exchange)
{
    const char *host = fg_exchange_header(exchange, MHD_HTTP_HEADER_HOST);
    const char *origin = fg_exchange_header(exchange, MHD_HTTP_HEADER_ORIGIN);
    const char *site = fg_exchange_header(exchange, "Sec-Fetch-Site");
    bool foreign =
        (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) ||
        (origin != NULL && (host == NULL || !fg_auth_same_origin(origin, host)));
    if (is_post(exchange) && foreign) {
        fg_exchange_refuse(exchange, MHD_HTTP_FORBIDDEN,
                           "requests from pages of other sites are not allowed");
    }
}

static void check_host(fg_exchange *exchange)
{
    const char *host = fg_exchange_header(exchange, MHD_HTTP_HEADER_HOST);
    if (exchange->parts->local && fg_auth_is_open(exchange->parts->auth) &&
        (host == NULL || !fg_auth_host_is_loopback(host))) {
        fg_exchange_refuse(exchange, MHD_HTTP_FORBIDDEN,
                           "without a token only localhost is served: use http://localhost or an "
                           "address of this machine itself, or --token-file");
    }
}

/* The token in the header, else to look at something a session. */
static void check_token(fg_exchange *exchange)
{
    static const char scheme[] = "Bearer ";
    fg_auth *auth = exchange->parts->auth;
    const char *given = fg_exchange_header(exchange, MHD_HTTP_HEADER_AUTHORIZATION);
    int seconds = 0;
    if (exchange->route->access == FG_ACCESS_FREE || fg_auth_is_open(auth)) {
        return;
    }
    if (given != NULL && strncasecmp(given, scheme, sizeof(scheme) - 1) == 0) {
        int result = fg_auth_try(auth, fg_exchange_address(exchange), given + sizeof(scheme) - 1,
                                 fg_clock_monotonic(), &seconds);
        if (result == -EAGAIN) {
            exchange->retry_after = seconds;
            fg_exchange_refuse(exchange, MHD_HTTP_TOO_MANY_REQUESTS,
                               "too many wrong tokens: try again in %s",
                               fg_text_count(seconds, "second", "seconds").text);
        } else if (result == -ENOMEM) {
            fg_reply_complain(exchange, "not enough memory to check the token");
            fg_exchange_refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE,
                               "not enough memory to check the token");
        } else if (result != 0) {
            fg_exchange_refuse(exchange, MHD_HTTP_UNAUTHORIZED, "the bearer token is wrong");
        }
    } else if (is_post(exchange) || !fg_exchange_has_session(exchange)) {
        fg_exchange_refuse(exchange, MHD_HTTP_UNAUTHORIZED, "the bearer token is missing");
    }
}

/* Whether the client waits for a word before it sends the body, or announces one without end. */
static bool answers_at_once(const fg_exchange *exchange)
{
    const char *expect = fg_exchange_header(exchange, MHD_HTTP_HEADER_EXPECT);
    const char *length = fg_exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return (expect != NULL && strcasecmp(expect, "100-continue") == 0) ||
           (length != NULL && strtoull(length, NULL, 10) > DRAIN_LIMIT);
}

static bool announces_body(const fg_exchange *exchange)
{
    const char *length = fg_exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return fg_exchange_header(exchange, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL ||
           (length != NULL && strtoull(length, NULL, 10) > 0);
}

static fg_exchange *open_exchange(fg_parts *parts, struct MHD_Connection *connection,
                                  const char *url, const char *method)
{
    fg_exchange *exchange = calloc(1, sizeof(*exchange));
    if (exchange == NULL) {
        return NULL;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    exchange->parts = parts;
    exchange->connection = connection;
    exchange->watched = info != NULL ? info->socket_context : NULL;
    exchange->job.draft.fd = -1;
    exchange->method = strdup(method);
    exchange->path = strdup(url);
    if (exchange->method == NULL || exchange->path == NULL) {
        free(exchange->method);
        free(exchange->path);
        free(exchange);
        return NULL;
    }
    return exchange;
}

/* The header is there. */
static enum MHD_Result begin(fg_exchange *exchange)
{
    const char *length = fg_exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);
    find_route(exchange);
    check_host(exchange);
    check_token(exchange);
    if (fg_auth_is_open(exchange->parts->auth) || exchange->route->access == FG_ACCESS_FREE) {
        check_site(exchange);
    }
    if (length != NULL && strtoull(length, NULL, 10) > FG_BODY_LIMIT) {
        fg_exchange_refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE,
                           "the request has more than the %d bytes allowed", FG_BODY_LIMIT);
    }
    exchange->has_body = announces_body(exchange);
    if (exchange->refused == 0 && exchange->route->begin != NULL) {
        exchange->route->begin(exchange);
    }
    if (exchange->refused != 0 && exchange->has_body && answers_at_once(exchange)) {
        return fg_reply_error(exchange, exchange->refused, exchange->why.text);
    }
    return MHD_YES;
}

/* A piece of the body. */
static enum MHD_Result take(fg_exchange *exchange, const char *data, size_t size)
{
    exchange->received += size;
    if (exchange->received > DRAIN_LIMIT) {
        return MHD_NO;
    }
    if (exchange->received > FG_BODY_LIMIT) {
        fg_exchange_refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE,
                           "the request has more than the %d bytes allowed", FG_BODY_LIMIT);
    }
    if (exchange->refused == 0 && exchange->route->take != NULL) {
        exchange->route->take(exchange, data, size);
    }
    return MHD_YES;
}

enum MHD_Result fg_router_handle(void *context, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data,
                                 size_t *size, void **kept)
{
    (void)version;
    fg_parts *parts = context;
    fg_exchange *exchange = *kept;
    if (exchange == NULL) {
        exchange = open_exchange(parts, connection, url, method);
        *kept = exchange;
        return exchange != NULL ? begin(exchange) : MHD_NO;
    }
    if (*size > 0) {
        enum MHD_Result result = take(exchange, data, *size);
        *size = 0;
        return result;
    }
    if (!exchange->submitted) {
        fg_connections_enter(parts->connections, exchange->watched, FG_PHASE_ANSWERING,
                             fg_clock_monotonic());
    }
    if (exchange->refused != 0) {
        fg_upload_free(exchange);
        return fg_reply_error(exchange, exchange->refused, exchange->why.text);
    }
    return exchange->route->answer(exchange);
}

void fg_router_completed(void *context, struct MHD_Connection *connection, void **kept,
                         enum MHD_RequestTerminationCode how)
{
    (void)connection;
    (void)how;
    fg_parts *parts = context;
    fg_exchange *exchange = *kept;
    if (exchange == NULL) {
        return;
    }
    fg_connections_enter(parts->connections, exchange->watched, FG_PHASE_ARRIVING,
                         fg_clock_monotonic());
    fg_upload_free(exchange);
    free(exchange->method);
    free(exchange->path);
    free(exchange);
    *kept = NULL;
}

void fg_router_notify(void *context, struct MHD_Connection *connection, void **watched,
                      enum MHD_ConnectionNotificationCode what)
{
    fg_parts *parts = context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *watched = info != NULL ? fg_connections_add(parts->connections, info->connect_fd,
                                                     fg_clock_monotonic())
                                : NULL;
    } else {
        fg_connections_remove(parts->connections, *watched);
        *watched = NULL;
    }
}
