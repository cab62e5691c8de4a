/* What is looked at: the entries, their pictures, the days, the stream of events, and the page. */
#include "http/api.h"

#include "facegate/clock.h"
#include "http/reply.h"
#include "store/query.h"
#include "store/store_list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHUNK_ENTRIES 256 /* read from the database in one go */
#define BLOCK         32768

static enum MHD_Result fail(fg_exchange *exchange, const fg_error *error)
{
    fg_reply_complain(exchange, error->text);
    return fg_reply_error(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR, error->text);
}

static int set_query(void *context, const char *name, size_t name_size, const char *value,
                     size_t value_size, fg_error *error)
{
    return fg_query_set(context, name, name_size, value, value_size, error);
}

static void add_to_array(void *context, const fg_entry *entry)
{
    fg_buffer *array = context;
    fg_buffer_add(array, array->size <= 1 ? "\n" : ",\n", array->size <= 1 ? 1 : 2);
    fg_entry_json(array, entry);
}

/* The whole array as it is sent: never more of it in memory than a chunk. */
typedef struct stream {
    fg_exchange *exchange; /* outlives the sending */
    int64_t after, until;  /* ids */
    fg_buffer chunk;
    size_t sent; /* bytes of the chunk */
    bool begun, ended;
} stream;

static void add_to_stream(void *context, const fg_entry *entry)
{
    stream *all = context;
    fg_buffer_print(&all->chunk, "%s", all->begun ? ",\n" : "[\n");
    all->begun = true;
    fg_entry_json(&all->chunk, entry);
    all->after = entry->id;
}

static int next_chunk(stream *all, fg_error *error)
{
    int64_t before = all->after;
    all->sent = 0;
    all->chunk.size = 0;
    int result = fg_store_after(all->exchange->parts->store, all->after, all->until, CHUNK_ENTRIES,
                                add_to_stream, all, error);
    if (result == 0 && all->after == before) {
        fg_buffer_print(&all->chunk, "%s", all->begun ? "\n]\n" : "[]\n");
        all->ended = true;
    }
    return all->chunk.failed ? fg_error_set(error, -ENOMEM, "not enough memory") : result;
}

static ssize_t read_stream(void *context, uint64_t position, char *to, size_t room)
{
    (void)position;
    stream *all = context;
    if (all->sent == all->chunk.size) {
        if (all->ended) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        fg_error error;
        if (next_chunk(all, &error) != 0) {
            fg_reply_complain(all->exchange, error.text);
            return MHD_CONTENT_READER_END_WITH_ERROR;
        }
    }
    size_t size = all->chunk.size - all->sent < room ? all->chunk.size - all->sent : room;
    memcpy(to, all->chunk.data + all->sent, size);
    all->sent += size;
    return (ssize_t)size;
}

static void end_stream(void *context)
{
    stream *all = context;
    fg_buffer_free(&all->chunk);
    free(all);
}

static enum MHD_Result list_all(fg_exchange *exchange)
{
    fg_error error = {"not enough memory"};
    fg_totals totals;
    stream *all = calloc(1, sizeof(*all));
    if (all == NULL || fg_store_totals(exchange->parts->store, &totals, &error) != 0) {
        free(all);
        return fail(exchange, &error);
    }
    all->exchange = exchange;
    all->until = totals.last_id;
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, all, end_stream);
    if (response == NULL) {
        end_stream(all);
    }
    return fg_reply(exchange, MHD_HTTP_OK, FG_JSON, response);
}

enum MHD_Result fg_api_list(fg_exchange *exchange)
{
    fg_query query;
    fg_error error;
    fg_buffer array = {0};
    fg_query_init(&query);
    if (fg_exchange_parameters(exchange, set_query, &query, &error) != 0 ||
        fg_query_check(&query, &error) != 0) {
        return fg_reply_error(exchange, MHD_HTTP_BAD_REQUEST, error.text);
    }
    if (!query.given) {
        return list_all(exchange);
    }
    fg_buffer_add(&array, "[", 1);
    if (fg_store_list(exchange->parts->store, &query, add_to_array, &array, &error) != 0) {
        fg_buffer_free(&array);
        return fail(exchange, &error);
    }
    fg_buffer_print(&array, "]\n");
    return fg_reply_buffer(exchange, MHD_HTTP_OK, FG_JSON, &array);
}

typedef struct days {
    fg_buffer json;
    struct tm day; /* the next that is due, at noon */
} days;

static void print_day(days *all, int64_t accepted, int64_t refused)
{
    char day[FG_ENTRY_DAY];
    strftime(day, sizeof(day), "%Y-%m-%d", &all->day);
    fg_buffer_print(&all->json,
                    "%s{\"day\":\"%s\",\"accepted\":%" PRId64 ",\"refused\":%" PRId64 "}",
                    all->json.size > 1 ? ",\n" : "\n", day, accepted, refused);
    all->day.tm_mday++;
    all->day.tm_isdst = -1;
    mktime(&all->day);
}

/* Those before it that have no entries come first. */
static void add_day(void *context, const char *day, int64_t accepted, int64_t refused)
{
    days *all = context;
    char due[FG_ENTRY_DAY];
    while (strftime(due, sizeof(due), "%Y-%m-%d", &all->day) > 0 && strcmp(due, day) < 0) {
        print_day(all, 0, 0);
    }
    print_day(all, accepted, refused);
}

static int set_days(void *context, const char *name, size_t name_size, const char *value,
                    size_t value_size, fg_error *error)
{
    if (name_size != 4 || memcmp(name, "days", 4) != 0) {
        return fg_error_set(error, -EINVAL, "the only parameter is days");
    }
    if (value == NULL || !fg_query_number(value, value_size, 1, FG_QUERY_DAYS, context)) {
        return fg_error_set(error, -EINVAL, "days must be a whole number from 1 to %d",
                            FG_QUERY_DAYS);
    }
    return 0;
}

