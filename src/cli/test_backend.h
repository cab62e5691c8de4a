/* `facegate test-backend`: asks a backend whether it takes events. */
#ifndef FACEGATE_CLI_TEST_BACKEND_H
#define FACEGATE_CLI_TEST_BACKEND_H

#include "common/options.h"

extern const fg_command fg_command_test_backend;

#endif
