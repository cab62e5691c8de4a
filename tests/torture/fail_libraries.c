/* SQLite, libcurl, TurboJPEG, libmicrohttpd, libcrypto and libsystemd, as the program itself calls
 * them: faults that those libraries can have for reasons of their own. */
#include "fail.h"

#include <curl/curl.h>
#include <errno.h>
#include <microhttpd.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <systemd/sd-id128.h>
#include <turbojpeg.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

#define INTERPOSE(kind, type, name, parameters, arguments, failure)                                \
    FG_INTERPOSE(fg_fail_ours(kind, #name, __builtin_return_address(0)), type, name, parameters,   \
                 arguments, failure)

/* What sqlite3_errmsg says after a fault of ours. */
static _Thread_local bool sqlite_failed;

static int sqlite_fault(int code)
{
    sqlite_failed = true;
    return code;
}

const char *sqlite3_errmsg(sqlite3 *db)
{
    static const char *(*real)(sqlite3 *);
    if (sqlite_failed) {
        sqlite_failed = false;
        return "disk I/O error (made by the test)";
    }
    if (real == NULL) {
        real = (const char *(*)(sqlite3 *))(uintptr_t)fg_fail_real("sqlite3_errmsg");
    }
    return real(db);
}

INTERPOSE(FG_FAIL_SQLITE, int, sqlite3_open_v2,
          (const char *name, sqlite3 **db, int flags, const char *vfs), (name, db, flags, vfs),
          (*db = NULL, sqlite_fault(SQLITE_NOMEM)))
INTERPOSE(FG_FAIL_SQLITE, int, sqlite3_exec,
          (sqlite3 * db, const char *sql, int (*visit)(void *, int, char **, char **),
           void *context, char **message),
          (db, sql, visit, context, message), sqlite_fault(SQLITE_IOERR))
INTERPOSE(FG_FAIL_SQLITE, int, sqlite3_prepare_v2,
          (sqlite3 * db, const char *sql, int size, sqlite3_stmt **statement, const char **tail),
          (db, sql, size, statement, tail), (*statement = NULL, sqlite_fault(SQLITE_IOERR)))
INTERPOSE(FG_FAIL_SQLITE, int, sqlite3_prepare_v3,
          (sqlite3 * db, const char *sql, int size, unsigned flags, sqlite3_stmt **statement,
           const char **tail),
          (db, sql, size, flags, statement, tail), (*statement = NULL, sqlite_fault(SQLITE_IOERR)))
INTERPOSE(FG_FAIL_SQLITE, int, sqlite3_step, (sqlite3_stmt * statement), (statement),
          sqlite_fault(SQLITE_IOERR))
INTERPOSE(FG_FAIL_SQLITE, int, sqlite3_wal_checkpoint_v2,
          (sqlite3 * db, const char *name, int mode, int *size, int *done),
          (db, name, mode, size, done), sqlite_fault(SQLITE_IOERR))
INTERPOSE(FG_FAIL_SQLITE, const unsigned char *, sqlite3_column_text,
          (sqlite3_stmt * statement, int column), (statement, column), NULL)
INTERPOSE(FG_FAIL_SQLITE, const void *, sqlite3_column_blob, (sqlite3_stmt * statement, int column),
          (statement, column), NULL)

INTERPOSE(FG_FAIL_CURL, CURLcode, curl_global_init, (long flags), (flags), CURLE_FAILED_INIT)
INTERPOSE(FG_FAIL_CURL, CURL *, curl_easy_init, (void), (), NULL)
INTERPOSE(FG_FAIL_CURL, CURLcode, curl_easy_perform, (CURL * easy), (easy), CURLE_OUT_OF_MEMORY)
INTERPOSE(FG_FAIL_CURL, CURLM *, curl_multi_init, (void), (), NULL)
INTERPOSE(FG_FAIL_CURL, CURLMcode, curl_multi_add_handle, (CURLM * multi, CURL *easy),
          (multi, easy), CURLM_OUT_OF_MEMORY)
INTERPOSE(FG_FAIL_CURL, CURLMcode, curl_multi_perform, (CURLM * multi, int *running),
          (multi, running), CURLM_OUT_OF_MEMORY)
INTERPOSE(FG_FAIL_CURL, CURLMcode, curl_multi_poll,
          (CURLM * multi, struct curl_waitfd *more, unsigned count, int timeout, int *ready),
          (multi, more, count, timeout, ready), CURLM_OUT_OF_MEMORY)
INTERPOSE(FG_FAIL_CURL, struct curl_slist *, curl_slist_append,
          (struct curl_slist * list, const char *line), (list, line), NULL)
INTERPOSE(FG_FAIL_CURL, curl_mime *, curl_mime_init, (CURL * easy), (easy), NULL)
INTERPOSE(FG_FAIL_CURL, curl_mimepart *, curl_mime_addpart, (curl_mime * mime), (mime), NULL)
INTERPOSE(FG_FAIL_CURL, CURLcode, curl_mime_name, (curl_mimepart * part, const char *name),
          (part, name), CURLE_OUT_OF_MEMORY)
INTERPOSE(FG_FAIL_CURL, CURLcode, curl_mime_filename, (curl_mimepart * part, const char *name),
          (part, name), CURLE_OUT_OF_MEMORY)
INTERPOSE(FG_FAIL_CURL, CURLcode, curl_mime_type, (curl_mimepart * part, const char *type),
          (part, type), CURLE_OUT_OF_MEMORY)
INTERPOSE(FG_FAIL_CURL, CURLcode, curl_mime_data,
          (curl_mimepart * part, const char *data, size_t size), (part, data, size),
          CURLE_OUT_OF_MEMORY)
INTERPOSE(FG_FAIL_CURL, CURLcode, curl_mime_data_cb,
          (curl_mimepart * part, curl_off_t size, curl_read_callback reader,
           curl_seek_callback seeker, curl_free_callback release, void *context),
          (part, size, reader, seeker, release, context), CURLE_OUT_OF_MEMORY)
INTERPOSE(FG_FAIL_CURL, CURLU *, curl_url, (void), (), NULL)
INTERPOSE(FG_FAIL_CURL, CURLUcode, curl_url_set,
          (CURLU * url, CURLUPart part, const char *text, unsigned flags), (url, part, text, flags),
          CURLUE_OUT_OF_MEMORY)
#if LIBCURL_VERSION_NUM < 0x080000
typedef CURLU url_to_read;
#else
typedef const CURLU url_to_read;
#endif
INTERPOSE(FG_FAIL_CURL, CURLUcode, curl_url_get,
          (url_to_read * url, CURLUPart part, char **text, unsigned flags),
          (url, part, text, flags), CURLUE_OUT_OF_MEMORY)
INTERPOSE(FG_FAIL_CURL, CURLMcode, curl_multi_remove_handle, (CURLM * multi, CURL *easy),
          (multi, easy), (real(multi, easy), CURLM_INTERNAL_ERROR))
INTERPOSE(FG_FAIL_CURL, CURLMcode, curl_multi_wakeup, (CURLM * multi), (multi),
          CURLM_WAKEUP_FAILURE)

/* Their third argument is a number, a pointer or an offset: each one word where this runs. */
CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    static CURLcode (*real)(CURL *, CURLoption, ...);
    va_list arguments;
    va_start(arguments, option);
    void *value = va_arg(arguments, void *);
    va_end(arguments);
    if (fg_fail_ours(FG_FAIL_CURL, "curl_easy_setopt", __builtin_return_address(0))) {
        return CURLE_OUT_OF_MEMORY;
    }
    if (real == NULL) {
        real = (CURLcode(*)(CURL *, CURLoption, ...))(uintptr_t)fg_fail_real("curl_easy_setopt");
    }
    return real(easy, option, value);
}

