/* doctor: what waits and what was set aside, and the space there is for it. Main thread only. */
#ifndef FACEGATE_CLI_DOCTOR_CHECK_OUTBOX_H
#define FACEGATE_CLI_DOCTOR_CHECK_OUTBOX_H

#include "doctor/checkup.h"
#include "facegate/base/config.h"

void fg_check_outbox(fg_checkup *checkup, const fg_config *config);

/* Whether the disks have room for what is written. */
void fg_check_space(fg_checkup *checkup, const fg_config *config);

#endif
