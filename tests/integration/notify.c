#include "notify.h"

#include "testing.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define MESSAGE 2048

static int notify_fd = -1;

void fg_notify_open(const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", folder);
    notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(notify_fd >= 0);
    assert_int_equal(bind(notify_fd, (struct sockaddr *)&address, sizeof(address)), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
}

void fg_notify_close(void)
{
    unlink(getenv("NOTIFY_SOCKET"));
    unsetenv("NOTIFY_SOCKET");
    close(notify_fd);
    notify_fd = -1;
}

/* False where none comes in this time. */
static int receive(char message[MESSAGE], double seconds)
{
    struct pollfd ready = {.fd = notify_fd, .events = POLLIN};
    if (seconds <= 0 || poll(&ready, 1, (int)(seconds * 1000) + 1) != 1) {
        return 0;
    }
    ssize_t size = recv(notify_fd, message, MESSAGE - 1, 0);
    assert_true(size > 0);
    message[size] = '\0';
    return 1;
}

int fg_notify_expect(const char *text, const char *counted)
{
    char message[MESSAGE] = "";
    int count = 0;
    double until = fg_testing_now() + FG_TESTING_PATIENCE;
    do {
        if (!receive(message, until - fg_testing_now())) {
            fail_msg("\"%s\" does not come, the last message was \"%s\"", text, message);
        }
        count += counted != NULL && strstr(message, counted) != NULL ? 1 : 0;
    } while (strstr(message, text) == NULL);
    return count;
}

void fg_notify_expect_none(const char *text, double seconds)
{
    char message[MESSAGE];
    double until = fg_testing_now() + seconds;
    while (receive(message, until - fg_testing_now())) {
        assert_null(strstr(message, text));
    }
}
