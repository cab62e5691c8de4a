/* One line of the log, and how it looks in JSON. The texts are the caller's. */
#ifndef FACEGATE_BACKEND_STORE_ENTRY_H
#define FACEGATE_BACKEND_STORE_ENTRY_H

#include "facegate/base/buffer.h"

#include <stdint.h>

#define FG_ENTRY_TIMESTAMP 20 /* "2026-11-22T15:04:05" with its terminator */
#define FG_ENTRY_DAY       11 /* "2026-11-22" with its terminator */
#define FG_PICTURE_NAME    40 /* bytes of a picture's name, terminator included */
#define FG_PICTURE_URL     "/static/img/"

typedef struct fg_entry {
    int64_t id;
    const char *timestamp;
    const char *status; /* "Accepted" or "Refused" */
    const char *rfid_id;
    const char *user_name;
    const char *reason;  /* NULL for none */
    const char *picture; /* the name of its file; NULL for none */
} fg_entry;

/* The object of the wire contract. */
void fg_entry_json(fg_buffer *buffer, const fg_entry *entry);

#endif
