/* Watches every connection for how long it takes, and ends those that take too long. */
#include "http/connections.h"

#include "facegate/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

/* How long a phase may last. 16 MB come in in time at 280 KB/s; an event of a door at 2. */
#define ARRIVING  (60 * FG_NS_PER_S)
#define ANSWERING (600 * FG_NS_PER_S)

struct fg_connection {
    fg_connection *previous, *next;
    int fd;
    enum fg_phase phase;
    int64_t since;
    bool ended;
};

struct fg_connections {
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t settled;
    fg_connection *first;
    int count;
    int answering;
};

int fg_connections_create(fg_connections **ret_connections)
{
    fg_connections *connections = calloc(1, sizeof(*connections));
    if (connections == NULL) {
        return -ENOMEM;
    }
    pthread_mutex_init(&connections->lock, NULL);
    fg_clock_condition(&connections->settled);
    *ret_connections = connections;
    return 0;
}

fg_connections *fg_connections_free(fg_connections *connections)
{
    if (connections != NULL) {
        while (connections->first != NULL) {
            fg_connection *next = connections->first->next;
            free(connections->first);
            connections->first = next;
        }
        pthread_cond_destroy(&connections->settled);
        pthread_mutex_destroy(&connections->lock);
        free(connections);
    }
    return NULL;
}

fg_connection *fg_connections_add(fg_connections *connections, int fd, int64_t now)
{
    fg_connection *connection = calloc(1, sizeof(*connection));
    if (connection == NULL) {
        return NULL;
    }
    connection->fd = fd;
    connection->since = now;
    pthread_mutex_lock(&connections->lock);
    connection->next = connections->first;
    if (connections->first != NULL) {
        connections->first->previous = connection;
    }
    connections->first = connection;
    connections->count++;
    pthread_mutex_unlock(&connections->lock);
    return connection;
}

/* Locked. */
static void change(fg_connections *connections, fg_connection *connection, enum fg_phase phase)
{
    connections->answering += phase == FG_PHASE_ANSWERING ? 1 : 0;
    connections->answering -= connection->phase == FG_PHASE_ANSWERING ? 1 : 0;
    connection->phase = phase;
    if (connections->answering == 0) {
        pthread_cond_signal(&connections->settled);
    }
}

void fg_connections_remove(fg_connections *connections, fg_connection *connection)
{
    if (connection == NULL) {
        return;
    }
    pthread_mutex_lock(&connections->lock);
    change(connections, connection, FG_PHASE_ARRIVING);
    if (connection->previous != NULL) {
        connection->previous->next = connection->next;
    } else {
        connections->first = connection->next;
    }
    if (connection->next != NULL) {
        connection->next->previous = connection->previous;
    }
    connections->count--;
    pthread_mutex_unlock(&connections->lock);
    free(connection);
}

void fg_connections_enter(fg_connections *connections, fg_connection *connection,
                          enum fg_phase phase, int64_t now)
{
    if (connection == NULL) {
        return;
    }
    pthread_mutex_lock(&connections->lock);
    change(connections, connection, phase);
    connection->since = now;
    pthread_mutex_unlock(&connections->lock);
}

/* How long a phase may last, ns. */
static int64_t limit_of(enum fg_phase phase)
{
    switch (phase) {
    case FG_PHASE_ARRIVING:
        return ARRIVING;
    case FG_PHASE_ANSWERING:
        return ANSWERING;
    case FG_PHASE_STREAMING:
        break;
    }
    return INT64_MAX;
}

void fg_connections_tick(fg_connections *connections, int64_t now)
{
    pthread_mutex_lock(&connections->lock);
    for (fg_connection *one = connections->first; one != NULL; one = one->next) {
        if (!one->ended && now - one->since > limit_of(one->phase)) {
            /* It stays open until libmicrohttpd sees its end and closes it. */
            shutdown(one->fd, SHUT_RDWR);
            one->ended = true;
        }
    }
    pthread_mutex_unlock(&connections->lock);
}

int fg_connections_count(fg_connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    int count = connections->count;
    pthread_mutex_unlock(&connections->lock);
    return count;
}

void fg_connections_settle(fg_connections *connections, int64_t until)
{
    int result = 0;
    pthread_mutex_lock(&connections->lock);
    while (connections->answering > 0 && result == 0) {
        result = fg_clock_wait(&connections->settled, &connections->lock, until);
    }
    pthread_mutex_unlock(&connections->lock);
}
