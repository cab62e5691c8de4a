/* Where requests go and with what: fg_backend_options, checked and copied. */
#ifndef FACEGATE_DELIVERY_HTTP_TARGET_H
#define FACEGATE_DELIVERY_HTTP_TARGET_H

#include "facegate/delivery/target.h"

#include <stdbool.h>

#define FG_TOKEN_SIZE 4097 /* bytes of a bearer token, terminator included */

typedef struct fg_target {
    char *endpoint;   /* .../api/auth_logs */
    char *token_file; /* these five NULL for none; the file, or the systemd credential */
    char *ca_file;
    char *client_cert;
    char *client_key;
    char *picture_key;
    long timeout_ms;
    long connect_timeout_ms;
    bool loopback;
    bool https;
} fg_target;

/* See fg_backend_check_options. On an error there is nothing to release. */
int fg_target_init(fg_target *target, const fg_backend_options *options, fg_error *error);
void fg_target_release(fg_target *target);

/*
 * Reads the token as it is now, so that a fixed file works without a restart; empty where there is
 * none. The error never shows it.
 */
int fg_target_token(const fg_target *target, char ret_token[FG_TOKEN_SIZE], fg_error *error);

#endif
