/* The login form: a token for a session, whose cookie the page then comes with. */
#include "http/login.h"

#include "facegate/clock.h"
#include "http/page.h"
#include "http/reply.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FORM_ROOM   1024
#define TOKEN_LIMIT 4096 /* bytes */

/* Over plain http too: then a proxy ends TLS, and the browser sees https. */
#define ATTRIBUTES "Path=/; Secure; HttpOnly; SameSite=Strict"

enum MHD_Result fg_login_page(fg_exchange *exchange)
{
    const fg_embedded_file *file = fg_page_find("login.html");
    if (file == NULL || fg_auth_is_open(exchange->parts->auth)) {
        return fg_reply_redirect(exchange, "/", NULL);
    }
    return fg_page_reply(exchange, file);
}

static enum MHD_Result take_token(void *context, enum MHD_ValueKind kind, const char *name,
                                  const char *filename, const char *type, const char *encoding,
                                  const char *data, uint64_t offset, size_t size)
{
    (void)kind;
    (void)filename;
    (void)type;
    (void)encoding;
    (void)offset;
    fg_exchange *exchange = context;
    if (name != NULL && strcmp(name, "token") == 0 && exchange->text.size + size <= TOKEN_LIMIT) {
        fg_buffer_add(&exchange->text, data, size);
    }
    return MHD_YES;
}

void fg_login_begin(fg_exchange *exchange)
{
    exchange->text.secret = true;
    exchange->processor =
        MHD_create_post_processor(exchange->connection, FORM_ROOM, take_token, exchange);
    if (exchange->processor == NULL) {
        fg_exchange_refuse(exchange, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
                           "a login is a form with the field token");
    }
}

void fg_login_take(fg_exchange *exchange, const char *data, size_t size)
{
    if (exchange->received > TOKEN_LIMIT * 4u) {
        fg_exchange_refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "that is too long for a login");
    } else {
        MHD_post_process(exchange->processor, data, size);
    }
}

static enum MHD_Result open_session(fg_exchange *exchange)
{
    char session[FG_AUTH_SESSION];
    char cookie[256];
    int result = fg_auth_login(exchange->parts->auth, fg_clock_monotonic(), session);
    if (result != 0) {
        return fg_reply_error(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR,
                              result == -ENOMEM ? "not enough memory for a session"
                                                : "no random numbers are available for a session");
    }
    snprintf(cookie, sizeof(cookie), FG_AUTH_COOKIE "=%s; Max-Age=%d; " ATTRIBUTES, session,
             FG_AUTH_HOURS * 3600);
    enum MHD_Result answered = fg_reply_redirect(exchange, "/", cookie);
    explicit_bzero(session, sizeof(session));
    explicit_bzero(cookie, sizeof(cookie));
    return answered;
}

/* The form once more; without the page's script it is all that is seen. */
static enum MHD_Result refuse_login(fg_exchange *exchange, unsigned status)
{
    const fg_embedded_file *file = fg_page_find("login.html");
    if (file == NULL) {
        return fg_reply_error(exchange, status, "the token is wrong");
    }
    void *data = (void *)(uintptr_t)file->data;
    return fg_reply(exchange, status, fg_page_type(file),
                    MHD_create_response_from_buffer(file->size, data, MHD_RESPMEM_PERSISTENT));
}

enum MHD_Result fg_login_answer(fg_exchange *exchange)
{
    fg_auth *auth = exchange->parts->auth;
    if (exchange->processor != NULL) {
        MHD_destroy_post_processor(exchange->processor);
        exchange->processor = NULL;
    }
    if (fg_auth_is_open(auth)) {
        return fg_reply_redirect(exchange, "/", NULL);
    }
    const char *token = exchange->text.data != NULL ? exchange->text.data : "";
    int result = fg_auth_try(auth, fg_exchange_address(exchange), token, fg_clock_monotonic(),
                             &exchange->retry_after);
    if (result == 0) {
        return open_session(exchange);
    }
    if (result == -ENOMEM) {
        fg_reply_complain(exchange, "not enough memory to check the token");
        return fg_reply_error(exchange, MHD_HTTP_SERVICE_UNAVAILABLE,
                              "not enough memory to check the token");
    }
    return refuse_login(exchange,
                        result == -EAGAIN ? MHD_HTTP_TOO_MANY_REQUESTS : MHD_HTTP_UNAUTHORIZED);
}

enum MHD_Result fg_logout_answer(fg_exchange *exchange)
{
    const char *session = fg_exchange_session(exchange);
    if (session != NULL) {
        fg_auth_logout(exchange->parts->auth, session);
    }
    return fg_reply_redirect(exchange, "/login", FG_AUTH_COOKIE "=; Max-Age=0; " ATTRIBUTES);
}
