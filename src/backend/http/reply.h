/* How an exchange is answered: every answer gets its headers and is counted here. */
#ifndef FACEGATE_BACKEND_HTTP_REPLY_H
#define FACEGATE_BACKEND_HTTP_REPLY_H

#include "http/exchange.h"

#define FG_JSON "application/json"

/* With the headers that every answer has; the response is taken over, NULL ends the connection. */
enum MHD_Result fg_reply(fg_exchange *exchange, unsigned status, const char *type,
                         struct MHD_Response *response);

/* A line in the log that an answer cannot be given, or not be ended; once a minute at most. */
void fg_reply_complain(fg_exchange *exchange, const char *why);

/* The text is taken over and emptied. */
enum MHD_Result fg_reply_buffer(fg_exchange *exchange, unsigned status, const char *type,
                                fg_buffer *text);

/* {"error": "..."} as the contract has it, and a line in the log when somebody looks for it. */
enum MHD_Result fg_reply_error(fg_exchange *exchange, unsigned status, const char *text);

/* 303 to another page, with a cookie where one is given. */
enum MHD_Result fg_reply_redirect(fg_exchange *exchange, const char *location, const char *cookie);

/* 304 where the client has it already, by its tag. */
bool fg_reply_is_known(const fg_exchange *exchange, const char *tag);

#endif
