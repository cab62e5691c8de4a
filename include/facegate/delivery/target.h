/*
 * A backend as the configuration names it: where it is, how long it may take, and with what it is
 * asked.
 */
#ifndef FACEGATE_DELIVERY_TARGET_H
#define FACEGATE_DELIVERY_TARGET_H

#include "facegate/error.h"

typedef struct fg_backend_options {
    const char *url;        /* http or https; its path, if any, comes before the contract's */
    double timeout;         /* seconds, for a whole request */
    double connect_timeout; /* seconds */
    const char *token_file; /* each of these NULL or "" for none */
    const char *ca_file;
    const char *client_cert;
    const char *client_key;
    const char *picture_key; /* pictures are encrypted with it */
} fg_backend_options;

/*
 * Checks what can be known without the network: URL, readable files that hold the certificates and
 * keys they should, the former in PEM form, and that a token goes only over https or to loopback
 * (-EINVAL and what to do). Without a token file, a systemd credential named "token" is used. Any
 * thread.
 */
int fg_backend_check_options(const fg_backend_options *options, fg_error *error);

#endif
