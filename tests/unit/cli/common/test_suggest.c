/* A mistyped word is taken for the nearest there is, and a word like none is taken for none. */
#include "common/suggest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const words[] = {"run",      "enroll",       "people",  "import", "export",
                                    "identify", "evaluate",     "backend", "outbox", "help",
                                    "cameras",  "test-backend", "doctor",  "version"};

static const char *suggest(const char *typed)
{
    fg_suggestion meant = fg_suggest_for(typed);
    for (size_t i = 0; i < COUNT(words); i++) {
        fg_suggest_word(&meant, words[i]);
    }
    return meant.best;
}

static void a_slip_of_the_fingers_is_understood(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *meant;
    } rows[] = {
        {"enrole", "enroll"},     /* changed */
        {"enrol", "enroll"},      /* left out */
        {"runn", "run"},          /* added */
        {"hlep", "help"},         /* swapped: one slip, where a change of both would be two */
        {"evalaute", "evaluate"}, /* swapped in the middle */
        {"Doctor", "doctor"},     /* a capital */
        {"peopel", "people"},     /* swapped at the end */
        {"test_backend", "test-backend"},
        {"tst-bckend", "test-backend"}, /* two */
        {"outboxes", "outbox"},
        {"imports", "import"},
        {"idnetfiy", "identify"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *best = suggest(rows[i].typed);
        if (best == NULL || strcmp(best, rows[i].meant) != 0) {
            fail_msg("%s is taken for %s, not %s", rows[i].typed, best != NULL ? best : "nothing",
                     rows[i].meant);
        }
    }
}

static void what_is_like_no_word_is_taken_for_none(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "r",
        "xy",
        "dance",
        "frob",
        "ruin-all",
        "hole",
        "enlighten",
        "backendbackendbackend",
        "enrollenrollenrollenrollenrollenrollenroll",
        "\xC3\xA9\xC3\xA8",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *best = suggest(rows[i]);
        if (best != NULL) {
            fail_msg("\"%s\" is taken for %s", rows[i], best);
        }
    }
}

static void of_several_the_nearest_counts_and_of_equals_the_first(void **state)
{
    (void)state;
    fg_suggestion meant = fg_suggest_for("exporter");
    fg_suggest_word(&meant, "import");
    assert_null(meant.best);
    fg_suggest_word(&meant, "exports");
    assert_string_equal(meant.best, "exports");
    assert_int_equal(meant.distance, 2);
    fg_suggest_word(&meant, "exported");
    assert_string_equal(meant.best, "exported");
    assert_int_equal(meant.distance, 1);
    fg_suggest_word(&meant, "exportee");
    assert_string_equal(meant.best, "exported");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_of_the_fingers_is_understood),
        cmocka_unit_test(what_is_like_no_word_is_taken_for_none),
        cmocka_unit_test(of_several_the_nearest_counts_and_of_equals_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
