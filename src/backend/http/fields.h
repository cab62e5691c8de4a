/*
 * The text fields of a post, from whichever of the three kinds of body, and what the contract says
 * of them. One thread at a time.
 */
#ifndef FACEGATE_BACKEND_HTTP_FIELDS_H
#define FACEGATE_BACKEND_HTTP_FIELDS_H

#include "facegate/base/buffer.h"
#include "facegate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_FIELD_LIMIT 65536 /* bytes of one field */

enum fg_field {
    FG_FIELD_TIMESTAMP,
    FG_FIELD_STATUS,
    FG_FIELD_RFID,
    FG_FIELD_USER,
    FG_FIELD_REASON,
    FG_FIELDS,
};

/* All zero is the empty one. */
typedef struct fg_fields {
    fg_buffer value[FG_FIELDS]; /* data NULL: it did not come */
    bool came[FG_FIELDS];
} fg_fields;

/*
 * A piece of a field as it arrives; `offset` 0 begins it. -EINVAL for a name that is none and for a
 * field that comes twice, -EFBIG over FG_FIELD_LIMIT, -ENOMEM.
 */
int fg_fields_add(fg_fields *fields, const char *name, const char *data, size_t size,
                  uint64_t offset, fg_error *error);

/* A JSON object of them, nothing else. -EINVAL, -EFBIG, -ENOMEM as above. */
int fg_fields_json(fg_fields *fields, const char *body, size_t size, fg_error *error);

/* Whether they make an entry: -EINVAL and what is wrong with which. */
int fg_fields_check(const fg_fields *fields, fg_error *error);

/* NULL for a field that did not come. */
const char *fg_fields_text(const fg_fields *fields, enum fg_field which);

void fg_fields_free(fg_fields *fields);

#endif
