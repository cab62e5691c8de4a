/* POST /api/auth_logs: the body's three kinds, the picture to the disk while it comes in. */
#include "http/upload.h"

#include "facegate/text.h"
#include "http/reply.h"
#include "store/store_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PARTS      32     /* of a form; it has six */
#define POST_ROOM  65536  /* bytes libmicrohttpd takes a form apart in */
#define JSON_LIMIT 524288 /* bytes of a body that is kept in memory */

/* The status that tells of a negative errno. */
static unsigned status_of(int result)
{
    switch (result) {
    case -EINVAL:
        return MHD_HTTP_BAD_REQUEST;
    case -EFBIG:
        return MHD_HTTP_CONTENT_TOO_LARGE;
    case -ENOSPC:
    case -EDQUOT:
        return MHD_HTTP_INSUFFICIENT_STORAGE;
    default:
        return MHD_HTTP_INTERNAL_SERVER_ERROR;
    }
}

static void refuse(fg_exchange *exchange, int result, const fg_error *error)
{
    unsigned status = status_of(result);
    if (status >= MHD_HTTP_INTERNAL_SERVER_ERROR && exchange->refused == 0) {
        fg_writer_note(exchange->parts->writer, result, error->text);
    }
    fg_exchange_refuse(exchange, status, "%s", error->text);
}

static void take_picture(fg_exchange *exchange, const char *data, size_t size, uint64_t offset)
{
    fg_error error;
    fg_draft *draft = &exchange->job.draft;
    if (offset == 0 && draft->fd >= 0 && draft->size > 0) {
        fg_exchange_refuse(exchange, MHD_HTTP_BAD_REQUEST, "image is given twice");
        return;
    }
    exchange->has_image = true;
    int result = draft->fd < 0 ? fg_draft_begin(exchange->parts->pictures, draft, &error) : 0;
    if (result == 0) {
        result = fg_draft_write(draft, data, size, &error);
    }
    if (result != 0) {
        refuse(exchange, result, &error);
    }
}

static enum MHD_Result take_part(void *context, enum MHD_ValueKind kind, const char *name,
                                 const char *filename, const char *type, const char *encoding,
                                 const char *data, uint64_t offset, size_t size)
{
    (void)kind;
    (void)type;
    fg_exchange *exchange = context;
    fg_error error;
    int result = 0;
    if (offset == 0 && ++exchange->form_parts > PARTS) {
        fg_exchange_refuse(exchange, MHD_HTTP_BAD_REQUEST, "the form has more than %d parts",
                           PARTS);
    } else if (name == NULL) {
        fg_exchange_refuse(exchange, MHD_HTTP_BAD_REQUEST, "a part of the form has no name");
    } else if (encoding != NULL && strcasecmp(encoding, "binary") != 0 &&
               strcasecmp(encoding, "8bit") != 0 && strcasecmp(encoding, "7bit") != 0) {
        fg_exchange_refuse(exchange, MHD_HTTP_BAD_REQUEST,
                           "a part of the form is encoded: send it as it is");
    } else if (strcmp(name, "image") == 0 && filename != NULL) {
        take_picture(exchange, data, size, offset);
    } else if (strcmp(name, "image") == 0) {
        fg_exchange_refuse(exchange, MHD_HTTP_BAD_REQUEST,
                           "image is not a file: its part needs a filename");
    } else {
        result = fg_fields_add(&exchange->fields, name, data, size, offset, &error);
    }
    if (result != 0) {
        refuse(exchange, result, &error);
    }
    return exchange->refused == 0 ? MHD_YES : MHD_NO;
}

/* "multipart/form-data" of "multipart/form-data; boundary=x". */
static bool is_type(const char *type, const char *wanted)
{
    size_t length = strcspn(type, "; \t");
    return length == strlen(wanted) && strncasecmp(type, wanted, length) == 0;
}

static void check_key(fg_exchange *exchange)
{
    const char *key = fg_exchange_header(exchange, "Idempotency-Key");
    if (key == NULL) {
        return;
    }
    size_t length = strlen(key);
    bool plain = length > 0 && length < FG_STORE_KEY;
    for (size_t i = 0; i < length && plain; i++) {
        plain = key[i] >= 0x20 && key[i] <= 0x7E;
    }
    if (!plain) {
        fg_exchange_refuse(exchange, MHD_HTTP_BAD_REQUEST,
                           "Idempotency-Key must be 1 to %d visible ASCII characters",
                           FG_STORE_KEY - 1);
    }
    /* libmicrohttpd keeps the header as long as the exchange lives. */
    exchange->job.key = key;
}

/* libmicrohttpd gives no reason, but errno tells a lack of memory: a form that lacks nothing must
 * not be refused for good. */
static void refuse_form(fg_exchange *exchange, const char *fault)
{
    fg_error error;
    int result = errno == ENOMEM ? fg_error_set(&error, -ENOMEM, "not enough memory for the form")
                                 : fg_error_set(&error, -EINVAL, "%s", fault);
    refuse(exchange, result, &error);
}

