/* `facegate help`: what commands there are, all about one, the manual, and the completion. */
#include "help/help.h"

#include "facegate/base/wrap.h"
#include "help/completion.h"
#include "help/manual.h"

#include <stdio.h>
#include <string.h>

#define COMMANDS_INDENT 17 /* columns before a summary */
#define OPTIONS_INDENT  27

#define PAGES           "facegate.8, facegate-backend.8, facegate.conf.5 or facegate-encodings.5"

static const char *page;
static const char *shell;

static const fg_option help_options[] = {
    {.name = "man",
     .argument = "PAGE",
     .text = &page,
     .help = "print a manual page for man -l -: " PAGES},
    {.name = "completion",
     .argument = "SHELL",
     .text = &shell,
     .help = "print the completion script for a shell; SHELL is bash"},
};

const fg_option *fg_help_options(size_t *ret_count)
{
    *ret_count = sizeof(help_options) / sizeof(help_options[0]);
    return help_options;
}

/* "NAME ARGUMENT"; what has no argument has no blank after it either. */
static void print_pair(const char *prefix, const char *name, const char *argument, const char *text)
{
    char left[128];
    bool alone = argument == NULL || argument[0] == '\0';
    snprintf(left, sizeof(left), "%s%s%s%s", prefix, name, alone ? "" : " ", alone ? "" : argument);
    fg_wrap_row(stdout, left, text, OPTIONS_INDENT);
}

static void print_options(const char *title, const fg_option *of, size_t count)
{
    printf("\n%s:\n", title);
    for (size_t i = 0; i < count; i++) {
        print_pair("--", of[i].name, of[i].argument, of[i].help);
    }
}

static void print_command(const fg_command *command)
{
    size_t count = 0;
    printf("Usage: facegate %s%s%s\n\n%s.\n", command->name,
           command->arguments[0] != '\0' ? " " : "", command->arguments, command->summary);
    if (command->details != NULL) {
        putchar('\n');
        fg_wrap_print(stdout, command->details, 0, 0);
    }
    if (command->verbs != NULL) {
        puts("\nActions:");
        for (const fg_verb *verb = command->verbs; verb->name != NULL; verb++) {
            print_pair("", verb->name, verb->arguments, verb->help);
        }
    }
    if (command->options != NULL) {
        const fg_option *own = command->options(&count);
        print_options("Options", own, count);
    }
    const fg_option *common = fg_cli_common_options(command, &count);
    print_options("Common options", common, count);
}

static void print_overview(const fg_command *const *commands)
{
    puts("facegate: camera daemon that recognises people at a door\n\n"
         "Usage: facegate COMMAND [OPTION...] [ARGUMENT...]\n");
    for (size_t i = 0; commands[i]->name != NULL; i++) {
        fg_wrap_row(stdout, commands[i]->name, commands[i]->summary, COMMANDS_INDENT);
    }
    putchar('\n');
    fg_wrap_print(stdout,
                  "\"facegate help COMMAND\" shows a command's options, \"man facegate\" "
                  "everything. Exit codes: 0 done, 1 failed, 2 wrong usage, 78 configuration, "
                  "models or encodings cannot be used.\n\nWithout the liveness model "
                  "a photograph of an enrolled person is accepted; with it most are refused.",
                  0, 0);
}

/* `--man` and `--completion`: the build runs these for what it installs. */
static int write_manual(const fg_command *help, const fg_command *const *commands, int arguments)
{
    if (arguments > 0 || (page != NULL && shell != NULL)) {
        return fg_cli_usage(help, "use --man or --completion without anything else");
    }
    if (page != NULL && !fg_manual_write(stdout, page, commands)) {
        return fg_cli_usage(help, "unknown page \"%s\": use " PAGES, page);
    }
    if (shell != NULL && !fg_completion_write(stdout, shell, commands)) {
        return fg_cli_usage(help, "unknown shell \"%s\": use bash", shell);
    }
    return FG_EXIT_DONE;
}

int fg_help_run(const fg_command *help, const fg_command *const *commands, int argc, char **argv)
{
    int first = 0;
    int result = fg_cli_parse(help, argc, argv, NULL, &first);
    if (result != 0) {
        return result;
    }
    if (page != NULL || shell != NULL) {
        return write_manual(help, commands, argc - first);
    }
    if (first == argc) {
        print_overview(commands);
        return FG_EXIT_DONE;
    }
    if (argc - first > 1) {
        return fg_cli_usage(help, "give one command");
    }
    const fg_command *command = fg_cli_command(commands, argv[first]);
    if (command != NULL) {
        print_command(command);
        return FG_EXIT_DONE;
    }
    const char *meant = fg_cli_command_like(commands, argv[first]);
    if (meant != NULL) {
        return fg_cli_usage(help, "unknown command \"%s\". Did you mean \"%s\"?", argv[first],
                            meant);
    }
    return fg_cli_usage(help, "unknown command \"%s\"", argv[first]);
}
