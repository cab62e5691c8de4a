/* doctor: whether the clock is set, and its zone. Main thread only. */
#ifndef FACEGATE_CLI_DOCTOR_CHECK_CLOCK_H
#define FACEGATE_CLI_DOCTOR_CHECK_CLOCK_H

#include "doctor/checkup.h"

#include <stdint.h>

/* What the kernel says of its clock: adjtimex(2)'s result and status; `realtime` in ns. */
typedef struct fg_kernel_clock {
    int state, status;
    int64_t realtime;
} fg_kernel_clock;

void fg_check_clock(fg_checkup *checkup, const char *root, const fg_kernel_clock *clock);
void fg_check_zone(fg_checkup *checkup);

#endif
