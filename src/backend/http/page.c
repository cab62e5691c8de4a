/* The page: its files, and which of them a path is answered with. */
#include "http/page.h"

#include "http/reply.h"

#include <string.h>

const fg_page_file *fg_page_find(const char *name)
{
    for (const fg_page_file *file = fg_page_files; file->name != NULL; file++) {
        if (strcmp(file->name, name) == 0) {
            return file;
        }
    }
    return NULL;
}

enum MHD_Result fg_page_reply(fg_exchange *exchange, const fg_page_file *file)
{
    bool known = fg_reply_is_known(exchange, file->tag);
    /* Never written to, whatever the type says. */
    void *data = (void *)(uintptr_t)file->data;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(known ? 0 : file->size, data, MHD_RESPMEM_PERSISTENT);
    if (response != NULL) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, file->tag);
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache");
    }
    return fg_reply(exchange, known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, file->type, response);
}

/* The page itself is shown to whom may see what it shows, others get the login form in its place.
 */
enum MHD_Result fg_page_answer(fg_exchange *exchange)
{
    const char *name = exchange->path + 1;
    bool is_page = name[0] == '\0' || strcmp(name, "index.html") == 0;
    if (is_page) {
        name = fg_exchange_has_session(exchange) ? "index.html" : "login.html";
    }
    const fg_page_file *file = fg_page_find(name);
    if (file == NULL) {
        return fg_reply_error(exchange, MHD_HTTP_NOT_FOUND, "there is nothing here");
    }
    return fg_page_reply(exchange, file);
}
