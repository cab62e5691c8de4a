#include "store/store.h"

#include "store/store_list.h"
#include "store/store_write.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *folder;
static char *path;
static fg_store *store;

static void open_store(void)
{
    fg_error error = {""};
    int result = fg_store_open(path, 2, &store, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
}

static int set_up(void **state)
{
    (void)state;
    folder = fg_testing_folder_in("/dev/shm");
    path = fg_testing_path(folder, "entries.db");
    open_store();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    store = fg_store_free(store);
    free(path);
    fg_testing_remove(folder);
    return 0;
}

#define RECEIVED 5000 /* where it does not matter when */

static int64_t add_at(const char *day, int64_t received, const char *status, const char *rfid,
                      const char *name, const char *picture, const char *key)
{
    char timestamp[FG_ENTRY_TIMESTAMP];
    fg_error error = {""};
    int64_t id = 0;
    snprintf(timestamp, sizeof(timestamp), "%.10sT12:00:00", day);
    fg_entry entry = {.timestamp = timestamp,
                      .status = status,
                      .rfid_id = rfid,
                      .user_name = name,
                      .reason = strcmp(status, "Refused") == 0 ? "Visage non reconnu" : NULL,
                      .picture = picture};
    int result =
        fg_store_add(store, &entry, key, picture != NULL ? 1000 : 0, received, &id, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    return id;
}

static int64_t add(const char *day, const char *status, const char *rfid, const char *name,
                   const char *picture, const char *key)
{
    return add_at(day, RECEIVED, status, rfid, name, picture, key);
}

static void begin(void)
{
    assert_int_equal(fg_store_begin(store, NULL), 0);
}

static void commit(void)
{
    assert_int_equal(fg_store_commit(store, NULL), 0);
}

typedef struct found {
    int64_t ids[2000];
    int count;
} found;

static void note(void *context, const fg_entry *entry)
{
    found *all = context;
    assert_in_range(all->count, 0, 1999);
    all->ids[all->count++] = entry->id;
}

static fg_totals totals_now(void)
{
    fg_totals totals;
    assert_int_equal(fg_store_totals(store, &totals, NULL), 0);
    return totals;
}

static void entries_are_kept_over_a_restart(void **state)
{
    (void)state;
    begin();
    assert_int_equal(add("2026-11-22", "Accepted", "A", "Ada", "p.jpg", "k"), 1);
    assert_int_equal(add("2026-11-22", "Refused", "0", "Inconnu", NULL, NULL), 2);
    commit();
    fg_store_free(store);
    open_store();
    fg_totals totals = totals_now();
    assert_int_equal(totals.accepted, 1);
    assert_int_equal(totals.refused, 1);
    assert_int_equal(totals.last_id, 2);
    assert_int_equal(totals.pictures, 1000);
    assert_int_equal(fg_store_has_picture(store, "p.jpg", NULL), 1);
    assert_int_equal(fg_store_has_picture(store, "q.jpg", NULL), 0);
}

static void a_key_finds_its_entry(void **state)
{
    (void)state;
    int64_t id = 0;
    char picture[FG_PICTURE_NAME];
    begin();
    add("2026-11-22", "Accepted", "A", "Ada", "p.jpg", "k1");
    add("2026-11-22", "Accepted", "A", "Ada", NULL, "k2");
    commit();
    assert_int_equal(fg_store_find_key(store, "k1", &id, picture, NULL), 1);
    assert_int_equal(id, 1);
    assert_string_equal(picture, "p.jpg");
    assert_int_equal(fg_store_find_key(store, "k2", &id, picture, NULL), 1);
    assert_string_equal(picture, "");
    assert_int_equal(fg_store_find_key(store, "k3", &id, picture, NULL), 0);
}

static void a_rollback_leaves_nothing(void **state)
{
    (void)state;
    begin();
    add("2026-11-22", "Accepted", "A", "Ada", "p.jpg", "k1");
    fg_store_rollback(store);
    assert_int_equal(totals_now().accepted, 0);
    assert_int_equal(fg_store_has_picture(store, "p.jpg", NULL), 0);
}

/* What the filters must give, computed the simple way. */
#define MANY   14000
#define DAYS   20
#define PEOPLE 9

static const char *const names[PEOPLE] = {"Ada",   "ada lovelace", "Élodie",  "ÉLODIE B", "Inconnu",
                                          "Bob %", "Bob _",        "O'Brien", "Ζωή"};
static const char *const folded[PEOPLE] = {
    "ada", "ada lovelace", "élodie", "élodie b", "inconnu", "bob %", "bob _", "o'brien", "ζωή"};
static int day_of[MANY], person_of[MANY], badge_of[MANY];
static bool accepted_of[MANY];

static void day_text(int day, char ret_text[FG_ENTRY_DAY])
{
    snprintf(ret_text, FG_ENTRY_DAY, "2026-10-%02u", (unsigned)day % DAYS + 1);
}

static void fill(void)
{
    srand(7);
    begin();
    for (int i = 0; i < MANY; i++) {
        char day[FG_ENTRY_DAY], badge[16];
        /* Some are late by days. */
        day_of[i] = i * DAYS / MANY;
        day_of[i] = rand() % 50 == 0 ? day_of[i] / 2 : day_of[i];
        /* The last name is rare, the fifth is everywhere. */
        person_of[i] = rand() % 1000 == 0 ? PEOPLE - 1
                       : rand() % 2 == 0  ? 4
                                          : rand() % (PEOPLE - 1);
        badge_of[i] = rand() % 30;
        accepted_of[i] = rand() % 3 != 0;
        day_text(day_of[i], day);
        snprintf(badge, sizeof(badge), "badge-%d", badge_of[i]);
        add(day, accepted_of[i] ? "Accepted" : "Refused", badge, names[person_of[i]], NULL, NULL);
    }
    commit();
}

static bool fits(const fg_query *query, const char *wanted, int i)
{
    char day[FG_ENTRY_DAY], badge[16];
    day_text(day_of[i], day);
    snprintf(badge, sizeof(badge), "badge-%d", badge_of[i]);
    return (query->before_id == 0 || i + 1 < query->before_id) &&
           (query->status == NULL || accepted_of[i] == (strcmp(query->status, "Accepted") == 0)) &&
           (query->rfid[0] == '\0' || strcmp(query->rfid, badge) == 0) &&
           (query->from[0] == '\0' || strcmp(day, query->from) >= 0) &&
           (query->to[0] == '\0' || strcmp(day, query->to) <= 0) &&
           (wanted == NULL || strstr(folded[person_of[i]], wanted) != NULL);
}

static void check_query(const fg_query *query, const char *wanted)
{
    found all = {.count = 0};
    fg_error error = {""};
    int result = fg_store_list(store, query, note, &all, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    int at = 0;
    for (int i = MANY - 1; i >= 0 && at < query->limit; i--) {
        if (fits(query, wanted, i)) {
            assert_in_range(at, 0, all.count - 1);
            assert_int_equal(all.ids[at], i + 1);
            at++;
        }
    }
    assert_int_equal(all.count, at);
}

static void every_mix_of_filters_gives_what_fits(void **state)
{
    (void)state;
    static const struct {
        const char *user, *wanted;
    } users[] = {{"", NULL}, {"ADA", "ada"}, {"élod", "élod"}, {"ÉLODIE B", "élodie b"}, {"%", "%"},
                 {"_", "_"}, {"ζω", "ζω"},   {"n", "n"},       {"' OR 1", "' or 1"}};
    static const char *const from[] = {"", "2026-10-07", "2026-10-20", "2027-01-01"};
    static const char *const to[] = {"", "2026-10-07", "2026-10-12", "2020-01-01"};
    fill();
    for (unsigned mix = 0; mix < 9 * 4 * 4 * 3 * 3 * 2; mix++) {
        fg_query query;
        unsigned rest = mix;
        fg_query_init(&query);
        query.given = true;
        query.limit = 70;
        const unsigned user = rest % 9;
        strcpy(query.user, users[user].user);
        rest /= 9;
        strcpy(query.from, from[rest % 4]);
        rest /= 4;
        strcpy(query.to, to[rest % 4]);
        rest /= 4;
        query.status = rest % 3 == 0 ? NULL : rest % 3 == 1 ? "Accepted" : "Refused";
        rest /= 3;
        strcpy(query.rfid, rest % 3 == 0 ? "" : rest % 3 == 1 ? "badge-3" : "' OR ''='");
        rest /= 3;
        query.before_id = rest % 2 == 0 ? 0 : 5000;
        check_query(&query, users[user].wanted);
    }
}

static void the_whole_list_is_walked_from_the_oldest(void **state)
{
    (void)state;
    begin();
    for (int i = 0; i < 10; i++) {
        add("2026-11-22", "Accepted", "A", "Ada", NULL, NULL);
    }
    commit();
    found all = {.count = 0};
    assert_int_equal(fg_store_after(store, 3, 8, 4, note, &all, NULL), 0);
    assert_int_equal(all.count, 4);
    assert_int_equal(all.ids[0], 4);
    assert_int_equal(all.ids[3], 7);
}

static int pictures_gone;

static void count_gone(void *context, const char *picture)
{
    (void)context;
    (void)picture;
    pictures_gone++;
}

static void note_day(void *context, const char *day, int64_t accepted, int64_t refused)
{
    char *text = context;
    size_t length = strlen(text);
    snprintf(text + length, 256 - length, "%s %d %d;", day, (int)accepted, (int)refused);
}

/* What is from before the day goes; how many those were. */
static int delete_before(const char *day)
{
    fg_store_age age = {.ahead_day = "2026-12-24", .old = RECEIVED + 1, .ahead = RECEIVED + 100};
    int deleted = 0;
    snprintf(age.old_day, sizeof(age.old_day), "%s", day);
    begin();
    assert_int_equal(fg_store_delete(store, &age, 64, count_gone, NULL, &deleted, NULL), 0);
    commit();
    return deleted;
}

static void deletions_are_counted_and_ids_never_come_again(void **state)
{
    (void)state;
    char days[256] = "";
    int deleted = 0;
    begin();
    add("2026-11-20", "Accepted", "A", "Ada", "a.jpg", NULL);
    add("2026-11-21", "Refused", "0", "Inconnu", NULL, NULL);
    add("2026-11-22", "Accepted", "A", "Ada", "b.jpg", NULL);
    commit();
    pictures_gone = 0;
    assert_int_equal(delete_before("2026-11-22"), 2);
    assert_int_equal(pictures_gone, 1);
    assert_int_equal(fg_store_days(store, "0001-01-01", "9999-12-31", note_day, days, NULL), 0);
    assert_string_equal(days, "2026-11-22 1 0;");
    begin();
    assert_int_equal(fg_store_delete(store, NULL, 64, count_gone, NULL, &deleted, NULL), 0);
    commit();
    assert_int_equal(deleted, 1);
    fg_totals totals = totals_now();
    assert_int_equal(totals.accepted + totals.refused + totals.pictures, 0);
    assert_int_equal(totals.first_id, 0);
    begin();
    assert_int_equal(add("2026-11-22", "Accepted", "A", "Ada", NULL, NULL), 4);
    commit();
}

/* Whose clock was wrong must not lose what has just come in, nor keep anything for ever. */
static void old_is_what_both_its_times_tell_unless_one_is_still_to_come(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        int64_t received;
        bool gone;
    } table[] = {
        {"2026-10-22", 3999, true},  {"2026-10-23", 3999, false}, {"2026-10-22", 4000, false},
        {"1970-01-01", 5000, false}, {"2026-11-22", 0, false},    {"2026-11-23", 3999, false},
        {"2026-11-24", 3999, true},  {"2099-01-01", 0, true},     {"2099-01-01", 5000, false},
        {"2026-10-22", 6000, false}, {"2026-10-22", 6001, true},  {"2026-10-23", 6001, false},
        {"2099-01-01", 6001, false},
    };
    static const fg_store_age age = {
        .old_day = "2026-10-23", .ahead_day = "2026-11-23", .old = 4000, .ahead = 6000};
    const int count = (int)(sizeof(table) / sizeof(table[0]));
    found left = {.count = 0};
    int deleted = 0, expected = 0, at = 0;
    begin();
    for (int i = 0; i < count; i++) {
        add_at(table[i].day, table[i].received, "Accepted", "A", "Ada", NULL, NULL);
        expected += table[i].gone ? 1 : 0;
    }
    assert_int_equal(fg_store_delete(store, &age, 64, count_gone, NULL, &deleted, NULL), 0);
    commit();
    assert_int_equal(fg_store_after(store, 0, count, count, note, &left, NULL), 0);
    for (int i = 0; i < count; i++) {
        bool stays = at < left.count && left.ids[at] == i + 1;
        if (stays == table[i].gone) {
            fail_msg("dated %s and received at %d it is to %s", table[i].day,
                     (int)table[i].received, table[i].gone ? "go" : "stay");
        }
        at += stays ? 1 : 0;
    }
    assert_int_equal(deleted, expected);
}

/* Places in the database's files where the entry of the test below is. */
static int find_gone(void)
{
    static const char *const marks[] = {"Ada Lovelace", "D8E2F1G3", "gone.jpg", "key of Ada"};
    int places = 0;
    for (int i = 0; i < 4; i++) {
        places += fg_testing_search(folder, marks[i], NULL);
    }
    return places;
}

static void of_what_was_deleted_nothing_is_left_in_a_file(void **state)
{
    (void)state;
    begin();
    add("2026-11-20", "Accepted", "D8E2F1G3", "Ada Lovelace", "gone.jpg", "key of Ada");
    commit();
    /* Into the database itself, so that both its files have to be rid of it. */
    fg_store_forget(store);
    assert_int_equal(find_gone(), 4);
    fg_store_free(store);
    open_store();
    begin();
    for (int i = 0; i < 100; i++) {
        add("2026-11-21", "Accepted", "B0B", "Bob", NULL, NULL);
    }
    add("2026-11-19", "Refused", "D8E2F1G3", "Ada Lovelace", NULL, NULL);
    commit();
    assert_int_equal(delete_before("2026-11-21"), 2);
    assert_true(find_gone() >= 4);
    fg_store_forget(store);
    assert_int_equal(find_gone(), 0);
    assert_int_equal(totals_now().accepted, 100);
}

static void a_deletion_takes_no_more_than_its_limit(void **state)
{
    (void)state;
    static const fg_store_age age = {
        .old_day = "2026-10-23", .ahead_day = "2026-11-23", .old = 4000, .ahead = 6000};
    int deleted = 0;
    begin();
    for (int i = 0; i < 4; i++) {
        add_at("2026-10-22", i % 2 == 0 ? 3000 : 7000, "Accepted", "A", "Ada", NULL, NULL);
    }
    assert_int_equal(fg_store_delete(store, &age, 3, count_gone, NULL, &deleted, NULL), 0);
    assert_int_equal(deleted, 3);
    assert_int_equal(fg_store_delete(store, &age, 3, count_gone, NULL, &deleted, NULL), 0);
    assert_int_equal(deleted, 1);
    commit();
}

static void a_shrunk_database_uses_less(void **state)
{
    (void)state;
    int deleted = 0;
    begin();
    for (int i = 0; i < 5000; i++) {
        add("2026-11-22", "Refused", "0", "Inconnu", NULL, NULL);
    }
    commit();
    int64_t before = totals_now().used;
    do {
        begin();
        assert_int_equal(fg_store_delete(store, NULL, 500, count_gone, NULL, &deleted, NULL), 0);
        commit();
        assert_int_equal(fg_store_shrink(store, NULL), 0);
    } while (deleted > 0);
    assert_in_range(totals_now().used, 1, before / 4);
}

static int open_fails(fg_error *error)
{
    fg_store *other = NULL;
    int result = fg_store_open(path, 1, &other, error);
    assert_null(other);
    return result;
}

static void foreign_databases_are_refused(void **state)
{
    (void)state;
    char expected[FG_ERROR_TEXT];
    fg_error error;
    sqlite3 *db = NULL;
    free(path);
    path = fg_testing_path(folder, "other.db");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE x(y)", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(open_fails(&error), -EBADMSG);
    snprintf(expected, sizeof(expected),
             "%s is another program's database: name another folder with --data", path);
    assert_string_equal(error.text, expected);
    fg_testing_write(path, "not a database, but long enough to be looked at", 47);
    assert_int_equal(open_fails(&error), -EBADMSG);
    snprintf(expected, sizeof(expected), "database %s is damaged: file is not a database", path);
    assert_string_equal(error.text, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(entries_are_kept_over_a_restart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_finds_its_entry, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rollback_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_mix_of_filters_gives_what_fits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_whole_list_is_walked_from_the_oldest, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(deletions_are_counted_and_ids_never_come_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(old_is_what_both_its_times_tell_unless_one_is_still_to_come,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_what_was_deleted_nothing_is_left_in_a_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_deletion_takes_no_more_than_its_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_shrunk_database_uses_less, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_databases_are_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("backend_store", tests, NULL, NULL);
}
