/* Who can get at the file of the encodings: mode and owner of it and of its folder. */
#include "facegate/gallery/file_permissions.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ALICE   4711 /* the daemon's user where there is one */
#define MALLORY 4712

static char *folder, *house, *path, *link_there;

static int set_up(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        fail_msg("this test gives files away: run it as root");
    }
    folder = fg_testing_folder();
    house = fg_testing_path(folder, "house");
    path = fg_testing_path(house, "encodings.json");
    link_there = fg_testing_path(folder, "link");
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(mkdir(house, 0700), 0);
    fg_testing_write(path, "{}", 2);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(symlink(path, link_there), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(house);
    free(path);
    free(link_there);
    fg_testing_remove(folder);
    return 0;
}

static void fill_in(const char *pattern, char *text, size_t size)
{
    size_t used = 0;
    for (; *pattern != '\0'; pattern++) {
        int added = *pattern == '@'   ? snprintf(text + used, size - used, "%s", path)
                    : *pattern == '~' ? snprintf(text + used, size - used, "%s", house)
                                      : snprintf(text + used, size - used, "%c", *pattern);
        assert_in_range(added, 1, size - used - 1);
        used += (size_t)added;
    }
    text[used] = '\0';
}

static void whoever_can_read_or_change_them_is_reported(void **state)
{
    (void)state;
    static const struct {
        uid_t daemon, file_owner, folder_owner;
        mode_t file, folder;
        const char *text, *fix; /* "@" is the file, "~" its folder */
    } rows[] = {
        {ALICE, ALICE, ALICE, 0600, 0700, NULL, NULL},
        {ALICE, ALICE, ALICE, 0400, 0755, NULL, NULL},
        {ALICE, 0, 0, 0600, 0755, NULL, NULL},
        {ALICE, 0, ALICE, 0600, 0700, NULL, NULL},
        {ALICE, ALICE, 0, 0600, 0700, NULL, NULL},
        {0, 0, 0, 0600, 0700, NULL, NULL},
        {0, ALICE, ALICE, 0600, 0700, NULL, NULL},
        {ALICE, ALICE, 0, 0600, 01777, NULL, NULL},
        {ALICE, ALICE, ALICE, 0640, 0755, "mode 0640: other users can read this biometric data",
         "sudo chmod 600 @"},
        {0, ALICE, ALICE, 0606, 0700, "mode 0606: other users can change this biometric data",
         "sudo chmod 600 @"},
        {ALICE, MALLORY, ALICE, 0600, 0755,
         "it belongs to user 4712, who can read and change this biometric data",
         "sudo chown 4711 @"},
        {ALICE, MALLORY, MALLORY, 0600, 0755,
         "it belongs to user 4712, who can read and change this biometric data",
         "sudo chown 4711 @"},
        {0, MALLORY, ALICE, 0600, 0755,
         "it belongs to user 4712, who can read and change this biometric data",
         "sudo chown 4711 @"},
        {ALICE, ALICE, ALICE, 0600, 0775,
         "its folder ~ has mode 0775: other users can replace the file", "sudo chmod go-w ~"},
        {0, ALICE, ALICE, 0600, 0722,
         "its folder ~ has mode 0722: other users can replace the file", "sudo chmod go-w ~"},
        {ALICE, ALICE, MALLORY, 0600, 0755,
         "its folder ~ belongs to user 4712, who can replace the file", "sudo chown 4711 ~"},
        {0, ALICE, MALLORY, 0600, 01777,
         "it belongs to user 4711, who can read and change this biometric data",
         "sudo chown 4712 @"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(chown(path, rows[i].file_owner, rows[i].file_owner), 0);
        assert_int_equal(chmod(path, rows[i].file), 0);
        assert_int_equal(chown(house, rows[i].folder_owner, rows[i].folder_owner), 0);
        assert_int_equal(chmod(house, rows[i].folder), 0);
        for (int linked = 0; linked < 2; linked++) {
            fg_error error = {""};
            char fix[FG_GALLERY_FIX] = "", text[1024] = "", command[1024] = "";
            int result = fg_gallery_check_permissions(linked ? link_there : path, rows[i].daemon,
                                                      fix, &error);
            if (rows[i].text != NULL) {
                fill_in(rows[i].text, text, sizeof(text));
                fill_in(rows[i].fix, command, sizeof(command));
            }
            assert_string_equal(error.text, text);
            assert_int_equal(result, rows[i].text != NULL ? -EPERM : 0);
            if (linked == 0) {
                assert_string_equal(fix, command);
            }
        }
    }
}

static void whoever_can_turn_a_link_elsewhere_is_reported(void **state)
{
    (void)state;
    char text[1024], fix[FG_GALLERY_FIX];
    fg_error error = {""};
    assert_int_equal(fg_gallery_check_permissions(link_there, geteuid(), fix, &error), 0);
    assert_int_equal(chmod(folder, 0777), 0);
    assert_int_equal(fg_gallery_check_permissions(path, geteuid(), fix, &error), 0);
    assert_int_equal(fg_gallery_check_permissions(link_there, geteuid(), fix, &error), -EPERM);
    snprintf(text, sizeof(text), "its folder %s has mode 0777: other users can replace the file",
             folder);
    assert_string_equal(error.text, text);
}

static void only_who_can_write_is_reported_of_writers(void **state)
{
    (void)state;
    static const struct {
        mode_t file, folder;
        int result;
    } rows[] = {
        {0600, 0700, 0},      {0644, 0755, 0},      {0640, 01777, 0},     {0620, 0700, -EPERM},
        {0602, 0700, -EPERM}, {0600, 0770, -EPERM}, {0600, 0702, -EPERM},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_error error = {""};
        char fix[FG_GALLERY_FIX] = "";
        assert_int_equal(chmod(path, rows[i].file), 0);
        assert_int_equal(chmod(house, rows[i].folder), 0);
        assert_int_equal(fg_gallery_check_writers(path, fix, &error), rows[i].result);
        assert_int_equal(fix[0] != '\0', rows[i].result != 0);
    }
    assert_int_equal(chmod(house, 0700), 0);
}

static void what_is_not_there_is_no_fault_of_its_owner(void **state)
{
    (void)state;
    char fix[FG_GALLERY_FIX];
    fg_error error = {""};
    assert_int_equal(unlink(path), 0);
    assert_int_equal(fg_gallery_check_permissions(path, geteuid(), fix, &error), -ENOENT);
    assert_string_equal(error.text, "No such file or directory");
}

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOUSE(whoever_can_read_or_change_them_is_reported),
        IN_HOUSE(whoever_can_turn_a_link_elsewhere_is_reported),
        IN_HOUSE(only_who_can_write_is_reported_of_writers),
        IN_HOUSE(what_is_not_there_is_no_fault_of_its_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