void fg_upload_begin(fg_exchange *exchange)
{
    const char *type = fg_exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_TYPE);
    char shown[FG_TEXT_SHOWN];
    if (type == NULL) {
        type = "(none)";
    }
    bool form = is_type(type, MHD_HTTP_POST_ENCODING_MULTIPART_FORMDATA);
    bool coded = is_type(type, MHD_HTTP_POST_ENCODING_FORM_URLENCODED);
    if (!form && !coded && !is_type(type, FG_JSON)) {
        fg_exchange_refuse(exchange, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
                           "content type %s is not supported",
                           fg_text_show(type, strcspn(type, "; \t"), shown));
        return;
    }
    check_key(exchange);
    if (form || coded) {
        errno = 0;
        exchange->processor =
            MHD_create_post_processor(exchange->connection, POST_ROOM, take_part, exchange);
        if (exchange->processor == NULL) {
            refuse_form(exchange, "the form's content type has no boundary of 2 to 70 characters");
        }
    }
}

void fg_upload_take(fg_exchange *exchange, const char *data, size_t size)
{
    if (exchange->processor != NULL) {
        errno = 0;
        if (MHD_post_process(exchange->processor, data, size) != MHD_YES) {
            refuse_form(exchange, "the form is broken");
        }
    } else if (exchange->text.size + size > JSON_LIMIT) {
        fg_exchange_refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE,
                           "the JSON has more than the %d bytes allowed", JSON_LIMIT);
    } else {
        fg_buffer_add(&exchange->text, data, size);
    }
}

/* The body is through: whether it makes an entry. */
static int finish(fg_exchange *exchange, fg_error *error)
{
    const char *type = fg_exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_TYPE);
    bool form = is_type(type, MHD_HTTP_POST_ENCODING_MULTIPART_FORMDATA);
    int result = 0;
    if (exchange->processor != NULL) {
        /* What was held back comes now, and may be refused. */
        errno = 0;
        enum MHD_Result whole = MHD_destroy_post_processor(exchange->processor);
        exchange->processor = NULL;
        if (whole != MHD_YES) {
            refuse_form(exchange, "the form has no end");
        }
        if (exchange->refused != 0) {
            return -ECANCELED;
        }
    } else if (exchange->text.failed) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    } else {
        result = fg_fields_json(&exchange->fields,
                                exchange->text.data != NULL ? exchange->text.data : "",
                                exchange->text.size, error);
    }
    if (result == 0 && form && !exchange->has_image) {
        return fg_error_set(error, -EINVAL, "Missing field: image");
    }
    if (result == 0) {
        result = fg_fields_check(&exchange->fields, error);
    }
    if (result == 0 && exchange->has_image) {
        result = fg_draft_check(&exchange->job.draft, error);
    }
    return result;
}

static void job_done(fg_job *job)
{
    fg_exchange *exchange = job->context;
    exchange->done = true;
    MHD_resume_connection(exchange->connection);
}

static enum MHD_Result submit(fg_exchange *exchange)
{
    fg_error error;
    const fg_fields *fields = &exchange->fields;
    int result = finish(exchange, &error);
    if (result == 0 && exchange->has_image) {
        result = fg_draft_keep(exchange->parts->pictures, &exchange->job.draft, &error);
    }
    if (result != 0) {
        refuse(exchange, result, &error);
        fg_upload_free(exchange);
        return fg_reply_error(exchange, exchange->refused, exchange->why.text);
    }
    exchange->job.entry = (fg_entry){
        .timestamp = fg_fields_text(fields, FG_FIELD_TIMESTAMP),
        .status = fg_fields_text(fields, FG_FIELD_STATUS),
        .rfid_id = fg_fields_text(fields, FG_FIELD_RFID),
        .user_name = fg_fields_text(fields, FG_FIELD_USER),
        .reason = fg_fields_text(fields, FG_FIELD_REASON),
    };
    exchange->job.done = job_done;
    exchange->job.context = exchange;
    exchange->submitted = true;
    /* Before it is handed over: the writer may be through with it at once. */
    MHD_suspend_connection(exchange->connection);
    if (!fg_writer_submit(exchange->parts->writer, &exchange->job)) {
        exchange->job.result = -ESHUTDOWN;
        job_done(&exchange->job);
    }
    return MHD_YES;
}

enum MHD_Result fg_upload_answer(fg_exchange *exchange)
{
    const fg_job *job = &exchange->job;
    fg_buffer text = {0};
    if (!exchange->submitted) {
        return submit(exchange);
    }
    if (!exchange->done) {
        return MHD_YES;
    }
    if (job->result == -ESHUTDOWN) {
        exchange->retry_after = 5;
        return fg_reply_error(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "the backend is stopping");
    }
    if (job->result != 0) {
        return fg_reply_error(exchange, status_of(job->result), job->error.text);
    }
    fg_buffer_print(&text, "{\"message\":\"%s\",\"id\":%" PRId64 ",\"image_path\":",
                    job->repeated ? "Log already exists" : "Log created successfully", job->id);
    if (job->picture[0] != '\0') {
        fg_buffer_print(&text, "\"" FG_PICTURE_URL "%s\"}\n", job->picture);
    } else {
        fg_buffer_print(&text, "null}\n");
    }
    return fg_reply_buffer(exchange, MHD_HTTP_CREATED, FG_JSON, &text);
}

void fg_upload_free(fg_exchange *exchange)
{
    if (exchange->processor != NULL) {
        /* It hands on what it held back; nothing of that is wanted any more. */
        exchange->refused = exchange->refused != 0 ? exchange->refused : MHD_HTTP_BAD_REQUEST;
        MHD_destroy_post_processor(exchange->processor);
        exchange->processor = NULL;
    }
    fg_draft_drop(exchange->parts->pictures, &exchange->job.draft);
    fg_fields_free(&exchange->fields);
    fg_buffer_free(&exchange->text);
}
