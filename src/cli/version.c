#include "cli/cli.h"

#include <stdio.h>

static int run(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        return fg_cli_usage(&fg_command_version, "it takes no arguments");
    }
    puts("facegate " FG_VERSION);
    return FG_EXIT_DONE;
}

const fg_command fg_command_version = {
    .name = "version",
    .arguments = "",
    .summary = "Prints the version",
    .run = run,
};
