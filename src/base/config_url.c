/* Checks the backend's URL. */
#include "config_url.h"

#include "facegate/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int check_port(const char *port, fg_error *error)
{
    size_t digits = strspn(port, "0123456789");
    long number = digits >= 1 && digits <= 5 && port[digits] == '\0' ? strtol(port, NULL, 10) : 0;
    if (number < 1 || number > 65535) {
        return fg_error_set(error, -EINVAL, "the port must be 1 to 65535");
    }
    return 0;
}

/* What stands between the scheme and the end: a name, an IPv4 address or [IPv6], then perhaps a
 * port. */
static int check_authority(const char *authority, fg_error *error)
{
    static const char unbracketed[] = "an IPv6 address must be in brackets: [ADDRESS]";
    const char *end;
    if (authority[0] == '[') {
        size_t length = strspn(authority + 1, "0123456789abcdefABCDEF:.");
        end = authority + 1 + length;
        if (length < 2 || *end != ']') {
            return fg_error_set(error, -EINVAL, "%s", unbracketed);
        }
        end++;
    } else {
        end = authority + strcspn(authority, ":");
        if (*end == ':' && strchr(end + 1, ':') != NULL) {
            return fg_error_set(error, -EINVAL, "%s", unbracketed);
        }
        if (end == authority) {
            return fg_error_set(error, -EINVAL, "the host is missing");
        }
        if (strcspn(authority, "\"<>[]\\^`{|}%") < (size_t)(end - authority)) {
            return fg_error_set(error, -EINVAL,
                                "the host has a character that host names cannot have");
        }
    }
    if (*end == '\0') {
        return 0;
    }
    if (*end != ':') {
        return fg_error_set(error, -EINVAL,
                            "the text after the host is not a port: write HOST:PORT");
    }
    return check_port(end + 1, error);
}

/* What is in front of /api/auth_logs, where a backend shares its host with others. RFC 3986, 3.3.
 */
static int check_path(const char *path, fg_error *error)
{
    static const char added[] = "/api/auth_logs";
    size_t length = strlen(path);
    if (strpbrk(path, "?#") != NULL) {
        return fg_error_set(error, -EINVAL,
                            "it must end before the \"?\" or \"#\": facegate adds %s", added);
    }
    for (const char *at = path; *at != '\0'; at++) {
        if ((unsigned char)*at > 0x7E || strchr("\"<>[]\\^`{|}", *at) != NULL) {
            return fg_error_set(error, -EINVAL,
                                "its path has a character that must be written as %%XX");
        }
    }
    if (length >= strlen(added) && strcmp(path + length - strlen(added), added) == 0) {
        return fg_error_set(error, -EINVAL, "it must end before %s, which facegate adds", added);
    }
    return 0;
}

int fg_config_url_parse(const char *url, char *ret_url, size_t size, fg_error *error)
{
    bool secure = strncasecmp(url, "https://", 8) == 0;
    if (!secure && strncasecmp(url, "http://", 7) != 0) {
        return fg_error_set(error, -EINVAL, "it must start with http:// or https://");
    }
    const char *authority = url + (secure ? 8 : 7);
    fg_error fault;
    if (fg_text_check(url, FG_URL_SIZE - 1, &fault) != 0) {
        return fg_error_set(error, -EINVAL, "it %s", fault.text);
    }
    if (strchr(url, ' ') != NULL) {
        return fg_error_set(error, -EINVAL, "it must not contain a space");
    }
    if (strchr(authority, '@') != NULL) {
        return fg_error_set(error, -EINVAL,
                            "it must not contain a user name or password: use token_file");
    }
    size_t length = strlen(authority);
    while (length > 0 && authority[length - 1] == '/') {
        length--;
    }
    char copy[FG_URL_SIZE], path[FG_URL_SIZE];
    size_t host = strcspn(authority, "/?#");
    host = host < length ? host : length;
    snprintf(copy, sizeof(copy), "%.*s", (int)host, authority);
    snprintf(path, sizeof(path), "%.*s", (int)(length - host), authority + host);
    int result = check_authority(copy, error);
    if (result == 0) {
        result = check_path(path, error);
    }
    if (result != 0) {
        return result;
    }
    snprintf(ret_url, size, "%s://%s%s", secure ? "https" : "http", copy, path);
    return 0;
}

void fg_config_url_show(const char *url, char *ret_shown, size_t size)
{
    char shown[FG_TEXT_SHOWN];
    const char *secret_end = strrchr(url, '@');
    const char *scheme_end = strstr(url, "://");
    if (secret_end == NULL) {
        snprintf(ret_shown, size, "%s", fg_text_show(url, strlen(url), shown));
        return;
    }
    size_t scheme =
        scheme_end != NULL && scheme_end < secret_end ? (size_t)(scheme_end + 3 - url) : 0;
    char open[FG_TEXT_SHOWN];
    snprintf(ret_shown, size, "%s...%s", fg_text_show(url, scheme, open),
             fg_text_show(secret_end, strlen(secret_end), shown));
}
