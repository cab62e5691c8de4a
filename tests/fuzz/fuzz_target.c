/*
 * Where requests go: an address, no_proxy and a proxy as three lines, and the rest as the files
 * that are named beside it, the token and the certificate with its key. Taken, or refused in a
 * line that shows nothing of the files.
 */
#include "config_url.h"
#include "fuzz.h"
#include "http/pem.h"
#include "http/target.h"
#include "probe/proxy.h"

#include <sys/mman.h>
#include <unistd.h>

#define PATH   "/api/auth_logs"
#define SECRET "hunter2" /* in the seeds' tokens, keys and proxies */

static void expect_refusal(const char *url, const fg_error *error)
{
    fg_fuzz_expect_line(error->text);
    fg_fuzz_expect(strstr(url, SECRET) != NULL || strstr(error->text, SECRET) == NULL,
                   "a secret in the text");
}

/* The next line; its end becomes a terminator. */
static char *take_line(char **rest)
{
    char *line = strsep(rest, "\n");
    return line != NULL ? line : (char *)"";
}

static void try_proxy(const char *host, const char *direct, const char *value)
{
    fg_proxy proxy;
    setenv("no_proxy", direct, 1);
    setenv("https_proxy", value, 1);
    fg_proxy_find(host, true, &proxy);
    fg_fuzz_expect(proxy.variable == NULL || value[0] != '\0', "a proxy from nowhere");
    fg_fuzz_expect(proxy.variable == NULL || strcmp(direct, "*") != 0, "a proxy for nobody");
    if (proxy.variable != NULL) {
        fg_fuzz_expect_line(proxy.place);
    }
}

static void try_target(const fg_backend_options *options)
{
    fg_target target;
    fg_error error = {""};
    char token[FG_TOKEN_SIZE];
    if (fg_target_init(&target, options, &error) != 0) {
        expect_refusal(options->url, &error);
        return;
    }
    size_t length = strlen(target.endpoint);
    fg_fuzz_expect(strcmp(target.endpoint + length - strlen(PATH), PATH) == 0, "another path");
    if (fg_target_token(&target, token, &error) == 0) {
        fg_fuzz_expect(strpbrk(token, " \r\n\t") == NULL, "a token that ends the header");
    }
    fg_target_release(&target);
}

static void try_files(const char *url, const char *content, size_t size)
{
    char path[64];
    fg_error error = {""};
    int fd = memfd_create("file", MFD_CLOEXEC);
    fg_fuzz_expect(fd >= 0 && write(fd, content, size) == (ssize_t)size, "no memory for the file");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    fg_backend_options options = {
        .url = url, .timeout = 5, .connect_timeout = 5, .token_file = path};
    try_target(&options);
    options.token_file = NULL;
    options.client_cert = path;
    try_target(&options);
    if (fg_pem_check_certificate("ca_file", path, &error) != 0) {
        expect_refusal(url, &error);
    }
    close(fd);
}

/* The address as the configuration takes it. */
static void try_address(const char *text, const char *content, size_t size)
{
    char url[FG_URL_SIZE];
    fg_error error = {""};
    if (fg_config_url_parse(text, url, sizeof(url), &error) == 0) {
        try_files(url, content, size);
    } else {
        expect_refusal(text, &error);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    fg_fuzz_expect(text != NULL, "no memory");
    char *rest = text;
    const char *url = take_line(&rest);
    const char *direct = take_line(&rest);
    const char *value = take_line(&rest);
    /* What follows may hold zeroes, which the text ends at. */
    size_t head = rest != NULL ? (size_t)(rest - text) : size;
    try_proxy(url, direct, value);
    try_address(url, (const char *)data + head, size - head);
    free(text);
    return 0;
}
