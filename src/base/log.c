/* Writes log lines to the journal or to stderr. */
#include "facegate/base/log.h"

#include "facegate/text.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The location fields would name our source files on a user's machine and say nothing to a reader.
 */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#define LINE_SIZE 2048

static bool to_journal;
static bool in_colour;
static bool silent;
static enum fg_log_level most_verbose = FG_LOG_INFO;
static _Thread_local const char *thread_name = "main";

/* sd-daemon's rule: JOURNAL_STREAM names the device and inode of what stderr is connected to. */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    uintmax_t device;
    uintmax_t inode;
    struct stat info;
    return stream != NULL && sscanf(stream, "%" SCNuMAX ":%" SCNuMAX, &device, &inode) == 2 &&
           fstat(STDERR_FILENO, &info) == 0 && (uintmax_t)info.st_dev == device &&
           (uintmax_t)info.st_ino == inode;
}

void fg_log_open(bool verbose)
{
    const char *term = getenv("TERM");
    const char *no_colour = getenv("NO_COLOR");
    silent = false;
    to_journal = stderr_is_journal();
    in_colour = isatty(STDERR_FILENO) == 1 && (no_colour == NULL || no_colour[0] == '\0') &&
                (term == NULL || strcmp(term, "dumb") != 0);
    most_verbose = verbose ? FG_LOG_DEBUG : FG_LOG_INFO;
}

void fg_log_silence(void)
{
    silent = true;
}

void fg_log_thread(const char *name)
{
    thread_name = name;
    pthread_setname_np(pthread_self(), name);
}

static const char *level_name(enum fg_log_level level)
{
    switch (level) {
    case FG_LOG_ERROR:
        return "ERROR";
    case FG_LOG_WARNING:
        return "WARN ";
    case FG_LOG_INFO:
        return "INFO ";
    case FG_LOG_DEBUG:
        return "DEBUG";
    }
    return "?    ";
}

static const char *level_colour(enum fg_log_level level, const fg_log_fields *fields)
{
    switch (level) {
    case FG_LOG_ERROR:
        return "\033[31m";
    case FG_LOG_WARNING:
        return "\033[33m";
    case FG_LOG_DEBUG:
        return "\033[2m";
    case FG_LOG_INFO:
        break;
    }
    if (fields != NULL && fields->status != NULL) {
        return strcmp(fields->status, "Accepted") == 0 ? "\033[32m" : "\033[35m";
    }
    return "";
}

/* One write for a line, so that lines of several threads do not mix. */
static void write_line(enum fg_log_level level, const fg_log_fields *fields, const char *message)
{
    char line[LINE_SIZE + 128];
    struct timespec now;
    struct tm local;
    char time_text[16] = "--:--:--";
    clock_gettime(CLOCK_REALTIME, &now);
    if (localtime_r(&now.tv_sec, &local) != NULL) {
        strftime(time_text, sizeof(time_text), "%H:%M:%S", &local);
    }
    const char *colour = in_colour ? level_colour(level, fields) : "";
    int length = snprintf(line, sizeof(line), "%s%s.%03ld %s %-7s %s%s\n", colour, time_text,
                          now.tv_nsec / 1000000, level_name(level), thread_name, message,
                          colour[0] != '\0' ? "\033[0m" : "");
    if (length > 0) {
        /* Nobody is left to tell when stderr is gone. */
        ssize_t ignored = write(STDERR_FILENO, line, (size_t)length);
        (void)ignored;
    }
}

static void write_journal(enum fg_log_level level, const fg_log_fields *fields, const char *message)
{
    char text[8][LINE_SIZE + 16];
    struct iovec vector[8];
    int count = 0;
    int length[8];
    length[count] = snprintf(text[count], sizeof(text[0]), "MESSAGE=%s", message);
    count++;
    length[count] = snprintf(text[count], sizeof(text[0]), "PRIORITY=%d", (int)level);
    count++;
    length[count] = snprintf(text[count], sizeof(text[0]), "FACEGATE_THREAD=%s", thread_name);
    count++;
    if (fields != NULL) {
        const char *names[] = {"EVENT", "STATUS", "USER"};
        const char *values[] = {fields->event, fields->status, fields->user};
        for (size_t i = 0; i < 3; i++) {
            if (values[i] != NULL) {
                length[count] =
                    snprintf(text[count], sizeof(text[0]), "FACEGATE_%s=%s", names[i], values[i]);
                count++;
            }
        }
        const char *number_names[] = {"DISTANCE", "LIVENESS"};
        const double numbers[] = {fields->distance, fields->liveness};
        for (size_t i = 0; i < 2; i++) {
            if (!isnan(numbers[i])) {
                length[count] = snprintf(text[count], sizeof(text[0]), "FACEGATE_%s=%.3f",
                                         number_names[i], numbers[i]);
                count++;
            }
        }
    }
    for (int i = 0; i < count; i++) {
        size_t size = (size_t)length[i];
        vector[i].iov_base = text[i];
        vector[i].iov_len = size < sizeof(text[0]) ? size : sizeof(text[0]) - 1;
    }
    sd_journal_sendv(vector, count);
}

static void emit(enum fg_log_level level, const fg_log_fields *fields, const char *format,
                 va_list arguments) __attribute__((format(printf, 3, 0)));

static void emit(enum fg_log_level level, const fg_log_fields *fields, const char *format,
                 va_list arguments)
{
    if (silent || level > most_verbose) {
        return;
    }
    char message[LINE_SIZE];
    vsnprintf(message, sizeof(message), format, arguments);
    /* No control character may reach a terminal; the journal shows broken UTF-8 as a blob. */
    fg_text_clean(message);
    if (to_journal) {
        write_journal(level, fields, message);
    } else {
        write_line(level, fields, message);
    }
}

void fg_log(enum fg_log_level level, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    emit(level, NULL, format, arguments);
    va_end(arguments);
}

void fg_log_event(enum fg_log_level level, const fg_log_fields *fields, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    emit(level, fields, format, arguments);
    va_end(arguments);
}
