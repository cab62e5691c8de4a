/* The writing thread: takes what waits, commits it in batches, and deletes in between. */
#include "store/writer.h"

#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "store/retention.h"
#include "store/store_write.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH         64
#define TOO_LONG      (30 * FG_NS_PER_S) /* for one batch */
#define CLEAN_UP_EACH (10 * FG_NS_PER_S)

struct fg_writer {
    fg_writer_options options;
    pthread_t thread;
    pthread_mutex_t lock; /* of the queue and the flags */
    pthread_cond_t wake;
    fg_job *first, **last;
    bool stopping;
    bool clean_up; /* it is time to look what is to be deleted */
    int64_t next_clean_up;
    _Atomic int64_t busy_since; /* 0: it is waiting */
    _Atomic bool full;
};

void fg_writer_note(fg_writer *writer, int result, const char *text)
{
    bool full = result == -ENOSPC || result == -EDQUOT;
    if (result != 0 && !full) {
        fg_log(FG_LOG_ERROR, "%s", text);
    } else if (full && !atomic_exchange(&writer->full, true)) {
        fg_log(FG_LOG_ERROR, "The disk is full; nothing is stored until it has room: %s", text);
    } else if (result == 0 && atomic_exchange(&writer->full, false)) {
        fg_log(FG_LOG_INFO, "The disk has room again");
    }
}

/* One of the batch before it that has the same key. */
static fg_job *find_twin(fg_job *const jobs[], size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (jobs[i]->key != NULL && strcmp(jobs[i]->key, key) == 0) {
            return jobs[i];
        }
    }
    return NULL;
}

/* Sorts out what was stored before: the jobs that are to be stored come to stand in front. */
static size_t leave_out_repeated(fg_writer *writer, fg_job *jobs[], size_t count,
                                 fg_job *twins[BATCH])
{
    fg_job *others[BATCH] = {NULL};
    size_t fresh = 0, other = 0;
    for (size_t i = 0; i < count; i++) {
        fg_job *job = jobs[i];
        fg_job *twin = NULL;
        if (job->key != NULL) {
            twin = find_twin(jobs, fresh, job->key);
            job->result = twin != NULL ? 1
                                       : fg_store_find_key(writer->options.store, job->key,
                                                           &job->id, job->picture, &job->error);
            job->repeated = job->result == 1;
        }
        if (job->result == 0) {
            jobs[fresh++] = job;
        } else {
            job->result = job->repeated ? 0 : job->result;
            twins[other] = twin;
            others[other++] = job;
        }
    }
    for (size_t i = 0; i < other; i++) {
        jobs[fresh + i] = others[i];
    }
    return fresh;
}

static int sync_pictures(fg_writer *writer, fg_job *const jobs[], size_t count, fg_error *error)
{
    fg_pictures *pictures = writer->options.pictures;
    bool any = false;
    int result = 0;
    for (size_t i = 0; i < count; i++) {
        fg_job *job = jobs[i];
        if (job->draft.fd >= 0) {
            any = true;
            memcpy(job->picture, job->draft.name, sizeof(job->picture));
            job->entry.picture = job->picture;
        }
    }
    if (any) {
        result = fg_pictures_sync(pictures, error);
    }
    for (size_t i = 0; i < count && result == 0; i++) {
        result = jobs[i]->draft.fd >= 0 ? fg_draft_sync(&jobs[i]->draft, error) : 0;
    }
    return result;
}

static int commit(fg_writer *writer, fg_job *const jobs[], size_t count, fg_error *error)
{
    fg_store *store = writer->options.store;
    int result = fg_store_begin(store, error);
    if (result != 0) {
        return result;
    }
    for (size_t i = 0; i < count && result == 0; i++) {
        fg_job *job = jobs[i];
        result = fg_store_add(store, &job->entry, job->key, job->draft.size, time(NULL), &job->id,
                              error);
        job->entry.id = job->id;
    }
    if (result != 0) {
        fg_store_rollback(store);
        return result;
    }
    return fg_store_commit(store, error);
}

/* All of them or none. */
static void store_batch(fg_writer *writer, fg_job *const jobs[], size_t count)
{
    fg_error error = {"not stored"};
    int result = sync_pictures(writer, jobs, count, &error);
    if (result == 0) {
        result = commit(writer, jobs, count, &error);
    }
    fg_writer_note(writer, result, error.text);
    for (size_t i = 0; i < count; i++) {
        fg_job *job = jobs[i];
        if (result == 0) {
            fg_sse_entry(writer->options.sse, &job->entry);
            fg_log(FG_LOG_INFO, "Entry %" PRId64 ": %s %s", job->id, job->entry.status,
                   job->entry.user_name);
            continue;
        }
        job->result = result;
        job->error = error;
        if (job->picture[0] != '\0') {
            fg_picture_remove(writer->options.pictures, job->picture);
            job->picture[0] = '\0';
        }
    }
}

