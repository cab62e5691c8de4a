/*
 * Eight clients post 60 KB pictures as fast as they are answered, to the bundled backend and then
 * to the threaded Flask receiver. Afterwards every entry answered with 201 must be there once.
 *
 * Usage: fg_backend_load [--seconds N] [--folder DIR] FACEGATE RECEIVER
 */
#include "testing.h"

#include <curl/curl.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CLIENTS 8
#define PICTURE 60000 /* bytes, about */
#define MOST    4000000

/* What one client did. */
typedef struct client {
    pthread_t thread;
    const char *url;
    double until;
    const uint8_t *jpeg;
    size_t jpeg_size;
    double *took; /* seconds, of each request answered with 201 */
    int64_t *ids;
    size_t count, room;
    size_t errors;
    char trouble[256]; /* the last */
} client;

typedef struct result {
    double seconds, rate, p50, p99;
    size_t requests, errors;
} result;

static size_t keep(char *data, size_t one, size_t size, void *context)
{
    (void)one;
    char *answer = context;
    size_t length = strlen(answer);
    size_t more = size < 511 - length ? size : 511 - length;
    memcpy(answer + length, data, more);
    answer[length + more] = '\0';
    return size;
}

static void note(client *of, double took, long status, const char *answer)
{
    const char *id = strstr(answer, "\"id\":");
    if (status != 201 || id == NULL) {
        of->errors++;
        snprintf(of->trouble, sizeof(of->trouble), "status %ld %.200s", status, answer);
        return;
    }
    if (of->count == of->room) {
        of->room = of->room * 2 + 1024;
        of->took = realloc(of->took, of->room * sizeof(*of->took));
        of->ids = realloc(of->ids, of->room * sizeof(*of->ids));
        assert_non_null(of->took);
        assert_non_null(of->ids);
    }
    of->took[of->count] = took;
    of->ids[of->count++] = strtoll(id + 5, NULL, 10);
}

static void add_text(curl_mime *form, const char *name, const char *value)
{
    curl_mimepart *part = curl_mime_addpart(form);
    curl_mime_name(part, name);
    curl_mime_data(part, value, CURL_ZERO_TERMINATED);
}

static void *post(void *context)
{
    client *of = context;
    char answer[512];
    CURL *curl = curl_easy_init();
    curl_mime *form = curl_mime_init(curl);
    curl_mimepart *image = curl_mime_addpart(form);
    curl_mime_name(image, "image");
    curl_mime_filename(image, "face_image.jpg");
    curl_mime_type(image, "image/jpeg");
    curl_mime_data(image, (const char *)of->jpeg, of->jpeg_size);
    add_text(form, "timestamp", "2026-11-22T15:04:05");
    add_text(form, "status", "Accepted");
    add_text(form, "rfid_id", "D8E2F1G3");
    add_text(form, "user_name", "Ada");
    curl_easy_setopt(curl, CURLOPT_URL, of->url);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(curl, CURLOPT_MIMEPOST, form);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    double began = fg_testing_now();
    while (began < of->until) {
        long status = 0;
        answer[0] = '\0';
        CURLcode code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        double now = fg_testing_now();
        note(of, now - began, status, code == CURLE_OK ? answer : curl_easy_strerror(code));
        began = now;
    }
    curl_mime_free(form);
    curl_easy_cleanup(curl);
    return NULL;
}

static int compare_ids(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b ? 1 : 0;
}

static size_t keep_all(char *data, size_t one, size_t size, void *context)
{
    (void)one;
    FILE *file = context;
    return fwrite(data, 1, size, file);
}

/* Every id that is in the list of the backend, in its order. */
static size_t fetch_ids(const char *url, int64_t *ret_ids, size_t room)
{
    char *text = NULL;
    size_t size = 0, count = 0;
    FILE *memory = open_memstream(&text, &size);
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_all);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, memory);
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_cleanup(curl);
    fclose(memory);
    for (const char *at = text; (at = strstr(at, "\"id\":")) != NULL && count < room; at += 5) {
        ret_ids[count++] = strtoll(at + 5, NULL, 10);
    }
    free(text);
    return count;
}

/* The number of entries that were answered and are not there, or were given one id twice. */
static size_t count_lost(const char *url, const double *took, int64_t *ids, size_t count)
{
    (void)took;
    size_t lost = 0, at = 0;
    int64_t *there = malloc(MOST * sizeof(*there));
    assert_non_null(there);
    size_t stored = fetch_ids(url, there, MOST);
    qsort(ids, count, sizeof(*ids), compare_ids);
    qsort(there, stored, sizeof(*there), compare_ids);
    for (size_t i = 0; i < count; i++) {
        while (at < stored && there[at] < ids[i]) {
            at++;
        }
        bool twice = i > 0 && ids[i] == ids[i - 1];
        lost += twice || at == stored || there[at] != ids[i] ? 1 : 0;
    }
    free(there);
    return lost;
}

