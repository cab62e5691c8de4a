#include "wire.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SEPARATOR "\n----\n"
#define ENDS      16

/* The linker's names for the functions themselves and for what is called in their place. */
CURLcode __real_curl_easy_perform(CURL *easy);
CURLMcode __real_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLcode __wrap_curl_easy_perform(CURL *easy);
CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy);

static const uint8_t *rest;
static size_t left;
static int ends[ENDS]; /* far ones */
static int end_count;

void fg_wire_load(const uint8_t *data, size_t size)
{
    rest = data;
    left = size;
}

void fg_wire_close(void)
{
    while (end_count > 0) {
        close(ends[--end_count]);
    }
}

static size_t take_answer(const uint8_t **ret_data)
{
    const uint8_t *found = left > 0 ? memmem(rest, left, SEPARATOR, strlen(SEPARATOR)) : NULL;
    size_t size = found != NULL ? (size_t)(found - rest) : left;
    size_t taken = found != NULL ? size + strlen(SEPARATOR) : size;
    *ret_data = rest;
    rest = taken > 0 ? rest + taken : rest;
    left -= taken;
    return size;
}

/* The answer lies there before it is asked for; what does not fit into the socket is cut off. */
static curl_socket_t open_wire(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)context;
    (void)purpose;
    (void)address;
    int pair[2];
    const uint8_t *answer = NULL;
    if (end_count == ENDS ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) {
        return CURL_SOCKET_BAD;
    }
    size_t size = take_answer(&answer);
    if (size > 0 && write(pair[1], answer, size) < 0) {
        close(pair[0]);
        close(pair[1]);
        return CURL_SOCKET_BAD;
    }
    shutdown(pair[1], SHUT_WR);
    ends[end_count++] = pair[1];
    return pair[0];
}

/* It is already. In the place of libc's, since not every libcurl believes
 * CURL_SOCKOPT_ALREADY_CONNECTED. */
int connect(int fd, const struct sockaddr *address, socklen_t size)
{
    (void)fd;
    (void)address;
    (void)size;
    return 0;
}

static void lead_to_wire(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_wire);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

CURLcode __wrap_curl_easy_perform(CURL *easy)
{
    lead_to_wire(easy);
    return __real_curl_easy_perform(easy);
}

CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy)
{
    lead_to_wire(easy);
    return __real_curl_multi_add_handle(multi, easy);
}
