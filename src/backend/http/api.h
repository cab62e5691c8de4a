/*
 * The routes that show what is stored: entries, days, pictures, the stream of events. Each answers
 * a whole request, in the thread of its connection; what fails is answered with a status and a
 * text.
 */
#ifndef FACEGATE_BACKEND_HTTP_API_H
#define FACEGATE_BACKEND_HTTP_API_H

#include "http/exchange.h"

/* GET /api/auth_logs: all entries, or those that the query asks for. */
enum MHD_Result fg_api_list(fg_exchange *exchange);

/* GET /api/days: how many entries each day has. */
enum MHD_Result fg_api_days(fg_exchange *exchange);

/* GET /api/events: the stream of events. */
enum MHD_Result fg_api_events(fg_exchange *exchange);

/* GET /static/img/NAME. */
enum MHD_Result fg_api_picture(fg_exchange *exchange);

/* GET /healthz: whether the database answers. */
enum MHD_Result fg_api_health(fg_exchange *exchange);

#endif
