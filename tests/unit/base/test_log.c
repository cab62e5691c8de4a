#include "facegate/base/log.h"
#include "log_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define LOGGERS       4
#define LINES_OF_EACH 500

static size_t drain(int fd, char *text, size_t room)
{
    size_t size = 0;
    ssize_t got;
    while (size + 1 < room && (got = read(fd, text + size, room - size - 1)) > 0) {
        size += (size_t)got;
    }
    text[size] = '\0';
    return size;
}

/* What `act` logs to something that is no terminal. */
static const char *logged(bool verbose, void (*act)(void *context), void *context)
{
    static char text[65536];
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    redirect(ends[1]);
    fg_log_open(verbose);
    act(context);
    restore();
    close(ends[1]);
    drain(ends[0], text, sizeof(text));
    close(ends[0]);
    return text;
}

/* What `act` logs to a terminal, with NO_COLOR and TERM as given or unset. */
static const char *logged_to_terminal(const char *no_color, const char *term,
                                      void (*act)(void *context), void *context)
{
    static char text[65536];
    int master = -1, slave = -1;
    if (no_color == NULL) {
        unsetenv("NO_COLOR");
    } else {
        setenv("NO_COLOR", no_color, 1);
    }
    if (term == NULL) {
        unsetenv("TERM");
    } else {
        setenv("TERM", term, 1);
    }
    if (openpty(&master, &slave, NULL, NULL, NULL) != 0) {
        fail_msg("no terminal to be had: %s", strerror(errno));
    }
    redirect(slave);
    fg_log_open(true);
    act(context);
    restore();
    close(slave);
    drain(master, text, sizeof(text)); /* ends with EIO, as nobody holds the other side */
    close(master);
    unsetenv("NO_COLOR");
    return text;
}

static void log_decisions(void *context)
{
    (void)context;
    const fg_log_fields accepted = {.event = "e", .status = "Accepted", .user = "Ada"};
    const fg_log_fields refused = {.event = "e", .status = "Refused", .user = "Inconnu"};
    const fg_log_fields neither = {.event = "start", .distance = NAN};
    fg_log_event(FG_LOG_INFO, &accepted, "in");
    fg_log_event(FG_LOG_INFO, &refused, "out");
    fg_log_event(FG_LOG_INFO, &neither, "up");
    fg_log_event(FG_LOG_ERROR, &accepted, "bad");
}

static void a_line_has_time_level_thread_and_message(void **state)
{
    (void)state;
    static char hello[] = "hello";
    assert_matches(logged(false, log_text, hello), TIME "INFO  main    hello\n$");
    assert_matches(logged(true, log_each_level, NULL),
                   TIME "ERROR main    broken 1\n.{12} WARN  main    odd 2\n"
                        ".{12} INFO  main    plain 3\n.{12} DEBUG main    small 4\n$");
    assert_matches(logged(false, log_decisions, NULL),
                   TIME "INFO  main    in\n.{12} INFO  main    out\n"
                        ".{12} INFO  main    up\n.{12} ERROR main    bad\n$");
}

static void debug_lines_are_for_the_verbose(void **state)
{
    (void)state;
    assert_null(strstr(logged(false, log_each_level, NULL), "small"));
    assert_non_null(strstr(logged(true, log_each_level, NULL), "small"));
    assert_null(strstr(logged(false, log_each_level, NULL), "small"));
}

static void log_in_silence(void *context)
{
    fg_log_silence();
    log_each_level(context);
}

static void silence_lasts_until_the_log_is_opened_again(void **state)
{
    (void)state;
    assert_string_equal(logged(true, log_in_silence, NULL), "");
    assert_non_null(strstr(logged(true, log_each_level, NULL), "small"));
}

