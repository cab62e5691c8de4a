/* Where the server listens, and who calls. Any thread. */
#ifndef FACEGATE_BACKEND_HTTP_ADDRESS_H
#define FACEGATE_BACKEND_HTTP_ADDRESS_H

#include "facegate/error.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#define FG_ADDRESS_TEXT   80
#define FG_ADDRESS_NUMBER INET6_ADDRSTRLEN /* bytes, terminator included */

typedef struct fg_address {
    struct sockaddr_storage socket;
    socklen_t size;
    bool loopback;
} fg_address;

/* "ADDRESS:PORT" or "[IPv6]:PORT"; localhost stands for 127.0.0.1. -EINVAL. */
int fg_address_parse(const char *text, fg_address *ret_address, fg_error *error);

/* A socket that listens there, and "127.0.0.1:5000" with the port it got. */
int fg_address_listen(const fg_address *address, int *ret_fd, char ret_text[FG_ADDRESS_TEXT],
                      fg_error *error);

/* "192.0.2.7" or "2001:db8::7", without the port; of what is neither, NULL too, that it is unknown.
 */
void fg_address_number(const struct sockaddr *of, char ret_text[FG_ADDRESS_NUMBER]);

/* Whether "127.0.0.1" or "[::1]" and the like. */
bool fg_address_name_is_loopback(const char *name);

#endif
