/* doctor: the units, as systemd reports them. Main thread only. */
#ifndef FACEGATE_CLI_DOCTOR_CHECK_SERVICE_H
#define FACEGATE_CLI_DOCTOR_CHECK_SERVICE_H

#include "doctor/checkup.h"

#include <stdbool.h>

/* True where the service is running. */
bool fg_check_service(fg_checkup *checkup);

/* Units as systemd tells of them at the other end of a bus; an sd_bus. */
bool fg_check_service_units(fg_checkup *checkup, void *bus);

#endif
