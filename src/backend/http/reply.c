/* Answers: the headers that each has, and the errors of the contract. */
#include "http/reply.h"

#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "facegate/text.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* Who asks, asks again: the page every few seconds. */
#define COMPLAINT_INTERVAL (60 * FG_NS_PER_S)

static const struct {
    const char *name, *value;
} always[] = {
    {"Content-Security-Policy",
     "default-src 'self'; img-src 'self'; object-src 'none'; frame-ancestors 'none'; "
     "base-uri 'none'; form-action 'self'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

void fg_reply_complain(fg_exchange *exchange, const char *why)
{
    char path[FG_TEXT_SHOWN];
    _Atomic int64_t *next = &exchange->parts->next_complaint;
    int64_t now = fg_clock_monotonic();
    int64_t due = atomic_load(next);
    if (now >= due && atomic_compare_exchange_strong(next, &due, now + COMPLAINT_INTERVAL)) {
        fg_log(FG_LOG_ERROR, "%s %s cannot be answered: %s", exchange->method,
               fg_text_show(exchange->path, strlen(exchange->path), path), why);
    }
}

/* False where there was no memory for all of them. */
static bool add_headers(const fg_exchange *exchange, const char *type,
                        struct MHD_Response *response)
{
    bool whole = type == NULL ||
                 MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) == MHD_YES;
    if (whole && MHD_get_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL) == NULL) {
        whole =
            MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") == MHD_YES;
    }
    for (size_t i = 0; whole && i < sizeof(always) / sizeof(always[0]); i++) {
        whole = MHD_add_response_header(response, always[i].name, always[i].value) == MHD_YES;
    }
    if (whole && exchange->retry_after > 0) {
        char seconds[16];
        snprintf(seconds, sizeof(seconds), "%d", exchange->retry_after);
        whole = MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds) == MHD_YES;
    }
    return whole;
}

enum MHD_Result fg_reply(fg_exchange *exchange, unsigned status, const char *type,
                         struct MHD_Response *response)
{
    enum MHD_Result result = MHD_NO;
    if (response == NULL || !add_headers(exchange, type, response)) {
        fg_reply_complain(exchange, "not enough memory");
    } else {
        result = MHD_queue_response(exchange->connection, status, response);
        if (result != MHD_YES) {
            fg_reply_complain(exchange, "libmicrohttpd does not take the answer");
        } else if (status < FG_STATUS_COUNT) {
            exchange->parts->answers[status]++;
        }
    }
    if (response != NULL) {
        MHD_destroy_response(response);
    }
    return result;
}

enum MHD_Result fg_reply_buffer(fg_exchange *exchange, unsigned status, const char *type,
                                fg_buffer *text)
{
    struct MHD_Response *response = NULL;
    if (!text->failed) {
        response = MHD_create_response_from_buffer(text->size, text->data, MHD_RESPMEM_MUST_COPY);
    }
    fg_buffer_free(text);
    return fg_reply(exchange, status, type, response);
}

enum MHD_Result fg_reply_error(fg_exchange *exchange, unsigned status, const char *text)
{
    char path[FG_TEXT_SHOWN];
    fg_buffer body = {0};
    fg_log(FG_LOG_DEBUG, "Refused %s %s: %u %s", exchange->method,
           fg_text_show(exchange->path, strlen(exchange->path), path), status, text);
    fg_buffer_print(&body, "{\"error\":");
    fg_buffer_json(&body, text);
    fg_buffer_print(&body, "}\n");
    if (body.failed) {
        fg_buffer_free(&body);
        fg_reply_complain(exchange, text);
        return MHD_NO;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.size, body.data, MHD_RESPMEM_MUST_COPY);
    fg_buffer_free(&body);
    if (response != NULL && status == MHD_HTTP_UNAUTHORIZED) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
    }
    if (response != NULL && status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
                                exchange->route != NULL ? exchange->route->method : "GET");
    }
    return fg_reply(exchange, status, FG_JSON, response);
}

enum MHD_Result fg_reply_redirect(fg_exchange *exchange, const char *location, const char *cookie)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (response != NULL) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, location);
        if (cookie != NULL) {
            MHD_add_response_header(response, MHD_HTTP_HEADER_SET_COOKIE, cookie);
        }
    }
    return fg_reply(exchange, MHD_HTTP_SEE_OTHER, NULL, response);
}

bool fg_reply_is_known(const fg_exchange *exchange, const char *tag)
{
    const char *known = fg_exchange_header(exchange, MHD_HTTP_HEADER_IF_NONE_MATCH);
    return known != NULL && strstr(known, tag) != NULL;
}
