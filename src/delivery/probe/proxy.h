/*
 * Which proxy of the environment libcurl goes through, to be named to a person: what libcurl itself
 * tells of it begins with version 8.7. Source: CURLOPT_PROXY(3), CURLOPT_NOPROXY(3).
 */
#ifndef FACEGATE_DELIVERY_PROBE_PROXY_H
#define FACEGATE_DELIVERY_PROBE_PROXY_H

#include <stdbool.h>

typedef struct fg_proxy {
    const char *variable; /* that names it; NULL: there is none */
    char place[320];      /* HOST:PORT, without a name and password to it */
} fg_proxy;

/* For a host as libcurl writes it. Networks in no_proxy are not looked at. */
void fg_proxy_find(const char *host, bool https, fg_proxy *ret_proxy);

#endif
