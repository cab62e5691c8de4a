/*
 * The one thread that writes. It takes all uploads that wait, has their pictures on the disk with
 * one sync of the folder, and commits their entries together: a commit of its own for each would
 * make everybody wait for the disk in turn. Between batches it deletes what is too old or too much,
 * a few at a time.
 */
#ifndef FACEGATE_BACKEND_STORE_WRITER_H
#define FACEGATE_BACKEND_STORE_WRITER_H

#include "http/sse.h"
#include "store/entry.h"
#include "store/pictures.h"
#include "store/store.h"

typedef struct fg_writer fg_writer;

/* An upload. The caller's until it is submitted, and again once `done` was called. */
typedef struct fg_job {
    struct fg_job *next;
    fg_entry entry;  /* without id and picture */
    fg_draft draft;  /* kept, not synced; fd -1 where there is no picture */
    const char *key; /* NULL for none */
    void (*done)(struct fg_job *job);
    void *context;
    /* What came of it. */
    int result; /* 0, or a negative errno with `error` */
    fg_error error;
    int64_t id;
    char picture[FG_PICTURE_NAME]; /* empty for none */
    bool repeated;                 /* it was stored before, under its key */
} fg_job;

typedef struct fg_writer_options {
    fg_store *store;
    fg_pictures *pictures;
    fg_sse *sse;
    int keep_days;     /* 0: for ever */
    int64_t max_bytes; /* 0: no bound */
} fg_writer_options;

int fg_writer_start(const fg_writer_options *options, fg_writer **ret_writer, fg_error *error);

/* False once it is being stopped. `done` is called by the writer's thread. */
bool fg_writer_submit(fg_writer *writer, fg_job *job);

/* Every second or so. False while it has been at one batch for too long. */
bool fg_writer_tick(fg_writer *writer, int64_t now);

/* Logs when storing begins to fail for want of space, and when it goes again. Any thread. */
void fg_writer_note(fg_writer *writer, int result, const char *text);

/* Does what was submitted and ends; from then on nothing is taken. */
void fg_writer_stop(fg_writer *writer);

/* Stops it where it still runs. NULL is fine. */
fg_writer *fg_writer_free(fg_writer *writer);

#endif
