/* Turns SIGTERM, SIGINT and SIGHUP into a readable descriptor. */
#include "facegate/base/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Signal handlers have no other way to their state. Atomic, since they run in any thread. */
static int wake_fd = -1;
static bool had_terminal;
static _Atomic bool stop_wanted;
static _Atomic bool reload_wanted;

static void on_signal(int number)
{
    int saved = errno;
    if (number == SIGHUP) {
        reload_wanted = true;
    } else {
        stop_wanted = true;
    }
    uint64_t one = 1;
    /* A full counter already wakes the reader, so a failed write loses nothing. */
    ssize_t ignored = write(wake_fd, &one, sizeof(one));
    (void)ignored;
    errno = saved;
}

int fg_signals_open(void)
{
    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0) {
        return -errno;
    }
    had_terminal = isatty(STDIN_FILENO) == 1;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    if (sigaction(SIGTERM, &action, NULL) != 0 || sigaction(SIGINT, &action, NULL) != 0 ||
        sigaction(SIGHUP, &action, NULL) != 0 || sigaction(SIGPIPE, &ignore, NULL) != 0) {
        int code = -errno;
        close(wake_fd);
        wake_fd = -1;
        return code;
    }
    return wake_fd;
}

void fg_signals_read(bool *ret_stop, bool *ret_reload)
{
    /* The counter is emptied first: a signal that comes in between then wakes the reader once more,
     * and is never missed. */
    uint64_t count;
    ssize_t ignored = read(wake_fd, &count, sizeof(count));
    (void)ignored;
    *ret_stop = atomic_exchange(&stop_wanted, false);
    *ret_reload = atomic_exchange(&reload_wanted, false);
    /* The kernel sends SIGHUP for a terminal that is gone as well: then nobody is left to stop it.
     */
    if (*ret_reload && had_terminal && isatty(STDIN_FILENO) != 1) {
        *ret_reload = false;
        *ret_stop = true;
    }
}
