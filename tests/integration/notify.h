/*
 * systemd's end of sd_notify: what a daemon that is started meanwhile tells it. One at a time;
 * fails the running cmocka test where what is expected does not come. Only ten messages wait to be
 * read: after those the daemon waits in sd_notify, as it never does with systemd.
 */
#ifndef FACEGATE_TESTS_NOTIFY_H
#define FACEGATE_TESTS_NOTIFY_H

/* A socket in the folder, named in this process's environment until it is closed. */
void fg_notify_open(const char *folder);
void fg_notify_close(void);

/* Reads messages until one has `text` in it. How many had `counted` (NULL for none) in them on the
 * way. */
int fg_notify_expect(const char *text, const char *counted);

/* That nothing with `text` in it comes in this time. */
void fg_notify_expect_none(const char *text, double seconds);

#endif