enum MHD_Result fg_api_days(fg_exchange *exchange)
{
    int64_t count = FG_QUERY_SOME_DAYS;
    fg_error error;
    struct tm today;
    char first[FG_ENTRY_DAY], last[FG_ENTRY_DAY], end[FG_ENTRY_DAY];
    time_t now = time(NULL);
    days all = {.json = {0}};
    if (fg_exchange_parameters(exchange, set_days, &count, &error) != 0) {
        return fg_reply_error(exchange, MHD_HTTP_BAD_REQUEST, error.text);
    }
    localtime_r(&now, &today);
    strftime(last, sizeof(last), "%Y-%m-%d", &today);
    all.day = today;
    all.day.tm_hour = 12;
    all.day.tm_mday -= (int)count - 1;
    all.day.tm_isdst = -1;
    mktime(&all.day);
    strftime(first, sizeof(first), "%Y-%m-%d", &all.day);
    fg_buffer_add(&all.json, "[", 1);
    if (fg_store_days(exchange->parts->store, first, last, add_day, &all, &error) != 0) {
        fg_buffer_free(&all.json);
        return fail(exchange, &error);
    }
    while (strftime(end, sizeof(end), "%Y-%m-%d", &all.day) > 0 && strcmp(end, last) <= 0) {
        print_day(&all, 0, 0);
    }
    fg_buffer_print(&all.json, "]\n");
    return fg_reply_buffer(exchange, MHD_HTTP_OK, FG_JSON, &all.json);
}

static void add_missed(void *context, const fg_entry *entry)
{
    fg_sse_print_entry(context, entry);
}

/* What a listener that comes back has missed; a client of ours never knows a newer id than we. */
static int greet(fg_exchange *exchange, int64_t last_id, fg_buffer *greeting, fg_error *error)
{
    int64_t known = 0;
    fg_totals totals;
    fg_store *store = exchange->parts->store;
    const char *header = fg_exchange_header(exchange, "Last-Event-ID");
    fg_buffer_print(greeting, "retry: 2000\n");
    if (header == NULL || !fg_query_number(header, strlen(header), 0, INT64_MAX, &known)) {
        fg_buffer_print(greeting, "id: %" PRId64 "\n\n", last_id);
        return 0;
    }
    int result = fg_store_totals(store, &totals, error);
    if (result != 0) {
        return result;
    }
    if (known > last_id || last_id - known > FG_SSE_MISSED) {
        fg_buffer_print(greeting, "id: %" PRId64 "\nevent: reset\ndata: {}\n\n", last_id);
        return 0;
    }
    fg_buffer_print(greeting, "\n");
    /* Deletions that it missed. */
    if (known > 0 && totals.first_id > 1) {
        fg_buffer_print(greeting, "event: gone\ndata: {\"before_id\":%" PRId64 "}\n\n",
                        totals.first_id);
    }
    return fg_store_after(store, known, last_id, FG_SSE_MISSED, add_missed, greeting, error);
}

enum MHD_Result fg_api_events(fg_exchange *exchange)
{
    fg_error error;
    fg_buffer greeting = {0};
    int64_t last_id = 0;
    fg_parts *parts = exchange->parts;
    fg_listener *listener = fg_sse_join(parts->sse, exchange->connection, &last_id);
    if (listener == NULL) {
        exchange->retry_after = 10;
        return fg_reply_error(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "too many listeners");
    }
    if (greet(exchange, last_id, &greeting, &error) != 0) {
        fg_listener_free(listener);
        fg_buffer_free(&greeting);
        return fail(exchange, &error);
    }
    fg_connections_enter(parts->connections, exchange->watched, FG_PHASE_STREAMING,
                         fg_clock_monotonic());
    return fg_reply(exchange, MHD_HTTP_OK, "text/event-stream",
                    fg_sse_response(listener, &greeting));
}

enum MHD_Result fg_api_picture(fg_exchange *exchange)
{
    int64_t size = 0;
    char tag[FG_PICTURE_NAME + 2];
    struct MHD_Response *response = NULL;
    const char *name = exchange->path + strlen(FG_PICTURE_URL);
    int fd = fg_picture_open(exchange->parts->pictures, name, &size);
    if (fd == -EMFILE || fd == -ENFILE) {
        return fg_reply_error(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "too many open files");
    }
    if (fd < 0) {
        return fg_reply_error(exchange, MHD_HTTP_NOT_FOUND, "picture not found");
    }
    snprintf(tag, sizeof(tag), "\"%s\"", name);
    bool known = fg_reply_is_known(exchange, tag);
    if (known) {
        close(fd);
        response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    } else {
        response = MHD_create_response_from_fd64((uint64_t)size, fd);
        if (response == NULL) {
            close(fd);
        }
    }
    if (response != NULL) {
        /* A name is never given to another picture. */
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                                "private, max-age=31536000, immutable");
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, tag);
    }
    return fg_reply(exchange, known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, "image/jpeg", response);
}

enum MHD_Result fg_api_health(fg_exchange *exchange)
{
    fg_totals totals;
    fg_error error;
    fg_buffer text = {0};
    if (fg_store_totals(exchange->parts->store, &totals, &error) != 0) {
        return fg_reply_error(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, error.text);
    }
    fg_buffer_print(&text, "ok\n");
    return fg_reply_buffer(exchange, MHD_HTTP_OK, "text/plain; charset=utf-8", &text);
}
