/* `facegate version`: prints the version, and what of this machine it uses. */
#include "version.h"

#include "common/options.h"
#include "facegate/vision/engine.h"

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
    if (fg_cli_is_verbose()) {
        const char *isa;
        fg_error error;
        if (fg_engine_find_isa(&isa, &error) != 0) {
            fprintf(stderr, "Error: %s\n", error.text);
            return FG_EXIT_CONFIG;
        }
        printf("kernels %s\n", isa);
    }
    return FG_EXIT_DONE;
}

const fg_command fg_command_version = {
    .name = "version",
    .arguments = "",
    .summary = "Prints the version; --verbose: the processor's instructions it uses too",
    .run = run,
    .apart = true,
};
