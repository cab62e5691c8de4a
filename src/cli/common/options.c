/* Options: their tables, their parsing into the configuration, and what is said of wrong ones. */
#include "common/options.h"

#include "common/suggest.h"
#include "facegate/base/log.h"
#include "facegate/text.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAMES 32 /* of the options of one command */

static bool verbose;
static const char *config_path;

/* The first is for every command, the others for those that read the configuration. */
static const fg_option common_options[] = {
    {.name = "verbose", .flag = &verbose, .help = "log more"},
    {.name = "config",
     .argument = "FILE",
     .text = &config_path,
     .help = "the configuration file; default " FG_CONFIG_FILE},
    {.name = "encodings",
     .argument = "FILE",
     .section = "access",
     .key = "encodings",
     .help = "the enrolled people"},
    {.name = "models",
     .argument = "DIR",
     .section = "vision",
     .key = "models",
     .help = "the folder of the models"},
};

const fg_option *fg_cli_common_options(const fg_command *command, size_t *ret_count)
{
    *ret_count = command->apart ? 1 : sizeof(common_options) / sizeof(common_options[0]);
    return common_options;
}

const fg_option *fg_cli_options(const fg_command *command, int group, size_t *ret_count)
{
    if (group == 1) {
        return fg_cli_common_options(command, ret_count);
    }
    *ret_count = 0;
    return command->options != NULL ? command->options(ret_count) : NULL;
}

/* Names of files and arguments may hold what a terminal takes for commands. */
__attribute__((format(printf, 1, 0))) static void print_clean(const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0) {
        fputs("not enough memory to say why", stderr);
        return;
    }
    fg_text_clean(text);
    fputs(text, stderr);
    free(text);
}

int fg_cli_fail(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("facegate: ", stderr);
    print_clean(format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return code;
}

int fg_cli_usage(const fg_command *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "facegate %s: ", command->name);
    print_clean(format, arguments);
    va_end(arguments);
    bool is_help = strcmp(command->name, "help") == 0;
    fprintf(stderr, "\nTry \"facegate help%s%s\".\n", is_help ? "" : " ",
            is_help ? "" : command->name);
    return FG_EXIT_USAGE;
}

