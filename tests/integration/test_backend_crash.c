/* kill -9 in the middle of a load, and a disk that is full: what was answered is there, whole. */
#include "backend_server.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

#define CLIENTS 8
#define KILLS   5
#define EACH    60 /* answers before each kill */

static backend_server server;
static _Atomic int answered;
static _Atomic bool ends;

/* An entry that was answered with 201. */
typedef struct promise {
    int64_t id;
    char path[128];
    char sha[65];
} promise;

typedef struct client {
    pthread_t thread;
    int number;
    backend_server server; /* a copy, since ours changes over restarts, though not its address */
    promise *promises;
    size_t count;
} client;

static void keep(client *of, const backend_answer *answer, const uint8_t *jpeg, size_t size)
{
    cJSON *json = cJSON_Parse(answer->body);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "id");
    of->promises = realloc(of->promises, (of->count + 1) * sizeof(*of->promises));
    if (of->promises == NULL || !cJSON_IsNumber(id)) {
        abort();
    }
    promise *one = &of->promises[of->count++];
    one->id = (int64_t)id->valuedouble;
    snprintf(one->path, sizeof(one->path), "%s", backend_text(json, "image_path"));
    fg_testing_sha256(jpeg, size, one->sha);
    cJSON_Delete(json);
    answered++;
}

static void *post(void *context)
{
    client *of = context;
    for (unsigned i = 0; !ends; i++) {
        size_t size = 0;
        char user[64];
        uint8_t *jpeg = fg_testing_jpeg(400 + (int)(i % 5) * 16, 300,
                                        i * CLIENTS + (unsigned)of->number, &size);
        snprintf(user, sizeof(user), "visitor %d.%u", of->number, i);
        backend_answer answer = backend_server_post(&of->server, user, jpeg, size, NULL);
        if (answer.status == 201) {
            keep(of, &answer, jpeg, size);
        }
        backend_answer_free(&answer);
        free(jpeg);
    }
    return NULL;
}

static bool is_answered(void *context)
{
    const int *wanted = context;
    return answered >= *wanted;
}

static void expect_promise(const promise *one, const cJSON *list, int *cursor)
{
    const cJSON *entry = NULL;
    char sha[65];
    /* In the order of the ids, as the promises of one client are. */
    for (; (entry = cJSON_GetArrayItem(list, *cursor)) != NULL; (*cursor)++) {
        if ((int64_t)cJSON_GetObjectItemCaseSensitive(entry, "id")->valuedouble == one->id) {
            break;
        }
    }
    assert_non_null(entry);
    assert_string_equal(backend_text(entry, "image_path"), one->path);
    backend_answer picture = backend_server_get(&server, one->path);
    assert_int_equal(picture.status, 200);
    fg_testing_sha256(picture.body, picture.size, sha);
    assert_string_equal(sha, one->sha);
    backend_answer_free(&picture);
}

static void what_was_answered_survives_kill_9(void **state)
{
    (void)state;
    client clients[CLIENTS];
    backend_server_open(&server, NULL);
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = (client){.number = i, .server = server};
        assert_int_equal(pthread_create(&clients[i].thread, NULL, post, &clients[i]), 0);
    }
    for (int kills = 1; kills <= KILLS; kills++) {
        int wanted = answered + EACH;
        assert_true(fg_testing_wait(is_answered, &wanted, FG_TESTING_PATIENCE));
        fg_process_end(&server.process);
        backend_server_start(&server);
    }
    ends = true;
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(clients[i].thread, NULL);
    }
    /* Once more with nothing on its way, so that what is left is what a start leaves. */
    fg_process_end(&server.process);
    backend_server_start(&server);
    cJSON *list = backend_server_list(&server, "");
    int entries = cJSON_GetArraySize(list);
    size_t promises = 0;
    for (int i = 0; i < CLIENTS; i++) {
        int cursor = 0;
        promises += clients[i].count;
        for (size_t j = 0; j < clients[i].count; j++) {
            expect_promise(&clients[i].promises[j], list, &cursor);
        }
        free(clients[i].promises);
    }
    print_message("%zu answers over %d kills, %d entries\n", promises, KILLS, entries);
    assert_in_range(entries, promises, promises + CLIENTS * KILLS);
    /* Every entry has one, so there is none without. */
    for (int i = 0; i < entries; i++) {
        assert_string_not_equal(backend_text(cJSON_GetArrayItem(list, i), "image_path"), "");
    }
    assert_int_equal(backend_server_pictures(&server), entries);
    assert_int_equal(backend_server_drafts(&server), 0);
    cJSON_Delete(list);
    backend_server_stop(&server);
    backend_server_close(&server);
}

