/* What systemd hears: READY, WATCHDOG, STATUS and STOPPING over a real notification socket. */
#include "door.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static fg_door door;
static int notify_fd = -1;

static int open_door(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    fg_door_open(&door, "drain_timeout = 1\n");
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", door.folder);
    notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(notify_fd >= 0);
    assert_int_equal(bind(notify_fd, (struct sockaddr *)&address, sizeof(address)), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    close(notify_fd);
    fg_door_close(&door);
    return 0;
}

/* Reads messages until one has `text` in it. */
static void expect_message(const char *text)
{
    struct pollfd ready = {.fd = notify_fd, .events = POLLIN};
    char message[1024];
    do {
        assert_int_equal(poll(&ready, 1, 60 * 1000), 1);
        ssize_t size = recv(notify_fd, message, sizeof(message) - 1, 0);
        assert_true(size > 0);
        message[size] = '\0';
    } while (strstr(message, text) == NULL);
}

static void systemd_hears_ready_watchdog_and_stopping(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, "--loop", "--fps", "10", NULL};
    fg_door_run(&door, "run", options);
    expect_message("READY=1");
    expect_message("WATCHDOG=1");
    fg_process_signal(&door.daemon, SIGTERM);
    expect_message("STOPPING=1");
    assert_in_range(fg_process_wait(&door.daemon, 30), 0, 1);
    free(images);
}

static void it_is_ready_and_alive_without_a_camera(void **state)
{
    (void)state;
    const char *options[] = {"--source", "auto", NULL};
    fg_door_run(&door, "run", options);
    expect_message("READY=1");
    /* Longer than a frame may be old: it is the missing camera that keeps the watchdog fed. */
    for (int i = 0; i < 17; i++) {
        expect_message("WATCHDOG=1");
    }
    fg_process_signal(&door.daemon, SIGTERM);
    expect_message("STOPPING=1");
    assert_int_equal(fg_process_wait(&door.daemon, 30), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(systemd_hears_ready_watchdog_and_stopping, open_door,
                                        close_door),
        cmocka_unit_test_setup_teardown(it_is_ready_and_alive_without_a_camera, open_door,
                                        close_door),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
