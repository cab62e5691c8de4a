#include "http/sse.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define RING 1024 /* messages */

struct fg_listener {
    fg_feed *feed;
    fg_listener *previous, *next;
    struct MHD_Connection *connection;
    fg_buffer greeting;
    size_t greeted; /* bytes of it that were sent */
    int64_t at;     /* the message it is at, counted from the first ever */
    size_t offset;  /* bytes of that one that were sent */
    bool beat;      /* is to be kept alive */
    bool suspended;
};

struct fg_feed {
    pthread_mutex_t lock; /* of all below */
    fg_buffer ring[RING];
    int64_t count; /* messages so far */
    int64_t last_id;
    fg_listener *first;
    int listeners;
    bool closed;
};

int fg_feed_create(int64_t last_id, fg_feed **ret_feed)
{
    fg_feed *feed = calloc(1, sizeof(*feed));
    if (feed == NULL) {
        return -ENOMEM;
    }
    pthread_mutex_init(&feed->lock, NULL);
    feed->last_id = last_id;
    *ret_feed = feed;
    return 0;
}

fg_feed *fg_feed_free(fg_feed *feed)
{
    if (feed == NULL) {
        return NULL;
    }
    for (int i = 0; i < RING; i++) {
        fg_buffer_free(&feed->ring[i]);
    }
    pthread_mutex_destroy(&feed->lock);
    free(feed);
    return NULL;
}

/* Locked. */
static void wake(fg_feed *feed)
{
    for (fg_listener *listener = feed->first; listener != NULL; listener = listener->next) {
        if (listener->suspended) {
            listener->suspended = false;
            MHD_resume_connection(listener->connection);
        }
    }
}

/* The message is taken over. One that did not fit into memory is sent as a reset: look anew. */
static void publish(fg_feed *feed, fg_buffer *message, int64_t last_id)
{
    if (message->failed) {
        fg_buffer_free(message);
        fg_buffer_print(message, "event: reset\ndata: {}\n\n");
    }
    pthread_mutex_lock(&feed->lock);
    fg_buffer *place = &feed->ring[feed->count % RING];
    fg_buffer_free(place);
    *place = *message;
    feed->count++;
    feed->last_id = last_id > feed->last_id ? last_id : feed->last_id;
    wake(feed);
    pthread_mutex_unlock(&feed->lock);
}

void fg_feed_print_entry(fg_buffer *buffer, const fg_entry *entry)
{
    fg_buffer_print(buffer, "id: %" PRId64 "\nevent: entry\ndata: ", entry->id);
    fg_entry_json(buffer, entry);
    fg_buffer_add(buffer, "\n\n", 2);
}

void fg_feed_entry(fg_feed *feed, const fg_entry *entry)
{
    fg_buffer message = {0};
    fg_feed_print_entry(&message, entry);
    publish(feed, &message, entry->id);
}

void fg_feed_gone(fg_feed *feed, int64_t before_id)
{
    fg_buffer message = {0};
    fg_buffer_print(&message, "event: gone\ndata: {\"before_id\":%" PRId64 "}\n\n", before_id);
    publish(feed, &message, 0);
}

void fg_feed_beat(fg_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    for (fg_listener *listener = feed->first; listener != NULL; listener = listener->next) {
        listener->beat = true;
    }
    wake(feed);
    pthread_mutex_unlock(&feed->lock);
}

void fg_feed_close(fg_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    feed->closed = true;
    wake(feed);
    pthread_mutex_unlock(&feed->lock);
}

int fg_feed_listeners(fg_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    int listeners = feed->listeners;
    pthread_mutex_unlock(&feed->lock);
    return listeners;
}

fg_listener *fg_feed_join(fg_feed *feed, struct MHD_Connection *connection, int64_t *ret_last_id)
{
    fg_listener *listener = calloc(1, sizeof(*listener));
    if (listener == NULL) {
        return NULL;
    }
    pthread_mutex_lock(&feed->lock);
    if (feed->closed || feed->listeners == FG_FEED_LISTENERS) {
        pthread_mutex_unlock(&feed->lock);
        free(listener);
        return NULL;
    }
    listener->feed = feed;
    listener->connection = connection;
    listener->at = feed->count;
    listener->next = feed->first;
    if (feed->first != NULL) {
        feed->first->previous = listener;
    }
    feed->first = listener;
    feed->listeners++;
    *ret_last_id = feed->last_id;
    pthread_mutex_unlock(&feed->lock);
    return listener;
}

void fg_listener_free(fg_listener *listener)
{
    fg_feed *feed = listener->feed;
    pthread_mutex_lock(&feed->lock);
    if (listener->previous != NULL) {
        listener->previous->next = listener->next;
    } else {
        feed->first = listener->next;
    }
    if (listener->next != NULL) {
        listener->next->previous = listener->previous;
    }
    feed->listeners--;
    pthread_mutex_unlock(&feed->lock);
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
    const fg_feed *feed = listener->feed;
    size_t size = copy(to, room, &listener->greeting, &listener->greeted);
    while (size < room && listener->at < feed->count) {
        const fg_buffer *message = &feed->ring[listener->at % RING];
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
    fg_feed *feed = listener->feed;
    ssize_t size = MHD_CONTENT_READER_END_OF_STREAM;
    pthread_mutex_lock(&feed->lock);
    if (!feed->closed && feed->count - listener->at <= RING) {
        size = (ssize_t)fill(listener, to, room);
        if (size == 0) {
            listener->suspended = true;
            MHD_suspend_connection(listener->connection);
        }
    }
    pthread_mutex_unlock(&feed->lock);
    return size;
}

static void end_stream(void *context)
{
    fg_listener_free(context);
}

struct MHD_Response *fg_feed_response(fg_listener *listener, fg_buffer *greeting)
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
