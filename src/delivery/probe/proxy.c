/* Finds the proxy that libcurl would use for a URL. */
#include "probe/proxy.h"

#include "http/answer.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *value_of(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* An entry of no_proxy stands for a host and for everything below its domain. */
static bool covers(const char *entry, size_t length, const char *host)
{
    size_t size = strlen(host);
    if (length > 0 && entry[0] == '.') {
        entry++;
        length--;
    }
    return length > 0 && length <= size && strncasecmp(host + size - length, entry, length) == 0 &&
           (length == size || host[size - length - 1] == '.');
}

static bool is_direct(const char *host)
{
    static const char between[] = ", ";
    const char *list = value_of("no_proxy");
    list = list != NULL ? list : value_of("NO_PROXY");
    if (list != NULL && strcmp(list, "*") == 0) {
        return true;
    }
    while (list != NULL && *list != '\0') {
        size_t length = strcspn(list, between);
        if (covers(list, length, host)) {
            return true;
        }
        list += length;
        list += strspn(list, between);
    }
    return false;
}

static void show_place(const char *value, char *ret_text, size_t size)
{
    CURLU *url = curl_url();
    char *host = NULL, *port = NULL;
    char excerpt[FG_EXCERPT_SIZE];
    snprintf(ret_text, size, "whose address cannot be read");
    /* Without a scheme it is http, and without a port 1080. */
    if (url != NULL &&
        curl_url_set(url, CURLUPART_URL, value, CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) ==
            CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        bool reported = curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK;
        fg_answer_excerpt(host, strlen(host), excerpt);
        snprintf(ret_text, size, "%s:%s", excerpt, reported ? port : "1080");
    }
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(url);
}

void fg_proxy_find(const char *host, bool https, fg_proxy *ret_proxy)
{
    /* In capitals http_proxy could be a request's header in a CGI program: libcurl leaves it out.
     */
    static const char *const secure[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    static const char *const plain[] = {"http_proxy", "all_proxy", "ALL_PROXY"};
    const char *const *variables = https ? secure : plain;
    size_t count = https ? sizeof(secure) / sizeof(secure[0]) : sizeof(plain) / sizeof(plain[0]);
    *ret_proxy = (fg_proxy){0};
    for (size_t i = 0; i < count && ret_proxy->variable == NULL && !is_direct(host); i++) {
        const char *value = value_of(variables[i]);
        if (value != NULL) {
            ret_proxy->variable = variables[i];
            show_place(value, ret_proxy->place, sizeof(ret_proxy->place));
        }
    }
}