int fg_cli_verb(const fg_command *command, const char *name)
{
    for (int i = 0; command->verbs[i].name != NULL; i++) {
        if (strcmp(command->verbs[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

int fg_cli_no_verb(const fg_command *command, const char *name)
{
    char all[128] = "";
    fg_suggestion meant = fg_suggest_for(name);
    for (const fg_verb *verb = command->verbs; verb->name != NULL; verb++) {
        size_t used = strlen(all);
        snprintf(all + used, sizeof(all) - used, "%s%s", used > 0 ? ", " : "", verb->name);
        fg_suggest_word(&meant, verb->name);
    }
    if (meant.best != NULL) {
        return fg_cli_usage(command, "unknown action \"%s\". Did you mean \"%s\"?", name,
                            meant.best);
    }
    return fg_cli_usage(command, "unknown action \"%s\": use one of %s", name, all);
}

const fg_command *fg_cli_command(const fg_command *const *commands, const char *name)
{
    for (; (*commands)->name != NULL; commands++) {
        const char *alias = (*commands)->alias;
        if (strcmp((*commands)->name, name) == 0 || (alias != NULL && strcmp(alias, name) == 0)) {
            return *commands;
        }
    }
    return NULL;
}

const char *fg_cli_command_like(const fg_command *const *commands, const char *name)
{
    fg_suggestion meant = fg_suggest_for(name);
    for (; (*commands)->name != NULL; commands++) {
        fg_suggest_word(&meant, (*commands)->name);
    }
    return meant.best;
}

/* An option that was given, kept until file and environment have been read. */
typedef struct given {
    const fg_option *option;
    const char *value;
} given;

static int fail_config(fg_error *fault, const fg_error *error)
{
    if (fault == NULL) {
        return fg_cli_fail(FG_EXIT_CONFIG, "%s", error->text);
    }
    if (fault->text[0] == '\0') {
        *fault = *error;
    }
    return 0;
}

static int apply(const given *values, size_t count, fg_config *config, fg_error *fault)
{
    fg_error error;
    int result = 0;
    fg_config_init(config);
    if (fg_config_load(config, config_path, &error) != 0) {
        result = fail_config(fault, &error);
        fg_config_init(config); /* what was read of a broken file is not to be used */
    }
    if (result == 0 && fg_config_environment(config, &error) != 0) {
        result = fail_config(fault, &error);
    }
    if (result != 0) {
        return result;
    }
    for (size_t i = 0; i < count; i++) {
        char origin[64];
        snprintf(origin, sizeof(origin), "--%s", values[i].option->name);
        if (fg_config_set(config, values[i].option->section, values[i].option->key, values[i].value,
                          origin, &error) != 0) {
            return fg_cli_fail(FG_EXIT_USAGE, "%s", error.text);
        }
    }
    return fg_config_check(config, &error) == 0 ? 0 : fail_config(fault, &error);
}

int fg_cli_parse(const fg_command *command, int argc, char **argv, fg_config *config,
                 int *ret_first)
{
    return fg_cli_parse_anyway(command, argc, argv, config, ret_first, NULL);
}

/* The options that a command takes, by every name they have. */
typedef struct known_options {
    const fg_option *options[MAX_NAMES];
    struct option table[MAX_NAMES + 1]; /* as getopt_long has it; the last is all zero */
    int count;
} known_options;

/* What getopt_long returns for the first of them; above every short option. */
#define FIRST_LONG 256

static void add_name(known_options *known, const fg_option *option, const char *name)
{
    if (name != NULL && known->count < MAX_NAMES) {
        known->options[known->count] = option;
        known->table[known->count] = (struct option){
            .name = name,
            .has_arg = option->argument != NULL ? required_argument : no_argument,
            .val = FIRST_LONG + known->count,
        };
        known->count++;
    }
}

static known_options know_options(const fg_command *command)
{
    known_options known = {.count = 0};
    for (int group = 0; group < FG_OPTION_GROUPS; group++) {
        size_t size = 0;
        const fg_option *options = fg_cli_options(command, group, &size);
        for (size_t i = 0; i < size; i++) {
            add_name(&known, &options[i], options[i].name);
            add_name(&known, &options[i], options[i].alias);
        }
    }
    return known;
}

/* `word` is one that getopt_long knows nothing about, "--NAME" or "--NAME=VALUE". */
static int refuse_name(const fg_command *command, const known_options *known, const char *word)
{
    int length = (int)strcspn(word, "=");
    char name[64] = "";
    snprintf(name, sizeof(name), "%.*s", length > 2 ? length - 2 : 0, word + 2);
    fg_suggestion meant = fg_suggest_for(name);
    for (int i = 0; i < known->count; i++) {
        fg_suggest_word(&meant, known->options[i]->name);
    }
    if (meant.best != NULL) {
        return fg_cli_usage(command, "unknown option %.*s. Did you mean --%s?", length, word,
                            meant.best);
    }
    return fg_cli_usage(command, "unknown option %.*s", length, word);
}

/* What getopt_long did not take, by what it returned for it. */
static int refuse_option(const fg_command *command, const known_options *known, int result,
                         const char *word)
{
    if (result == ':') {
        return fg_cli_usage(command, "%s needs a value", word);
    }
    if (result == '?' && optopt >= FIRST_LONG) {
        return fg_cli_usage(command, "--%s takes no value", known->table[optopt - FIRST_LONG].name);
    }
    if (result == '?' && optopt == 0) {
        return refuse_name(command, known, word);
    }
    return fg_cli_usage(command, "options begin with --, such as --help");
}

int fg_cli_parse_anyway(const fg_command *command, int argc, char **argv, fg_config *config,
                        int *ret_first, fg_error *ret_fault)
{
    known_options known = know_options(command);
    given values[MAX_NAMES * 2];
    size_t given_count = 0;
    int result;

    opterr = 0;
    optind = 1;
    while ((result = getopt_long(argc, argv, ":h", known.table, NULL)) != -1) {
        if (result < FIRST_LONG) {
            return refuse_option(command, &known, result, argv[optind - 1]);
        }
        const fg_option *option = known.options[result - FIRST_LONG];
        if (option->flag != NULL) {
            *option->flag = true;
        } else if (option->text != NULL) {
            *option->text = optarg;
        } else if (given_count < sizeof(values) / sizeof(values[0])) {
            values[given_count].option = option;
            values[given_count].value = optarg;
            given_count++;
        } else {
            return fg_cli_usage(command, "too many options");
        }
    }
    *ret_first = optind;
    fg_log_open(verbose);
    if (ret_fault != NULL) {
        ret_fault->text[0] = '\0';
    }
    return command->apart ? 0 : apply(values, given_count, config, ret_fault);
}

bool fg_cli_is_verbose(void)
{
    return verbose;
}

const char *fg_cli_config_path(void)
{
    return config_path != NULL ? config_path : FG_CONFIG_FILE;
}

int fg_cli_whole(const char *option, const char *text, int most, int *ret_number)
{
    char *rest = NULL;
    errno = 0;
    long number = strtol(text, &rest, 10);
    if (rest == text || *rest != '\0' || errno != 0 || number < 1 || number > most) {
        return fg_cli_fail(FG_EXIT_USAGE, "--%s: \"%s\" is not a whole number from 1 to %d", option,
                           text, most);
    }
    *ret_number = (int)number;
    return 0;
}
