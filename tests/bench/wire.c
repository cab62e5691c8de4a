#include "wire.h"

#include "facegate/clock.h"
#include "facegate/delivery/event.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST       16384
#define HEAD_SIZE  8192
#define BODY_PIECE 65536

struct wire {
    int socket;
    char url[64];
    pthread_t thread;
    pthread_mutex_t mutex;
    int connection; /* -1 for none; under the mutex, like the rest */
    bool closing;
    int count;
    struct {
        char id[FG_EVENT_ID_SIZE];
        int64_t first_byte;
    } arrivals[MOST];
};

static const char answer[] = "HTTP/1.1 201 CREATED\r\nContent-Type: application/json\r\n"
                             "Content-Length: 33\r\n\r\n{\"id\": 1, \"image_path\": \"/a.jpg\"}";

/* What stands behind a header's name, or NULL. */
static const char *find_header(const char *head, const char *name)
{
    const char *line = strstr(head, "\r\n");
    while (line != NULL && strncasecmp(line + 2, name, strlen(name)) != 0) {
        line = strstr(line + 2, "\r\n");
    }
    return line == NULL ? NULL : line + 2 + strlen(name);
}

/* Notes an arrival. The length of the request's body. */
static size_t note(wire *of, const char *head, int64_t first_byte)
{
    const char *length = find_header(head, "Content-Length: ");
    const char *id = find_header(head, "Idempotency-Key: ");
    pthread_mutex_lock(&of->mutex);
    if (id != NULL && of->count < MOST) {
        snprintf(of->arrivals[of->count].id, FG_EVENT_ID_SIZE, "%.36s", id);
        of->arrivals[of->count++].first_byte = first_byte;
    }
    pthread_mutex_unlock(&of->mutex);
    return length != NULL ? strtoul(length, NULL, 10) : 0;
}

/* One request and its answer; false at the end of the connection. */
static bool serve(wire *of, int connection)
{
    char head[HEAD_SIZE + 1] = "";
    static char body[BODY_PIECE]; /* nobody looks at it */
    size_t size = 0;
    int64_t first_byte = 0;
    const char *end = NULL;
    while (end == NULL && size < HEAD_SIZE) {
        ssize_t got = recv(connection, head + size, HEAD_SIZE - size, 0);
        if (got <= 0) {
            return false;
        }
        first_byte = size == 0 ? fg_clock_monotonic() : first_byte;
        size += (size_t)got;
        head[size] = '\0';
        end = strstr(head, "\r\n\r\n");
    }
    if (end == NULL) {
        return false;
    }
    size_t left = note(of, head, first_byte);
    size_t there = size - (size_t)(end + 4 - head);
    left -= there < left ? there : left;
    while (left > 0) {
        ssize_t got = recv(connection, body, left < BODY_PIECE ? left : BODY_PIECE, 0);
        if (got <= 0) {
            return false;
        }
        left -= (size_t)got;
    }
    return send(connection, answer, sizeof(answer) - 1, MSG_NOSIGNAL) == sizeof(answer) - 1;
}

/* Takes a connection up, so that the close can end it, or drops it. */
static bool hold(wire *of, int connection)
{
    pthread_mutex_lock(&of->mutex);
    bool wanted = !of->closing;
    of->connection = wanted ? connection : -1;
    pthread_mutex_unlock(&of->mutex);
    return wanted;
}

static void *run(void *context)
{
    wire *of = context;
    int connection;
    while ((connection = accept4(of->socket, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        bool wanted = hold(of, connection);
        while (wanted && serve(of, connection)) {
        }
        hold(of, -1);
        close(connection);
    }
    return NULL;
}

static int listen_on(wire *of)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    of->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (of->socket < 0 || bind(of->socket, (struct sockaddr *)&address, size) != 0 ||
        listen(of->socket, 8) != 0 ||
        getsockname(of->socket, (struct sockaddr *)&address, &size) != 0) {
        return -errno;
    }
    snprintf(of->url, sizeof(of->url), "http://127.0.0.1:%d", ntohs(address.sin_port));
    return 0;
}

int wire_open(wire **ret_wire, fg_error *error)
{
    wire *of = calloc(1, sizeof(*of));
    if (of == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    of->connection = -1;
    pthread_mutex_init(&of->mutex, NULL);
    int result = listen_on(of);
    if (result == 0) {
        result = -pthread_create(&of->thread, NULL, run, of);
    }
    if (result != 0) {
        if (of->socket >= 0) {
            close(of->socket);
        }
        free(of);
        return fg_error_set(error, result, "no backend on 127.0.0.1: %s", strerror(-result));
    }
    *ret_wire = of;
    return 0;
}

wire *wire_close(wire *of)
{
    if (of == NULL) {
        return NULL;
    }
    pthread_mutex_lock(&of->mutex);
    of->closing = true;
    if (of->connection >= 0) {
        shutdown(of->connection, SHUT_RDWR);
    }
    pthread_mutex_unlock(&of->mutex);
    shutdown(of->socket, SHUT_RDWR); /* wakes the accept */
    pthread_join(of->thread, NULL);
    close(of->socket);
    pthread_mutex_destroy(&of->mutex);
    free(of);
    return NULL;
}

const char *wire_url(const wire *of)
{
    return of->url;
}

int64_t wire_first_byte(wire *of, const char *id)
{
    int64_t first_byte = -1;
    pthread_mutex_lock(&of->mutex);
    for (int i = 0; i < of->count && first_byte < 0; i++) {
        if (strcmp(of->arrivals[i].id, id) == 0) {
            first_byte = of->arrivals[i].first_byte;
        }
    }
    pthread_mutex_unlock(&of->mutex);
    return first_byte;
}
