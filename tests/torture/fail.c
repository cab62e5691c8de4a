#include "fail.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_STACK 48

static const char *const names[FG_FAIL_KINDS] = {
    [FG_FAIL_ALLOC] = "alloc",
    [FG_FAIL_OPEN] = "open",
    [FG_FAIL_READ] = "read",
    [FG_FAIL_WRITE] = "write",
    [FG_FAIL_FSYNC] = "fsync",
    [FG_FAIL_RENAME] = "rename",
    [FG_FAIL_STAT] = "stat",
    [FG_FAIL_LOCK] = "lock",
    [FG_FAIL_MAP] = "map",
    [FG_FAIL_FD] = "fd",
    [FG_FAIL_NET] = "net",
    [FG_FAIL_THREAD] = "thread",
    [FG_FAIL_SQLITE] = "sqlite",
    [FG_FAIL_CURL] = "curl",
    [FG_FAIL_JPEG] = "jpeg",
    [FG_FAIL_HTTP] = "http",
    [FG_FAIL_CRYPTO] = "crypto",
    [FG_FAIL_CAMERA_MANAGER] = "camera-manager",
    [FG_FAIL_CAMERA_NONE] = "camera-none",
    [FG_FAIL_CAMERA_ACQUIRE] = "camera-acquire",
    [FG_FAIL_CAMERA_NO_CONFIG] = "camera-no-config",
    [FG_FAIL_CAMERA_NO_STREAM] = "camera-no-stream",
    [FG_FAIL_CAMERA_INVALID] = "camera-invalid",
    [FG_FAIL_CAMERA_ADJUSTED] = "camera-adjusted",
    [FG_FAIL_CAMERA_CONFIGURE] = "camera-configure",
    [FG_FAIL_CAMERA_ALLOCATE] = "camera-allocate",
    [FG_FAIL_CAMERA_NO_BUFFERS] = "camera-no-buffers",
    [FG_FAIL_CAMERA_NO_PLANES] = "camera-no-planes",
    [FG_FAIL_CAMERA_MAP] = "camera-map",
    [FG_FAIL_CAMERA_NO_REQUEST] = "camera-no-request",
    [FG_FAIL_CAMERA_ADD] = "camera-add",
    [FG_FAIL_CAMERA_START] = "camera-start",
    [FG_FAIL_CAMERA_QUEUE] = "camera-queue",
    [FG_FAIL_CAMERA_UNPLUGGED] = "camera-unplugged",
    [FG_FAIL_CAMERA_CANCELLED] = "camera-cancelled",
    [FG_FAIL_CAMERA_NO_PICTURE] = "camera-no-picture",
    [FG_FAIL_CAMERA_DAMAGED] = "camera-damaged",
    [FG_FAIL_CAMERA_STOP] = "camera-stop",
    [FG_FAIL_CAMERA_RELEASE] = "camera-release",
};

static _Atomic bool armed;
static atomic_ulong counts[FG_FAIL_KINDS];
static int wanted = -1;
static unsigned long wanted_at;
static int report = -1;
static const void *program; /* where it was loaded */
static _Thread_local bool busy;

/* None of what it reports with may be counted itself. */
static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void tell(const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (report >= 0 && length > 0) {
        size_t size = (size_t)length < sizeof(line) ? (size_t)length : sizeof(line) - 1;
        syscall(SYS_write, report, line, size);
    }
}

static void tell_stack(void)
{
    void *stack[MAX_STACK];
    int depth = backtrace(stack, MAX_STACK);
    for (int i = 2; i < depth; i++) {
        Dl_info info;
        if (dladdr(stack[i], &info) != 0 && info.dli_fname != NULL) {
            tell("at %s %zx %s\n", info.dli_fname,
                 (size_t)((uintptr_t)stack[i] - (uintptr_t)info.dli_fbase),
                 info.dli_sname != NULL ? info.dli_sname : "?");
        }
    }
}

bool fg_fail_now(enum fg_fail_kind kind, const char *function)
{
    if (!armed || busy) {
        return false;
    }
    unsigned long number = atomic_fetch_add(&counts[kind], 1) + 1;
    if ((int)kind != wanted || number != wanted_at) {
        return false;
    }
    busy = true;
    tell("failed %s %lu %s\n", names[kind], number, function);
    tell_stack();
    busy = false;
    return true;
}

bool fg_fail_ours(enum fg_fail_kind kind, const char *function, const void *caller)
{
    Dl_info info;
    return armed && !busy && dladdr(caller, &info) != 0 && info.dli_fbase == program &&
           fg_fail_now(kind, function);
}

void *fg_fail_real(const char *function)
{
    bool before = busy;
    busy = true;
    void *found = dlsym(RTLD_NEXT, function);
    busy = before;
    if (found == NULL) {
        tell("missing %s\n", function);
        abort();
    }
    return found;
}

static void read_order(const void *program_main)
{
    const char *kind = getenv("FG_FAIL_KIND");
    const char *at = getenv("FG_FAIL_AT");
    const char *path = getenv("FG_FAIL_REPORT");
    void *stack[1];
    Dl_info info;
    for (int i = 0; kind != NULL && i < FG_FAIL_KINDS; i++) {
        wanted = strcmp(kind, names[i]) == 0 ? i : wanted;
    }
    wanted_at = at != NULL ? strtoul(at, NULL, 10) : 0;
    if (path != NULL) {
        int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        report = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 900);
        syscall(SYS_close, fd);
    }
    if (dladdr(program_main, &info) != 0) {
        program = info.dli_fbase;
    }
    backtrace(stack, 1); /* loads what it needs while that may not fail */
}

typedef int main_function(int argc, char **argv, char **environment);
static main_function *real_main;

static int counted_main(int argc, char **argv, char **environment)
{
    armed = true;
    int code = real_main(argc, argv, environment);
    armed = false;
    for (int i = 0; i < FG_FAIL_KINDS; i++) {
        tell("count %s %lu\n", names[i], atomic_load(&counts[i]));
    }
    return code;
}

typedef int start_function(main_function *, int, char **, void (*)(void), void (*)(void),
                           void (*)(void), void *);
start_function __libc_start_main;

int __libc_start_main(main_function *program_main, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*unload)(void), void *stack_end)
{
    start_function *real = (start_function *)(uintptr_t)fg_fail_real("__libc_start_main");
    real_main = program_main;
    read_order((const void *)(uintptr_t)program_main);
    return real(counted_main, argc, argv, init, fini, unload, stack_end);
}
