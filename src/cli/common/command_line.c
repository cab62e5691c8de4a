/* Writes down commands for people to type, with their arguments quoted for a shell. */
#include "common/command_line.h"

#include "common/format.h"

#include <stdbool.h>
#include <string.h>

static const struct {
    const char *section, *key, *option;
    unsigned bit;
} known[] = {
    {"access", "encodings", "encodings", FG_COMMAND_LINE_ENCODINGS},
    {"vision", "models", "models", FG_COMMAND_LINE_MODELS},
    {"delivery", "outbox", "outbox", FG_COMMAND_LINE_OUTBOX},
    {"camera", "source", "source", FG_COMMAND_LINE_SOURCE},
    {"delivery", "backend_url", "backend-url", FG_COMMAND_LINE_BACKEND},
};

typedef struct call {
    FILE *output;
    const char *config_path; /* that it reads */
    unsigned options;
} call;

static bool finds(const call *of, const fg_config_item *item)
{
    size_t length = strlen(of->config_path);
    return strcmp(item->origin, "default") == 0 ||
           (strncmp(item->origin, of->config_path, length) == 0 && item->origin[length] == ':');
}

static void put_option(void *context, const fg_config_item *item)
{
    const call *of = context;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if ((of->options & known[i].bit) != 0 && strcmp(item->section, known[i].section) == 0 &&
            strcmp(item->key, known[i].key) == 0 && !finds(of, item)) {
            fprintf(of->output, " --%s ", known[i].option);
            fg_format_put_argument(item->value, of->output);
        }
    }
}

void fg_command_line_put(FILE *output, const fg_config *config, const char *config_path,
                         const char *command, unsigned options)
{
    call of = {.output = output, .config_path = FG_CONFIG_FILE, .options = options};
    fprintf(output, "facegate %s", command);
    if (config_path != NULL && strcmp(config_path, FG_CONFIG_FILE) != 0) {
        of.config_path = config_path;
        fputs(" --config ", output);
        fg_format_put_argument(config_path, output);
    }
    fg_config_each(config, put_option, &of);
}