CURLcode curl_easy_getinfo(CURL *easy, CURLINFO what, ...)
{
    static CURLcode (*real)(CURL *, CURLINFO, ...);
    va_list arguments;
    va_start(arguments, what);
    void *ret_value = va_arg(arguments, void *);
    va_end(arguments);
    if (fg_fail_ours(FG_FAIL_CURL, "curl_easy_getinfo", __builtin_return_address(0))) {
        return CURLE_UNKNOWN_OPTION;
    }
    if (real == NULL) {
        real = (CURLcode(*)(CURL *, CURLINFO, ...))(uintptr_t)fg_fail_real("curl_easy_getinfo");
    }
    return real(easy, what, ret_value);
}

INTERPOSE(FG_FAIL_JPEG, tjhandle, tjInitCompress, (void), (), NULL)
INTERPOSE(FG_FAIL_JPEG, tjhandle, tjInitDecompress, (void), (), NULL)
INTERPOSE(FG_FAIL_JPEG, int, tjDecompressHeader3,
          (tjhandle handle, const unsigned char *data, unsigned long size, int *width, int *height,
           int *subsampling, int *colours),
          (handle, data, size, width, height, subsampling, colours), -1)
INTERPOSE(FG_FAIL_JPEG, int, tjDecompressToYUVPlanes,
          (tjhandle handle, const unsigned char *data, unsigned long size, unsigned char **planes,
           int width, int *strides, int height, int flags),
          (handle, data, size, planes, width, strides, height, flags), -1)
