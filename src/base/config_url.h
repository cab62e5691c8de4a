/* The backend's address. */
#ifndef FACEGATE_BASE_CONFIG_URL_H
#define FACEGATE_BASE_CONFIG_URL_H

#include "facegate/error.h"

#include <stddef.h>

#define FG_URL_SIZE 512 /* bytes of an address, terminator included */

/*
 * Checks scheme://host[:port] and writes it with a lower-case scheme and without a trailing slash.
 * -EINVAL and what it must be. The text does not repeat the address.
 */
int fg_config_url_parse(const char *url, char *ret_url, size_t size, fg_error *error);

/* The address for a message: a password in it is left out. */
void fg_config_url_show(const char *url, char *ret_shown, size_t size);

#endif