static bool measure(const char *name, const char *url, double seconds, const uint8_t *jpeg,
                    size_t jpeg_size, result *ret_result)
{
    char address[256];
    client clients[CLIENTS];
    result all = {.errors = 0};
    snprintf(address, sizeof(address), "%s/api/auth_logs", url);
    double began = fg_testing_now();
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = (client){
            .url = address, .until = began + seconds, .jpeg = jpeg, .jpeg_size = jpeg_size};
        assert_int_equal(pthread_create(&clients[i].thread, NULL, post, &clients[i]), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(clients[i].thread, NULL);
        all.requests += clients[i].count;
        all.errors += clients[i].errors;
        if (clients[i].errors > 0) {
            printf("%s: %s\n", name, clients[i].trouble);
        }
    }
    all.seconds = fg_testing_now() - began;
    all.rate = (double)all.requests / all.seconds;
    double *took = malloc((all.requests + 1) * sizeof(*took));
    int64_t *ids = malloc((all.requests + 1) * sizeof(*ids));
    assert_non_null(took);
    assert_non_null(ids);
    size_t count = 0;
    for (int i = 0; i < CLIENTS; i++) {
        if (clients[i].count > 0) {
            memcpy(took + count, clients[i].took, clients[i].count * sizeof(*took));
            memcpy(ids + count, clients[i].ids, clients[i].count * sizeof(*ids));
        }
        count += clients[i].count;
        free(clients[i].took);
        free(clients[i].ids);
    }
    qsort(took, count, sizeof(*took), fg_testing_by_value);
    all.p50 = count > 0 ? took[count / 2] : 0;
    all.p99 = count > 0 ? took[count * 99 / 100] : 0;
    size_t lost = count_lost(address, took, ids, count);
    printf("%-16s %8zu requests %4zu errors %9.1f requests/s   p50 %6.1f ms   p99 %6.1f ms   "
           "%zu lost\n",
           name, all.requests, all.errors, all.rate, all.p50 * 1000, all.p99 * 1000, lost);
    fflush(stdout);
    free(took);
    free(ids);
    *ret_result = all;
    return all.errors == 0 && lost == 0 && count > 0;
}

/* Starts it, waits for "listening on URL", measures, and ends it. */
static bool measure_server(const char *name, const char *folder, const char *const argv[],
                           double seconds, const uint8_t *jpeg, size_t jpeg_size,
                           result *ret_result)
{
    fg_process process = {0};
    char url[128] = "";
    fg_process_start(&process, folder, name, argv, NULL);
    fg_process_expect(&process, "listening on http", FG_TESTING_PATIENCE);
    char *output = fg_process_output(&process);
    sscanf(strstr(output, "listening on ") + 13, "%127s", url);
    free(output);
    bool good = measure(name, url, seconds, jpeg, jpeg_size, ret_result);
    fg_process_signal(&process, SIGTERM);
    return fg_process_wait(&process, FG_TESTING_PATIENCE) == 0 && good;
}

int main(int argc, char **argv)
{
    static const struct option table[] = {
        {"seconds", required_argument, NULL, 's'},
        {"folder", required_argument, NULL, 'f'},
        {NULL, 0, NULL, 0},
    };
    double seconds = 30;
    const char *parent = NULL;
    int option;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (option == 's') {
            seconds = atof(optarg);
        } else if (option == 'f') {
            parent = optarg;
        } else {
            return 2;
        }
    }
    if (argc - optind != 2 || seconds <= 0) {
        fprintf(stderr, "usage: fg_backend_load [--seconds N] [--folder DIR] FACEGATE RECEIVER\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    size_t size = 0;
    int side = 320;
    uint8_t *jpeg = NULL;
    /* The picture of one size that is as large as a frame of a door is. */
    while (jpeg == NULL || size < PICTURE) {
        free(jpeg);
        side += 8;
        jpeg = fg_testing_jpeg(side * 4 / 3, side, 5, &size);
    }
    char *folder = parent != NULL ? fg_testing_folder_in(parent) : fg_testing_folder();
    char *ours = fg_testing_path(folder, "backend");
    char *theirs = fg_testing_path(folder, "receiver");
    const char *backend[] = {argv[optind], "backend", "--listen", "127.0.0.1:0",
                             "--data",     ours,      NULL};
    const char *receiver[] = {"/usr/bin/python3", argv[optind + 1], "--listen", "127.0.0.1:0",
                              "--data",           theirs,           NULL};
    result of_ours = {0}, of_theirs = {0};
    printf("%d clients, pictures of %zu bytes, %.0f s each, in %s\n", CLIENTS, size, seconds,
           folder);
    bool good = measure_server("facegate backend", folder, backend, seconds, jpeg, size, &of_ours);
    good = measure_server("Flask, threaded", folder, receiver, seconds, jpeg, size, &of_theirs) &&
           good;
    printf("%.1f times the requests, %.2f times the p99\n", of_ours.rate / of_theirs.rate,
           of_ours.p99 / of_theirs.p99);
    free(ours);
    free(theirs);
    free(jpeg);
    fg_testing_remove(folder);
    curl_global_cleanup();
    return good ? 0 : 1;
}
