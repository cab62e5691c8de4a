/*
 * JSON walked by hand over the file's bytes, so that a gallery of any size needs no tree in memory.
 * Strings and numbers are cJSON's business, each on its own slice; what cJSON lets through (U+0000,
 * raw control characters, broken UTF-8, numbers that are none or not finite) is refused before it.
 * Error texts start with "line N: ". Source: RFC 8259; cJSON 1.7.
 */
#ifndef FACEGATE_GALLERY_JSON_READER_H
#define FACEGATE_GALLERY_JSON_READER_H

#include "facegate/error.h"

#include <stdbool.h>
#include <stddef.h>

#define FG_JSON_DEPTH 16

enum fg_json_kind {
    FG_JSON_OBJECT,
    FG_JSON_ARRAY,
    FG_JSON_STRING,
    FG_JSON_NUMBER,
    FG_JSON_OTHER, /* true, false, null, and what is no value at all */
    FG_JSON_END,
};

typedef struct fg_json {
    const char *start;
    const char *end;
    const char *at;
    int depth;
    bool begun[FG_JSON_DEPTH]; /* whether an entry has been read, at each depth */
} fg_json;

/* Nothing is copied: the bytes outlive the reader. */
void fg_json_open(fg_json *json, const char *data, size_t size);

/* What comes next, white space left out. */
enum fg_json_kind fg_json_peek(fg_json *json);

/* Each reads what must come next, or is -EINVAL; -ENOMEM. A text is freed by the caller. */
int fg_json_enter_object(fg_json *json, fg_error *error);
int fg_json_enter_array(fg_json *json, fg_error *error);
int fg_json_string(fg_json *json, char **ret_text, fg_error *error);
int fg_json_number(fg_json *json, double *ret_number, fg_error *error);

/* Takes a word like true or null, if it is what comes next; else nothing has changed. */
bool fg_json_word(fg_json *json, const char *word);

/* To the next entry of the object or array entered last: 1, or 0 at its end, which leaves it. */
int fg_json_next_key(fg_json *json, char **ret_key, fg_error *error);
int fg_json_next_element(fg_json *json, fg_error *error);

/* Nothing but white space may follow. */
int fg_json_finish(fg_json *json, fg_error *error);

#endif
