#include "facegate/base/config.h"
#include "facegate/delivery/outbox.h"
#include "outbox/outbox_file.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char *memory; /* a folder on tmpfs */

static int set_up(void **state)
{
    (void)state;
    memory = fg_testing_folder_in("/dev/shm");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_testing_remove(memory);
    return 0;
}

static mode_t mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(lstat(path, &info), 0);
    return info.st_mode & 07777;
}

static void expect_path(const char *runtime, const char *xdg, const char *shm, const char *folder)
{
    char path[FG_CONFIG_PATH], expected[FG_CONFIG_PATH];
    fg_error error = {""};
    int result = fg_outbox_default_path_in(runtime, xdg, shm, path, sizeof(path), &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    snprintf(expected, sizeof(expected), "%s/outbox.db", folder);
    assert_string_equal(path, expected);
}

static char *shared_folder(void)
{
    char name[64];
    snprintf(name, sizeof(name), "facegate-%u", (unsigned)geteuid());
    return fg_testing_path(memory, name);
}

static void the_runtime_folder_comes_first(void **state)
{
    (void)state;
    char two[FG_CONFIG_PATH];
    snprintf(two, sizeof(two), "%s:/run/other", memory);
    expect_path(memory, NULL, "/nonexistent", memory);
    expect_path(two, memory, "/nonexistent", memory);
}

static void what_is_no_tmpfs_is_passed_over(void **state)
{
    (void)state;
    char *folder = shared_folder();
    expect_path("/proc", "/proc", memory, folder);
    free(folder);
}

static void the_users_runtime_folder_gets_one_of_ours(void **state)
{
    (void)state;
    char *folder = fg_testing_path(memory, "facegate");
    expect_path(NULL, memory, "/nonexistent", folder);
    assert_int_equal(mode_of(folder), 0700);
    /* A second time it is there. */
    expect_path("", memory, "/nonexistent", folder);
    free(folder);
}

static void a_runtime_folder_of_somebody_else_is_passed_over(void **state)
{
    (void)state;
    char *xdg = fg_testing_path(memory, "theirs");
    char *folder = shared_folder();
    assert_int_equal(mkdir(xdg, 0700), 0);
    if (geteuid() == 0) {
        assert_int_equal(chown(xdg, 12345, 12345), 0);
    } else {
        assert_int_equal(chmod(xdg, 0777), 0);
    }
    expect_path(NULL, xdg, memory, folder);
    free(folder);
    free(xdg);
}

static void shared_memory_is_last_and_closed_to_others(void **state)
{
    (void)state;
    char *folder = shared_folder();
    assert_int_equal(mkdir(folder, 0755), 0);
    expect_path(NULL, NULL, memory, folder);
    assert_int_equal(mode_of(folder), 0700);
    expect_path("relative", "relative", memory, folder);
    free(folder);
}

static void a_link_in_shared_memory_is_refused(void **state)
{
    (void)state;
    char path[FG_CONFIG_PATH], expected[2048];
    char *folder = shared_folder();
    fg_error error = {""};
    assert_int_equal(symlink(memory, folder), 0);
    int result = fg_outbox_default_path_in(NULL, NULL, memory, path, sizeof(path), &error);
    assert_int_equal(result, -ENOTDIR);
    snprintf(expected, sizeof(expected),
             "outbox folder %s is not a folder of facegate (Not a directory): remove it, or use "
             "another outbox with --outbox",
             folder);
    assert_string_equal(error.text, expected);
    free(folder);
}

/* Root can give a folder away; for everybody else /dev/shm itself is somebody else's. */
static void somebody_elses_folder_is_refused(void **state)
{
    (void)state;
    char path[FG_CONFIG_PATH], expected[2048];
    char *folder = shared_folder();
    const char *runtime = "/dev/shm", *shown = "/dev/shm";
    unsigned owner = 0;
    fg_error error = {""};
    if (geteuid() == 0) {
        owner = 12345;
        runtime = NULL;
        shown = folder;
        assert_int_equal(mkdir(folder, 0777), 0);
        assert_int_equal(chown(folder, owner, owner), 0);
    }
    int result = fg_outbox_default_path_in(runtime, NULL, memory, path, sizeof(path), &error);
    assert_int_equal(result, -EPERM);
    snprintf(expected, sizeof(expected),
             "outbox folder %s belongs to user %u: remove it, or use another outbox with --outbox",
             shown, owner);
    assert_string_equal(error.text, expected);
    free(folder);
}

static void without_any_memory_folder_it_is_said(void **state)
{
    (void)state;
    char path[FG_CONFIG_PATH];
    fg_error error = {""};
    int result = fg_outbox_default_path_in(NULL, NULL, "/proc", path, sizeof(path), &error);
    assert_int_equal(result, -ENOTSUP);
    assert_string_equal(error.text,
                        "no folder in memory for the outbox (/proc is not a tmpfs): name a file "
                        "with --outbox; pictures are written there if it is on a disk");
}

static void a_lock_knows_whether_an_outbox_was_here_before(void **state)
{
    (void)state;
    char *path = fg_testing_path(memory, "outbox.db");
    char *name = fg_testing_path(memory, "outbox.db.lock");
    int fd = -1;
    bool known = true;
    assert_int_equal(fg_outbox_lock(path, &fd, &known, NULL), 0);
    assert_false(known);
    assert_int_equal(mode_of(name), 0600);
    assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    close(fd);
    assert_int_equal(fg_outbox_lock(path, &fd, &known, NULL), 0);
    assert_true(known);

    char expected[1024];
    fg_error error = {""};
    int other = -1;
    snprintf(
        expected, sizeof(expected),
        "outbox %s is in use by process %ld: stop it first, or use another outbox with --outbox",
        path, (long)getpid());
    assert_int_equal(fg_outbox_lock(path, &other, &known, &error), -EBUSY);
    assert_string_equal(error.text, expected);
    assert_int_equal(other, -1);
    close(fd);
    free(name);
    free(path);
}

static void damaged_ones_are_numbered(void **state)
{
    (void)state;
    char *path = fg_testing_path(memory, "outbox.db");
    char name[FG_CONFIG_PATH], expected[FG_CONFIG_PATH];
    for (int i = 1; i <= 3; i++) {
        fg_testing_write(path, "x", 1);
        assert_int_equal(fg_outbox_put_away(path, name, sizeof(name), NULL), 0);
        snprintf(expected, sizeof(expected), "%s.corrupt-%d", path, i);
        assert_string_equal(name, expected);
        assert_int_equal(access(name, F_OK), 0);
        assert_int_not_equal(access(path, F_OK), 0);
    }
    free(path);
}

#define WITH_FOLDERS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDERS(the_runtime_folder_comes_first),
        WITH_FOLDERS(what_is_no_tmpfs_is_passed_over),
        WITH_FOLDERS(the_users_runtime_folder_gets_one_of_ours),
        WITH_FOLDERS(a_runtime_folder_of_somebody_else_is_passed_over),
        WITH_FOLDERS(shared_memory_is_last_and_closed_to_others),
        WITH_FOLDERS(a_link_in_shared_memory_is_refused),
        WITH_FOLDERS(somebody_elses_folder_is_refused),
        WITH_FOLDERS(without_any_memory_folder_it_is_said),
        WITH_FOLDERS(a_lock_knows_whether_an_outbox_was_here_before),
        WITH_FOLDERS(damaged_ones_are_numbered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
