/* The outbox of a run, where its folder can only be read. */
#include "run_outbox.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include <cmocka.h>

static void what_the_unit_leaves_read_only_comes_with_the_fix(void **state)
{
    (void)state;
    fg_config config;
    fg_run_outbox run = {0};
    fg_error error = {""};
    char *folder = fg_testing_folder();
    char expected[256];
    fg_config_init(&config);
    snprintf(config.delivery.outbox, sizeof(config.delivery.outbox), "%s/outbox.db", folder);
    if (mount("none", folder, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) != 0) {
        fail_msg("a disk cannot be mounted (%s): this test wants root", strerror(errno));
    }
    int result = fg_run_outbox_open(&config, false, &run, &error);
    assert_int_equal(umount2(folder, MNT_DETACH), 0);
    assert_int_equal(result, -EROFS);
    snprintf(expected, sizeof(expected), "cannot lock outbox %s/outbox.db: ", folder);
    assert_memory_equal(error.text, expected, strlen(expected));
    assert_non_null(strstr(error.text, "Read-only file system; the service can write to "
                                       "/var/lib/facegate/outbox: set [delivery] outbox "));
    fg_testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_unit_leaves_read_only_comes_with_the_fix),
    };
    return cmocka_run_group_tests_name("run_outbox", tests, NULL, NULL);
}
