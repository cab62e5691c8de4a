/* `facegate doctor`: runs every check and prints what it found. */
#ifndef FACEGATE_CLI_DOCTOR_DOCTOR_H
#define FACEGATE_CLI_DOCTOR_DOCTOR_H

#include "common/options.h"

extern const fg_command fg_command_doctor;

#endif
