/*
 * doctor's findings, and the groups of checks that make them. Main thread only.
 *
 * A check says one line with a verdict, and where that is not good, what fixes it. Checks read and
 * never change anything but what opening the outbox's folder makes. `root` stands for "/" where a
 * check looks at the system's own files, so that tests can bring others; it is "" for the real one.
 */
#ifndef FACEGATE_CLI_DOCTOR_DOCTOR_H
#define FACEGATE_CLI_DOCTOR_DOCTOR_H

#include "common/command_line.h"
#include "common/options.h"
#include "facegate/base/config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum fg_verdict {
    FG_VERDICT_OK,
    FG_VERDICT_NOT_APPLICABLE,
    FG_VERDICT_NOT_CHECKED, /* something else has to be right first */
    FG_VERDICT_WARNING,
    FG_VERDICT_WRONG,
    FG_VERDICTS, /* how many */
};

typedef struct fg_checkup fg_checkup;

fg_checkup *fg_checkup_create(void); /* NULL without memory */
fg_checkup *fg_checkup_free(fg_checkup *checkup);

/* A line; control characters and broken UTF-8 in it become "?". `check` is GROUP.NAME. */
void fg_checkup_say(fg_checkup *checkup, const char *check, enum fg_verdict verdict,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A key of the configuration, as a line of config.value; programs get its parts too. */
void fg_checkup_value(fg_checkup *checkup, const fg_config_item *item);

/* What fixes the line said last. Commands stand in double quotes and are never broken. */
void fg_checkup_fix(fg_checkup *checkup, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How many lines have a verdict; lines lost for want of memory count as wrong. */
int fg_checkup_count(const fg_checkup *checkup, enum fg_verdict verdict);

/* All lines and a summary, lines no longer than `width` columns where words allow. */
void fg_checkup_print(const fg_checkup *checkup, int width, FILE *output);

/* The same as one JSON object; see `facegate help doctor`. -ENOMEM. */
int fg_checkup_print_json(const fg_checkup *checkup, FILE *output);

/* Tells on a terminal's stderr what is being done; NULL takes it away again. */
void fg_checkup_progress(const char *what);

/* `fault`: what is wrong with the configuration, "" for nothing. `all`: every value. */
void fg_doctor_config(fg_checkup *checkup, const fg_config *config, const char *path,
                      const char *fault, bool all);

/* True where the service is running. */
bool fg_doctor_service(fg_checkup *checkup);

/* Units as systemd tells of them at the other end of a bus; an sd_bus. */
bool fg_doctor_units(fg_checkup *checkup, void *bus);

void fg_doctor_models(fg_checkup *checkup, const fg_config *config);
#define FG_DOCTOR_SERVICE "facegate" /* the user of the service */

/* `for_service` as fg_doctor_rights has it. */
void fg_doctor_encodings(fg_checkup *checkup, const fg_config *config, bool for_service);

/* `patience`: ns after which a camera that does not answer is left to itself. */
#define FG_DOCTOR_PATIENCE INT64_C(8000000000)
void fg_doctor_camera(fg_checkup *checkup, const fg_config *config, bool service_runs,
                      int64_t patience);

void fg_doctor_outbox(fg_checkup *checkup, const fg_config *config);
void fg_doctor_backend(fg_checkup *checkup, const fg_config *config, bool config_broken);

/* Whether a camera that never answered still holds a thread: then only _exit ends the process. */
bool fg_doctor_camera_hangs(void);

/* A user and the groups that count for what it may open. */
typedef struct fg_account {
    char name[64];
    uid_t uid;
    gid_t *groups;
    int group_count;
} fg_account;

/* NULL for whoever runs this. -ENOENT, -ENOMEM. */
int fg_account_find(const char *name, fg_account *ret_account);
void fg_account_release(fg_account *account);

/*
 * Whether mode, owner and groups let it (R_OK, W_OK, X_OK together) at `path` and through the
 * folders before it; access lists are not looked at. 1 or 0, or a negative errno where that cannot
 * be seen.
 */
int fg_account_may(const fg_account *account, const char *path, int wanted);

/* The command for what doctor was asked about, see call.h. Returns `ret_text`. */
#define FG_DOCTOR_CALL 512
const char *fg_doctor_call(const fg_config *config, const char *command, unsigned options,
                           char ret_text[FG_DOCTOR_CALL]);

/* What a command that makes `path` or something in it needs in front: "sudo " or nothing. As root
 * it is what the owner of the folder needs, who most likely used sudo to ask. */
const char *fg_doctor_sudo(const char *path);

/* `for_service`: the configuration is the one the service reads, so its user must get at it all. */
void fg_doctor_rights(fg_checkup *checkup, const fg_config *config, bool for_service);

/* Whether the service may read what the configuration names. */
void fg_doctor_files(fg_checkup *checkup, const fg_config *config, const fg_account *service);

/* `service` NULL where there is no such user. */
void fg_doctor_devices(fg_checkup *checkup, const char *root, const fg_account *service);

/* What the kernel says of its clock: adjtimex(2)'s result and status; `realtime` in ns. */
typedef struct fg_clock_check {
    int state, status;
    int64_t realtime;
} fg_clock_check;

void fg_doctor_clock(fg_checkup *checkup, const char *root, const fg_clock_check *look);
void fg_doctor_zone(fg_checkup *checkup);

void fg_doctor_board(fg_checkup *checkup, const char *root);
void fg_doctor_memory(fg_checkup *checkup, const char *root, bool service_runs);
void fg_doctor_swap(fg_checkup *checkup, const char *root);
void fg_doctor_space(fg_checkup *checkup, const fg_config *config);

extern const fg_command fg_command_doctor;

#endif
