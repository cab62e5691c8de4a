/*
 * The login form and its answer, and the logout: a token for a session, and its end. In the thread
 * of the connection.
 */
#ifndef FACEGATE_BACKEND_HTTP_LOGIN_H
#define FACEGATE_BACKEND_HTTP_LOGIN_H

#include "http/exchange.h"

/* GET /login: the form, or the page where no token is needed. */
enum MHD_Result fg_login_page(fg_exchange *exchange);

/* POST /login, in the three steps of a route. */
void fg_login_begin(fg_exchange *exchange);
void fg_login_take(fg_exchange *exchange, const char *data, size_t size);
enum MHD_Result fg_login_answer(fg_exchange *exchange);

/* POST /logout. */
enum MHD_Result fg_logout_answer(fg_exchange *exchange);

#endif