static void only_a_terminal_gets_colour(void **state)
{
    (void)state;
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    assert_null(strchr(logged(true, log_each_level, NULL), '\033'));
    assert_null(strchr(logged(true, log_decisions, NULL), '\033'));

    assert_matches(logged_to_terminal(NULL, "xterm", log_each_level, NULL),
                   "^\033\\[31m.{12} ERROR main    broken 1\033\\[0m\r\n"
                   "\033\\[33m.{12} WARN  main    odd 2\033\\[0m\r\n"
                   ".{12} INFO  main    plain 3\r\n"
                   "\033\\[2m.{12} DEBUG main    small 4\033\\[0m\r\n$");
    assert_matches(logged_to_terminal("", NULL, log_decisions, NULL),
                   "^\033\\[32m.{12} INFO  main    in\033\\[0m\r\n"
                   "\033\\[35m.{12} INFO  main    out\033\\[0m\r\n"
                   ".{12} INFO  main    up\r\n"
                   "\033\\[31m.{12} ERROR main    bad\033\\[0m\r\n$");
}

static void who_wants_no_colour_gets_none(void **state)
{
    (void)state;
    static const struct {
        const char *no_color, *term;
    } wishes[] = {{"1", "xterm"}, {"anything", NULL}, {NULL, "dumb"}};
    for (size_t i = 0; i < COUNT(wishes); i++) {
        const char *text =
            logged_to_terminal(wishes[i].no_color, wishes[i].term, log_each_level, NULL);
        assert_non_null(strstr(text, "ERROR main    broken 1\r\n"));
        assert_null(strchr(text, '\033'));
    }
}

static void nothing_from_outside_steers_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } table[] = {
        {"a\033[31mb", "a?[31mb"},
        {"two\nlines\r", "two?lines?"},
        {"\a\b\t\v\f\001\037", "???????"},
        {"del\177", "del?"},
        {"C1 \xC2\x80\xC2\x9B\xC2\x9F.", "C1 ???."},
        {"no C1 \xC2\xA0.", "no C1 \xC2\xA0."},
        {"\u00E9\u20AC\U0001F600", "\u00E9\u20AC\U0001F600"},
        /* A terminal without UTF-8 takes a bare 0x9B for the start of a sequence, and the journal
         * shows a message with one as a blob. */
        {"bare \x9B"
         "31m",
         "bare ?31m"},
        {"latin-1 \xE9t\xE9", "latin-1 ?t?"},
        {"cut \xE2\x82", "cut ??"},
        {"overlong \xC0\x9B", "overlong ??"},
        {"surrogate \xED\xA0\x80", "surrogate ???"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[64];
        snprintf(text, sizeof(text), "%s", table[i].text);
        const char *line = logged(false, log_text, text);
        size_t length = strlen(line);
        assert_true(length > 27);
        char message[128];
        snprintf(message, sizeof(message), "%s\n", table[i].shown);
        assert_string_equal(line + strlen("00:00:00.000 INFO  main    "), message);
    }
}

static void a_message_without_end_is_one_line_that_ends(void **state)
{
    (void)state;
    static char text[8192];
    for (size_t lead = 0; lead < 4; lead++) {
        memset(text, 'x', lead);
        for (size_t at = lead; at + 3 < sizeof(text); at += 3) {
            memcpy(text + at, "\u20AC", 4);
        }
        const char *line = logged(false, log_text, text);
        size_t length = strlen(line);
        assert_in_range(length, 2000, 4000);
        assert_ptr_equal(strchr(line, '\n'), line + length - 1);
    }
}

static void *log_from_a_thread(void *name)
{
    static char comm[32];
    fg_log_thread(name);
    fg_log(FG_LOG_INFO, "here");
    pthread_getname_np(pthread_self(), comm, sizeof(comm));
    return comm;
}

static const char *name_in_the_kernel;

static void log_in_thread(void *name)
{
    pthread_t thread;
    void *comm = NULL;
    pthread_create(&thread, NULL, log_from_a_thread, name);
    pthread_join(thread, &comm);
    name_in_the_kernel = comm;
}

