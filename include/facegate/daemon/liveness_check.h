/*
 * The check that keeps a photograph of somebody enrolled out: the liveness models that the
 * configuration asks for, what to say where there are none, and the check (check.h) on them.
 */
#ifndef FACEGATE_DAEMON_LIVENESS_CHECK_H
#define FACEGATE_DAEMON_LIVENESS_CHECK_H

#include "facegate/base/config.h"
#include "facegate/daemon/check.h"
#include "facegate/vision/liveness.h"

#define FG_LIVENESS_CHECK "liveness" /* its name among the checks */

/*
 * Loads what `[access] liveness` asks for. Gives NULL, and 0, where it is off, or where it is
 * neither on nor can be loaded: `ret_notice` then says so. Where it only warns, that is said too;
 * it is empty where photographs are refused. An error, as fg_liveness_create has them, only where
 * it has to be on; the text names the file and the fix.
 */
int fg_liveness_check_open(const fg_config *config, fg_liveness **ret_liveness,
                           fg_error *ret_notice, fg_error *error);

/* The check, on models that outlive it. */
fg_check fg_liveness_check_of(const fg_config *config, fg_liveness *liveness);

#endif
