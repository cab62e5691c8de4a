/*
 * `facegate backend` on a folder of its own, and what talks to it: whole requests through libcurl,
 * broken ones through a socket. Fails the running cmocka test where it cannot do its work.
 */
#ifndef FACEGATE_TESTS_BACKEND_SERVER_H
#define FACEGATE_TESTS_BACKEND_SERVER_H

#include "testing.h"

#include <curl/curl.h>

typedef struct backend_server {
    char *folder;            /* of its output */
    char *data;              /* --data */
    const char *options[16]; /* added to its command line; the last is NULL */
    const char *ca;          /* to trust; then the address is https */
    const char *timestamp;   /* of what backend_server_post sends; NULL: 2026-11-22T15:04:05 */
    int port;                /* kept over restarts */
    char url[64];
    fg_process process;
} backend_server;

/* A folder and a first start with the options as they are. The data lie in `parent`; NULL: in the
 * folder. */
void backend_server_open(backend_server *server, const char *parent);
void backend_server_close(backend_server *server);

void backend_server_start(backend_server *server);

/* SIGTERM, and that it ends with 0. */
void backend_server_stop(backend_server *server);

/* An answer; backend_answer_free. */
typedef struct backend_answer {
    long status; /* 0: none came */
    char *body;  /* a zero byte follows */
    size_t size;
    char *header; /* all of it */
} backend_answer;

void backend_answer_free(backend_answer *answer);

/* What a request may have besides its path; zero for what it has not. */
typedef struct backend_call {
    const char *method;
    const char *headers[6];
    const char *body; /* posted as it is */
    size_t body_size; /* 0: the length of the text */
    const char *type; /* Content-Type */
} backend_call;

backend_answer backend_server_call(const backend_server *server, const char *path,
                                   const backend_call *call);
backend_answer backend_server_get(const backend_server *server, const char *path);

/* A multipart entry; `key` NULL for none. */
backend_answer backend_server_post(const backend_server *server, const char *user,
                                   const uint8_t *jpeg, size_t size, const char *key);

/* Sends these bytes and reads until the other side closes or it is silent for a second; to be
 * freed. `answers`: it must answer, and has all the time for its first word. */
char *backend_server_raw(const backend_server *server, const void *data, size_t size, bool answers);

/* The array of GET /api/auth_logs with this query ("" or "?limit=5"), to be deleted. */
cJSON *backend_server_list(const backend_server *server, const char *query);

/* Makes it, in the database, that all entries were received so many days earlier. */
void backend_server_age(const backend_server *server, int days);

/* How many entries there are, and how many files in static/img and tmp. */
int backend_server_count(const backend_server *server);
int backend_server_pictures(const backend_server *server);
int backend_server_drafts(const backend_server *server);

/* A text of an object, "" where it is none. */
const char *backend_text(const cJSON *object, const char *name);

#endif
