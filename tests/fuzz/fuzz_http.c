/*
 * A connection to the backend, byte for byte: methods, paths, queries, headers, cookies, forms in
 * both codings, JSON. libmicrohttpd, the store and the pictures' folder are the real ones, and the
 * connection is a pair of sockets; what is posted ends where the writer would take it. Whatever is
 * sent, what would be stored keeps the contract, nothing is answered with a fault of the backend's
 * own, and no file but a picture is shown.
 *
 * With '#' in front of it the request comes to a backend with a token.
 */
#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "fuzz.h"
#include "http/page.h"
#include "http/router.h"
#include "store/query.h"
#include "store/store_write.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PICTURE "20261122-150405-0123456789abcdef.jpg"
#define SECRET  "shown to nobody"
#define QUIET   3   /* rounds without a byte after which nothing more will come */
#define ROUNDS  200 /* at most */

static fg_parts parts;
static struct MHD_Daemon *server;
static int folder_fd;
static char folder[] = "/dev/shm/facegate-fuzz-XXXXXX";

const fg_embedded_file fg_page_files[] = {
    {"index.html", "\"1\"", (const unsigned char *)"page", 4},
    {"login.html", "\"2\"", (const unsigned char *)"login", 5},
    {NULL, NULL, NULL, 0},
};

void fg_log(enum fg_log_level level, const char *format, ...)
{
    (void)level;
    (void)format;
}

void fg_writer_note(fg_writer *writer, int result, const char *text)
{
    (void)writer;
    fprintf(stderr, "fuzz: %d, %s\n", result, text);
    fg_fuzz_expect(false, "the disk is blamed");
}

bool fg_writer_submit(fg_writer *writer, fg_job *job)
{
    (void)writer;
    const fg_entry *entry = &job->entry;
    bool refused = strcmp(entry->status, "Refused") == 0;
    fg_fuzz_expect(refused || strcmp(entry->status, "Accepted") == 0, "a third status");
    fg_fuzz_expect(strlen(entry->timestamp) == FG_ENTRY_TIMESTAMP - 1 &&
                       fg_query_is_day(entry->timestamp, FG_ENTRY_DAY - 1),
                   "a timestamp that is none");
    fg_fuzz_expect_line(entry->rfid_id);
    fg_fuzz_expect_line(entry->user_name);
    fg_fuzz_expect(entry->reason == NULL || refused, "a reason for an Accepted");
    if (entry->reason != NULL) {
        fg_fuzz_expect_line(entry->reason);
    }
    if (job->key != NULL) {
        fg_fuzz_expect_line(job->key);
        fg_fuzz_expect(strlen(job->key) < FG_STORE_KEY, "a key that is too long");
    }
    fg_fuzz_expect((job->draft.fd >= 0) == job->draft.kept, "a picture that is not kept");
    job->id = 7;
    job->done(job);
    return true;
}

static void write_file(const char *name, const char *text)
{
    int fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    fg_fuzz_expect(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), name);
    close(fd);
}

static void remove_all(void)
{
    char command[64];
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    fg_fuzz_expect(system(command) == 0, "the folder stays");
}

static void fill_store(void)
{
    int64_t id = 0;
    char path[64];
    snprintf(path, sizeof(path), "%s/entries.db", folder);
    fg_fuzz_expect(fg_store_open(path, 1, &parts.store, NULL) == 0, "no store");
    fg_fuzz_expect(fg_store_begin(parts.store, NULL) == 0, "no transaction");
    for (int i = 0; i < 12; i++) {
        static const char *const people[] = {"Ada", "Gr\303\242ce", "50%_\\"};
        char timestamp[FG_ENTRY_TIMESTAMP];
        snprintf(timestamp, sizeof(timestamp), "2026-11-%02dT15:04:05", 10 + i);
        fg_entry entry = {.timestamp = timestamp,
                          .status = i % 2 == 0 ? "Accepted" : "Refused",
                          .rfid_id = "04A1",
                          .user_name = people[i % 3],
                          .reason = i % 2 == 0 ? NULL : "Visage non reconnu",
                          .picture = i == 0 ? PICTURE : NULL};
        fg_fuzz_expect(fg_store_add(parts.store, &entry, NULL, 4, 1, &id, NULL) == 0, "no entry");
    }
    fg_fuzz_expect(fg_store_commit(parts.store, NULL) == 0, "no commit");
}

