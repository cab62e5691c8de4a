/* What the journal gets of the log. Its socket stands below /run, so that this takes root. */
#include "facegate/base/log.h"
#include "log_lines.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define JOURNAL      "/run/systemd/journal"

/* What was made in a /run that is not our own, and is to be removed. */
static bool made_systemd, made_journal;

/* Everything below /run is our own from here on, or what is there has no journal. */
static int open_journal(void)
{
    if (unshare(CLONE_NEWNS) == 0) {
        if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("none", "/run", "tmpfs", 0, NULL) != 0) {
            fail_msg("a private /run cannot be mounted: %s", strerror(errno));
        }
    } else if (access(JOURNAL "/socket", F_OK) == 0) {
        fail_msg("run this as root: a journal runs here, and without the right to mount (%s) its "
                 "socket cannot be replaced for the test",
                 strerror(errno));
    }
    made_systemd = mkdir("/run/systemd", 0755) == 0;
    made_journal = mkdir(JOURNAL, 0755) == 0;
    const struct timeval patience = {.tv_sec = (time_t)FG_TESTING_PATIENCE};
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = JOURNAL "/socket"};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        fail_msg("run this as root: %s cannot be made: %s", address.sun_path, strerror(errno));
    }
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    return fd;
}

static void close_journal(int fd)
{
    close(fd);
    unlink(JOURNAL "/socket");
    if (made_journal) {
        rmdir(JOURNAL);
    }
    if (made_systemd) {
        rmdir("/run/systemd");
    }
}

/* Reads one entry; each field as "NAME=VALUE" and a newline, with the lengths of sd_journal's
 * native protocol taken out. */
static void read_entry(int journal, char *text, size_t room)
{
    unsigned char packet[65536];
    ssize_t size = recv(journal, packet, sizeof(packet), 0);
    assert_true(size > 0);
    size_t used = 0;
    for (size_t at = 0; at < (size_t)size;) {
        const unsigned char *start = packet + at;
        const unsigned char *end = memchr(start, '\n', (size_t)size - at);
        assert_non_null(end);
        size_t length = (size_t)(end - start);
        const unsigned char *equals = memchr(start, '=', length);
        if (equals != NULL) {
            used += (size_t)snprintf(text + used, room - used, "%.*s\n", (int)length, start);
            at += length + 1;
        } else {
            uint64_t value_size = 0;
            for (int i = 7; i >= 0; i--) {
                value_size = value_size << 8 | end[1 + i];
            }
            used += (size_t)snprintf(text + used, room - used, "%.*s={%.*s}\n", (int)length, start,
                                     (int)value_size, end + 9);
            at += length + 1 + 8 + value_size + 1;
        }
        assert_true(used < room);
    }
}

static bool has_field(const char *entry, const char *field)
{
    char line[512];
    snprintf(line, sizeof(line), "\n%s\n", field);
    return strncmp(entry, line + 1, strlen(line) - 1) == 0 || strstr(entry, line) != NULL;
}

static void assert_field(const char *entry, const char *field)
{
    if (!has_field(entry, field)) {
        fail_msg("no %s in:\n%s", field, entry);
    }
}

static void log_with_all_fields(void *context)
{
    (void)context;
    const fg_log_fields fields = {.event = "7f8a",
                                  .status = "Refused",
                                  .user = "Inconnu",
                                  .distance = 0.61849,
                                  .liveness = 0.97};
    fg_log_event(FG_LOG_WARNING, &fields, "Face detected: %s\033", "Inconnu");
}

static void log_with_few_fields(void *context)
{
    (void)context;
    const fg_log_fields fields = {.event = "reload", .distance = NAN, .liveness = NAN};
    fg_log_event(FG_LOG_ERROR, &fields, "no file");
}

static void log_with_a_forged_field(void *context)
{
    (void)context;
    const fg_log_fields fields = {.status = "Refused",
                                  .user = "Eve\nFACEGATE_STATUS=Accepted",
                                  .distance = NAN,
                                  .liveness = NAN};
    fg_log_event(FG_LOG_INFO, &fields, "Eve");
}

static void the_journal_gets_fields_that_can_be_matched(void **state)
{
    (void)state;
    char entry[8192];
    int sockets[2];
    int journal = open_journal();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    assert_int_equal(fcntl(sockets[1], F_SETFL, O_NONBLOCK), 0);

    log_to(sockets[0], 0, log_with_all_fields, NULL);
    read_entry(journal, entry, sizeof(entry));
    assert_field(entry, "MESSAGE=Face detected: Inconnu?");
    assert_field(entry, "PRIORITY=4");
    assert_field(entry, "FACEGATE_EVENT=7f8a");
    assert_field(entry, "FACEGATE_STATUS=Refused");
    assert_field(entry, "FACEGATE_USER=Inconnu");
    assert_field(entry, "FACEGATE_DISTANCE=0.618");
    assert_field(entry, "FACEGATE_LIVENESS=0.970");
    assert_field(entry, "FACEGATE_THREAD=main");

    log_to(sockets[0], 0, log_with_few_fields, NULL);
    read_entry(journal, entry, sizeof(entry));
    assert_field(entry, "MESSAGE=no file");
    assert_field(entry, "PRIORITY=3");
    assert_field(entry, "FACEGATE_EVENT=reload");
    assert_null(strstr(entry, "FACEGATE_STATUS"));
    assert_null(strstr(entry, "FACEGATE_USER"));
    assert_null(strstr(entry, "FACEGATE_DISTANCE"));
    assert_null(strstr(entry, "FACEGATE_LIVENESS"));
    assert_null(strstr(entry, "CODE_FILE"));

    log_to(sockets[0], 0, log_with_a_forged_field, NULL);
    read_entry(journal, entry, sizeof(entry));
    assert_field(entry, "FACEGATE_STATUS=Refused");
    assert_field(entry, "FACEGATE_USER={Eve");
    assert_field(entry, "FACEGATE_STATUS=Accepted}");

    static const char *const priorities[] = {"PRIORITY=3", "PRIORITY=4", "PRIORITY=6",
                                             "PRIORITY=7"};
    log_to(sockets[0], 0, log_each_level, NULL);
    for (size_t i = 0; i < COUNT(priorities); i++) {
        read_entry(journal, entry, sizeof(entry));
        assert_field(entry, priorities[i]);
        assert_null(strstr(entry, "FACEGATE_EVENT"));
    }

    /* What went to the journal did not go to stderr as well. */
    assert_int_equal(read(sockets[1], entry, sizeof(entry)), -1);
    assert_int_equal(errno, EAGAIN);

    /* stderr was sent elsewhere since: systemd's variable is stale, and lines are lines. */
    static char hello[] = "hello";
    log_to(sockets[0], 1, log_text, hello);
    ssize_t size = read(sockets[1], entry, sizeof(entry) - 1);
    assert_true(size > 0);
    entry[size] = '\0';
    assert_matches(entry, TIME "INFO  main    hello\n$");
    assert_int_equal(recv(journal, entry, sizeof(entry), MSG_DONTWAIT), -1);

    close(sockets[0]);
    close(sockets[1]);
    close_journal(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_journal_gets_fields_that_can_be_matched),
    };
    unsetenv("JOURNAL_STREAM");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
