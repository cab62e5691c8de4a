/* Finds the outbox that a command is about, and opens it. */
#include "common/outbox_access.h"

#include <string.h>
#include <unistd.h>

int fg_cli_outbox_path(const fg_config *config, char *ret_path, fg_error *error)
{
    if (config->delivery.outbox[0] != '\0') {
        strcpy(ret_path, config->delivery.outbox);
        return 0;
    }
    if (access(FG_SERVICE_OUTBOX, F_OK) == 0) {
        strcpy(ret_path, FG_SERVICE_OUTBOX);
        return 0;
    }
    return fg_outbox_default_path(ret_path, FG_CONFIG_PATH, error);
}

int fg_cli_open_outbox(const fg_config *config, const char *path, fg_outbox **ret_outbox,
                       fg_error *error)
{
    fg_outbox_options options = {
        .path = path,
        .max_events = config->delivery.outbox_max_events,
        .max_bytes = config->delivery.outbox_max_bytes,
    };
    return fg_outbox_open(&options, ret_outbox, error);
}
