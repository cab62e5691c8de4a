/*
 * One request at a time on one curl easy handle, and what came back. Belongs to one thread. The
 * wire contract is written here and nowhere else. Source: libcurl's documentation.
 */
#ifndef FACEGATE_DELIVERY_HTTP_REQUEST_H
#define FACEGATE_DELIVERY_HTTP_REQUEST_H

#include "facegate/delivery/event.h"
#include "facegate/delivery/target.h"

#include <curl/curl.h>
#include <stdbool.h>

/* The backend takes requests of 16 MB; beside the picture there is room for the other parts. */
#define FG_REQUEST_MAX_JPEG ((16u << 20) - 8192)

typedef struct fg_request fg_request;

/* Of an answer at most `answer_limit` bytes are kept, the rest is read and thrown away. */
int fg_request_create(const fg_backend_options *options, size_t answer_limit,
                      fg_request **ret_request, fg_error *error);
fg_request *fg_request_free(fg_request *request); /* not while its handle is in a multi handle */

CURL *fg_request_handle(fg_request *request);

/* To loopback, so never through a proxy. */
bool fg_request_is_local(const fg_request *request);

/* Takes what a 200 brings, piece by piece; false ends the transfer. */
typedef bool fg_request_sink(void *context, const char *data, size_t size);

/*
 * Makes the handle ready to post an event (as JSON where it has no picture; its picture stays where
 * it is) or to ask for all entries, which go to `sink` whatever their length. Fails where the token
 * cannot be read.
 */
int fg_request_post(fg_request *request, const fg_event *event, fg_error *error);
int fg_request_get(fg_request *request, fg_request_sink *sink, void *context, fg_error *error);

/* What is wrong with the address, as the end of the transfer shows. */
enum fg_address_fault {
    FG_ADDRESS_FITS,
    FG_ADDRESS_IS_HTTP,  /* https was spoken to a server that speaks http */
    FG_ADDRESS_IS_HTTPS, /* and the reverse */
    FG_ADDRESS_IS_LOCAL, /* a name of multicast DNS that nothing here resolves */
};

/* What came back; valid until the next request. */
typedef struct fg_answer {
    long status;         /* 0: no answer, or a 2xx to a request that was not sent whole */
    CURLcode code;       /* how the transfer ended */
    const char *trouble; /* the same in words, "" where all went well */
    bool untrusted;      /* nobody we trust vouches for the certificate */
    enum fg_address_fault address;
    int64_t retry_after; /* seconds, 0 where nothing was asked */
    const char *body;
    size_t size;
    bool whole; /* all of it arrived, and was kept unless it went to a sink */
} fg_answer;

/* `code` is what the transfer ended with. */
void fg_request_answer(fg_request *request, CURLcode code, fg_answer *ret_answer);

#endif
