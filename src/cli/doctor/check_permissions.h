/* doctor: whether the service and this user get at files and devices. Main thread only. */
#ifndef FACEGATE_CLI_DOCTOR_CHECK_PERMISSIONS_H
#define FACEGATE_CLI_DOCTOR_CHECK_PERMISSIONS_H

#include "doctor/account.h"
#include "doctor/checkup.h"
#include "facegate/base/config.h"

#include <stdbool.h>

/* `for_service`: the configuration is the one the service reads, so its user must get at it all. */
void fg_check_permissions(fg_checkup *checkup, const fg_config *config, bool for_service);

/* Whether the service may read what the configuration names. */
void fg_check_files(fg_checkup *checkup, const fg_config *config, const fg_account *service);

/* `service` NULL where there is no such user. */
void fg_check_devices(fg_checkup *checkup, const char *root, const fg_account *service);

#endif
