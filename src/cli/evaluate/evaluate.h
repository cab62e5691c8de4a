/* `facegate evaluate`: tries tolerances on pictures of people you know. */
#ifndef FACEGATE_CLI_EVALUATE_EVALUATE_H
#define FACEGATE_CLI_EVALUATE_EVALUATE_H

#include "common/options.h"

extern const fg_command fg_command_evaluate;

#endif
