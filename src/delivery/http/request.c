/* One HTTP request to the backend, as the wire contract has it, and what came back. */
#include "http/request.h"

#include "facegate/base/buffer.h"
#include "facegate/clock.h"
#include "facegate/version.h"
#include "http/answer.h"
#include "http/picture_key.h"
#include "http/target.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEADERS_MOST (256u << 10) /* bytes, with those of 1xx and behind the body */

/* What is wrong with an answer, beside what libcurl says itself. */
enum fault { FAULT_NONE, FAULT_NO_STATUS, FAULT_HEADERS, FAULT_EARLY };

struct fg_request {
    fg_target target;
    CURL *easy;
    curl_socket_t socket; /* of the last answer that left one open: an attempt that fails does not
                           * close it */
    size_t headers_size;
    enum fault fault;
    struct curl_slist *headers;
    curl_mime *mime;
    char *json;
    uint8_t *encrypted;        /* the picture, with a key for it */
    char token[FG_TOKEN_SIZE]; /* that was sent */
    char trouble[CURL_ERROR_SIZE];
    bool failed;    /* setting the handle up did not work: out of memory */
    fg_buffer body; /* as much as its limit lets in */
    bool overflowed;
    fg_request_sink *sink;
    void *context;
};

/* Whether the body is the one asked for; that of any other status only explains itself. */
static bool is_for_sink(fg_request *request)
{
    long status = 0;
    curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    return request->sink != NULL && status == 200;
}

static size_t keep(char *data, size_t one, size_t size, void *context)
{
    (void)one;
    fg_request *request = context;
    size_t room = request->body.limit - request->body.size;
    request->overflowed = request->overflowed || size > room;
    fg_buffer_add(&request->body, data, size < room ? size : room);
    if (request->body.failed) {
        return CURL_WRITEFUNC_ERROR;
    }
    if (is_for_sink(request) && !request->sink(request->context, data, size)) {
        return CURL_WRITEFUNC_ERROR;
    }
    return size;
}

/* Each line of the head and of what may stand behind the body, of which libcurl keeps all. */
static size_t check_header(char *line, size_t one, size_t size, void *context)
{
    (void)one;
    fg_request *request = context;
    request->headers_size += size;
    if (size >= 5 && strncasecmp(line, "HTTP/", 5) == 0 && !fg_answer_is_status_line(line, size)) {
        request->fault = FAULT_NO_STATUS;
    } else if (request->headers_size > HEADERS_MOST) {
        request->fault = FAULT_HEADERS;
    }
    return request->fault == FAULT_NONE ? size : CURL_WRITEFUNC_ERROR;
}

int fg_request_create(const fg_backend_options *options, size_t answer_limit,
                      fg_request **ret_request, fg_error *error)
{
    fg_request *request = calloc(1, sizeof(*request));
    if (request == NULL) {
        return fg_error_set(error, -ENOMEM, "out of memory");
    }
    request->body.limit = answer_limit;
    request->socket = CURL_SOCKET_BAD;
    int result = fg_target_init(&request->target, options, error);
    if (result == 0) {
        request->easy = curl_easy_init();
        if (request->easy == NULL) {
            result = fg_error_set(error, -ENOMEM, "libcurl cannot start");
        }
    }
    if (result != 0) {
        fg_request_free(request);
        return result;
    }
    *ret_request = request;
    return 0;
}

/* What one request needed. */
static void clear(fg_request *request)
{
    curl_easy_cleanup(request->easy);
    request->easy = NULL;
    curl_mime_free(request->mime);
    curl_slist_free_all(request->headers);
    cJSON_free(request->json);
    free(request->encrypted);
    request->encrypted = NULL;
    request->mime = NULL;
    request->headers = NULL;
    request->json = NULL;
    explicit_bzero(request->token, sizeof(request->token));
    request->trouble[0] = '\0';
    request->failed = false;
    request->headers_size = 0;
    request->fault = FAULT_NONE;
    fg_buffer_clear(&request->body);
    request->overflowed = false;
    request->sink = NULL;
}