static void a_thread_has_its_name_in_lines_and_in_the_kernel(void **state)
{
    (void)state;
    static char sender[] = "sender", longest[] = "fifteen-letters";
    assert_matches(logged(false, log_in_thread, sender), TIME "INFO  sender  here\n$");
    assert_string_equal(name_in_the_kernel, "sender");
    assert_matches(logged(false, log_in_thread, longest), TIME "INFO  fifteen-letters here\n$");
    assert_string_equal(name_in_the_kernel, "fifteen-letters");
    static char hello[] = "still main";
    assert_matches(logged(false, log_text, hello), TIME "INFO  main    still main\n$");
}

static void *log_many(void *name)
{
    fg_log_thread(name);
    for (int i = 0; i < LINES_OF_EACH; i++) {
        fg_log(FG_LOG_INFO, "line %d of a thread that writes as fast as it can", i);
    }
    return NULL;
}

static void lines_of_several_threads_do_not_mix(void **state)
{
    (void)state;
    static char names[LOGGERS][8] = {"one", "two", "three", "four"};
    pthread_t threads[LOGGERS];
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    redirect(ends[1]);
    fg_log_open(false);
    for (int i = 0; i < LOGGERS; i++) {
        pthread_create(&threads[i], NULL, log_many, names[i]);
    }
    FILE *lines = fdopen(ends[0], "re");
    int next[LOGGERS] = {0}, wrong = 0;
    char line[256];
    for (int count = 0; count < LOGGERS * LINES_OF_EACH; count++) {
        char name[8], expected[256];
        int number = 0;
        if (fgets(line, sizeof(line), lines) == NULL ||
            sscanf(line, "%*s INFO %7s line %d", name, &number) != 2) {
            wrong++;
            continue;
        }
        int who = 0;
        while (who < LOGGERS && strcmp(names[who], name) != 0) {
            who++;
        }
        snprintf(expected, sizeof(expected),
                 "INFO  %-7s line %d of a thread that writes as fast as it can\n", name, number);
        if (who == LOGGERS || number != next[who]++ || strcmp(line + 13, expected) != 0) {
            wrong++;
        }
    }
    for (int i = 0; i < LOGGERS; i++) {
        pthread_join(threads[i], NULL);
    }
    restore();
    close(ends[1]);
    assert_null(fgets(line, sizeof(line), lines));
    fclose(lines);
    assert_int_equal(wrong, 0);
}

static void a_journal_that_is_gone_harms_nobody(void **state)
{
    (void)state;
    int sockets[2];
    static char hello[] = "hello";
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    log_to(sockets[0], 0, log_text, hello);
    close(sockets[0]);
    close(sockets[1]);
}

static void a_senseless_journal_stream_is_none(void **state)
{
    (void)state;
    static const char *const streams[] = {"", "8", "8:", ":8", "a:b", "-1:-1"};
    static char hello[] = "hello";
    for (size_t i = 0; i < COUNT(streams); i++) {
        setenv("JOURNAL_STREAM", streams[i], 1);
        assert_matches(logged(false, log_text, hello), TIME "INFO  main    hello\n$");
    }
    unsetenv("JOURNAL_STREAM");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_time_level_thread_and_message),
        cmocka_unit_test(debug_lines_are_for_the_verbose),
        cmocka_unit_test(silence_lasts_until_the_log_is_opened_again),
        cmocka_unit_test(only_a_terminal_gets_colour),
        cmocka_unit_test(who_wants_no_colour_gets_none),
        cmocka_unit_test(nothing_from_outside_steers_a_terminal),
        cmocka_unit_test(a_message_without_end_is_one_line_that_ends),
        cmocka_unit_test(a_thread_has_its_name_in_lines_and_in_the_kernel),
        cmocka_unit_test(lines_of_several_threads_do_not_mix),
        cmocka_unit_test(a_senseless_journal_stream_is_none),
        cmocka_unit_test(a_journal_that_is_gone_harms_nobody),
    };
    unsetenv("JOURNAL_STREAM");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
