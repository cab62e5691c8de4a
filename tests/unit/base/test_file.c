#include "facegate/base/file.h"
#include "testing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOBODY       65534

static char *folder;

static int make_folder(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    fg_testing_remove(folder);
    folder = NULL;
    return 0;
}

/* "FOLDER/NAME" until the eighth call after this one. */
static const char *in_folder(const char *name)
{
    static char paths[8][PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % COUNT(paths)];
    assert_true(snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX);
    return path;
}

/* Root may do everything: what is forbidden can only be tried as somebody else. */
static void become_nobody(void)
{
    if (geteuid() == 0 && (setegid(NOBODY) != 0 || seteuid(NOBODY) != 0)) {
        fail_msg("cannot give up root's rights: %s", strerror(errno));
    }
}

static void become_root_again(void)
{
    if (getuid() == 0 && (seteuid(0) != 0 || setegid(0) != 0)) {
        fail_msg("cannot take root's rights back: %s", strerror(errno));
    }
}

static int count_entries(void)
{
    DIR *listing = opendir(folder);
    assert_non_null(listing);
    int count = 0;
    for (struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(listing);
    return count;
}

static void write_text(const char *path, const char *text)
{
    fg_error error = {""};
    if (fg_file_write(path, text, strlen(text), &error) != 0) {
        fail_msg("%s", error.text);
    }
}

static void assert_not_read(const char *path, size_t limit, int code, const char *text)
{
    fg_error error = {""};
    char *data = folder;
    size_t size = 77;
    assert_int_equal(fg_file_read(path, limit, &data, &size, &error), code);
    assert_string_equal(error.text, text);
    assert_ptr_equal(data, folder);
    assert_int_equal(size, 77);
    assert_int_equal(fg_file_read(path, limit, &data, &size, NULL), code);

    /* The checksum reads the same files, whatever their size. */
    if (code != -EFBIG) {
        char hex[65] = "as it was";
        assert_int_equal(fg_file_sha256(path, hex, &error), code);
        assert_string_equal(error.text, text);
        assert_string_equal(hex, "as it was");
    }
}

static void assert_not_written(const char *path, int code, const char *text)
{
    fg_error error = {""};
    int before = count_entries();
    int result = fg_file_write(path, "new", 3, &error);
    assert_string_equal(error.text, text);
    assert_int_equal(result, code);
    assert_int_equal(count_entries(), before);
}

static void a_file_is_read_whole_with_a_zero_after_it(void **state)
{
    (void)state;
    static const char bytes[] = {'a', 0, '\n', (char)0xFF, 'z'};
    const char *path = in_folder("a");
    char *data = NULL;
    size_t size = 0;
    fg_testing_write(path, bytes, sizeof(bytes));
    assert_int_equal(fg_file_read(path, sizeof(bytes), &data, &size, NULL), 0);
    assert_int_equal(size, sizeof(bytes));
    assert_memory_equal(data, bytes, sizeof(bytes));
    assert_int_equal(data[size], 0);
    free(data);

    fg_testing_write(path, "", 0);
    assert_int_equal(fg_file_read(path, 0, &data, &size, NULL), 0);
    assert_int_equal(size, 0);
    assert_int_equal(data[0], 0);
    free(data);
}

static void a_file_over_the_limit_is_refused(void **state)
{
    (void)state;
    const char *path = in_folder("a");
    fg_testing_write(path, "123456", 6);
    assert_not_read(path, 5, -EFBIG, "has 6 bytes, more than the 5 allowed");
    assert_not_read(path, 0, -EFBIG, "has 6 bytes, more than the 0 allowed");

    /* A gigabyte of nothing takes no room on the disk; it must take none in memory either. */
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, 1 << 30), 0);
    close(fd);
    assert_not_read(path, 256u << 20, -EFBIG,
                    "has 1073741824 bytes, more than the 268435456 allowed");
}

