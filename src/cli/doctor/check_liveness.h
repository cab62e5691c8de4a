/* doctor's check that photographs of people are refused. */
#ifndef FACEGATE_CLI_DOCTOR_CHECK_LIVENESS_H
#define FACEGATE_CLI_DOCTOR_CHECK_LIVENESS_H

#include "doctor/checkup.h"

void fg_check_liveness(fg_checkup *checkup, const fg_config *config);

#endif
