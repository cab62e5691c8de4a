/*
 * What the commands share: how a command and its options are declared, how options are parsed, and
 * how a command ends. Main thread. Faults are printed where they are found, and come as the exit
 * code to end with.
 */
#ifndef FACEGATE_CLI_COMMON_OPTIONS_H
#define FACEGATE_CLI_COMMON_OPTIONS_H

#include "facegate/base/config.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    FG_EXIT_DONE = 0,
    FG_EXIT_FAILED = 1,
    FG_EXIT_USAGE = 2,
};

/*
 * An option goes into a flag, into a text, or into the configuration (section and key). One with a
 * text may name the key that it comes before, for the manual.
 */
typedef struct fg_option {
    const char *name;
    const char *alias; /* another name that is taken too, reported by the manual alone; or NULL */
    const char *argument; /* what the help calls it; NULL for a flag */
    const char *section, *key;
    bool *flag;
    const char **text;
    const char *help;
} fg_option;

/* What several commands take alike, for their tables. */
#define FG_OPTION_MIN_FACE                                                                         \
    {                                                                                              \
        .name = "min-face", .argument = "PIXELS", .section = "vision", .key = "min_face",          \
        .help = "the smallest face to look for, 40 to 1000"                                        \
    }
#define FG_OPTION_TOLERANCE                                                                        \
    {                                                                                              \
        .name = "tolerance", .argument = "DISTANCE", .section = "access", .key = "tolerance",      \
        .help = "the largest distance that counts as the same person, 0.2 to 0.8"                  \
    }
#define FG_OPTION_BACKEND_URL                                                                      \
    {                                                                                              \
        .name = "backend-url", .argument = "URL", .section = "delivery", .key = "backend_url",     \
        .help = "the backend, http://HOST:PORT or https://HOST:PORT"                               \
    }

/* What some commands take as their first argument. */
typedef struct fg_verb {
    const char *name;
    const char *arguments; /* what follows it, a word for each; "" for nothing */
    const char *help;
} fg_verb;

/*
 * Help, manual pages and completion are made of these tables (see manual.h). Texts are filled into
 * lines where they are shown: a line feed is a blank, two of them end a paragraph.
 */
typedef struct fg_command {
    const char *name;
    const char *alias;                 /* as of an option */
    const char *arguments;             /* as the usage line has them; arguments in capitals */
    const char *summary;               /* one line */
    const char *details;               /* for `help COMMAND`; NULL where the summary says it all */
    const fg_verb *verbs;              /* the last has a null name; NULL: none */
    int (*run)(int argc, char **argv); /* argv[0] is the command; returns the exit code */
    const fg_option *(*options)(size_t *ret_count); /* NULL: none of its own */
    bool apart; /* has nothing to do with the daemon, so it reads no configuration */
} fg_command;

/*
 * Parses the options of a command (its own and the common ones), then fills the configuration:
 * file, environment, options; for one that is apart it stays as it is and may be NULL. Leaves what
 * are no options in argv from *ret_first on. Returns 0, or
 * the exit code to end with; the reason has been printed.
 */
int fg_cli_parse(const fg_command *command, int argc, char **argv, fg_config *config,
                 int *ret_first);

/*
 * The same for a command that has something to do even where the configuration cannot be used: what
 * is wrong goes into `ret_fault` (empty where nothing is), a broken file counts as if it were not
 * there, and the rest is taken as it is.
 */
int fg_cli_parse_anyway(const fg_command *command, int argc, char **argv, fg_config *config,
                        int *ret_first, fg_error *ret_fault);

/* The command that is called so, by its name or its alias; NULL for none. `commands` ends in one
 * with a null name. */
const fg_command *fg_cli_command(const fg_command *const *commands, const char *name);

/* The name of the command that was most likely meant; NULL where none is like it. */
const char *fg_cli_command_like(const fg_command *const *commands, const char *name);

/* The index of the verb that `name` is, or -1. */
int fg_cli_verb(const fg_command *command, const char *name);

/* Says that it is none of the command's verbs, and which was most likely meant; as fg_cli_usage. */
int fg_cli_no_verb(const fg_command *command, const char *name);

/* What the common options were, once parsed. */
bool fg_cli_is_verbose(void);
const char *fg_cli_config_path(void);

/* The value of an option that is a whole number from 1 on; 0, or FG_EXIT_USAGE when the reason has
 * been printed. */
int fg_cli_whole(const char *option, const char *text, int most, int *ret_number);

/* Those of the options of every command that mean something to this one. */
const fg_option *fg_cli_common_options(const fg_command *command, size_t *ret_count);

/* The options of a command by group: 0, its own, and 1, those of every command. */
#define FG_OPTION_GROUPS 2
const fg_option *fg_cli_options(const fg_command *command, int group, size_t *ret_count);

/* Prints "facegate: TEXT" to stderr, control characters as "?", and returns `code`. */
int fg_cli_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for wrong usage, with where to read on; returns FG_EXIT_USAGE. */
int fg_cli_usage(const fg_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
