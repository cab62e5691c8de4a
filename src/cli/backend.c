/* `facegate backend`: takes the options and runs the bundled backend until a signal. */
#include "backend.h"

#include "common/options.h"
#include "facegate/backend/server.h"
#include "facegate/base/log.h"
#include "facegate/base/signals.h"
#include "facegate/clock.h"
#include "facegate/version.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#define DAYS_MAX  36500
#define BYTES_MIN 1048576

static fg_server_options wanted = {.listen = "127.0.0.1:5000"};
static const char *keep_days, *max_bytes;

static const fg_option backend_options[] = {
    {.name = "listen",
     .argument = "ADDRESS:PORT",
     .text = &wanted.listen,
     .help = "where to listen; default 127.0.0.1:5000; port 0 picks a free one"},
    {.name = "data",
     .argument = "DIR",
     .text = &wanted.data,
     .help = "the folder of the database and the pictures; created if missing"},
    {.name = "token-file",
     .argument = "FILE",
     .text = &wanted.token_file,
     .help = "require this token for reading and writing"},
    {.name = "tls-cert",
     .argument = "FILE",
     .text = &wanted.tls_cert,
     .help = "serve https with this certificate (PEM), followed by its chain"},
    {.name = "tls-key",
     .argument = "FILE",
     .text = &wanted.tls_key,
     .help = "the certificate's private key (PEM)"},
    {.name = "insecure-http",
     .flag = &wanted.insecure_http,
     .help = "allow a token over plain http, behind a proxy that ends TLS"},
    {.name = "keep-days",
     .argument = "N",
     .text = &keep_days,
     .help = "delete entries and pictures older than N days, 1 to 36500"},
    {.name = "max-bytes",
     .argument = "N",
     .text = &max_bytes,
     .help = "delete the oldest entries once all take more than N bytes; 1048576 or more"},
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(backend_options) / sizeof(backend_options[0]);
    return backend_options;
}

/* A whole number of an option; not given it is left alone. */
static bool read_number(const char *text, int64_t low, int64_t high, int64_t *ret_number)
{
    char *end = NULL;
    if (text == NULL) {
        return true;
    }
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] < '0' || text[0] > '9' ||
        number < low || number > high) {
        return false;
    }
    *ret_number = number;
    return true;
}

static void wait_for_stop(fg_server *server, int signals_fd)
{
    struct pollfd ready = {.fd = signals_fd, .events = POLLIN};
    bool stop = false;
    int64_t next = fg_clock_monotonic();
    while (!stop) {
        int64_t now = fg_clock_monotonic();
        if (now >= next) {
            next = now + FG_NS_PER_S;
            if (fg_server_tick(server, now)) {
                sd_notify(0, "WATCHDOG=1");
            }
        }
        if (poll(&ready, 1, (int)((next - now) / FG_NS_PER_MS) + 1) > 0) {
            bool reload = false;
            fg_signals_read(&stop, &reload);
        }
    }
}

static int run(int argc, char **argv)
{
    fg_error error;
    fg_server *server = NULL;
    int64_t days = 0;
    int first = 0;
    int result = fg_cli_parse(&fg_command_backend, argc, argv, NULL, &first);
    if (result != 0) {
        return result;
    }
    if (first != argc) {
        return fg_cli_usage(&fg_command_backend, "unexpected argument \"%s\"", argv[first]);
    }
    if (wanted.data == NULL) {
        return fg_cli_usage(&fg_command_backend, "--data is required");
    }
    if (!read_number(keep_days, 1, DAYS_MAX, &days)) {
        return fg_cli_usage(&fg_command_backend, "--keep-days must be a whole number from 1 to %d",
                            DAYS_MAX);
    }
    if (!read_number(max_bytes, BYTES_MIN, INT64_MAX, &wanted.max_bytes)) {
        return fg_cli_usage(&fg_command_backend, "--max-bytes must be a whole number, %d or more",
                            BYTES_MIN);
    }
    wanted.keep_days = (int)days;
    umask(077); /* what it writes is nobody else's business */
    int signals_fd = fg_signals_open();
    if (signals_fd < 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "signals: %s", strerror(-signals_fd));
    }
    result = fg_server_open(&wanted, &server, &error);
    if (result != 0) {
        /* Only a person can help with these, so that systemd is not to try again. */
        bool unusable =
            result == -EINVAL || result == -EPERM || result == -ENOENT || result == -EACCES;
        return fg_cli_fail(unusable ? FG_EXIT_CONFIG : FG_EXIT_FAILED, "%s", error.text);
    }
    printf("listening on %s\n", fg_server_url(server));
    fflush(stdout);
    fg_log(FG_LOG_INFO, "facegate %s backend: the page is at %s/", fg_version,
           fg_server_url(server));
    sd_notifyf(0, "READY=1\nSTATUS=listening on %s", fg_server_url(server));
    wait_for_stop(server, signals_fd);
    sd_notify(0, "STOPPING=1");
    fg_log(FG_LOG_INFO, "Stopping");
    fg_server_close(server);
    return FG_EXIT_DONE;
}

const fg_command fg_command_backend = {
    .name = "backend",
    .arguments = "--data DIR [OPTION...]",
    .summary = "Runs the bundled backend: stores events and shows them on a web page",
    .details = "Without a token only this machine can reach it. SIGTERM and Ctrl-C stop it. Every "
               "event that it has answered with 201 is stored.",
    .run = run,
    .options = options,
    .apart = true,
};