static void what_is_no_file_is_refused_without_waiting_for_it(void **state)
{
    (void)state;
    assert_not_read(in_folder("absent"), 10, -ENOENT, "No such file or directory");
    assert_not_read("", 10, -ENOENT, "No such file or directory");
    assert_not_read(folder, 1 << 20, -EINVAL, "is a folder, not a file");
    assert_not_read("/dev/zero", 10, -EINVAL, "is a device or pipe, not a file");

    /* Nobody writes to it: an open that waits would wait for ever. */
    const char *fifo = in_folder("fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_not_read(fifo, 10, -EINVAL, "is a device or pipe, not a file");

    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_true(snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", folder) <
                (int)sizeof(address.sun_path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_not_read(address.sun_path, 10, -ENXIO, "No such device or address");
    close(fd);

    const char *file = in_folder("file");
    fg_testing_write(file, "x", 1);
    assert_not_read(in_folder("file/below"), 10, -ENOTDIR, "Not a directory");
    const char *loop = in_folder("loop");
    assert_int_equal(symlink(loop, loop), 0);
    assert_not_read(loop, 10, -ELOOP, "Too many levels of symbolic links");
}

static void a_forbidden_file_is_refused(void **state)
{
    (void)state;
    const char *path = in_folder("secret");
    fg_testing_write(path, "x", 1);
    assert_int_equal(chmod(path, 0), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    become_nobody();
    char *data = NULL;
    size_t size = 0;
    fg_error error = {""};
    int result = fg_file_read(path, 10, &data, &size, &error);
    become_root_again();
    assert_int_equal(result, -EACCES);
    assert_string_equal(error.text, "Permission denied");
    assert_null(data);
}

static void a_new_file_is_for_its_owner_alone(void **state)
{
    (void)state;
    const char *path = in_folder("new");
    mode_t mask = umask(0);
    write_text(path, "first");
    umask(mask);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    fg_testing_assert_text(path, "first");
    assert_int_equal(count_entries(), 1);
}

static void an_old_file_is_replaced_by_a_new_one(void **state)
{
    (void)state;
    const char *path = in_folder("file");
    struct stat before, after;
    fg_testing_write(path, "a longer text than the next", 27);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(stat(path, &before), 0);
    /* Whoever has the old file open goes on reading the old one. */
    int reader = open(path, O_RDONLY | O_CLOEXEC);
    write_text(path, "short");
    assert_int_equal(stat(path, &after), 0);
    assert_true(before.st_ino != after.st_ino);
    assert_int_equal(after.st_mode & 07777, 0600);
    fg_testing_assert_text(path, "short");
    char old[64];
    assert_int_equal(read(reader, old, sizeof(old)), 27);
    close(reader);
    assert_int_equal(count_entries(), 1);

    assert_int_equal(fg_file_write(path, NULL, 0, NULL), 0);
    fg_testing_assert_text(path, "");
}

static void a_bare_name_is_in_the_folder_one_is_in(void **state)
{
    (void)state;
    char *before = getcwd(NULL, 0);
    assert_non_null(before);
    assert_int_equal(chdir(folder), 0);
    write_text("bare", "x");
    write_text("./dotted", "y");
    assert_int_equal(chdir(before), 0);
    free(before);
    fg_testing_assert_text(in_folder("bare"), "x");
    fg_testing_assert_text(in_folder("dotted"), "y");
    assert_int_equal(count_entries(), 2);
}

static void through_a_link_the_file_is_replaced_and_the_link_stays(void **state)
{
    (void)state;
    const char *file = in_folder("far/file");
    const char *link = in_folder("link");
    const char *second = in_folder("second");
    struct stat info;
    assert_int_equal(mkdir(in_folder("far"), 0700), 0);
    fg_testing_write(file, "old", 3);
    assert_int_equal(symlink("far/file", link), 0);
    assert_int_equal(symlink("link", second), 0);
    write_text(second, "new");
    fg_testing_assert_text(file, "new");
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(lstat(second, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(count_entries(), 3);
}

static void a_link_to_nothing_is_not_replaced_by_a_file(void **state)
{
    (void)state;
    const char *link = in_folder("link");
    char text[PATH_MAX + 128];
    struct stat info;
    assert_int_equal(symlink("/not/mounted/yet", link), 0);
    snprintf(text, sizeof(text),
             "%s: is a link to a missing file: create that file, or remove the link", link);
    assert_not_written(link, -ENOENT, text);
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
}

static void what_is_no_file_is_not_replaced_by_one(void **state)
{
    (void)state;
    char text[PATH_MAX + 128];
    struct stat info;
    const char *fifo = in_folder("fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    snprintf(text, sizeof(text), "%s: is a device or pipe, not a file", fifo);
    assert_not_written(fifo, -EINVAL, text);
    assert_int_equal(stat(fifo, &info), 0);
    assert_true(S_ISFIFO(info.st_mode));

    const char *below = in_folder("below");
    assert_int_equal(mkdir(below, 0700), 0);
    snprintf(text, sizeof(text), "%s: is a folder, not a file", below);
    assert_not_written(below, -EINVAL, text);
}

static void a_forbidden_folder_leaves_all_as_it_was(void **state)
{
    (void)state;
    const char *path = in_folder("file");
    char expected[2 * PATH_MAX + 64];
    fg_error error = {""};
    fg_testing_write(path, "old", 3);
    assert_int_equal(chmod(path, 0666), 0);
    assert_int_equal(chmod(folder, 0555), 0);
    become_nobody();
    int result = fg_file_write(path, "new", 3, &error);
    become_root_again();
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(result, -EACCES);
    snprintf(expected, sizeof(expected), "%s: folder %s: Permission denied", path, folder);
    assert_string_equal(error.text, expected);
    fg_testing_assert_text(path, "old");
    assert_int_equal(count_entries(), 1);
}

static void a_full_disk_leaves_all_as_it_was(void **state)
{
    (void)state;
    static char large[100000];
    const char *path = in_folder("file");
    char expected[PATH_MAX + 64];
    fg_error error = {""};
    struct rlimit limit;
    fg_testing_write(path, "old", 3);

    /* A limit of this process stands for the disk's end: the write stops half-way in both. */
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const struct rlimit tight = {.rlim_cur = 50000, .rlim_max = limit.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    int result = fg_file_write(path, large, sizeof(large), &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    signal(SIGXFSZ, handler);

    assert_int_equal(result, -EFBIG);
    snprintf(expected, sizeof(expected), "%s: cannot be written: File too large", path);
    assert_string_equal(error.text, expected);
    fg_testing_assert_text(path, "old");
    assert_int_equal(count_entries(), 1);
}

static void a_path_that_leads_nowhere_is_named(void **state)
{
    (void)state;
    char text[3 * PATH_MAX];
    const char *path = in_folder("no/file");
    snprintf(text, sizeof(text), "%s: folder %s: No such file or directory", path, in_folder("no"));
    assert_not_written(path, -ENOENT, text);

    const char *file = in_folder("file");
    fg_testing_write(file, "x", 1);
    path = in_folder("file/below");
    snprintf(text, sizeof(text), "%s: cannot be written: Not a directory", path);
    assert_not_written(path, -ENOTDIR, text);

    static char endless[PATH_MAX + 10];
    memset(endless, 'x', sizeof(endless) - 1);
    assert_int_equal(fg_file_write(endless, "x", 1, NULL), -ENAMETOOLONG);
}

/* Two texts of different lengths that take turns, each of one letter. */
#define SHORT 1000
#define LONG  300000

static _Atomic bool writing;

static void *read_all_the_time(void *context)
{
    const char *path = context;
    intptr_t reads = 0;
    while (writing) {
        char *data = NULL;
        size_t size = 0;
        if (fg_file_read(path, LONG, &data, &size, NULL) != 0) {
            return (void *)-1;
        }
        char letter = size == SHORT ? 's' : 'l';
        bool whole = size == SHORT || size == LONG;
        for (size_t i = 0; i < size && whole; i++) {
            whole = data[i] == letter;
        }
        free(data);
        if (!whole) {
            return (void *)-1;
        }
        reads++;
    }
    return (void *)reads;
}

static void a_reader_sees_the_old_or_the_new_and_never_half(void **state)
{
    (void)state;
    static char letters[2][LONG];
    /* On tmpfs, where the folder's sync takes no time, many turns fit into a second. */
    char *fast = fg_testing_folder_in("/dev/shm");
    char *path = fg_testing_path(fast, "file");
    pthread_t reader;
    void *reads = NULL;
    memset(letters[0], 's', SHORT);
    memset(letters[1], 'l', LONG);
    assert_int_equal(fg_file_write(path, letters[0], SHORT, NULL), 0);
    writing = true;
    assert_int_equal(pthread_create(&reader, NULL, read_all_the_time, path), 0);
    int result = 0;
    for (int turn = 1; turn < 2000 && result == 0; turn++) {
        result = fg_file_write(path, letters[turn % 2], turn % 2 == 0 ? SHORT : LONG, NULL);
    }
    writing = false;
    pthread_join(reader, &reads);
    free(path);
    fg_testing_remove(fast);
    assert_int_equal(result, 0);
    assert_true((intptr_t)reads > 0);
}

static void do_nothing(int number)
{
    (void)number;
}

static void *read_slowly(void *context)
{
    int fd = *(int *)context;
    unsigned char byte[4096];
    ssize_t got;
    size_t total = 0;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    while ((got = read(fd, byte, sizeof(byte))) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            if (byte[i] != (unsigned char)(total + (size_t)i)) {
                return (void *)-1;
            }
        }
        total += (size_t)got;
        sched_yield();
    }
    return (void *)(intptr_t)total;
}

static void all_is_written_through_a_pipe_and_signals(void **state)
{
    (void)state;
    const size_t size = 2 << 20;
    unsigned char *data = malloc(size);
    assert_non_null(data);
    for (size_t i = 0; i < size; i++) {
        data[i] = (unsigned char)i;
    }
    int ends[2];
    pthread_t reader;
    void *total = NULL;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    /* Without SA_RESTART each signal cuts a write short or keeps it from starting. */
    struct sigaction before, action = {.sa_handler = do_nothing};
    const struct itimerval often = {.it_interval.tv_usec = 200, .it_value.tv_usec = 200};
    const struct itimerval never = {.it_interval.tv_usec = 0};
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_int_equal(pthread_create(&reader, NULL, read_slowly, &ends[0]), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    int result = fg_file_write_all(ends[1], data, size);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    close(ends[1]);
    pthread_join(reader, &total);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    close(ends[0]);
    free(data);
    assert_int_equal(result, 0);
    assert_int_equal((intptr_t)total, size);
    assert_int_equal(fg_file_write_all(-1, "x", 1), -EBADF);
    assert_int_equal(fg_file_write_all(-1, "", 0), 0);
}

static void checksums_are_those_of_the_standard(void **state)
{
    (void)state;
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    /* FIPS 180-2, appendix B, and the empty message. */
    const struct {
        const char *data;
        size_t size;
        const char *sum;
    } table[] = {
        {"", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char hex[65];
        fg_testing_write(in_folder("file"), table[i].data, table[i].size);
        assert_int_equal(fg_file_sha256(in_folder("file"), hex, NULL), 0);
        assert_string_equal(hex, table[i].sum);
    }
    free(million);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_folder(a_file_is_read_whole_with_a_zero_after_it),
        in_a_folder(a_file_over_the_limit_is_refused),
        in_a_folder(what_is_no_file_is_refused_without_waiting_for_it),
        in_a_folder(a_forbidden_file_is_refused),
        in_a_folder(a_new_file_is_for_its_owner_alone),
        in_a_folder(an_old_file_is_replaced_by_a_new_one),
        in_a_folder(a_bare_name_is_in_the_folder_one_is_in),
        in_a_folder(through_a_link_the_file_is_replaced_and_the_link_stays),
        in_a_folder(a_link_to_nothing_is_not_replaced_by_a_file),
        in_a_folder(what_is_no_file_is_not_replaced_by_one),
        in_a_folder(a_forbidden_folder_leaves_all_as_it_was),
        in_a_folder(a_full_disk_leaves_all_as_it_was),
        in_a_folder(a_path_that_leads_nowhere_is_named),
        cmocka_unit_test(a_reader_sees_the_old_or_the_new_and_never_half),
        cmocka_unit_test(all_is_written_through_a_pipe_and_signals),
        in_a_folder(checksums_are_those_of_the_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
