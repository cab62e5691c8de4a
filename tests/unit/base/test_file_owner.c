/* Whose a written file is. Only root can give files away, so that without it nothing is shown. */
#include "facegate/base/file.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define OWNER 12345
#define GROUP 23456

static char *folder;

static int make_folder(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_error("this test gives files away: run it as root\n");
        return -1;
    }
    folder = fg_testing_folder();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    fg_testing_remove(folder);
    return 0;
}

static void write_text(const char *path, const char *text)
{
    fg_error error = {""};
    if (fg_file_write(path, text, strlen(text), &error) != 0) {
        fail_msg("%s", error.text);
    }
}

static void owners(const char *path, uid_t uid, gid_t gid)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_uid, uid);
    assert_int_equal(info.st_gid, gid);
}

static void a_new_file_gets_the_owner_of_its_folder(void **state)
{
    (void)state;
    char *path = fg_testing_path(folder, "new");
    assert_int_equal(chown(folder, OWNER, GROUP), 0);
    write_text(path, "x");
    owners(path, OWNER, GROUP);
    free(path);
}

static void a_replaced_file_keeps_its_owner(void **state)
{
    (void)state;
    char *path = fg_testing_path(folder, "old");
    char *link = fg_testing_path(folder, "link");
    fg_testing_write(path, "x", 1);
    assert_int_equal(chown(path, OWNER, GROUP), 0);
    write_text(path, "y");
    owners(path, OWNER, GROUP);
    fg_testing_assert_text(path, "y");

    assert_int_equal(symlink(path, link), 0);
    write_text(link, "z");
    owners(path, OWNER, GROUP);
    fg_testing_assert_text(path, "z");
    free(link);
    free(path);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_folder(a_new_file_gets_the_owner_of_its_folder),
        in_a_folder(a_replaced_file_keeps_its_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
