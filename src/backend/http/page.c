/* The page: its files, and which of them a path is answered with. */
#include "http/page.h"

#include "http/reply.h"

#include <string.h>

static const struct {
    const char *suffix, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/vnd.microsoft.icon"},
    {".json", "application/json"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
};

const fg_embedded_file *fg_page_find(const char *name)
{
    return fg_embedded_find(fg_page_files, name);
}

const char *fg_page_type(const fg_embedded_file *file)
{
    const char *suffix = strrchr(file->name, '.');
    for (size_t i = 0; suffix != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(suffix, types[i].suffix) == 0) {
            return types[i].type;
        }
    }
    return NULL;
}

enum MHD_Result fg_page_reply(fg_exchange *exchange, const fg_embedded_file *file)
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
    return fg_reply(exchange, known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, fg_page_type(file),
                    response);
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
    const fg_embedded_file *file = fg_page_find(name);
    if (file == NULL) {
        return fg_reply_error(exchange, MHD_HTTP_NOT_FOUND, "not found");
    }
    return fg_page_reply(exchange, file);
}
