/* GET /metrics, as Prometheus reads it. In the thread of the connection. */
#ifndef FACEGATE_BACKEND_HTTP_METRICS_H
#define FACEGATE_BACKEND_HTTP_METRICS_H

#include "http/exchange.h"

enum MHD_Result fg_metrics_answer(fg_exchange *exchange);

#endif