static void start(void)
{
    fg_fuzz_expect(mkdtemp(folder) != NULL, "no folder");
    atexit(remove_all);
    folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    parts.local = true;
    fill_store();
    fg_fuzz_expect(fg_pictures_open(folder_fd, &parts.pictures, NULL) == 0, "no pictures");
    write_file("static/img/" PICTURE, "\xFF\xD8\xFF\xD9");
    write_file("secret", SECRET);
    write_file("static/img/secret.jpg", SECRET);
    write_file("token", "knock-knock-knock\n");
    fg_fuzz_expect(fg_connections_create(&parts.connections) == 0, "no connections");
    server =
        MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0,
                         NULL, NULL, fg_router_handle, &parts, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                         (size_t)65536, MHD_OPTION_NOTIFY_COMPLETED, fg_router_completed, &parts,
                         MHD_OPTION_NOTIFY_CONNECTION, fg_router_notify, &parts, MHD_OPTION_END);
    fg_fuzz_expect(server != NULL, "no HTTP server");
}

/* What is answered until nothing more comes. */
static void listen_to(int fd, fg_buffer *answer)
{
    char piece[65536];
    int quiet = 0;
    for (int i = 0; i < ROUNDS && quiet < QUIET; i++) {
        MHD_run(server);
        ssize_t size = recv(fd, piece, sizeof(piece), MSG_DONTWAIT);
        quiet = size > 0 ? 0 : quiet + 1;
        if (size > 0) {
            fg_buffer_add(answer, piece, (size_t)size);
        }
    }
}

static bool says_secret(const void *text, size_t size)
{
    return memmem(text, size, SECRET, strlen(SECRET)) != NULL;
}

static void check_answer(const fg_buffer *answer, const uint8_t *request, size_t size)
{
    /* libmicrohttpd has other codes for what it does not speak. */
    static const char *const faults[] = {"HTTP/1.1 500", "HTTP/1.1 503", "HTTP/1.1 507"};
    if (answer->size == 0) {
        return;
    }
    fg_fuzz_expect(strncmp(answer->data, "HTTP/1.", 7) == 0, "an answer that is none");
    /* libFuzzer learns what is looked for, puts it into a path, and an error repeats the path. */
    fg_fuzz_expect(says_secret(request, size) || !says_secret(answer->data, answer->size),
                   "a file that is no picture");
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        if (strncmp(answer->data, faults[i], strlen(faults[i])) == 0) {
            fprintf(stderr, "fuzz: %s\n", answer->data);
            fg_fuzz_expect(false, "a fault of the backend's own");
        }
    }
}

static void talk(const uint8_t *data, size_t size)
{
    int pair[2];
    fg_buffer answer = {0};
    struct sockaddr_in caller = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    /* What comes in two pieces meets other paths; where it is cut depends on the bytes alone. */
    size_t half = size > 0 ? size * data[size - 1] / 256 : 0;
    fg_fuzz_expect(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0 &&
                       MHD_add_connection(server, pair[0], (struct sockaddr *)&caller,
                                          sizeof(caller)) == MHD_YES,
                   "no connection");
    ssize_t sent = write(pair[1], data, half);
    listen_to(pair[1], &answer);
    if (sent == (ssize_t)half) {
        /* It may have been ended by now. */
        sent = send(pair[1], data + half, size - half, MSG_NOSIGNAL);
        listen_to(pair[1], &answer);
    }
    close(pair[1]);
    /* A stream of events notices nothing while it has nothing to send. */
    fg_sse_close(parts.sse);
    for (int i = 0; i < ROUNDS && fg_connections_count(parts.connections) > 0; i++) {
        MHD_run(server);
    }
    fg_fuzz_expect(fg_connections_count(parts.connections) == 0, "a connection that stays");
    check_answer(&answer, data, size);
    fg_buffer_free(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char token[64] = "";
    if (server == NULL) {
        start();
    }
    if (size > 0 && data[0] == '#') {
        snprintf(token, sizeof(token), "%s/token", folder);
        data++;
        size--;
    }
    fg_fuzz_expect(fg_auth_create(token, &parts.auth, NULL) == 0, "no auth");
    fg_fuzz_expect(fg_sse_create(12, &parts.sse) == 0, "no feed");
    talk(data, size);
    parts.sse = fg_sse_free(parts.sse);
    parts.auth = fg_auth_free(parts.auth);
    return 0;
}
