/* Reading what a backend answered: hostile bytes until shown otherwise. Pure. Source: RFC 8259
 * and 9112; cJSON. */
#ifndef FACEGATE_DELIVERY_HTTP_ANSWER_H
#define FACEGATE_DELIVERY_HTTP_ANSWER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_EXCERPT_SIZE 201 /* bytes, terminator included */

/* "HTTP/1.1 201", then a blank or the end of the line, which is there. libcurl is content with
 * less: with 201abc, or a version of -1.1. */
bool fg_answer_is_status_line(const char *line, size_t size);

/* One JSON value with nothing after it, or NULL. To be given to cJSON_Delete. */
cJSON *fg_answer_parse(const char *body, size_t size);

/* A string member that is not empty, or NULL. */
const char *fg_answer_text(const cJSON *object, const char *name);

/* Whether a picture's path is one of encrypted pictures: it ends in ".bin". */
bool fg_answer_is_encrypted_path(const char *path);

/* A whole number that a double holds exactly. */
bool fg_answer_whole_number(const cJSON *value, int64_t *ret_number);

/*
 * Puts stars over the token wherever it stands, since what a backend answers is shown: over every
 * run of FG_SECRET_LENGTH of its characters and more, as they are, percent-encoded or escaped as in
 * JSON. A shorter token hides nothing, and stars would fall on what an answer means.
 */
#define FG_SECRET_LENGTH 8
void fg_answer_mask(char *body, size_t size, const char *token);

/* The first 200 bytes as one printable line. */
void fg_answer_excerpt(const char *body, size_t size, char ret_text[FG_EXCERPT_SIZE]);

#endif