INTERPOSE(FG_FAIL_JPEG, int, tjCompressFromYUVPlanes,
          (tjhandle handle, const unsigned char **planes, int width, const int *strides, int height,
           int subsampling, unsigned char **data, unsigned long *size, int quality, int flags),
          (handle, planes, width, strides, height, subsampling, data, size, quality, flags), -1)
INTERPOSE(FG_FAIL_JPEG, int, tjDecompress2,
          (tjhandle handle, const unsigned char *data, unsigned long size, unsigned char *pixels,
           int width, int pitch, int height, int format, int flags),
          (handle, data, size, pixels, width, pitch, height, format, flags), -1)
INTERPOSE(FG_FAIL_JPEG, int, tjEncodeYUVPlanes,
          (tjhandle handle, const unsigned char *pixels, int width, int pitch, int height,
           int format, unsigned char **planes, int *strides, int subsampling, int flags),
          (handle, pixels, width, pitch, height, format, planes, strides, subsampling, flags), -1)

struct MHD_Daemon *MHD_start_daemon(unsigned flags, uint16_t port, MHD_AcceptPolicyCallback accept,
                                    void *accept_context, MHD_AccessHandlerCallback handle,
                                    void *handle_context, ...)
{
    va_list more;
    if (fg_fail_ours(FG_FAIL_HTTP, "MHD_start_daemon", __builtin_return_address(0))) {
        errno = ENOMEM;
        return NULL;
    }
    va_start(more, handle_context);
    struct MHD_Daemon *daemon =
        MHD_start_daemon_va(flags, port, accept, accept_context, handle, handle_context, more);
    va_end(more);
    return daemon;
}

INTERPOSE(FG_FAIL_HTTP, struct MHD_Response *, MHD_create_response_from_buffer,
          (size_t size, void *data, enum MHD_ResponseMemoryMode mode), (size, data, mode), NULL)
INTERPOSE(FG_FAIL_HTTP, struct MHD_Response *, MHD_create_response_from_callback,
          (uint64_t size, size_t block, MHD_ContentReaderCallback reader, void *context,
           MHD_ContentReaderFreeCallback release),
          (size, block, reader, context, release), NULL)
INTERPOSE(FG_FAIL_HTTP, struct MHD_Response *, MHD_create_response_from_fd64,
          (uint64_t size, int fd), (size, fd), NULL)
INTERPOSE(FG_FAIL_HTTP, enum MHD_Result, MHD_add_response_header,
          (struct MHD_Response * response, const char *name, const char *value),
          (response, name, value), MHD_NO)
INTERPOSE(FG_FAIL_HTTP, enum MHD_Result, MHD_queue_response,
          (struct MHD_Connection * connection, unsigned status, struct MHD_Response *response),
          (connection, status, response), MHD_NO)
INTERPOSE(FG_FAIL_HTTP, struct MHD_PostProcessor *, MHD_create_post_processor,
          (struct MHD_Connection * connection, size_t size, MHD_PostDataIterator iterator,
           void *context),
          (connection, size, iterator, context), (errno = ENOMEM, NULL))
INTERPOSE(FG_FAIL_HTTP, enum MHD_Result, MHD_post_process,
          (struct MHD_PostProcessor * processor, const char *data, size_t size),
          (processor, data, size), (errno = ENOMEM, MHD_NO))

INTERPOSE(FG_FAIL_CRYPTO, EVP_MD_CTX *, EVP_MD_CTX_new, (void), (), NULL)
INTERPOSE(FG_FAIL_CRYPTO, int, EVP_DigestInit_ex,
          (EVP_MD_CTX * context, const EVP_MD *type, ENGINE *engine), (context, type, engine), 0)
INTERPOSE(FG_FAIL_CRYPTO, int, EVP_DigestUpdate,
          (EVP_MD_CTX * context, const void *data, size_t size), (context, data, size), 0)
INTERPOSE(FG_FAIL_CRYPTO, int, EVP_DigestFinal_ex,
          (EVP_MD_CTX * context, unsigned char *digest, unsigned *size), (context, digest, size), 0)
INTERPOSE(FG_FAIL_CRYPTO, int, EVP_Digest,
          (const void *data, size_t count, unsigned char *digest, unsigned *size,
           const EVP_MD *type, ENGINE *engine),
          (data, count, digest, size, type, engine), 0)
INTERPOSE(FG_FAIL_CRYPTO, int, RAND_bytes, (unsigned char *data, int size), (data, size), 0)

INTERPOSE(FG_FAIL_FD, int, sd_id128_randomize, (sd_id128_t * ret_id), (ret_id), -EIO)
INTERPOSE(FG_FAIL_FD, int, sd_id128_get_boot, (sd_id128_t * ret_id), (ret_id), -EIO)
