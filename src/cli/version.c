/* `facegate version`: prints the version. */
#include "version.h"

#include "common/options.h"

#include <stdio.h>

static int run(int argc, char **argv)
{
    int first = 0;
    int result = fg_cli_parse(&fg_command_version, argc, argv, NULL, &first);
    if (result != 0) {
        return result;
    }
    if (first != argc) {
        return fg_cli_usage(&fg_command_version, "unexpected argument \"%s\"", argv[first]);
    }
    puts("facegate " FG_VERSION);
    return FG_EXIT_DONE;
}

const fg_command fg_command_version = {
    .name = "version",
    .arguments = "",
    .summary = "Prints the version",
    .run = run,
    .apart = true,
};
