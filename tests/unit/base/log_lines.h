/* What tests of the log share: where its lines go meanwhile, and what is logged. */
#ifndef FACEGATE_TESTS_LOG_LINES_H
#define FACEGATE_TESTS_LOG_LINES_H

/* How a line begins. */
#define TIME "^[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3} "

/* Puts a descriptor in the place of stderr; nothing may be asserted until it is restored, or the
 * report would go there too. */
void redirect(int fd);
void restore(void);

/* Logs with stderr on `fd`, which JOURNAL_STREAM names; `inode_offset` makes that wrong. */
void log_to(int fd, unsigned inode_offset, void (*act)(void *context), void *context);

/* To be given to log_to: logs the text. */
void log_text(void *text);

/* The same: logs a line of each level. */
void log_each_level(void *context);

void assert_matches(const char *text, const char *pattern);

#endif
