#include "backend_server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define SILENCE_MS 1000

/* AddressSanitizer keeps what was freed, up to 256 MB; then a process never stops growing. */
static const char *const environment[] = {"ASAN_OPTIONS=quarantine_size_mb=1", NULL};

void backend_server_start(backend_server *server)
{
    char listen[64];
    const char *argv[24] = {FG_FACEGATE, "backend", "--data", server->data, "--listen", listen};
    int count = 6;
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", server->port);
    for (int i = 0; server->options[i] != NULL; i++) {
        argv[count++] = server->options[i];
    }
    server->port = fg_process_serve(&server->process, server->folder, "backend", argv, environment);
    snprintf(server->url, sizeof(server->url),
             server->ca != NULL ? "https://localhost:%d" : "http://127.0.0.1:%d", server->port);
}

void backend_server_open(backend_server *server, const char *parent)
{
    server->folder = fg_testing_folder();
    server->data = fg_testing_path(parent != NULL ? parent : server->folder, "data");
    backend_server_start(server);
}

void backend_server_stop(backend_server *server)
{
    fg_process_signal(&server->process, SIGTERM);
    int code = fg_process_wait(&server->process, FG_TESTING_PATIENCE);
    if (code != 0) {
        char *output = fg_process_output(&server->process);
        print_error("%s", output);
        free(output);
        fail_msg("the backend ended with %d, output above", code);
    }
}

void backend_server_close(backend_server *server)
{
    fg_process_end(&server->process);
    free(server->data);
    fg_testing_remove(server->folder);
    *server = (backend_server){0};
}

void backend_answer_free(backend_answer *answer)
{
    free(answer->body);
    free(answer->header);
    *answer = (backend_answer){0};
}

static size_t write_to(char *data, size_t one, size_t size, void *context)
{
    (void)one;
    FILE *file = context;
    return fwrite(data, 1, size, file);
}

static CURL *prepare(const backend_server *server, const char *path)
{
    char url[2048];
    snprintf(url, sizeof(url), "%s%s", server->url, path);
    CURL *curl = curl_easy_init();
    assert_non_null(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)FG_TESTING_PATIENCE);
    if (server->ca != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, server->ca);
    }
    return curl;
}

static backend_answer perform(CURL *curl)
{
    backend_answer answer = {0};
    size_t header_size = 0;
    FILE *body = open_memstream(&answer.body, &answer.size);
    FILE *header = open_memstream(&answer.header, &header_size);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, write_to);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, write_to);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, header);
    CURLcode code = curl_easy_perform(curl);
    fclose(body);
    fclose(header);
    if (code == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    }
    curl_easy_cleanup(curl);
    return answer;
}

backend_answer backend_server_call(const backend_server *server, const char *path,
                                   const backend_call *call)
{
    CURL *curl = prepare(server, path);
    struct curl_slist *headers = NULL;
    char type[256];
    for (size_t i = 0; i < 6 && call->headers[i] != NULL; i++) {
        headers = curl_slist_append(headers, call->headers[i]);
    }
    if (call->body != NULL) {
        size_t size = call->body_size > 0 ? call->body_size : strlen(call->body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)size);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body);
    }
    if (call->type != NULL) {
        snprintf(type, sizeof(type), "Content-Type: %s", call->type);
        headers = curl_slist_append(headers, type);
    }
    if (call->method != NULL && strcmp(call->method, "HEAD") == 0) {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else if (call->method != NULL) {
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    backend_answer answer = perform(curl);
    curl_slist_free_all(headers);
    return answer;
}

backend_answer backend_server_get(const backend_server *server, const char *path)
{
    return backend_server_call(server, path, &(backend_call){.method = NULL});
}

static void add_text(curl_mime *form, const char *name, const char *value)
{
    curl_mimepart *part = curl_mime_addpart(form);
    curl_mime_name(part, name);
    curl_mime_data(part, value, CURL_ZERO_TERMINATED);
}

backend_answer backend_server_post(const backend_server *server, const char *user,
                                   const uint8_t *jpeg, size_t size, const char *key)
{
    char header[256];
    struct curl_slist *headers = NULL;
    CURL *curl = prepare(server, "/api/auth_logs");
    curl_mime *form = curl_mime_init(curl);
    curl_mimepart *image = curl_mime_addpart(form);
    curl_mime_name(image, "image");
    curl_mime_filename(image, "face_image.jpg");
    curl_mime_type(image, "image/jpeg");
    curl_mime_data(image, (const char *)jpeg, size);
    add_text(form, "timestamp",
             server->timestamp != NULL ? server->timestamp : "2026-11-22T15:04:05");
    add_text(form, "status", "Accepted");
    add_text(form, "rfid_id", "D8E2F1G3");
    add_text(form, "user_name", user);
    if (key != NULL) {
        snprintf(header, sizeof(header), "Idempotency-Key: %s", key);
        headers = curl_slist_append(headers, header);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_MIMEPOST, form);
    backend_answer answer = perform(curl);
    curl_mime_free(form);
    curl_slist_free_all(headers);
    return answer;
}

char *backend_server_raw(const backend_server *server, const void *data, size_t size, bool answers)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)server->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char buffer[4096];
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    /* It may be closed before all is sent; what came back counts. */
    for (size_t sent = 0; sent < size;) {
        ssize_t done = send(fd, (const char *)data + sent, size - sent, MSG_NOSIGNAL);
        if (done <= 0) {
            break;
        }
        sent += (size_t)done;
    }
    for (;;) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        bool waits = answers && ftell(memory) == 0;
        if (poll(&ready, 1, waits ? (int)(FG_TESTING_PATIENCE * 1000) : SILENCE_MS) <= 0) {
            break;
        }
        ssize_t got = recv(fd, buffer, sizeof(buffer), 0);
        if (got <= 0) {
            break;
        }
        fwrite(buffer, 1, (size_t)got, memory);
    }
    close(fd);
    fclose(memory);
    return text;
}

cJSON *backend_server_list(const backend_server *server, const char *query)
{
    char path[1024];
    snprintf(path, sizeof(path), "/api/auth_logs%s", query);
    backend_answer answer = backend_server_get(server, path);
    assert_int_equal(answer.status, 200);
    cJSON *array = cJSON_Parse(answer.body);
    assert_true(cJSON_IsArray(array));
    backend_answer_free(&answer);
    return array;
}

int backend_server_count(const backend_server *server)
{
    cJSON *array = backend_server_list(server, "");
    int count = cJSON_GetArraySize(array);
    cJSON_Delete(array);
    return count;
}

void backend_server_age(const backend_server *server, int days)
{
    char sql[128];
    sqlite3 *db = NULL;
    char *path = fg_testing_path(server->data, "entries.db");
    snprintf(sql, sizeof(sql), "UPDATE entry SET received = received - %d", days * 86400);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, (int)(FG_TESTING_PATIENCE * 1000));
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    free(path);
}

static int count_files(const backend_server *server, const char *folder)
{
    int count = 0;
    char *path = fg_testing_path(server->data, folder);
    DIR *stream = opendir(path);
    assert_non_null(stream);
    const struct dirent *entry;
    while ((entry = readdir(stream)) != NULL) {
        count += entry->d_name[0] != '.' ? 1 : 0;
    }
    closedir(stream);
    free(path);
    return count;
}

int backend_server_pictures(const backend_server *server)
{
    return count_files(server, "static/img");
}

int backend_server_drafts(const backend_server *server)
{
    return count_files(server, "tmp");
}

const char *backend_text(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) ? item->valuestring : "";
}
