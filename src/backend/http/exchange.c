/* What every route asks of a request, and how one is refused. */
#include "http/exchange.h"

#include "facegate/clock.h"
#include "facegate/text.h"

#include <stdarg.h>
#include <stdio.h>

void fg_exchange_refuse(fg_exchange *exchange, unsigned status, const char *format, ...)
{
    if (exchange->refused != 0) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(exchange->why.text, sizeof(exchange->why.text), format, arguments);
    va_end(arguments);
    fg_text_clean(exchange->why.text);
    exchange->refused = status;
}

const char *fg_exchange_header(const fg_exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

const struct sockaddr *fg_exchange_address(const fg_exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info != NULL ? info->client_addr : NULL;
}

const char *fg_exchange_session(const fg_exchange *exchange)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_COOKIE_KIND, FG_AUTH_COOKIE);
}

bool fg_exchange_has_session(const fg_exchange *exchange)
{
    const char *session = fg_exchange_session(exchange);
    return fg_auth_is_open(exchange->parts->auth) ||
           (session != NULL && fg_auth_knows(exchange->parts->auth, session, fg_clock_monotonic()));
}

typedef struct parameters {
    fg_parameter *use;
    void *context;
    fg_error *error;
    int result;
} parameters;

static enum MHD_Result use_parameter(void *context, enum MHD_ValueKind kind, const char *name,
                                     size_t name_size, const char *value, size_t value_size)
{
    (void)kind;
    parameters *all = context;
    all->result = all->use(all->context, name, name_size, value, value_size, all->error);
    return all->result == 0 ? MHD_YES : MHD_NO;
}

int fg_exchange_parameters(const fg_exchange *exchange, fg_parameter *use, void *context,
                           fg_error *error)
{
    parameters all = {.use = use, .context = context, .error = error};
    MHD_get_connection_values_n(exchange->connection, MHD_GET_ARGUMENT_KIND, use_parameter, &all);
    return all.result;
}
