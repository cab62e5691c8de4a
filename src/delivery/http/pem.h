/* Whether a file holds what libcurl will look for in it. Any thread. Source: RFC 7468; OpenSSL's
 * PEM_read_bio_X509(3). */
#ifndef FACEGATE_DELIVERY_HTTP_PEM_H
#define FACEGATE_DELIVERY_HTTP_PEM_H

#include "facegate/error.h"

/*
 * At least one certificate; a certificate and its private key, which has no passphrase.
 * -EINVAL and what to do, -EFBIG, or as open(2) has it. The text names `key`, the configuration's,
 * and the path, and shows nothing of the contents.
 */
int fg_pem_check_certificate(const char *key, const char *path, fg_error *error);
int fg_pem_check_pair(const char *certificate, const char *private_key, fg_error *error);

#endif
