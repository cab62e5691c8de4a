/* What tests of the log share. */
#include "log_lines.h"

#include "facegate/base/log.h"

#include <fcntl.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int saved_stderr = -1;

void redirect(int fd)
{
    fflush(stderr);
    saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
    dup2(fd, STDERR_FILENO);
}

void restore(void)
{
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    saved_stderr = -1;
}

void log_to(int fd, unsigned inode_offset, void (*act)(void *context), void *context)
{
    struct stat info;
    char stream[64];
    assert_int_equal(fstat(fd, &info), 0);
    snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)info.st_dev,
             (uintmax_t)info.st_ino + inode_offset);
    assert_int_equal(setenv("JOURNAL_STREAM", stream, 1), 0);
    redirect(fd);
    fg_log_open(true);
    act(context);
    restore();
    unsetenv("JOURNAL_STREAM");
    fg_log_open(false);
}

void log_text(void *text)
{
    fg_log(FG_LOG_INFO, "%s", (const char *)text);
}

void log_each_level(void *context)
{
    (void)context;
    fg_log(FG_LOG_ERROR, "broken %d", 1);
    fg_log(FG_LOG_WARNING, "odd %d", 2);
    fg_log(FG_LOG_INFO, "plain %d", 3);
    fg_log(FG_LOG_DEBUG, "small %d", 4);
}

void assert_matches(const char *text, const char *pattern)
{
    regex_t compiled;
    assert_int_equal(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
    int result = regexec(&compiled, text, 0, NULL, 0);
    regfree(&compiled);
    if (result != 0) {
        fail_msg("\"%s\" does not match \"%s\"", text, pattern);
    }
}
