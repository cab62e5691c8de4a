/* doctor: dlib's models, and the people's encodings. Main thread only. */
#ifndef FACEGATE_CLI_DOCTOR_CHECK_MODELS_H
#define FACEGATE_CLI_DOCTOR_CHECK_MODELS_H

#include "doctor/checkup.h"
#include "facegate/base/config.h"

#include <stdbool.h>

void fg_check_models(fg_checkup *checkup, const fg_config *config);

/* `for_service` as fg_check_permissions has it. */
void fg_check_encodings(fg_checkup *checkup, const fg_config *config, bool for_service);

#endif