static void work(fg_writer *writer, fg_job *jobs[], size_t count)
{
    fg_job *twins[BATCH] = {NULL};
    size_t fresh = leave_out_repeated(writer, jobs, count, twins);
    if (fresh > 0) {
        store_batch(writer, jobs, fresh);
    }
    for (size_t i = fresh; i < count; i++) {
        const fg_job *twin = twins[i - fresh];
        if (twin != NULL) {
            jobs[i]->id = twin->id;
            jobs[i]->result = twin->result;
            jobs[i]->error = twin->error;
            memcpy(jobs[i]->picture, twin->picture, sizeof(jobs[i]->picture));
        }
    }
    for (size_t i = 0; i < count; i++) {
        fg_draft_drop(writer->options.pictures, &jobs[i]->draft);
        jobs[i]->done(jobs[i]);
    }
}

/* Locked. What waits, up to a batch. */
static size_t take(fg_writer *writer, fg_job *ret_jobs[BATCH])
{
    size_t count = 0;
    while (writer->first != NULL && count < BATCH) {
        ret_jobs[count++] = writer->first;
        writer->first = writer->first->next;
    }
    if (writer->first == NULL) {
        writer->last = &writer->first;
    }
    return count;
}

static void clean_up(fg_writer *writer)
{
    fg_error error;
    const fg_writer_options *options = &writer->options;
    fg_retention of = {
        .store = options->store,
        .pictures = options->pictures,
        .sse = options->sse,
        .keep_days = options->keep_days,
        .max_bytes = options->max_bytes,
    };
    int result = fg_retention_step(&of, &error);
    if (result < 0) {
        fg_writer_note(writer, result, error.text);
    }
    if (result > 0) {
        pthread_mutex_lock(&writer->lock);
        writer->clean_up = true;
        pthread_mutex_unlock(&writer->lock);
    }
}

static void *write_all(void *context)
{
    fg_writer *writer = context;
    fg_job *jobs[BATCH];
    fg_log_thread("writer");
    for (;;) {
        pthread_mutex_lock(&writer->lock);
        writer->busy_since = 0;
        while (writer->first == NULL && !writer->stopping && !writer->clean_up) {
            pthread_cond_wait(&writer->wake, &writer->lock);
        }
        size_t count = take(writer, jobs);
        bool ends = count == 0 && writer->stopping;
        bool cleans = writer->clean_up || (count > 0 && writer->options.max_bytes > 0);
        writer->clean_up = false;
        writer->busy_since = fg_clock_monotonic();
        pthread_mutex_unlock(&writer->lock);
        if (ends) {
            return NULL;
        }
        if (count > 0) {
            work(writer, jobs, count);
        }
        if (cleans) {
            clean_up(writer);
        }
    }
}

int fg_writer_start(const fg_writer_options *options, fg_writer **ret_writer, fg_error *error)
{
    fg_writer *writer = calloc(1, sizeof(*writer));
    if (writer == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    writer->options = *options;
    writer->last = &writer->first;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->wake, NULL);
    int code = pthread_create(&writer->thread, NULL, write_all, writer);
    if (code != 0) {
        pthread_cond_destroy(&writer->wake);
        pthread_mutex_destroy(&writer->lock);
        free(writer);
        return fg_error_set(error, -code, "cannot start a thread: %s", strerror(code));
    }
    *ret_writer = writer;
    return 0;
}

bool fg_writer_submit(fg_writer *writer, fg_job *job)
{
    pthread_mutex_lock(&writer->lock);
    bool taken = !writer->stopping;
    if (taken) {
        job->next = NULL;
        *writer->last = job;
        writer->last = &job->next;
        pthread_cond_signal(&writer->wake);
    }
    pthread_mutex_unlock(&writer->lock);
    return taken;
}

bool fg_writer_tick(fg_writer *writer, int64_t now)
{
    int64_t busy_since = writer->busy_since;
    if (now >= writer->next_clean_up) {
        writer->next_clean_up = now + CLEAN_UP_EACH;
        pthread_mutex_lock(&writer->lock);
        writer->clean_up = true;
        pthread_cond_signal(&writer->wake);
        pthread_mutex_unlock(&writer->lock);
    }
    return busy_since == 0 || now - busy_since < TOO_LONG;
}

void fg_writer_stop(fg_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    bool runs = !writer->stopping;
    writer->stopping = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
    if (runs) {
        pthread_join(writer->thread, NULL);
    }
}

fg_writer *fg_writer_free(fg_writer *writer)
{
    if (writer != NULL) {
        fg_writer_stop(writer);
        pthread_cond_destroy(&writer->wake);
        pthread_mutex_destroy(&writer->lock);
        free(writer);
    }
    return NULL;
}