static int count_lines(const char *text)
{
    char *output = fg_process_output(&server.process);
    int count = 0;
    for (const char *at = output; (at = strstr(at, text)) != NULL; at++) {
        count++;
    }
    free(output);
    return count;
}

/* A server whose data lie on a disk of 4 MB. */
static char *open_disk(void)
{
    char *disk = fg_testing_folder();
    if (mount("none", disk, "tmpfs", MS_NOSUID | MS_NODEV, "size=4m,mode=700") != 0) {
        rmdir(disk);
        fail_msg("a small disk cannot be mounted (%s): this test wants root", strerror(errno));
    }
    backend_server_open(&server, disk);
    return disk;
}

static void close_disk(char *disk)
{
    backend_server_close(&server);
    assert_int_equal(umount(disk), 0);
    assert_int_equal(rmdir(disk), 0);
    free(disk);
}

/* Fills what is left of the folder with one file. */
static void fill_up(const char *path)
{
    static char block[4096];
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    setvbuf(file, NULL, _IONBF, 0);
    while (fwrite(block, 1, sizeof(block), file) == sizeof(block)) {
    }
    fclose(file);
}

static long post_text(void)
{
    backend_answer answer = backend_server_call(
        &server, "/api/auth_logs",
        &(backend_call){.body = "{\"timestamp\":\"2026-11-22T15:04:05\",\"status\":\"Accepted\","
                                "\"rfid_id\":\"1\",\"user_name\":\"Ada\"}",
                        .type = "application/json"});
    long status = answer.status;
    backend_answer_free(&answer);
    return status;
}

/* Without pictures it is the database that finds no room. */
static void a_database_that_cannot_grow_loses_nothing(void **state)
{
    (void)state;
    int stored = 0;
    char *disk = open_disk();
    char *ballast = fg_testing_path(disk, "ballast");
    fill_up(ballast);
    long status = 201;
    for (int i = 0; i < 20000 && (status = post_text()) == 201; i++) {
        stored++;
    }
    assert_int_equal(status, 507);
    assert_int_equal(backend_server_count(&server), stored);
    assert_int_equal(unlink(ballast), 0);
    assert_int_equal(post_text(), 201);
    assert_int_equal(backend_server_count(&server), stored + 1);
    backend_server_stop(&server);
    backend_server_start(&server);
    assert_int_equal(backend_server_count(&server), stored + 1);
    backend_server_stop(&server);
    free(ballast);
    close_disk(disk);
}

static void a_full_disk_is_507_until_there_is_room(void **state)
{
    (void)state;
    size_t size = 0;
    uint8_t *jpeg = fg_testing_jpeg(640, 480, 1, &size);
    char *disk = open_disk();
    char *ballast = fg_testing_path(disk, "ballast");
    backend_answer answer = backend_server_post(&server, "Ada", jpeg, size, NULL);
    assert_int_equal(answer.status, 201);
    backend_answer_free(&answer);
    for (int round = 1; round <= 2; round++) {
        fill_up(ballast);
        for (int i = 0; i < 3; i++) {
            answer = backend_server_post(&server, "Bob", jpeg, size, NULL);
            assert_int_equal(answer.status, 507);
            assert_non_null(strstr(answer.body, "{\"error\":\""));
            backend_answer_free(&answer);
        }
        assert_int_equal(backend_server_count(&server), round);
        assert_int_equal(backend_server_pictures(&server), round);
        assert_int_equal(backend_server_drafts(&server), 0);
        assert_int_equal(unlink(ballast), 0);
        answer = backend_server_post(&server, "Ada", jpeg, size, NULL);
        assert_int_equal(answer.status, 201);
        backend_answer_free(&answer);
    }
    backend_server_stop(&server);
    assert_int_equal(count_lines("The disk is full; nothing is stored until it has room: "), 2);
    assert_int_equal(count_lines("The disk has room again"), 2);
    free(ballast);
    free(jpeg);
    close_disk(disk);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_answered_survives_kill_9),
        cmocka_unit_test(a_database_that_cannot_grow_loses_nothing),
        cmocka_unit_test(a_full_disk_is_507_until_there_is_room),
    };
    return cmocka_run_group_tests_name("backend_crash", tests, NULL, NULL);
}
