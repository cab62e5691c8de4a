/* The bundled backend: opens its parts, starts libmicrohttpd over them, and ends both. */
#include "facegate/backend/server.h"

#include "facegate/base/file.h"
#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "facegate/text.h"
#include "http/address.h"
#include "http/exchange.h"
#include "http/router.h"
#include "store/store_list.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define THREADS         4
#define CONNECTIONS     256
#define PER_ADDRESS     64
#define CONNECTION_ROOM 65536 /* bytes of a request's header, and of what is read in one go */
#define IDLE_SECONDS    20
#define STACK           (512 << 10)
#define BEAT            (15 * FG_NS_PER_S)
#define WARN_EACH       (60 * FG_NS_PER_S)
#define SETTLE          (3 * FG_NS_PER_S)
#define PEM_LIMIT       (1 << 20)
#define PRIORITIES      "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"

struct fg_server {
    int folder; /* DATA, open */
    int lock;   /* DATA/lock, held for life */
    int socket; /* libmicrohttpd closes it, once it has started */
    bool tls;
    char url[FG_ADDRESS_TEXT + 16];
    char trouble[256]; /* what libmicrohttpd said while it was started */
    _Atomic bool started;
    fg_parts parts;
    struct MHD_Daemon *daemon;
    int64_t next_beat;
    int64_t next_warning; /* of wrong tokens */
};

static bool has(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* What others could reach needs a token, and a token needs TLS around it. */
static int check_options(const fg_server_options *options, const fg_address *address,
                         fg_error *error)
{
    if (has(options->tls_cert) != has(options->tls_key)) {
        return fg_error_set(error, -EINVAL, "--tls-cert and --tls-key go together");
    }
    if (address->loopback) {
        return 0;
    }
    if (!has(options->token_file)) {
        return fg_error_set(error, -EPERM,
                            "%s can be reached from other machines, and without a token anyone "
                            "there could read and write: use --token-file, or listen on 127.0.0.1",
                            options->listen);
    }
    if (!has(options->tls_cert) && !options->insecure_http) {
        return fg_error_set(error, -EPERM,
                            "%s can be reached from other machines, and over plain http anyone on "
                            "the way could read the token: use --tls-cert and --tls-key, or "
                            "--insecure-http if a proxy in front of it terminates TLS",
                            options->listen);
    }
    return 0;
}

static int open_folder(fg_server *server, const char *path, fg_error *error)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return fg_error_set(error, -errno, "cannot make the folder %s: %s", path, strerror(errno));
    }
    server->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (server->folder < 0) {
        return fg_error_set(error, -errno, "cannot open the folder %s: %s", path, strerror(errno));
    }
    server->lock = openat(server->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (server->lock < 0) {
        return fg_error_set(error, -errno, "cannot write into the folder %s: %s", path,
                            strerror(errno));
    }
    if (flock(server->lock, LOCK_EX | LOCK_NB) != 0) {
        return fg_error_set(error, errno == EWOULDBLOCK ? -EBUSY : -errno,
                            errno == EWOULDBLOCK
                                ? "the folder %s is in use by another backend: stop it first, or "
                                  "use another folder with --data"
                                : "cannot lock the folder %s",
                            path);
    }
    return 0;
}

static int is_known(void *context, const char *name)
{
    return fg_store_has_picture(context, name, NULL);
}

static int open_store(fg_server *server, const char *path, fg_error *error)
{
    char database[4096];
    fg_error why;
    int64_t removed = 0;
    if (snprintf(database, sizeof(database), "%s/entries.db", path) >= (int)sizeof(database)) {
        return fg_error_set(error, -ENAMETOOLONG, "the folder's name is too long");
    }
    /* One more than the threads that answer: the writer and the main thread look as well. */
    int result = fg_store_open(database, THREADS + 1, &server->parts.store, error);
    if (result != 0) {
        return result;
    }
    result = fg_pictures_open(server->folder, &server->parts.pictures, &why);
    if (result == 0) {
        result = fg_pictures_sweep(server->parts.pictures, is_known, server->parts.store, &removed,
                                   &why);
    }
    if (result != 0) {
        return fg_error_set(error, result, "%s: %s", path, why.text);
    }
    if (removed > 0) {
        fg_log(FG_LOG_INFO, "Removed %s without an entry",
               fg_text_count(removed, "picture", "pictures").text);
    }
    return 0;
}

