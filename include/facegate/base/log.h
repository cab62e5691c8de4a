/*
 * The log. In the foreground it writes readable lines to stderr, coloured on a terminal only; when
 * stderr is the journal (sd-daemon's JOURNAL_STREAM rule) it writes structured entries instead.
 * Every thread may log. Control characters in a message are replaced, so that no outside byte
 * reaches a terminal. Source: sd_journal_send(3), sd-daemon(3).
 */
#ifndef FACEGATE_BASE_LOG_H
#define FACEGATE_BASE_LOG_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The values are syslog's, as the journal's PRIORITY wants them. */
enum fg_log_level {
    FG_LOG_ERROR = 3,
    FG_LOG_WARNING = 4,
    FG_LOG_INFO = 6,
    FG_LOG_DEBUG = 7,
};

/* Fields that journalctl can match, FACEGATE_STATUS=Refused for one. Null and NAN are left out. */
typedef struct fg_log_fields {
    const char *event;  /* FACEGATE_EVENT, the event's id or the kind of thing that happened */
    const char *status; /* FACEGATE_STATUS, Accepted or Refused */
    const char *user;   /* FACEGATE_USER */
    double distance;    /* FACEGATE_DISTANCE, Euclidean */
    double liveness;    /* FACEGATE_LIVENESS, 0 to 1 */
} fg_log_fields;

/* Chooses where lines go. Called once by main before other threads log. */
void fg_log_open(bool verbose);

/* Nothing is logged until the next fg_log_open: for a command that tells in its own words what went
 * wrong. As that one. */
void fg_log_silence(void);

/* Names the calling thread in its lines and in the kernel; at most 15 bytes, a string that stays.
 */
void fg_log_thread(const char *name);

void fg_log(enum fg_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

void fg_log_event(enum fg_log_level level, const fg_log_fields *fields, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#ifdef __cplusplus
}
#endif
#endif