fg_request *fg_request_free(fg_request *request)
{
    if (request == NULL) {
        return NULL;
    }
    clear(request);
    fg_target_release(&request->target);
    fg_buffer_free(&request->body);
    free(request);
    return NULL;
}

CURL *fg_request_handle(fg_request *request)
{
    return request->easy;
}

bool fg_request_is_local(const fg_request *request)
{
    return request->target.loopback;
}

static void note(fg_request *request, CURLcode code)
{
    request->failed = request->failed || code != CURLE_OK;
}

static void set_number(fg_request *request, CURLoption option, long value)
{
    note(request, curl_easy_setopt(request->easy, option, value));
}

static void set_text(fg_request *request, CURLoption option, const char *value)
{
    note(request, curl_easy_setopt(request->easy, option, value));
}

static void add_header(fg_request *request, const char *line)
{
    struct curl_slist *longer = curl_slist_append(request->headers, line);
    if (longer == NULL) {
        request->failed = true;
        return;
    }
    request->headers = longer;
}

static void set_up_tls(fg_request *request)
{
    const fg_target *target = &request->target;
    set_number(request, CURLOPT_SSL_VERIFYPEER, 1);
    set_number(request, CURLOPT_SSL_VERIFYHOST, 2);
    set_number(request, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    if (target->ca_file != NULL) {
        /* This CA alone is trusted then, and a fixed file counts at once. */
        set_text(request, CURLOPT_CAINFO, target->ca_file);
        set_text(request, CURLOPT_CAPATH, NULL);
        set_number(request, CURLOPT_CA_CACHE_TIMEOUT, 0);
    }
    if (target->client_cert != NULL) {
        set_text(request, CURLOPT_SSLCERT, target->client_cert);
        set_text(request, CURLOPT_SSLKEY,
                 target->client_key != NULL ? target->client_key : target->client_cert);
    }
}

/*
 * Bytes that came after the last answer and before the next request would be taken for its answer:
 * a 201 that nobody asked for would lose an event. libcurl 7.88 does not look for them itself. A
 * number that is meanwhile another file's does no harm: a fresh connection, or none to be reused.
 * What came within one record of TLS with the answer is not seen.
 */
static bool has_input(curl_socket_t socket)
{
    struct pollfd ready = {.fd = socket, .events = POLLIN};
    return socket != CURL_SOCKET_BAD && poll(&ready, 1, 0) != 0;
}

/* What every request has in common. */
static int set_up(fg_request *request, fg_error *error)
{
    const fg_target *target = &request->target;
    char agent[64];
    clear(request);
    /* Not curl_easy_reset: libcurl 7.88 then still reads the last header of the answer before where
     * one begins with a folded line. Connections are kept by the multi handle. */
    request->easy = curl_easy_init();
    if (request->easy == NULL) {
        return fg_error_set(error, -ENOMEM, "libcurl: out of memory");
    }
    set_text(request, CURLOPT_URL, target->endpoint);
    set_text(request, CURLOPT_PROTOCOLS_STR, "http,https");
    set_number(request, CURLOPT_FOLLOWLOCATION, 0);
    set_number(request, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    set_number(request, CURLOPT_NOSIGNAL, 1);
    /* A name look-up that hangs must not hold up the end of the program. */
    set_number(request, CURLOPT_QUICK_EXIT, 1);
    set_number(request, CURLOPT_TIMEOUT_MS, target->timeout_ms);
    set_number(request, CURLOPT_CONNECTTIMEOUT_MS, target->connect_timeout_ms);
    set_number(request, CURLOPT_TCP_KEEPALIVE, 1);
    snprintf(agent, sizeof(agent), "facegate/%s", fg_version);
    set_text(request, CURLOPT_USERAGENT, agent); /* libcurl copies it */
    if (target->loopback) {
        /* A proxy of the environment is for the world outside, and must not see the token. */
        set_text(request, CURLOPT_NOPROXY, "*");
    }
    set_up_tls(request);
    note(request, curl_easy_setopt(request->easy, CURLOPT_ERRORBUFFER, request->trouble));
    note(request, curl_easy_setopt(request->easy, CURLOPT_WRITEFUNCTION, keep));
    note(request, curl_easy_setopt(request->easy, CURLOPT_WRITEDATA, request));
    note(request, curl_easy_setopt(request->easy, CURLOPT_HEADERFUNCTION, check_header));
    note(request, curl_easy_setopt(request->easy, CURLOPT_HEADERDATA, request));
    set_number(request, CURLOPT_FRESH_CONNECT, has_input(request->socket));
    /* Some backends know no 100-continue, and waiting for it costs a second. */
    add_header(request, "Expect:");

    int result = fg_target_token(target, request->token, error);
    if (result == 0 && request->token[0] != '\0') {
        set_number(request, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        set_text(request, CURLOPT_XOAUTH2_BEARER, request->token);
    }
    return result;
}

static int finish_set_up(fg_request *request, fg_error *error)
{
    note(request, curl_easy_setopt(request->easy, CURLOPT_HTTPHEADER, request->headers));
    return request->failed ? fg_error_set(error, -ENOMEM, "libcurl: out of memory") : 0;
}

static void add_field(fg_request *request, const char *name, const char *value)
{
    curl_mimepart *part = curl_mime_addpart(request->mime);
    if (part == NULL) {
        request->failed = true;
        return;
    }
    note(request, curl_mime_name(part, name));
    note(request, curl_mime_data(part, value, CURL_ZERO_TERMINATED));
}

/* A picture is sent from where it lies. */
typedef struct picture {
    const uint8_t *data;
    size_t size;
    size_t at;
} picture;

/* The picture of the event, or what it becomes under the key, read as it is now. */
static int choose_picture(fg_request *request, const fg_event *event, picture *ret_picture,
                          fg_error *error)
{
    fg_picture_key key;
    *ret_picture = (picture){.data = event->jpeg, .size = event->jpeg_size};
    if (request->target.picture_key == NULL || event->jpeg_size == 0) {
        return 0;
    }
    int result = fg_picture_key_read(request->target.picture_key, &key, error);
    if (result == 0) {
        result =
            fg_picture_key_encrypt(&key, event->jpeg, event->jpeg_size, &request->encrypted, error);
    }
    fg_picture_key_forget(&key);
    if (result == 0) {
        *ret_picture = (picture){
            .data = request->encrypted,
            .size = event->jpeg_size + FG_PICTURE_KEY_ADDED,
        };
    }
    return result;
}

static size_t read_picture(char *buffer, size_t one, size_t room, void *context)
{
    picture *source = context;
    size_t left = source->size - source->at;
    size_t size = one * room < left ? one * room : left;
    memcpy(buffer, source->data + source->at, size);
    source->at += size;
    return size;
}

static int seek_picture(void *context, curl_off_t offset, int origin)
{
    picture *source = context;
    if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > source->size) {
        return CURL_SEEKFUNC_FAIL;
    }
    source->at = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

static void add_picture(fg_request *request, const picture *chosen)
{
    curl_mimepart *part = curl_mime_addpart(request->mime);
    picture *source = malloc(sizeof(*source));
    if (part == NULL || source == NULL) {
        free(source);
        request->failed = true;
        return;
    }
    *source = *chosen;
    CURLcode code =
        curl_mime_data_cb(part, (curl_off_t)chosen->size, read_picture, seek_picture, free, source);
    if (code != CURLE_OK) {
        free(source);
    }
    note(request, code);
    note(request, curl_mime_name(part, "image"));
    bool encrypted = chosen->data == request->encrypted;
    note(request, curl_mime_filename(part, encrypted ? "face_image.bin" : "face_image.jpg"));
    note(request, curl_mime_type(part, encrypted ? "application/octet-stream" : "image/jpeg"));
}

static void write_multipart(fg_request *request, const fg_event *event, const picture *chosen,
                            const char *timestamp)
{
    request->mime = curl_mime_init(request->easy);
    if (request->mime == NULL) {
        request->failed = true;
        return;
    }
    add_picture(request, chosen);
    add_field(request, "timestamp", timestamp);
    add_field(request, "status", event->status);
    add_field(request, "rfid_id", event->rfid_id);
    add_field(request, "user_name", event->user_name);
    if (event->reason[0] != '\0') {
        add_field(request, "reason", event->reason);
    }
    note(request, curl_easy_setopt(request->easy, CURLOPT_MIMEPOST, request->mime));
}

static void write_json(fg_request *request, const fg_event *event, const char *timestamp)
{
    cJSON *object = cJSON_CreateObject();
    bool made = cJSON_AddStringToObject(object, "timestamp", timestamp) != NULL &&
                cJSON_AddStringToObject(object, "status", event->status) != NULL &&
                cJSON_AddStringToObject(object, "rfid_id", event->rfid_id) != NULL &&
                cJSON_AddStringToObject(object, "user_name", event->user_name) != NULL &&
                (event->reason[0] == '\0' ||
                 cJSON_AddStringToObject(object, "reason", event->reason) != NULL);
    request->json = made ? cJSON_PrintUnformatted(object) : NULL;
    cJSON_Delete(object);
    if (request->json == NULL) {
        request->failed = true;
        return;
    }
    add_header(request, "Content-Type: application/json");
    note(request, curl_easy_setopt(request->easy, CURLOPT_POSTFIELDS, request->json));
}

int fg_request_post(fg_request *request, const fg_event *event, fg_error *error)
{
    char timestamp[32];
    char key[32 + FG_EVENT_ID_SIZE];
    picture chosen;
    int result = set_up(request, error);
    if (result == 0) {
        result = choose_picture(request, event, &chosen, error);
    }
    if (result != 0) {
        return result;
    }
    fg_clock_format(fg_event_realtime(event), timestamp);
    snprintf(key, sizeof(key), "Idempotency-Key: %s", event->id);
    add_header(request, key);
    if (event->jpeg_size > 0) {
        write_multipart(request, event, &chosen, timestamp);
    } else {
        write_json(request, event, timestamp);
    }
    return finish_set_up(request, error);
}

int fg_request_get(fg_request *request, fg_request_sink *sink, void *context, fg_error *error)
{
    int result = set_up(request, error);
    request->sink = sink;
    request->context = context;
    return result != 0 ? result : finish_set_up(request, error);
}

/* OpenSSL's X509_V_ERR_...: the chain ends in nobody we trust. Other faults no ca_file would fix.
 */
static bool lacks_issuer(long verified)
{
    return verified == 2 || (verified >= 18 && verified <= 21);
}

static const char *fault_text(enum fault fault)
{
    switch (fault) {
    case FAULT_NO_STATUS:
        return "the answer does not begin with HTTP/1.1 and a status of three digits";
    case FAULT_HEADERS:
        return "the answer has more than 256 KiB of headers";
    case FAULT_EARLY:
        return "the server accepted the request before it had all of it";
    case FAULT_NONE:
        break;
    }
    return NULL;
}

static bool is_sent_whole(const fg_request *request)
{
    curl_off_t size = -1, sent = 0;
    curl_easy_getinfo(request->easy, CURLINFO_CONTENT_LENGTH_UPLOAD_T, &size);
    curl_easy_getinfo(request->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    return sent >= size;
}

/* How the transfer ended, in words; "" where all went well. */
static const char *trouble_text(const fg_request *request, CURLcode code, bool answered)
{
    if (code == CURLE_OK && answered) {
        return "";
    }
    if (request->fault != FAULT_NONE) {
        return fault_text(request->fault);
    }
    if (code == CURLE_OK) {
        return "the server announced an answer but sent none";
    }
    return request->trouble[0] != '\0' ? request->trouble : curl_easy_strerror(code);
}

/* As servers say it to who does not speak TLS: nginx, Apache, Go and HAProxy's kind. */
static bool wants_https(const fg_request *request, long status)
{
    static const char *const said[] = {"to HTTPS port", "to an HTTPS server",
                                       "to an SSL-enabled server port"};
    char body[1024];
    size_t size = request->body.size < sizeof(body) - 1 ? request->body.size : sizeof(body) - 1;
    if (request->target.https || status != 400 || size == 0) {
        return false;
    }
    memcpy(body, request->body.data, size);
    body[size] = '\0';
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        if (strstr(body, said[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* OpenSSL takes the "HTTP/1.1" of the answer for a record of a version that there is not. */
static bool is_plain_text_for_tls(const fg_request *request, CURLcode code)
{
    return code == CURLE_SSL_CONNECT_ERROR &&
           (strstr(request->trouble, "wrong version number") != NULL ||
            strstr(request->trouble, "packet length too long") != NULL ||
            strstr(request->trouble, "http request") != NULL);
}

static bool is_local_name(const char *endpoint)
{
    static const char ending[] = ".local";
    const char *host = strstr(endpoint, "://") + 3;
    size_t length = strcspn(host, ":/");
    return length > strlen(ending) && strncasecmp(host + length - strlen(ending), ending, 6) == 0;
}

static enum fg_address_fault address_fault(const fg_request *request, CURLcode code, long status)
{
    if (is_plain_text_for_tls(request, code)) {
        return FG_ADDRESS_IS_HTTP;
    }
    if (wants_https(request, status)) {
        return FG_ADDRESS_IS_HTTPS;
    }
    return code == CURLE_COULDNT_RESOLVE_HOST && is_local_name(request->target.endpoint)
               ? FG_ADDRESS_IS_LOCAL
               : FG_ADDRESS_FITS;
}

void fg_request_answer(fg_request *request, CURLcode code, fg_answer *ret_answer)
{
    long status = 0, verified = 0;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(request->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
    curl_easy_getinfo(request->easy, CURLINFO_RETRY_AFTER, &retry_after);
    curl_socket_t kept = CURL_SOCKET_BAD;
    curl_easy_getinfo(request->easy, CURLINFO_ACTIVESOCKET, &kept);
    if (kept != CURL_SOCKET_BAD) {
        request->socket = kept;
    }
    if (request->fault != FAULT_NO_STATUS && status / 100 == 2 && !is_sent_whole(request)) {
        request->fault = FAULT_EARLY;
    }
    /* A server may hand back what it was sent, the token too. */
    if (request->body.size > 0) {
        fg_answer_mask(request->body.data, request->body.size, request->token);
    }
    fg_answer_mask(request->trouble, strlen(request->trouble), request->token);
    /* 1xx announces an answer that did not come, and libcurl does not always call that an error. */
    bool answered =
        status >= 200 && request->fault != FAULT_NO_STATUS && request->fault != FAULT_EARLY;
    const char *trouble = trouble_text(request, code, answered);
    *ret_answer = (fg_answer){
        .status = answered ? status : 0,
        .code = code,
        .trouble = trouble,
        .address = address_fault(request, code, answered ? status : 0),
        .untrusted = code == CURLE_PEER_FAILED_VERIFICATION && lacks_issuer(verified),
        .retry_after = retry_after > 0 ? (int64_t)retry_after : 0,
        .body = request->body.size > 0 ? request->body.data : "",
        .size = request->body.size,
        .whole = code == CURLE_OK && (!request->overflowed || is_for_sink(request)),
    };
}
