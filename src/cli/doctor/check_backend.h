/* doctor: whether the backend answers; nothing is posted. Main thread, after curl_global_init. */
#ifndef FACEGATE_CLI_DOCTOR_CHECK_BACKEND_H
#define FACEGATE_CLI_DOCTOR_CHECK_BACKEND_H

#include "doctor/checkup.h"
#include "facegate/base/config.h"

#include <stdbool.h>

/* `config_broken`: the URL may not be the one that is meant. */
void fg_check_backend(fg_checkup *checkup, const fg_config *config, bool config_broken);

#endif
