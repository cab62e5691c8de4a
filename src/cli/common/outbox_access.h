/*
 * How commands get at the outbox, beside a daemon that may have it open. Main thread.
 */
#ifndef FACEGATE_CLI_COMMON_OUTBOX_ACCESS_H
#define FACEGATE_CLI_COMMON_OUTBOX_ACCESS_H

#include "facegate/base/config.h"
#include "facegate/delivery/outbox.h"

/* Where the service's outbox lies by default: its RuntimeDirectory. */
#define FG_SERVICE_OUTBOX "/run/facegate/outbox.db"

/*
 * Where an outbox is that nobody names on the command line: the configured one, else the service's
 * if there is one, else this user's own. Into FG_CONFIG_PATH bytes; as fg_outbox_default_path.
 */
int fg_cli_outbox_path(const fg_config *config, char *ret_path, fg_error *error);

/* Opens it beside a daemon, to look or to change what was set aside; as fg_outbox_open. */
int fg_cli_open_outbox(const fg_config *config, const char *path, fg_outbox **ret_outbox,
                       fg_error *error);

#endif
