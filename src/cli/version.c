/* `facegate version`: prints the version, and what of this machine it uses. */
#include "version.h"

#include "common/options.h"
#include "facegate/daemon/liveness_check.h"
#include "facegate/text.h"
#include "facegate/version.h"
#include "facegate/vision/engine.h"

#include <stdbool.h>
#include <stdio.h>

/* What the door lets in is part of what this is: without the model, photographs. */
static void tell_liveness(const fg_config *config)
{
    fg_liveness *liveness = NULL;
    fg_liveness_state state;
    int result = fg_liveness_check_open(config, &liveness, &state);
    fg_liveness_free(liveness);
    fg_text_clean(state.text.text);
    printf("%s%s\n", result != 0 ? "the daemon does not start with liveness = on: " : "",
           state.text.text);
}

static int run(int argc, char **argv)
{
    fg_config config;
    fg_error fault;
    int first = 0;
    int result = fg_cli_parse_anyway(&fg_command_version, argc, argv, &config, &first, &fault);
    if (result != 0) {
        return result;
    }
    if (first != argc) {
        return fg_cli_usage(&fg_command_version, "unexpected argument \"%s\"", argv[first]);
    }
    printf("facegate %s\n", fg_version);
    const char *isa = NULL;
    fg_error error;
    bool has_kernels = fg_engine_find_isa(&isa, &error) == 0;
    if (fault.text[0] != '\0') {
        fg_cli_fail(FG_EXIT_DONE, "%s", fault.text);
        puts("it is not known whether photographs are refused: the configuration cannot be used");
    } else if (!has_kernels) {
        fg_text_clean(error.text);
        printf("the daemon does not start: %s\n", error.text);
    } else {
        tell_liveness(&config);
    }
    if (fg_cli_is_verbose()) {
        if (!has_kernels) {
            return fg_cli_fail(FG_EXIT_CONFIG, "%s", error.text);
        }
        printf("kernels %s\n", isa);
    }
    return FG_EXIT_DONE;
}

const fg_command fg_command_version = {
    .name = "version",
    .arguments = "[OPTION...]",
    .summary = "Prints the version and whether photographs are refused",
    .details = "With --verbose also the processor's instructions it uses.",
    .run = run,
};
