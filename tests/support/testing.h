/*
 * What tests share: temporary folders, processes with their output, waiting with a deadline, the
 * test receiver, pictures. Everything here fails the running cmocka test where it cannot do its
 * work, so callers check nothing. One thread at a time.
 *
 * Link fg_testing. A test that uses it looks like this:
 *
 *     char *folder = fg_testing_folder();
 *     fg_receiver receiver = {.folder = folder};
 *     fg_receiver_start(&receiver);
 *     ... receiver.url ...
 *     fg_receiver_control(&receiver, "{\"mode\": \"status\", \"code\": 503}");
 *     cJSON *seen = fg_receiver_seen(&receiver);
 *     cJSON_Delete(seen);
 *     fg_receiver_stop(&receiver);
 *     fg_testing_remove(folder);
 */
#ifndef FACEGATE_TESTING_H
#define FACEGATE_TESTING_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Deadlines are there to end a broken test; nothing that works comes near this many seconds, on the
 * slowest of machines with the most beside it. */
#define FG_TESTING_PATIENCE 240.0

/* A new folder below $TMPDIR or /tmp, or on tmpfs in /dev/shm. Give it to fg_testing_remove. */
char *fg_testing_folder(void);
char *fg_testing_folder_in(const char *parent);

/* Removes the folder with all that is in it and frees the path. NULL is fine. */
void fg_testing_remove(char *folder);

/* "FOLDER/NAME", to be freed. */
char *fg_testing_path(const char *folder, const char *name);

/* A whole file, with a zero byte after it; to be freed. `ret_size` may be NULL. */
char *fg_testing_read(const char *path, size_t *ret_size);
void fg_testing_write(const char *path, const void *data, size_t size);

/* Fails the test where the file holds anything but this text. */
void fg_testing_assert_text(const char *path, const char *expected);

/* How many of the files that lie in the folder hold the text; `ret_files` (may be NULL): of how
 * many. */
int fg_testing_search(const char *folder, const char *text, int *ret_files);

/* Seconds of CLOCK_MONOTONIC. */
double fg_testing_now(void);

/* Asks `condition` every few milliseconds until it is true; false after `seconds`. */
bool fg_testing_wait(bool (*condition)(void *context), void *context, double seconds);

/* A JPEG of one colour with a little of `seed` in it, so that two seeds give two pictures. To be
 * freed. */
uint8_t *fg_testing_jpeg(int width, int height, unsigned seed, size_t *ret_size);

/* For qsort(3), doubles in ascending order. */
int fg_testing_by_value(const void *one, const void *other);

/* SHA-256 is what the receiver tells of a picture: 64 hexadecimal digits. */
void fg_testing_sha256(const void *data, size_t size, char ret_hex[65]);

/* A child process; its output goes to FOLDER/NAME.out and FOLDER/NAME.err, appended over restarts.
 */
typedef struct fg_process {
    pid_t pid; /* 0 when it does not run */
    int watch; /* pidfd */
    char out[512];
    char err[512];
} fg_process;

/*
 * Starts argv[0], sought in PATH, standard input /dev/null; what cannot be started ends with 127.
 * `environment` holds "NAME=VALUE" added to this process's own; NULL for none. The child is killed
 * when the thread that started it ends, however it ends: a test that fails leaves nothing running.
 */
void fg_process_start(fg_process *process, const char *folder, const char *name,
                      const char *const argv[], const char *const environment[]);
void fg_process_signal(const fg_process *process, int number);

/*
 * Waits for its end. The exit code, or -N where signal N ended it. After `seconds` the process is
 * killed and the test fails, its output in the message.
 */
int fg_process_wait(fg_process *process, double seconds);

/* Whether it still runs. Its end is not collected. */
bool fg_process_runs(const fg_process *process);

/* Kills and collects it where it runs. For teardown. */
void fg_process_end(fg_process *process);

/* Waits until what it wrote to stdout or stderr holds `text`; fails the test if it ends or
 * `seconds` pass before. */
void fg_process_expect(const fg_process *process, const char *text, double seconds);

/* All its output so far, stdout then stderr; to be freed. */
char *fg_process_output(const fg_process *process);

/*
 * Starts what prints "listening on http...:PORT" last and goes on running; gives the port. Output
 * of an earlier start is removed.
 */
int fg_process_serve(fg_process *process, const char *folder, const char *name,
                     const char *const argv[], const char *const environment[]);

/* Kilobytes of a field like VmHWM in /proc/PID/status. */
long fg_process_memory(pid_t pid, const char *field);

/* Starts, waits, returns the exit code; `ret_output` (may be NULL) is to be freed. */
int fg_process_run(const char *folder, const char *const argv[], const char *const environment[],
                   double seconds, char **ret_output);

/*
 * tests/support/receiver.py. Set what is wanted, the rest zero, before the start. With `data` a
 * restarted receiver knows what it had. The port is kept from the first start to the next.
 */
typedef struct fg_receiver {
    const char *folder; /* for its output; required */
    const char *data;   /* all these NULL for none */
    const char *tls_cert;
    const char *tls_key;
    const char *client_ca;
    const char *token_file;
    const char *picture_key; /* the key itself */
    /* Filled by the start. */
    int port;
    char url[128]; /* http://127.0.0.1:PORT, or https://localhost:PORT */
    fg_process process;
} fg_receiver;

void fg_receiver_start(fg_receiver *receiver);

/* SIGTERM and its clean end. May be started again. */
void fg_receiver_stop(fg_receiver *receiver);

/* Ends it at once, for teardown; fine where it does not run. */
void fg_receiver_kill(fg_receiver *receiver);

/* An order, as the head of receiver.py has them. Only over http. */
void fg_receiver_control(const fg_receiver *receiver, const char *json);

/* GET /_seen (every POST, in order) and GET /api/auth_logs (what was stored); arrays, to be
 * deleted. */
cJSON *fg_receiver_seen(const fg_receiver *receiver);
cJSON *fg_receiver_stored(const fg_receiver *receiver);

/* Waits until that many POSTs came, or entries are stored; fails the test after
 * FG_TESTING_PATIENCE. */
void fg_receiver_expect_seen(const fg_receiver *receiver, int count);
void fg_receiver_expect_stored(const fg_receiver *receiver, int count);

/* A port of 127.0.0.1 on which nothing listens. */
int fg_testing_free_port(void);

#endif
