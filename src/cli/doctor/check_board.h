/* doctor: the board: heat, voltage, memory and swap. Main thread only. */
#ifndef FACEGATE_CLI_DOCTOR_CHECK_BOARD_H
#define FACEGATE_CLI_DOCTOR_CHECK_BOARD_H

#include "doctor/checkup.h"

#include <stdbool.h>

void fg_check_board(fg_checkup *checkup, const char *root);
void fg_check_memory(fg_checkup *checkup, const char *root, bool service_runs);
void fg_check_swap(fg_checkup *checkup, const char *root);

#endif
