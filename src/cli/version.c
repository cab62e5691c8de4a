#include "cli/cli.h"

#include <stdio.h>

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    puts("facegate " FG_VERSION);
    return FG_EXIT_DONE;
}

const fg_command fg_command_version = {
    .name = "version",
    .arguments = "",
    .summary = "Prints the version",
    .run = run,
};
