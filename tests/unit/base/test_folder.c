/* A folder's entries: each once, or the wanted ones by name, and what is said where that fails. */
#include "facegate/base/folder.h"

#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_testing_remove(folder);
    folder = NULL;
    return 0;
}

static void put(const char *name)
{
    char *path = fg_testing_path(folder, name);
    fg_testing_write(path, "", 0);
    free(path);
}

static bool any(void *context, int in, const char *name)
{
    (void)context;
    (void)in;
    (void)name;
    return true;
}

static bool is_file(void *context, int in, const char *name)
{
    struct stat info;
    *(int *)context += 1;
    return fstatat(in, name, &info, 0) == 0 && S_ISREG(info.st_mode);
}

static void entries_are_listed_in_the_order_of_their_bytes(void **state)
{
    (void)state;
    static const char *const sorted[] = {".hidden", "10", "2", "B", "a", "\u00e9", "\xff"};
    static const int order[] = {3, 6, 0, 5, 1, 4, 2};
    for (size_t i = 0; i < 7; i++) {
        put(sorted[order[i]]);
    }
    fg_folder_names names;
    assert_int_equal(fg_folder_list(folder, 7, any, NULL, &names, NULL), 0);
    assert_int_equal(names.count, 7);
    for (int i = 0; i < names.count; i++) {
        assert_string_equal(names.names[i], sorted[i]);
    }
    fg_folder_free(&names);
    assert_int_equal(names.count, 0);
    assert_null(names.names);
    fg_folder_free(&names);
}

static void only_what_is_wanted_is_listed_and_counted(void **state)
{
    (void)state;
    char name[16];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), "%03d", i);
        put(name);
    }
    for (int i = 200; i < 210; i++) {
        snprintf(name, sizeof(name), "%03d", i);
        char *path = fg_testing_path(folder, name);
        assert_int_equal(mkdir(path, 0700), 0);
        free(path);
    }
    int asked = 0;
    fg_folder_names names;
    assert_int_equal(fg_folder_list(folder, 200, is_file, &asked, &names, NULL), 0);
    assert_int_equal(names.count, 200);
    assert_int_equal(asked, 210); /* of neither . nor .. */
    for (int i = 0; i < names.count; i++) {
        snprintf(name, sizeof(name), "%03d", i);
        assert_string_equal(names.names[i], name);
    }
    fg_folder_free(&names);
}

static void an_empty_folder_is_an_empty_list(void **state)
{
    (void)state;
    fg_folder_names names;
    assert_int_equal(fg_folder_list(folder, 1, any, NULL, &names, NULL), 0);
    assert_int_equal(names.count, 0);
    fg_folder_free(&names);
}

static void more_than_the_limit_is_refused(void **state)
{
    (void)state;
    char expected[FG_ERROR_TEXT];
    fg_error error;
    fg_folder_names names = {.count = 12345};
    put("a");
    put("b");
    put("c");
    assert_int_equal(fg_folder_list(folder, 2, any, NULL, &names, &error), -EFBIG);
    snprintf(expected, sizeof(expected), "%s: has more than 2 entries", folder);
    assert_string_equal(error.text, expected);
    assert_int_equal(names.count, 12345); /* left alone */
}

static void what_cannot_be_opened_is_named_with_advice(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int code;
        const char *text;
    } rows[] = {
        {"/none", -ENOENT, "/none: No such file or directory: check the path"},
        {"/file", -ENOTDIR, "/file: Not a directory: check the path"},
        {"/loop", -ELOOP, "/loop: Too many levels of symbolic links: check the path"},
    };
    put("file");
    char *loop = fg_testing_path(folder, "loop");
    assert_int_equal(symlink("loop", loop), 0);
    free(loop);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char path[PATH_MAX], expected[FG_ERROR_TEXT];
        fg_error error;
        fg_folder_names names;
        snprintf(path, sizeof(path), "%s%s", folder, rows[i].path);
        snprintf(expected, sizeof(expected), "%s%s", folder, rows[i].text);
        assert_int_equal(fg_folder_list(path, 9, any, NULL, &names, &error), rows[i].code);
        assert_string_equal(error.text, expected);
    }
}

/* As root every folder can be read. */
static void a_closed_folder_is_to_be_opened_to_this_user(void **state)
{
    (void)state;
    char expected[FG_ERROR_TEXT];
    fg_error error;
    fg_folder_names names;
    int result = 0;
    assert_int_equal(chmod(folder, 0), 0);
    bool root = geteuid() == 0;
    if (root) {
        assert_int_equal(seteuid(65534), 0);
    }
    result = fg_folder_list(folder, 9, any, NULL, &names, &error);
    if (root) {
        assert_int_equal(seteuid(0), 0);
    }
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(result, -EACCES);
    snprintf(expected, sizeof(expected), "%s: Permission denied: let this user read it", folder);
    assert_string_equal(error.text, expected);
}

static int remove_each(void *context, const char *name)
{
    return unlinkat(*(int *)context, name, 0) == 0 ? 0 : -errno;
}

static int count_each(void *context, const char *name)
{
    (void)name;
    *(int *)context += 1;
    return 0;
}

static void each_entry_is_visited_and_may_be_removed(void **state)
{
    (void)state;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int count = 0;
    put("a");
    put("b");
    put(".c");
    assert_int_equal(fg_folder_each(fd, count_each, &count, NULL), 0);
    assert_int_equal(count, 3);
    assert_int_equal(fg_folder_each(fd, remove_each, &fd, NULL), 0);
    assert_int_equal(fg_folder_each(fd, count_each, &count, NULL), 0);
    assert_int_equal(count, 3);
    close(fd);
}

static int refuse(void *context, const char *name)
{
    (void)name;
    *(int *)context += 1;
    return -EPERM;
}

static void a_visit_that_fails_ends_it_by_name(void **state)
{
    (void)state;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int count = 0;
    fg_error error;
    put("one");
    assert_int_equal(fg_folder_each(fd, refuse, &count, &error), -EPERM);
    assert_string_equal(error.text, "one: Operation not permitted");
    put("two");
    assert_int_equal(fg_folder_each(fd, refuse, &count, NULL), -EPERM);
    assert_int_equal(count, 2);
    close(fd);
    assert_int_equal(fg_folder_each(fd, refuse, &count, &error), -EBADF);
    assert_string_equal(error.text, "its files cannot be listed: Bad file descriptor");
}

static void a_path_has_one_slash_between_its_parts(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "/b"}};
    for (size_t i = 0; i < 4; i++) {
        char *path = fg_folder_join(rows[i][0], rows[i][1]);
        assert_string_equal(path, rows[i][2]);
        free(path);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(entries_are_listed_in_the_order_of_their_bytes),
        TEST(only_what_is_wanted_is_listed_and_counted),
        TEST(an_empty_folder_is_an_empty_list),
        TEST(more_than_the_limit_is_refused),
        TEST(what_cannot_be_opened_is_named_with_advice),
        TEST(a_closed_folder_is_to_be_opened_to_this_user),
        TEST(each_entry_is_visited_and_may_be_removed),
        TEST(a_visit_that_fails_ends_it_by_name),
        TEST(a_path_has_one_slash_between_its_parts),
    };
    return cmocka_run_group_tests_name("folder", tests, NULL, NULL);
}
