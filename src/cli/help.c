#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

static void print_options(const char *title, const fg_option *options, size_t count)
{
    printf("\n%s:\n", title);
    for (size_t i = 0; i < count; i++) {
        char left[64];
        snprintf(left, sizeof(left), "--%s %s", options[i].name,
                 options[i].argument != NULL ? options[i].argument : "");
        printf("  %-24s %s\n", left, options[i].help);
    }
}

static void print_command(const fg_command *command)
{
    size_t count = 0;
    printf("Usage: facegate %s %s\n\n%s.\n", command->name, command->arguments, command->summary);
    if (command->details != NULL) {
        printf("\n%s\n", command->details);
    }
    if (command->options != NULL) {
        const fg_option *options = command->options(&count);
        print_options("Options", options, count);
    }
    const fg_option *common = fg_cli_common_options(command, &count);
    print_options("Options of every command", common, count);
}

static void print_overview(void)
{
    puts("facegate: a camera daemon that knows who is at the door\n\n"
         "Usage: facegate COMMAND [OPTION...] [ARGUMENT...]\n");
    for (size_t i = 0; fg_commands[i]->name != NULL; i++) {
        printf("  %-14s %s\n", fg_commands[i]->name, fg_commands[i]->summary);
    }
    puts("\n\"facegate help COMMAND\" tells a command's options. "
         "Exit codes: 0 done, 1 failed, 2 wrong usage,\n"
         "78 configuration, models or encodings unusable.");
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        print_overview();
        return FG_EXIT_DONE;
    }
    for (size_t i = 0; fg_commands[i]->name != NULL; i++) {
        if (strcmp(fg_commands[i]->name, argv[1]) == 0) {
            print_command(fg_commands[i]);
            return FG_EXIT_DONE;
        }
    }
    return fg_cli_usage(&fg_command_help, "there is no command \"%s\"", argv[1]);
}

const fg_command fg_command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = "Tells what commands there are, or all about one",
    .run = run,
};
