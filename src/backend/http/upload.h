/*
 * POST /api/auth_logs, in the three steps of a route. The connection rests while the writer stores
 * the entry, then libmicrohttpd asks for the answer again. In the thread of the connection.
 */
#ifndef FACEGATE_BACKEND_HTTP_UPLOAD_H
#define FACEGATE_BACKEND_HTTP_UPLOAD_H

#include "http/exchange.h"

void fg_upload_begin(fg_exchange *exchange);
void fg_upload_take(fg_exchange *exchange, const char *data, size_t size);
enum MHD_Result fg_upload_answer(fg_exchange *exchange);

/* What came of the body; before the answer, so that whoever reads that finds nothing left. Fine for
 * an exchange of any route. */
void fg_upload_free(fg_exchange *exchange);

#endif
