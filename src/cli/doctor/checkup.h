/*
 * doctor's findings: kept, counted, and printed for people and for programs. Main thread only.
 *
 * A check says one line with a verdict, and where that is not good, what fixes it. Checks read and
 * never change anything but what opening the outbox's folder makes. `root` stands for "/" where a
 * check looks at the system's own files, so that tests can bring others; it is "" for the real one.
 */
#ifndef FACEGATE_CLI_DOCTOR_CHECKUP_H
#define FACEGATE_CLI_DOCTOR_CHECKUP_H

#include "common/command_line.h"
#include "facegate/base/config.h"

#include <stdio.h>

enum fg_verdict {
    FG_VERDICT_OK,
    FG_VERDICT_NOT_APPLICABLE,
    FG_VERDICT_NOT_CHECKED, /* something else has to be right first */
    FG_VERDICT_WARNING,
    FG_VERDICT_ERROR,
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

/* How many lines have a verdict; lines lost for want of memory count as errors. */
int fg_checkup_count(const fg_checkup *checkup, enum fg_verdict verdict);

/* All lines and a summary, lines no longer than `width` columns where words allow. */
void fg_checkup_print(const fg_checkup *checkup, int width, FILE *output);

/* The same as one JSON object; see `facegate help doctor`. -ENOMEM. */
int fg_checkup_print_json(const fg_checkup *checkup, FILE *output);

/* Tells on a terminal's stderr what is being done; NULL takes it away again. */
void fg_checkup_progress(const char *what);

/* The command for what doctor was asked about, see command_line.h. Returns `ret_text`. */
#define FG_CHECKUP_COMMAND 512
const char *fg_checkup_command(const fg_config *config, const char *command, unsigned options,
                               char ret_text[FG_CHECKUP_COMMAND]);

#endif
