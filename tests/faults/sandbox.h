/*
 * A process with namespaces of its own: mounts (a fresh /dev/shm and /proc), processes (when the
 * first ends, the kernel ends all) and network (nothing but loopback). Where we are not root, a
 * user namespace makes us root in there. Source: namespaces(7), user_namespaces(7).
 */
#ifndef FACEGATE_TESTS_SANDBOX_H
#define FACEGATE_TESTS_SANDBOX_H

#include <sys/types.h>

/*
 * Runs `work` in there, its output and errors in the file `log`. Returns the pid to wait for, whose
 * exit code is the one of `work`, or 128 + N where signal N ended it; killing it ends everything in
 * there. Ends the caller with a word where the kernel refuses.
 */
pid_t fg_sandbox_run(int (*work)(void *context), void *context, const char *log);

/* In there: bind-mounts a file or folder over another, or a tmpfs of this size ("1m") on a folder.
 */
void fg_sandbox_bind(const char *from, const char *to);
void fg_sandbox_tmpfs(const char *folder, const char *size);

/* The mount at a folder may be written to, or not. */
void fg_sandbox_read_only(const char *folder, int is_read_only);

#endif
