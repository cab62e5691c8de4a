#include "name_server.h"

#include "sandbox.h"
#include "testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define HEADER    12
#define TYPE_A    1
#define MAX_SIZE  512
#define MAX_LATE  64
#define DELAY     0.7 /* seconds */
#define TICK      20  /* ms */
#define RCODE(of) ((of) == FG_NAME_UNKNOWN ? 3 : (of) == FG_NAME_FAILURE ? 2 : 0)

/* An answer that is yet to be sent. */
typedef struct fg_late_answer {
    double due;
    uint8_t packet[MAX_SIZE];
    size_t size; /* 0: none */
    struct sockaddr_in to;
} fg_late_answer;

struct fg_name_server {
    int socket, end;
    pthread_t thread;
    _Atomic fg_name_fault fault;
    _Atomic int asked;
    fg_late_answer late[MAX_LATE];
};

/* Turns a question into its answer, in place. Its new size; 0 for what is no question. */
static size_t answer(uint8_t packet[MAX_SIZE], size_t size, fg_name_fault fault)
{
    static const uint8_t address[] = {0xC0, HEADER, 0, TYPE_A, 0,   1, 0, 0,
                                      0,    0,      0, 4,      127, 0, 0, 1};
    size_t at = HEADER;
    while (at < size && packet[at] != 0) {
        at += packet[at] + 1u;
    }
    at += 5; /* the root, type and class */
    if (size < HEADER || at > size || at + sizeof(address) > MAX_SIZE) {
        return 0;
    }
    bool wants_address = packet[at - 3] == TYPE_A;
    packet[2] = (uint8_t)(packet[2] | 0x84); /* an answer, by who knows */
    packet[3] = (uint8_t)(0x80 | RCODE(fault));
    memset(packet + 6, 0, 6);
    if (RCODE(fault) != 0 || !wants_address) {
        return at;
    }
    packet[7] = 1;
    memcpy(packet + at, address, sizeof(address));
    return at + sizeof(address);
}

static void send_answer(const fg_name_server *server, const uint8_t *packet, size_t size,
                        const struct sockaddr_in *to)
{
    sendto(server->socket, packet, size, 0, (const struct sockaddr *)to, sizeof(*to));
}

/* Each has its own delay: questions do not wait for each other. */
static void answer_late(fg_name_server *server, const uint8_t *packet, size_t size,
                        const struct sockaddr_in *to)
{
    for (int i = 0; i < MAX_LATE; i++) {
        fg_late_answer *late = &server->late[i];
        if (late->size == 0) {
            late->due = fg_testing_now() + DELAY;
            late->size = size;
            late->to = *to;
            memcpy(late->packet, packet, size);
            return;
        }
    }
}

static void send_what_is_due(fg_name_server *server)
{
    for (int i = 0; i < MAX_LATE; i++) {
        fg_late_answer *late = &server->late[i];
        if (late->size > 0 && fg_testing_now() >= late->due) {
            send_answer(server, late->packet, late->size, &late->to);
            late->size = 0;
        }
    }
}

static void serve(fg_name_server *server)
{
    uint8_t packet[MAX_SIZE];
    struct sockaddr_in from;
    socklen_t length = sizeof(from);
    fg_name_fault fault = server->fault;
    ssize_t got =
        recvfrom(server->socket, packet, sizeof(packet), 0, (struct sockaddr *)&from, &length);
    if (got <= 0) {
        return;
    }
    server->asked++;
    size_t size = answer(packet, (size_t)got, fault);
    if (fault == FG_NAME_SLOW) {
        answer_late(server, packet, size, &from);
        return;
    }
    if (fault == FG_NAME_GARBAGE) {
        memset(packet + 2, 0xFE, sizeof(packet) - 2);
        size = sizeof(packet);
    }
    if (fault != FG_NAME_SILENT && size > 0) {
        send_answer(server, packet, size, &from);
    }
}

static void *run(void *context)
{
    fg_name_server *server = context;
    for (;;) {
        struct pollfd ready[] = {{.fd = server->end, .events = POLLIN},
                                 {.fd = server->socket, .events = POLLIN}};
        poll(ready, 2, TICK);
        if (ready[0].revents != 0) {
            return NULL;
        }
        if (ready[1].revents != 0) {
            serve(server);
        }
        send_what_is_due(server);
    }
}

static void replace(const char *folder, const char *name, const char *over, const char *text)
{
    char *path = fg_testing_path(folder, name);
    fg_testing_write(path, text, strlen(text));
    fg_sandbox_bind(path, over);
    free(path);
}

fg_name_server *fg_name_server_open(const char *folder, fg_name_fault fault)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(53)};
    fg_name_server *server = calloc(1, sizeof(*server));
    assert_non_null(server);
    replace(folder, "resolv.conf", "/etc/resolv.conf",
            "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n");
    replace(folder, "nsswitch.conf", "/etc/nsswitch.conf", "hosts: files dns\n");
    server->fault = fault;
    server->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    server->end = eventfd(0, EFD_CLOEXEC);
    assert_int_equal(bind(server->socket, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
    return server;
}

void fg_name_server_set(fg_name_server *server, fg_name_fault fault)
{
    server->fault = fault;
}

int fg_name_server_asked(const fg_name_server *server)
{
    return server->asked;
}

fg_name_server *fg_name_server_close(fg_name_server *server)
{
    eventfd_write(server->end, 1);
    pthread_join(server->thread, NULL);
    close(server->socket);
    close(server->end);
    free(server);
    return NULL;
}