static int open_parts(fg_server *server, const fg_server_options *options, fg_error *error)
{
    fg_totals totals;
    int result = fg_store_totals(server->parts.store, &totals, error);
    if (result != 0) {
        return result;
    }
    if (fg_sse_create(totals.last_id, &server->parts.sse) != 0 ||
        fg_connections_create(&server->parts.connections) != 0) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    fg_writer_options writer = {
        .store = server->parts.store,
        .pictures = server->parts.pictures,
        .sse = server->parts.sse,
        .keep_days = options->keep_days,
        .max_bytes = options->max_bytes,
    };
    return fg_writer_start(&writer, &server->parts.writer, error);
}

/* What it says when it starts tells why it does not; later it is for who looks closely. */
static void hear(void *context, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void hear(void *context, const char *format, va_list arguments)
{
    fg_server *server = context;
    char text[sizeof(server->trouble)];
    vsnprintf(text, sizeof(text), format, arguments);
    text[strcspn(text, "\n")] = '\0';
    if (!server->started) {
        memcpy(server->trouble, text, sizeof(text));
    }
    fg_log(FG_LOG_DEBUG, "libmicrohttpd: %s", text);
}

/* It cannot go on from there. What was answered is on the disk, and the service is started anew. */
static void panic(void *context, const char *file, unsigned line, const char *reason)
{
    (void)context;
    (void)file;
    (void)line;
    fg_log(FG_LOG_ERROR, "libmicrohttpd cannot go on: %s", reason != NULL ? reason : "no reason");
    _exit(1);
}

static int read_pem(const char *path, char **ret_text, size_t *ret_size, fg_error *error)
{
    fg_error why;
    int result = fg_file_read(path, PEM_LIMIT, ret_text, ret_size, &why);
    return result == 0 ? 0 : fg_error_set(error, result, "%s: %s", path, why.text);
}

static int start_daemon(fg_server *server, const fg_server_options *options, fg_error *error)
{
    char *cert = NULL, *key = NULL;
    size_t cert_size = 0, key_size = 0;
    int result = 0;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    /* What a proxy or this machine itself sends comes from one address. */
    unsigned per_address =
        server->parts.local || options->insecure_http ? CONNECTIONS : PER_ADDRESS;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)PRIORITIES},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, NULL},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    if (server->tls) {
        flags |= MHD_USE_TLS;
        result = read_pem(options->tls_cert, &cert, &cert_size, error);
        if (result == 0) {
            result = read_pem(options->tls_key, &key, &key_size, error);
        }
        tls[1].ptr_value = cert;
        tls[2].ptr_value = key;
    } else {
        tls[0].option = MHD_OPTION_END;
    }
    if (result == 0) {
        MHD_set_panic_func(panic, NULL);
        server->daemon = MHD_start_daemon(
            flags, 0, NULL, NULL, fg_router_handle, &server->parts, MHD_OPTION_EXTERNAL_LOGGER,
            hear, server, MHD_OPTION_LISTEN_SOCKET, server->socket, MHD_OPTION_THREAD_POOL_SIZE,
            THREADS, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
            per_address, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_ROOM,
            MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK, MHD_OPTION_NOTIFY_COMPLETED,
            fg_router_completed, &server->parts, MHD_OPTION_NOTIFY_CONNECTION, fg_router_notify,
            &server->parts, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
        if (server->daemon == NULL) {
            result = fg_error_set(error, server->tls ? -EINVAL : -EIO,
                                  "the HTTP server does not start%s: %s",
                                  server->tls ? ", check --tls-cert and --tls-key" : "",
                                  has(server->trouble) ? server->trouble : "no reason given");
        }
    }
    /* The key may stand in the certificate's file too. */
    fg_file_forget(cert, cert_size);
    fg_file_forget(key, key_size);
    return result;
}

