/* Files that are put under their name whole, unsynced. */
#include "facegate/base/file.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char *folder;
static char *path;
static char *temporary;
static int fd;

static int open_folder(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    path = fg_testing_path(folder, "file");
    temporary = fg_testing_path(folder, "file.new");
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0;
}

static int close_folder(void **state)
{
    (void)state;
    close(fd);
    free(path);
    free(temporary);
    fg_testing_remove(folder);
    return 0;
}

static void a_file_is_put_for_its_owner_alone_over_what_was_there(void **state)
{
    (void)state;
    struct stat info;
    assert_int_equal(fg_file_put(fd, "file", "first", 5), 0);
    fg_testing_assert_text(path, "first");
    assert_int_equal(fg_file_put(AT_FDCWD, path, "2nd", 3), 0);
    fg_testing_assert_text(path, "2nd");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(access(temporary, F_OK), -1);
}

static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    static char large[100000];
    struct rlimit limit;
    assert_int_equal(fg_file_put(fd, "file", "old", 3), 0);

    /* A limit of this process stands for the disk's end. */
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const struct rlimit tight = {.rlim_cur = 50000, .rlim_max = limit.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    int result = fg_file_put(fd, "file", large, sizeof(large));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    signal(SIGXFSZ, handler);

    assert_int_equal(result, -EFBIG);
    fg_testing_assert_text(path, "old");
    assert_int_equal(access(temporary, F_OK), -1);
}

static void somebody_elses_file_is_left_alone(void **state)
{
    (void)state;
    fg_testing_write(temporary, "theirs", 6);
    assert_int_equal(fg_file_put(fd, "file", "new", 3), -EEXIST);
    fg_testing_assert_text(temporary, "theirs");
    assert_int_equal(access(path, F_OK), -1);
}

static void where_it_cannot_be_put_is_reported(void **state)
{
    (void)state;
    static char endless[PATH_MAX + 10];
    memset(endless, 'x', sizeof(endless) - 1);
    assert_int_equal(fg_file_put(fd, endless, "x", 1), -ENAMETOOLONG);
    assert_int_equal(fg_file_put(fd, "no/file", "x", 1), -ENOENT);

    assert_int_equal(rmdir(folder), 0);
    int result = fg_file_put(fd, "file", "x", 1);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(result, -ENOENT);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, open_folder, close_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_folder(a_file_is_put_for_its_owner_alone_over_what_was_there),
        in_a_folder(a_full_disk_leaves_the_old_file),
        in_a_folder(somebody_elses_file_is_left_alone),
        in_a_folder(where_it_cannot_be_put_is_reported),
    };
    return cmocka_run_group_tests_name("file put", tests, NULL, NULL);
}
