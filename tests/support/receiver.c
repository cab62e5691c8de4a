#include "testing.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void fg_receiver_start(fg_receiver *receiver)
{
    char listen[64];
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", receiver->port);
    const char *argv[20] = {"/usr/bin/python3", FG_RECEIVER, "--listen", listen};
    int count = 4;
    const char *options[][2] = {{"--data", receiver->data},
                                {"--tls-cert", receiver->tls_cert},
                                {"--tls-key", receiver->tls_key},
                                {"--client-ca", receiver->client_ca},
                                {"--token-file", receiver->token_file},
                                {"--picture-key", receiver->picture_key}};
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (options[i][1] == NULL) {
            continue;
        }
        argv[count++] = options[i][0];
        argv[count++] = options[i][1];
    }
    receiver->port = fg_process_serve(&receiver->process, receiver->folder, "receiver", argv, NULL);
    snprintf(receiver->url, sizeof(receiver->url),
             receiver->tls_cert ? "https://localhost:%d" : "http://127.0.0.1:%d", receiver->port);
}

void fg_receiver_stop(fg_receiver *receiver)
{
    fg_process_signal(&receiver->process, SIGTERM);
    assert_int_equal(fg_process_wait(&receiver->process, FG_TESTING_PATIENCE), 0);
}

void fg_receiver_kill(fg_receiver *receiver)
{
    fg_process_end(&receiver->process);
}

typedef struct body {
    char *data;
    size_t size;
} body;

static size_t keep(char *data, size_t one, size_t size, void *context)
{
    (void)one;
    body *kept = context;
    char *grown = realloc(kept->data, kept->size + size + 1);
    if (grown == NULL) {
        return 0;
    }
    memcpy(grown + kept->size, data, size);
    kept->data = grown;
    kept->size += size;
    kept->data[kept->size] = '\0';
    return size;
}

/* Certificates are not what a look at the receiver is about. */
static char *ask(const fg_receiver *receiver, const char *path, const char *json)
{
    char url[256];
    snprintf(url, sizeof(url), "%s%s", receiver->url, path);
    body answer = {0};
    char message[CURL_ERROR_SIZE] = "";
    CURL *curl = curl_easy_init();
    assert_non_null(curl);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)FG_TESTING_PATIENCE);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    if (json != NULL) {
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json);
    }
    long status = 0;
    CURLcode result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (result != CURLE_OK || status != 200) {
        fail_msg("%s: %s, status %ld: %s", url, message, status, answer.data ? answer.data : "");
    }
    return answer.data;
}

void fg_receiver_control(const fg_receiver *receiver, const char *json)
{
    free(ask(receiver, "/_control", json));
}

static cJSON *ask_array(const fg_receiver *receiver, const char *path)
{
    char *text = ask(receiver, path, NULL);
    cJSON *array = cJSON_Parse(text);
    free(text);
    assert_true(cJSON_IsArray(array));
    return array;
}

cJSON *fg_receiver_seen(const fg_receiver *receiver)
{
    return ask_array(receiver, "/_seen");
}

cJSON *fg_receiver_stored(const fg_receiver *receiver)
{
    return ask_array(receiver, "/api/auth_logs");
}

typedef struct count_wanted {
    const fg_receiver *receiver;
    const char *path;
    int wanted;
    int found;
} count_wanted;

static bool counted(void *context)
{
    count_wanted *count = context;
    cJSON *array = ask_array(count->receiver, count->path);
    count->found = cJSON_GetArraySize(array);
    cJSON_Delete(array);
    return count->found >= count->wanted;
}

static void expect_count(const fg_receiver *receiver, const char *path, int wanted)
{
    count_wanted count = {.receiver = receiver, .path = path, .wanted = wanted};
    if (!fg_testing_wait(counted, &count, FG_TESTING_PATIENCE)) {
        fail_msg("%s has %d, not %d", path, count.found, wanted);
    }
}

void fg_receiver_expect_seen(const fg_receiver *receiver, int count)
{
    expect_count(receiver, "/_seen", count);
}

void fg_receiver_expect_stored(const fg_receiver *receiver, int count)
{
    expect_count(receiver, "/api/auth_logs", count);
}
