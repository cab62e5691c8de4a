/* doctor: the configuration, and every value that is not at its default. Main thread only. */
#ifndef FACEGATE_CLI_DOCTOR_CHECK_CONFIG_H
#define FACEGATE_CLI_DOCTOR_CHECK_CONFIG_H

#include "doctor/checkup.h"
#include "facegate/base/config.h"

#include <stdbool.h>

/* `fault`: what is wrong with the configuration, "" for nothing. `all`: every value. */
void fg_check_config(fg_checkup *checkup, const fg_config *config, const char *path,
                     const char *fault, bool all);

#endif
