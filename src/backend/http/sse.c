/* Server-sent events: the ring of messages, and the streams that are fed from it. */
#include "http/sse.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define RING 1024 /* messages */

struct fg_listener {
    fg_sse *sse;
    fg_listener *previous, *next;
    struct MHD_Connection *connection;
    fg_buffer greeting;
    size_t greeted; /* bytes of it that were sent */
    int64_t at;     /* the message it is at, counted from the first ever */
    size_t offset;  /* bytes of that one that were sent */
    bool beat;      /* is to be kept alive */
    bool suspended;
};

struct fg_sse {
    pthread_mutex_t lock; /* of all below */
    fg_buffer ring[RING];
    int64_t count; /* messages so far */
    int64_t last_id;
    fg_listener *first;
    int listeners;
    bool closed;
};

int fg_sse_create(int64_t last_id, fg_sse **ret_sse)
{
    fg_sse *sse = calloc(1, sizeof(*sse));
    if (sse == NULL) {
        return -ENOMEM;
    }
    pthread_mutex_init(&sse->lock, NULL);
    sse->last_id = last_id;
    *ret_sse = sse;
    return 0;
}

fg_sse *fg_sse_free(fg_sse *sse)
{
    if (sse == NULL) {
        return NULL;
    }
    for (int i = 0; i < RING; i++) {
        fg_buffer_free(&sse->ring[i]);
    }
    pthread_mutex_destroy(&sse->lock);
    free(sse);
    return NULL;
}

/* Locked. */
static void wake(fg_sse *sse)
{
    for (fg_listener *listener = sse->first; listener != NULL; listener = listener->next) {
        if (listener->suspended) {
            listener->suspended = false;
            MHD_resume_connection(listener->connection);
        }
    }
}

/* The message is taken over. One that did not fit into memory is sent as a reset: look anew. */
static void publish(fg_sse *sse, fg_buffer *message, int64_t last_id)
{
    if (message->failed) {
        fg_buffer_free(message);
        fg_buffer_print(message, "event: reset\ndata: {}\n\n");
    }
    pthread_mutex_lock(&sse->lock);
    fg_buffer *place = &sse->ring[sse->count % RING];
    fg_buffer_free(place);
    *place = *message;
    sse->count++;
    sse->last_id = last_id > sse->last_id ? last_id : sse->last_id;
    wake(sse);
    pthread_mutex_unlock(&sse->lock);
}

void fg_sse_print_entry(fg_buffer *buffer, const fg_entry *entry)
{
    fg_buffer_print(buffer, "id: %" PRId64 "\nevent: entry\ndata: ", entry->id);
    fg_entry_json(buffer, entry);
    fg_buffer_add(buffer, "\n\n", 2);
}

void fg_sse_entry(fg_sse *sse, const fg_entry *entry)
{
    fg_buffer message = {0};
    fg_sse_print_entry(&message, entry);
    publish(sse, &message, entry->id);
}

void fg_sse_gone(fg_sse *sse, int64_t before_id)
{
    fg_buffer message = {0};
    fg_buffer_print(&message, "event: gone\ndata: {\"before_id\":%" PRId64 "}\n\n", before_id);
    publish(sse, &message, 0);
}

void fg_sse_beat(fg_sse *sse)
{
    pthread_mutex_lock(&sse->lock);
    for (fg_listener *listener = sse->first; listener != NULL; listener = listener->next) {
        listener->beat = true;
    }
    wake(sse);
    pthread_mutex_unlock(&sse->lock);
}

void fg_sse_close(fg_sse *sse)
{
    pthread_mutex_lock(&sse->lock);
    sse->closed = true;
    wake(sse);
    pthread_mutex_unlock(&sse->lock);
}

int fg_sse_listeners(fg_sse *sse)
{
    pthread_mutex_lock(&sse->lock);
    int listeners = sse->listeners;
    pthread_mutex_unlock(&sse->lock);
    return listeners;
}

fg_listener *fg_sse_join(fg_sse *sse, struct MHD_Connection *connection, int64_t *ret_last_id)
{
    fg_listener *listener = calloc(1, sizeof(*listener));
    if (listener == NULL) {
        return NULL;
    }
    pthread_mutex_lock(&sse->lock);
    if (sse->closed || sse->listeners == FG_SSE_LISTENERS) {
        pthread_mutex_unlock(&sse->lock);
        free(listener);
        return NULL;
    }
    listener->sse = sse;
    listener->connection = connection;
    listener->at = sse->count;
    listener->next = sse->first;
    if (sse->first != NULL) {
        sse->first->previous = listener;
    }
    sse->first = listener;
    sse->listeners++;
    *ret_last_id = sse->last_id;
    pthread_mutex_unlock(&sse->lock);
    return listener;
}

void fg_listener_free(fg_listener *listener)
{
    fg_sse *sse = listener->sse;
    pthread_mutex_lock(&sse->lock);
    if (listener->previous != NULL) {
        listener->previous->next = listener->next;
    } else {
        sse->first = listener->next;
    }
    if (listener->next != NULL) {
        listener->next->previous = listener->previous;
    }
    sse->listeners--;
    pthread_mutex_unlock(&sse->lock);
    fg_buffer_free(&listener->greeting);
    free(listener);
}

/* As much of `text` from `*offset` on as there is room for; returns how much. */
static size_t copy(char *to, size_t room, const fg_buffer *text, size_t *offset)
{
    size_t size = text->size - *offset < room ? text->size - *offset : room;
    if (size > 0) {
        memcpy(to, text->data + *offset, size);
        *offset += size;
    }
    return size;
}

/* Locked. */
static size_t fill(fg_listener *listener, char *to, size_t room)
{
    const fg_sse *sse = listener->sse;
    size_t size = copy(to, room, &listener->greeting, &listener->greeted);
    while (size < room && listener->at < sse->count) {
        const fg_buffer *message = &sse->ring[listener->at % RING];
        size += copy(to + size, room - size, message, &listener->offset);
        if (listener->offset == message->size) {
            listener->at++;
            listener->offset = 0;
        }
    }
    if (size == 0 && listener->beat && room >= 3) {
        static const char beat[] = {':', '\n', '\n'};
        memcpy(to, beat, sizeof(beat));
        size = sizeof(beat);
    }
    listener->beat = false;
    return size;
}

static ssize_t read_stream(void *context, uint64_t position, char *to, size_t room)
{
    (void)position;
    fg_listener *listener = context;
    fg_sse *sse = listener->sse;
    ssize_t size = MHD_CONTENT_READER_END_OF_STREAM;
    pthread_mutex_lock(&sse->lock);
    if (!sse->closed && sse->count - listener->at <= RING) {
        size = (ssize_t)fill(listener, to, room);
        if (size == 0) {
            listener->suspended = true;
            MHD_suspend_connection(listener->connection);
        }
    }
    pthread_mutex_unlock(&sse->lock);
    return size;
}

static void end_stream(void *context)
{
    fg_listener_free(context);
}

struct MHD_Response *fg_sse_response(fg_listener *listener, fg_buffer *greeting)
{
    struct MHD_Response *response = NULL;
    listener->greeting = *greeting;
    *greeting = (fg_buffer){0};
    if (!listener->greeting.failed) {
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 8192, read_stream, listener,
                                                     end_stream);
    }
    if (response == NULL) {
        fg_listener_free(listener);
    }
    return response;
}
