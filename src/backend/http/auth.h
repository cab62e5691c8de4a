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

#define FG_AUTH_SESSION 33 /* bytes of a session's id, terminator included */
#define FG_AUTH_HOURS   12 /* that a session lasts */
#define FG_AUTH_COOKIE  "facegate"

typedef struct fg_auth fg_auth;

/* With an empty or null `token_file` everybody may come in. */
int fg_auth_create(const char *token_file, fg_auth **ret_auth, fg_error *error);
fg_auth *fg_auth_free(fg_auth *auth);

bool fg_auth_is_open(const fg_auth *auth);

/*
 * Whether the token is right: 0; -EACCES; or -EAGAIN when this address, or all together, have been
 * wrong too often: it was not looked at, and may be tried again after *ret_seconds; -ENOMEM.
 */
int fg_auth_try(fg_auth *auth, const struct sockaddr *address, const char *token, int64_t now,
                int *ret_seconds);

/* Wrong tokens so far. */
int64_t fg_auth_failures(fg_auth *auth);

/* Those since it was last asked, and where the last came from; untouched if there are none. */
int64_t fg_auth_take_failures(fg_auth *auth, char ret_address[FG_ADDRESS_NUMBER]);

/* A new session; an old one goes when there are too many. -EIO without random numbers, -ENOMEM. */
int fg_auth_login(fg_auth *auth, int64_t now, char ret_session[FG_AUTH_SESSION]);
bool fg_auth_knows(fg_auth *auth, const char *id, int64_t now);
void fg_auth_logout(fg_auth *auth, const char *id);

/* Whether a Host header names this machine itself: a page that another name brought here could
 * otherwise be made to read from us (DNS rebinding). */
bool fg_auth_host_is_loopback(const char *host);

/* Whether an Origin header has the host of the Host header. */
bool fg_auth_same_origin(const char *origin, const char *host);

#endif
