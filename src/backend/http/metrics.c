/* GET /metrics, as Prometheus reads it. Source: prometheus.io, "Text-based format". */
#include "http/metrics.h"

#include "http/reply.h"
#include "store/store_list.h"

#include <inttypes.h>

static void print_one(fg_buffer *text, const char *name, const char *type, const char *help,
                      int64_t value)
{
    fg_buffer_print(text, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n", name, help, name, type,
                    name, value);
}

static void print_answers(fg_buffer *text, fg_parts *parts)
{
    static const char name[] = "facegate_backend_requests_total";
    fg_buffer_print(text, "# HELP %s Requests answered, by status code.\n# TYPE %s counter\n", name,
                    name);
    for (int code = 0; code < FG_STATUS_COUNT; code++) {
        uint64_t count = parts->answers[code];
        if (count > 0) {
            fg_buffer_print(text, "%s{code=\"%d\"} %" PRIu64 "\n", name, code, count);
        }
    }
}

enum MHD_Result fg_metrics_answer(fg_exchange *exchange)
{
    fg_error error;
    fg_totals totals;
    fg_buffer text = {0};
    fg_parts *parts = exchange->parts;
    if (fg_store_totals(parts->store, &totals, &error) != 0) {
        return fg_reply_error(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR, error.text);
    }
    fg_buffer_print(&text,
                    "# HELP facegate_backend_entries Entries in the log, by status.\n"
                    "# TYPE facegate_backend_entries gauge\n"
                    "facegate_backend_entries{status=\"Accepted\"} %" PRId64 "\n"
                    "facegate_backend_entries{status=\"Refused\"} %" PRId64 "\n",
                    totals.accepted, totals.refused);
    print_answers(&text, parts);
    print_one(&text, "facegate_backend_database_bytes", "gauge", "Size of the database's files.",
              totals.database);
    print_one(&text, "facegate_backend_pictures_bytes", "gauge", "Size of all pictures.",
              totals.pictures);
    print_one(&text, "facegate_backend_connections", "gauge", "Connections that are open.",
              fg_connections_count(parts->connections));
    print_one(&text, "facegate_backend_listeners", "gauge", "Pages that follow the events.",
              fg_sse_listeners(parts->sse));
    print_one(&text, "facegate_backend_failed_logins_total", "counter",
              "Wrong tokens, in headers and in the login form.", fg_auth_failures(parts->auth));
    print_one(&text, "facegate_backend_read_steps_total", "counter",
              "Steps of SQLite's machine that reading took.", fg_store_steps(parts->store));
    return fg_reply_buffer(exchange, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8",
                           &text);
}