static int open_all(fg_server *server, const fg_server_options *options, fg_error *error)
{
    fg_address address;
    char text[FG_ADDRESS_TEXT];
    int result = fg_address_parse(options->listen, &address, error);
    if (result == 0) {
        result = check_options(options, &address, error);
    }
    if (result == 0) {
        result = fg_auth_create(options->token_file, &server->parts.auth, error);
    }
    if (result == 0) {
        result = open_folder(server, options->data, error);
    }
    if (result == 0) {
        result = fg_address_listen(&address, &server->socket, text, error);
    }
    if (result == 0) {
        server->parts.local = address.loopback;
        server->tls = has(options->tls_cert);
        snprintf(server->url, sizeof(server->url), "%s://%s", server->tls ? "https" : "http", text);
        result = open_store(server, options->data, error);
    }
    if (result == 0) {
        result = open_parts(server, options, error);
    }
    if (result == 0) {
        result = start_daemon(server, options, error);
    }
    return result;
}

int fg_server_open(const fg_server_options *options, fg_server **ret_server, fg_error *error)
{
    fg_server *server = calloc(1, sizeof(*server));
    if (server == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    server->folder = server->lock = server->socket = -1;
    int result = open_all(server, options, error);
    if (result != 0) {
        fg_server_close(server);
        return result;
    }
    server->started = true;
    *ret_server = server;
    return 0;
}

const char *fg_server_url(const fg_server *server)
{
    return server->url;
}

/* Never what was sent: it may be nearly right, and it is anybody's bytes. */
static bool warn_of_wrong_tokens(fg_server *server)
{
    static const char meaning[] = "a door with another token, or a guess";
    char from[FG_ADDRESS_NUMBER];
    int64_t count = fg_auth_take_failures(server->parts.auth, from);
    if (count == 1) {
        fg_log(FG_LOG_WARNING, "Wrong token from %s: %s", from, meaning);
    } else if (count > 1) {
        fg_log(FG_LOG_WARNING, "%" PRId64 " wrong tokens, the last from %s: %s", count, from,
               meaning);
    }
    return count > 0;
}

bool fg_server_tick(fg_server *server, int64_t now)
{
    fg_connections_tick(server->parts.connections, now);
    if (now >= server->next_beat) {
        server->next_beat = now + BEAT;
        fg_sse_beat(server->parts.sse);
    }
    if (now >= server->next_warning && warn_of_wrong_tokens(server)) {
        server->next_warning = now + WARN_EACH;
    }
    return fg_writer_tick(server->parts.writer, now);
}

/*
 * What waits is written first, so that every request that is whole gets its answer; who comes
 * meanwhile gets 503. Not MHD_quiesce_daemon: with several threads two of them may take the socket
 * out of one epoll set, and libmicrohttpd then ends the process.
 */
static void stop_daemon(fg_server *server)
{
    fg_sse_close(server->parts.sse);
    fg_writer_stop(server->parts.writer);
    fg_connections_settle(server->parts.connections, fg_clock_monotonic() + SETTLE);
    MHD_stop_daemon(server->daemon);
    server->socket = -1; /* it has closed it */
}

fg_server *fg_server_close(fg_server *server)
{
    if (server == NULL) {
        return NULL;
    }
    if (server->daemon != NULL) {
        stop_daemon(server);
        warn_of_wrong_tokens(server);
    }
    fg_writer_free(server->parts.writer);
    if (server->socket >= 0) {
        close(server->socket);
    }
    fg_sse_free(server->parts.sse);
    fg_connections_free(server->parts.connections);
    fg_pictures_free(server->parts.pictures);
    fg_store_free(server->parts.store);
    fg_auth_free(server->parts.auth);
    if (server->lock >= 0) {
        close(server->lock);
    }
    if (server->folder >= 0) {
        close(server->folder);
    }
    free(server);
    return NULL;
}
