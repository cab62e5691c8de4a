/* Checks the options of a backend and copies them for requests. */
#include "http/target.h"

#include "facegate/base/file.h"
#include "http/pem.h"
#include "http/picture_key.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define PATH "/api/auth_logs"

static bool has(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* A name that curl itself resolves to loopback, or an address there, as curl has normalised it. */
static bool is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;
    char bare[64];
    size_t length = strlen(host);
    if (strcasecmp(host, "localhost") == 0) {
        return true;
    }
    if (inet_pton(AF_INET, host, &four) == 1) {
        return (ntohl(four.s_addr) >> 24) == 127;
    }
    if (length < 3 || length >= sizeof(bare) || host[0] != '[' || host[length - 1] != ']') {
        return false;
    }
    snprintf(bare, sizeof(bare), "%.*s", (int)(length - 2), host + 1);
    return inet_pton(AF_INET6, bare, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

/* A part of the address, or NULL; to be given to curl_free. */
static char *part(CURLU *url, CURLUPart which)
{
    char *text = NULL;
    return curl_url_get(url, which, &text, 0) == CURLUE_OK ? text : NULL;
}

static int read_url(fg_target *target, const char *text, char **ret_host, fg_error *error)
{
    if (strncasecmp(text, "http://", 7) != 0 && strncasecmp(text, "https://", 8) != 0) {
        return fg_error_set(error, -EINVAL, "backend_url must start with http:// or https://");
    }
    CURLU *url = curl_url();
    if (url == NULL) {
        return fg_error_set(error, -ENOMEM, "out of memory");
    }
    CURLUcode code = curl_url_set(url, CURLUPART_URL, text, 0);
    char *scheme = part(url, CURLUPART_SCHEME);
    char *host = part(url, CURLUPART_HOST);
    char *user = part(url, CURLUPART_USER);
    char *password = part(url, CURLUPART_PASSWORD);
    char *query = part(url, CURLUPART_QUERY);
    char *fragment = part(url, CURLUPART_FRAGMENT);
    int result = 0;
    if (code != CURLUE_OK || scheme == NULL || host == NULL) {
        result = fg_error_set(error, -EINVAL, "backend_url: %s", curl_url_strerror(code));
    } else if (user != NULL || password != NULL) {
        result = fg_error_set(
            error, -EINVAL, "backend_url must not contain a user name or password: use token_file");
    } else if (query != NULL || fragment != NULL) {
        result = fg_error_set(
            error, -EINVAL, "backend_url must end before the \"?\" or \"#\": facegate adds " PATH);
    } else {
        target->https = strcasecmp(scheme, "https") == 0;
        target->loopback = is_loopback(host);
        *ret_host = strdup(host);
        size_t length = strlen(text);
        while (length > 0 && text[length - 1] == '/') {
            length--;
        }
        if (asprintf(&target->endpoint, "%.*s" PATH, (int)length, text) < 0) {
            target->endpoint = NULL;
            result = fg_error_set(error, -ENOMEM, "out of memory");
        }
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(user);
    curl_free(password);
    curl_free(query);
    curl_free(fragment);
    curl_url_cleanup(url);
    return result;
}

static int take_file(const char *key, const char *path, char **ret_copy, fg_error *error)
{
    if (!has(path)) {
        return 0;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return fg_error_set(error, -errno, "%s %s: %s", key, path, strerror(errno));
    }
    close(fd);
    *ret_copy = strdup(path);
    return *ret_copy != NULL ? 0 : fg_error_set(error, -ENOMEM, "out of memory");
}

/* What libcurl would only say of them at the first request. A certificate may bring its key with
 * it. */
static int check_pem(const fg_target *target, fg_error *error)
{
    int result =
        target->ca_file == NULL ? 0 : fg_pem_check_certificate("ca_file", target->ca_file, error);
    if (result == 0 && target->client_cert != NULL) {
        result = fg_pem_check_pair(
            target->client_cert,
            target->client_key != NULL ? target->client_key : target->client_cert, error);
    }
    return result;
}

static int take_picture_key(fg_target *target, const char *path, fg_error *error)
{
    fg_picture_key key;
    int result = take_file("picture_key", path, &target->picture_key, error);
    if (result == 0 && target->picture_key != NULL) {
        result = fg_picture_key_read(path, &key, error);
        fg_picture_key_forget(&key);
    }
    return result;
}

/* The file configured, else the credential systemd hands over. */
static int take_token(fg_target *target, const char *path, const char *host, fg_error *error)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    if (has(path)) {
        target->token_file = strdup(path);
    } else if (has(credentials)) {
        char *credential = NULL;
        if (asprintf(&credential, "%s/token", credentials) < 0) {
            return fg_error_set(error, -ENOMEM, "out of memory");
        }
        if (access(credential, F_OK) != 0) {
            free(credential);
            return 0;
        }
        target->token_file = credential;
    } else {
        return 0;
    }
    if (target->token_file == NULL) {
        return fg_error_set(error, -ENOMEM, "out of memory");
    }
    if (!target->https && !target->loopback) {
        return fg_error_set(error, -EINVAL,
                            "token_file %s: the token would be sent unprotected over http to %s: "
                            "use https in backend_url, or remove the token",
                            target->token_file, host);
    }
    char token[FG_TOKEN_SIZE];
    int result = fg_target_token(target, token, error);
    explicit_bzero(token, sizeof(token));
    return result;
}

static int take_seconds(const char *key, double seconds, long *ret_ms, fg_error *error)
{
    if (!(seconds > 0 && seconds <= 86400)) {
        return fg_error_set(error, -EINVAL, "%s must be more than 0 and at most 86400 seconds",
                            key);
    }
    *ret_ms = seconds < 0.001 ? 1 : (long)(seconds * 1000);
    return 0;
}

int fg_target_init(fg_target *target, const fg_backend_options *options, fg_error *error)
{
    char *host = NULL;
    *target = (fg_target){0};
    int result = read_url(target, options->url, &host, error);
    if (result == 0) {
        result = take_seconds("timeout", options->timeout, &target->timeout_ms, error);
    }
    if (result == 0) {
        result = take_seconds("connect_timeout", options->connect_timeout,
                              &target->connect_timeout_ms, error);
    }
    if (result == 0) {
        result = take_file("ca_file", options->ca_file, &target->ca_file, error);
    }
    if (result == 0) {
        result = take_file("client_cert", options->client_cert, &target->client_cert, error);
    }
    if (result == 0) {
        result = take_file("client_key", options->client_key, &target->client_key, error);
    }
    if (result == 0) {
        result = check_pem(target, error);
    }
    if (result == 0) {
        result = take_picture_key(target, options->picture_key, error);
    }
    if (result == 0) {
        result =
            take_token(target, options->token_file, host != NULL ? host : "the backend", error);
    }
    free(host);
    if (result != 0) {
        fg_target_release(target);
    }
    return result;
}

void fg_target_release(fg_target *target)
{
    free(target->endpoint);
    free(target->token_file);
    free(target->ca_file);
    free(target->client_cert);
    free(target->client_key);
    free(target->picture_key);
    *target = (fg_target){0};
}

int fg_target_token(const fg_target *target, char ret_token[FG_TOKEN_SIZE], fg_error *error)
{
    ret_token[0] = '\0';
    if (target->token_file == NULL) {
        return 0;
    }
    char *data = NULL;
    size_t size = 0, start = 0;
    int result = fg_file_read(target->token_file, FG_TOKEN_SIZE - 1, &data, &size, error);
    if (result != 0) {
        return fg_error_prefix(error, result, "token_file %s", target->token_file);
    }
    static const char blank[] = " \t\r\n";
    size_t end = size;
    while (end > 0 && data[end - 1] != '\0' && strchr(blank, data[end - 1]) != NULL) {
        end--;
    }
    while (start < end && data[start] != '\0' && strchr(blank, data[start]) != NULL) {
        start++;
    }
    /* RFC 6750 allows fewer characters still; what matters is that none ends the header. */
    for (size_t i = start; i < end && result == 0; i++) {
        if (data[i] < 0x21 || data[i] > 0x7E) {
            result =
                fg_error_set(error, -EINVAL,
                             "token_file %s: a token must be one word of visible ASCII characters",
                             target->token_file);
        }
    }
    if (result == 0 && start == end) {
        result = fg_error_set(error, -EINVAL, "token_file %s is empty", target->token_file);
    }
    if (result == 0) {
        memcpy(ret_token, data + start, end - start);
        ret_token[end - start] = '\0';
    }
    fg_file_forget(data, size);
    return result;
}

int fg_backend_check_options(const fg_backend_options *options, fg_error *error)
{
    fg_target target;
    int result = fg_target_init(&target, options, error);
    if (result == 0) {
        fg_target_release(&target);
    }
    return result;
}
