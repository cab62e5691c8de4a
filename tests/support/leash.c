/*
 * Runs a command that does not outlive the process that started it: leash PID COMMAND WORD...,
 * where PID is that process's. A test that fails, crashes or is killed leaves no daemon behind.
 *
 * Between fork and exec is the only place to say so, and posix_spawn(3) has no word for it. Linked
 * statically, so that what a test preloads is loaded into the command alone.
 *
 * Source: prctl(2), PR_SET_PDEATHSIG.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    if (argc < 3) {
        fprintf(stderr, "leash PID COMMAND WORD...\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* It may have ended before it was asked for. */
    if (getppid() != atoi(argv[1])) {
        return EXIT_FAILURE;
    }
    execvp(argv[2], argv + 2);
    fprintf(stderr, "cannot start %s: %s\n", argv[2], strerror(errno));
    return 127;
}
