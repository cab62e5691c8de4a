/* A million entries cost neither time nor memory to page through. Cost is counted in steps of
 * SQLite's machine, which are the same everywhere. */
#include "backend_server.h"
#include "store/store.h"
#include "store/store_list.h"
#include "store/store_write.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* Sanitised ones take ten times as long, and prove the same of fewer. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITISED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITISED 1
#endif
#endif
#ifdef SANITISED
#define ENTRIES 100000
#define GROWTH  20480 /* kilobytes; their own bookkeeping takes part of it */
#else
#define ENTRIES 1000000
#define GROWTH  8192 /* kilobytes */
#endif
#define PAGE   50
#define DAYS   400
#define PAGES  5    /* looked at in each place */
#define SORTED 5000 /* as store_list.c has it */
#define PEOPLE 201
#define STEPS  40     /* that an entry of a page may cost */
#define BATCH  100000 /* in one transaction */

static char *folder, *data;

static void fill(fg_store *store)
{
    fg_error error = {""};
    for (int i = 0; i < ENTRIES; i++) {
        char timestamp[FG_ENTRY_TIMESTAMP], name[32], badge[16];
        int day = (int)((int64_t)i * DAYS / ENTRIES);
        int64_t id = 0;
        bool known = i % 5 != 0;
        snprintf(timestamp, sizeof(timestamp), "20%02d-%02d-%02dT12:00:00", 24 + day / 336 % 70,
                 day / 28 % 12 + 1, day % 28 + 1);
        snprintf(name, sizeof(name), "visitor %d", i % 200);
        snprintf(badge, sizeof(badge), "%08d", i % 200);
        fg_entry entry = {.timestamp = timestamp,
                          .status = known ? "Accepted" : "Refused",
                          .rfid_id = known ? badge : "00000000",
                          .user_name = known ? name : "Inconnu",
                          .reason = known ? NULL : "Visage non reconnu"};
        if (i % BATCH == 0) {
            assert_int_equal(fg_store_begin(store, &error), 0);
        }
        assert_int_equal(fg_store_add(store, &entry, NULL, 0, i, &id, &error), 0);
        if (i % BATCH == BATCH - 1) {
            assert_int_equal(fg_store_commit(store, &error), 0);
        }
    }
}

static int make_million(void **state)
{
    (void)state;
    fg_store *store = NULL;
    fg_error error = {""};
    folder = fg_testing_folder_in("/dev/shm");
    data = fg_testing_path(folder, "data");
    assert_int_equal(mkdir(data, 0700), 0);
    char *path = fg_testing_path(data, "entries.db");
    double began = fg_testing_now();
    assert_int_equal(fg_store_open(path, 1, &store, &error), 0);
    fill(store);
    print_message("%d entries made in %.1f s\n", ENTRIES, fg_testing_now() - began);
    fg_store_free(store);
    free(path);
    return 0;
}

static int remove_million(void **state)
{
    (void)state;
    free(data);
    fg_testing_remove(folder);
    return 0;
}

typedef struct page {
    int count;
    int64_t last_id;
} page;

static void note(void *context, const fg_entry *entry)
{
    page *of = context;
    of->count++;
    of->last_id = entry->id;
}

/* Steps of PAGES pages from below `before` on. */
static int64_t cost_of(fg_store *store, fg_query query, int64_t before)
{
    int64_t steps = fg_store_steps(store);
    query.before_id = before;
    for (int i = 0; i < PAGES; i++) {
        page of = {.count = 0};
        fg_error error = {""};
        assert_int_equal(fg_store_list(store, &query, note, &of, &error), 0);
        assert_int_equal(of.count, PAGE);
        query.before_id = of.last_id;
    }
    return fg_store_steps(store) - steps;
}

static void a_page_costs_the_same_everywhere(void **state)
{
    (void)state;
    static const struct {
        const char *what, *status, *user, *rfid, *from;
    } table[] = {
        {"without a filter", NULL, "", "", ""},
        {"a status", "Refused", "", "", ""},
        {"a person", NULL, "visitor 17", "", ""},
        {"many people", NULL, "ISIT", "", ""},
        {"a badge", NULL, "", "00000042", ""},
        {"many days", NULL, "", "", "2024-01-01"},
        {"a mix", "Accepted", "Visitor", "", "2024-01-01"},
    };
    fg_store *store = NULL;
    fg_error error = {""};
    char *path = fg_testing_path(data, "entries.db");
    assert_int_equal(fg_store_open(path, 1, &store, &error), 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_query query;
        fg_query_init(&query);
        query.given = true;
        query.limit = PAGE;
        query.status = table[i].status;
        strcpy(query.user, table[i].user);
        strcpy(query.rfid, table[i].rfid);
        strcpy(query.from, table[i].from);
        int64_t newest = cost_of(store, query, 0);
        int64_t oldest = cost_of(store, query, ENTRIES * 3 / 4);
        print_message("%-16s %" PRId64 " steps an entry at the newest, %" PRId64 " far back\n",
                      table[i].what, newest / (PAGE * PAGES), oldest / (PAGE * PAGES));
        /* Looking who is meant goes over the names, of which there are few, and over the days; what
         * several have together is sorted up to SORTED entries. */
        int64_t most = PAGE * STEPS;
        most += table[i].user[0] != '\0' ? PEOPLE * 20 + SORTED * 12 : 0;
        most += table[i].from[0] != '\0' ? DAYS * 20 : 0;
        assert_in_range(newest, 1, most * PAGES);
        assert_in_range(oldest, 1, most * PAGES);
    }
    /* A name that nobody has is known at once. */
    fg_query query;
    page of = {.count = 0};
    fg_query_init(&query);
    strcpy(query.user, "nobody");
    int64_t before = fg_store_steps(store);
    assert_int_equal(fg_store_list(store, &query, note, &of, &error), 0);
    assert_int_equal(of.count, 0);
    assert_in_range(fg_store_steps(store) - before, 1, PEOPLE * 20);
    fg_store_free(store);
    free(path);
}

static size_t count_bytes(char *text, size_t one, size_t size, void *context)
{
    (void)one;
    int64_t *entries = context;
    for (size_t i = 0; i < size; i++) {
        entries[0] += text[i] == '\n' ? 1 : 0;
    }
    entries[1] += (int64_t)size;
    return size;
}

static void the_whole_list_takes_no_memory(void **state)
{
    (void)state;
    backend_server server = {.folder = folder, .data = data};
    int64_t counts[2] = {0, 0};
    char url[128];
    backend_server_start(&server);
    backend_answer warm = backend_server_get(&server, "/api/auth_logs?limit=1000");
    backend_answer_free(&warm);
    long before = fg_process_memory(server.process.pid, "VmHWM");
    snprintf(url, sizeof(url), "%s/api/auth_logs", server.url);
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, count_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, counts);
    double began = fg_testing_now();
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_cleanup(curl);
    long growth = fg_process_memory(server.process.pid, "VmHWM") - before;
    print_message("%" PRId64 " MB in %.1f s, %ld kB more memory\n", counts[1] >> 20,
                  fg_testing_now() - began, growth);
    /* One line for each, and one for each bracket. */
    assert_int_equal(counts[0], ENTRIES + 2);
    assert_in_range(growth, 0, GROWTH);
    backend_answer days = backend_server_get(&server, "/api/days?days=366");
    assert_int_equal(days.status, 200);
    backend_answer_free(&days);
    backend_server_stop(&server);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_costs_the_same_everywhere),
        cmocka_unit_test(the_whole_list_takes_no_memory),
    };
    return cmocka_run_group_tests_name("backend_million", tests, make_million, remove_million);
}
