/* `facegate people`: shows, checks and changes the people who are let in. */
#ifndef FACEGATE_CLI_PEOPLE_PEOPLE_H
#define FACEGATE_CLI_PEOPLE_PEOPLE_H

#include "common/options.h"

extern const fg_command fg_command_people;

#endif
