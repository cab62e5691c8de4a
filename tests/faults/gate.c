#include "gate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
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

#define MAX_PASSAGES 32

/* One connection through the gate. */
typedef struct gate_passage {
    int client, server; /* -1: free */
    long asked_left, answered_left;
} gate_passage;

struct fg_gate {
    int listener, end, receiver_port;
    pthread_t thread;
    fg_dice dice;
    fg_gate_plan plan;
    gate_passage passages[MAX_PASSAGES];
    _Atomic bool fixed;
    _Atomic int asked, answered;
};

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                .sin_port = htons((uint16_t)port)};
}

static void shut(gate_passage *passage, bool by_reset)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    if (by_reset) {
        setsockopt(passage->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        setsockopt(passage->server, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    }
    close(passage->client);
    close(passage->server);
    *passage = (gate_passage){.client = -1, .server = -1};
}

static void let_in(fg_gate *gate)
{
    struct sockaddr_in address = loopback(gate->receiver_port);
    int client = accept4(gate->listener, NULL, NULL, SOCK_CLOEXEC);
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    gate_passage *found = NULL;
    for (int i = 0; i < MAX_PASSAGES && found == NULL; i++) {
        found = gate->passages[i].client < 0 ? &gate->passages[i] : NULL;
    }
    if (client < 0 || server < 0 || found == NULL ||
        connect(server, (struct sockaddr *)&address, sizeof(address)) != 0) {
        close(client);
        close(server);
        return;
    }
    *found = (gate_passage){
        .client = client, .server = server, .asked_left = LONG_MAX, .answered_left = LONG_MAX};
    int chance = fg_dice_roll(&gate->dice, 100);
    if (atomic_load(&gate->fixed)) {
        return;
    }
    if (chance < gate->plan.asked_percent) {
        found->asked_left = fg_dice_roll(&gate->dice, gate->plan.asked_most);
    } else if (chance < gate->plan.asked_percent + gate->plan.answered_percent) {
        found->answered_left = fg_dice_roll(&gate->dice, gate->plan.answered_most);
    }
}

/* Carries what is there from one side to the other; false where the passage ended. */
static bool carry(int from, int to, long *left, bool *ret_reset)
{
    char buffer[16384];
    ssize_t got = recv(from, buffer, sizeof(buffer), 0);
    if (got <= 0) {
        *ret_reset = got < 0;
        return false;
    }
    ssize_t allowed = got < *left ? got : (ssize_t)*left;
    *ret_reset = allowed < got;
    for (ssize_t at = 0; at < allowed;) {
        ssize_t sent = send(to, buffer + at, (size_t)(allowed - at), MSG_NOSIGNAL);
        if (sent <= 0) {
            *ret_reset = true;
            return false;
        }
        at += sent;
    }
    *left -= *left == LONG_MAX ? 0 : allowed;
    return !*ret_reset;
}

static void serve(fg_gate *gate, gate_passage *passage, bool asks, bool answers)
{
    bool by_reset = false;
    if (asks && !carry(passage->client, passage->server, &passage->asked_left, &by_reset)) {
        gate->asked += by_reset && passage->asked_left != LONG_MAX ? 1 : 0;
        shut(passage, by_reset);
        return;
    }
    if (answers && !carry(passage->server, passage->client, &passage->answered_left, &by_reset)) {
        gate->answered += by_reset && passage->answered_left != LONG_MAX ? 1 : 0;
        shut(passage, by_reset);
    }
}

static void *run(void *context)
{
    fg_gate *gate = context;
    struct pollfd ready[2 + 2 * MAX_PASSAGES];
    for (;;) {
        ready[0] = (struct pollfd){.fd = gate->end, .events = POLLIN};
        ready[1] = (struct pollfd){.fd = gate->listener, .events = POLLIN};
        for (int i = 0; i < MAX_PASSAGES; i++) {
            ready[2 + 2 * i] = (struct pollfd){.fd = gate->passages[i].client, .events = POLLIN};
            ready[3 + 2 * i] = (struct pollfd){.fd = gate->passages[i].server, .events = POLLIN};
        }
        poll(ready, sizeof(ready) / sizeof(ready[0]), -1);
        if (ready[0].revents != 0) {
            return NULL;
        }
        for (int i = 0; i < MAX_PASSAGES; i++) {
            if (gate->passages[i].client >= 0) {
                serve(gate, &gate->passages[i], ready[2 + 2 * i].revents != 0,
                      ready[3 + 2 * i].revents != 0);
            }
        }
        if (ready[1].revents != 0) {
            let_in(gate);
        }
    }
}

fg_gate *fg_gate_open(int receiver_port, uint64_t seed, const fg_gate_plan *plan, int *ret_port)
{
    fg_gate *gate = calloc(1, sizeof(*gate));
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof(address);
    assert_non_null(gate);
    gate->receiver_port = receiver_port;
    gate->dice.state = seed | 1;
    gate->plan = *plan;
    for (int i = 0; i < MAX_PASSAGES; i++) {
        gate->passages[i] = (gate_passage){.client = -1, .server = -1};
    }
    gate->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    gate->end = eventfd(0, EFD_CLOEXEC);
    assert_int_equal(bind(gate->listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(gate->listener, 16), 0);
    assert_int_equal(getsockname(gate->listener, (struct sockaddr *)&address, &length), 0);
    assert_int_equal(pthread_create(&gate->thread, NULL, run, gate), 0);
    *ret_port = ntohs(address.sin_port);
    return gate;
}

void fg_gate_fix(fg_gate *gate)
{
    atomic_store(&gate->fixed, true);
}

void fg_gate_count(const fg_gate *gate, int *ret_asked, int *ret_answered)
{
    *ret_asked = gate->asked;
    *ret_answered = gate->answered;
}

fg_gate *fg_gate_close(fg_gate *gate)
{
    if (gate == NULL) {
        return NULL;
    }
    eventfd_write(gate->end, 1);
    pthread_join(gate->thread, NULL);
    for (int i = 0; i < MAX_PASSAGES; i++) {
        if (gate->passages[i].client >= 0) {
            shut(&gate->passages[i], false);
        }
    }
    close(gate->listener);
    close(gate->end);
    free(gate);
    return NULL;
}
