/*
 * Who may come in: the token, the sessions that a login opens, and how often a wrong token may be
 * tried. Any thread.
 */
#ifndef FACEGATE_BACKEND_HTTP_AUTH_H
#define FACEGATE_BACKEND_HTTP_AUTH_H

#include "facegate/error.h"
#include "http/address.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define FG_GUARD_SESSION 33 /* bytes of a session's id, terminator included */
#define FG_GUARD_HOURS   12 /* that a session lasts */
#define FG_GUARD_COOKIE  "facegate"

typedef struct fg_guard fg_guard;

/* With an empty or null `token_file` everybody may come in. */
int fg_guard_create(const char *token_file, fg_guard **ret_guard, fg_error *error);
fg_guard *fg_guard_free(fg_guard *guard);

bool fg_guard_is_open(const fg_guard *guard);

/*
 * Whether the token is right: 0; -EACCES; or -EAGAIN when this address, or all together, have been
 * wrong too often: it was not looked at, and may be tried again after *ret_seconds; -ENOMEM.
 */
int fg_guard_try(fg_guard *guard, const struct sockaddr *address, const char *token, int64_t now,
                 int *ret_seconds);

/* Wrong tokens so far. */
int64_t fg_guard_failures(fg_guard *guard);

/* Those since it was last asked, and where the last came from; untouched if there are none. */
int64_t fg_guard_take_failures(fg_guard *guard, char ret_address[FG_ADDRESS_NUMBER]);

/* A new session; an old one goes when there are too many. -EIO without random numbers, -ENOMEM. */
int fg_guard_login(fg_guard *guard, int64_t now, char ret_session[FG_GUARD_SESSION]);
bool fg_guard_knows(fg_guard *guard, const char *id, int64_t now);
void fg_guard_logout(fg_guard *guard, const char *id);

/* Whether a Host header names this machine itself: a page that another name brought here could
 * otherwise be made to read from us (DNS rebinding). */
bool fg_guard_host_is_loopback(const char *host);

/* Whether an Origin header has the host of the Host header. */
bool fg_guard_same_origin(const char *origin, const char *host);

#endif
