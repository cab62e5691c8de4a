#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* No namespaces, no matrix. */
static void must(int result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "sandbox: %s: %s\n", what, strerror(errno));
        exit(EXIT_FAILURE);
    }
}

static void write_map(const char *path, unsigned id)
{
    char line[32];
    int length = snprintf(line, sizeof(line), "0 %u 1", id);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    must(fd, path);
    must((int)write(fd, line, (size_t)length), path);
    close(fd);
}

static void enter(void)
{
    int kinds = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID;
    unsigned user = getuid(), group = getgid();
    must(unshare(user == 0 ? kinds : kinds | CLONE_NEWUSER), "unshare");
    if (user != 0) {
        int fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
        must(fd, "/proc/self/setgroups");
        must((int)write(fd, "deny", 4), "/proc/self/setgroups");
        close(fd);
        write_map("/proc/self/uid_map", user);
        write_map("/proc/self/gid_map", group);
    }
}

/* Loopback is there, but down. */
static void bring_up_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    must(fd, "socket");
    must(ioctl(fd, SIOCGIFFLAGS, &request), "lo");
    request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
    must(ioctl(fd, SIOCSIFFLAGS, &request), "lo");
    close(fd);
}

/* The first process in there. */
static void settle_in(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "/");
    must(mount("proc", "/proc", "proc", 0, NULL), "/proc");
    fg_sandbox_tmpfs("/dev/shm", "256m");
    bring_up_loopback();
}

static void redirect(const char *log)
{
    int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    must(fd, log);
    must(dup2(fd, STDOUT_FILENO), log);
    must(dup2(fd, STDERR_FILENO), log);
    close(fd);
}

pid_t fg_sandbox_run(int (*work)(void *context), void *context, const char *log)
{
    fflush(NULL);
    pid_t outer = fork();
    must(outer, "fork");
    if (outer != 0) {
        return outer;
    }
    enter();
    pid_t inner = fork();
    must(inner, "fork");
    if (inner == 0) {
        settle_in();
        redirect(log);
        exit(work(context));
    }
    int status = 0;
    while (waitpid(inner, &status, 0) < 0 && errno == EINTR) {
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

void fg_sandbox_bind(const char *from, const char *to)
{
    must(mount(from, to, NULL, MS_BIND, NULL), to);
}

void fg_sandbox_tmpfs(const char *folder, const char *size)
{
    char options[64];
    snprintf(options, sizeof(options), "mode=0755,size=%s", size);
    must(mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, options), folder);
}

void fg_sandbox_read_only(const char *folder, int is_read_only)
{
    unsigned long flags = MS_REMOUNT | MS_NOSUID | MS_NODEV | (is_read_only ? MS_RDONLY : 0);
    must(mount(NULL, folder, NULL, flags, NULL), folder);
}
