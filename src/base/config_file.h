/* The INI file: what inih lets through silently is refused here. */
#ifndef FACEGATE_BASE_CONFIG_FILE_H
#define FACEGATE_BASE_CONFIG_FILE_H

#include "facegate/base/config.h"

/* Reads an INI file from memory; `name` opens the error texts and the origins. */
int fg_config_parse(fg_config *config, const char *data, size_t size, const char *name,
                    fg_error *error);

#endif
