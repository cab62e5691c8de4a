/* Addresses: what --listen names, the socket that listens there, and who calls. */
#include "http/address.h"

#include "store/query.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BACKLOG 256

/* A numeric address in brackets (IPv6) or without. */
static int parse_name(const char *name, size_t length, fg_address *ret_address)
{
    char text[FG_ADDRESS_TEXT];
    fg_address address = {.size = 0};
    bool six = length >= 2 && name[0] == '[' && name[length - 1] == ']';
    name += six ? 1 : 0;
    length -= six ? 2 : 0;
    if (length == 0 || length >= sizeof(text)) {
        return -EINVAL;
    }
    memcpy(text, name, length);
    text[length] = '\0';
    if (six) {
        struct sockaddr_in6 *to = (struct sockaddr_in6 *)&address.socket;
        to->sin6_family = AF_INET6;
        address.size = sizeof(*to);
        if (inet_pton(AF_INET6, text, &to->sin6_addr) != 1) {
            return -EINVAL;
        }
        address.loopback =
            IN6_IS_ADDR_LOOPBACK(&to->sin6_addr) ||
            (IN6_IS_ADDR_V4MAPPED(&to->sin6_addr) && to->sin6_addr.s6_addr[12] == 127);
    } else {
        struct sockaddr_in *to = (struct sockaddr_in *)&address.socket;
        to->sin_family = AF_INET;
        address.size = sizeof(*to);
        const char *number = strcmp(text, "localhost") == 0 ? "127.0.0.1" : text;
        if (inet_pton(AF_INET, number, &to->sin_addr) != 1) {
            return -EINVAL;
        }
        address.loopback = ntohl(to->sin_addr.s_addr) >> 24 == 127;
    }
    *ret_address = address;
    return 0;
}

int fg_address_parse(const char *text, fg_address *ret_address, fg_error *error)
{
    fg_address address;
    int64_t port = 0;
    const char *colon = strrchr(text, ':');
    if (colon == NULL || !fg_query_number(colon + 1, strlen(colon + 1), 0, 65535, &port) ||
        parse_name(text, (size_t)(colon - text), &address) != 0) {
        return fg_error_set(error, -EINVAL,
                            "\"%s\" is not an address to listen on: use ADDRESS:PORT, for example "
                            "127.0.0.1:5000 or [::1]:5000",
                            text);
    }
    /* The port lies at the same place in both. */
    ((struct sockaddr_in *)&address.socket)->sin_port = htons((uint16_t)port);
    *ret_address = address;
    return 0;
}

bool fg_address_name_is_loopback(const char *name)
{
    fg_address address;
    return parse_name(name, strlen(name), &address) == 0 && address.loopback;
}

static void print_address(const struct sockaddr_storage *of, char ret_text[FG_ADDRESS_TEXT])
{
    char number[INET6_ADDRSTRLEN] = "";
    if (of->ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)of;
        inet_ntop(AF_INET6, &six->sin6_addr, number, sizeof(number));
        snprintf(ret_text, FG_ADDRESS_TEXT, "[%s]:%d", number, ntohs(six->sin6_port));
    } else {
        const struct sockaddr_in *four = (const struct sockaddr_in *)of;
        inet_ntop(AF_INET, &four->sin_addr, number, sizeof(number));
        snprintf(ret_text, FG_ADDRESS_TEXT, "%s:%d", number, ntohs(four->sin_port));
    }
}

void fg_address_number(const struct sockaddr *of, char ret_text[FG_ADDRESS_NUMBER])
{
    snprintf(ret_text, FG_ADDRESS_NUMBER, "an unknown address");
    if (of != NULL && of->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)of;
        inet_ntop(AF_INET, &four->sin_addr, ret_text, FG_ADDRESS_NUMBER);
    } else if (of != NULL && of->sa_family == AF_INET6) {
        const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)of)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(six)) {
            inet_ntop(AF_INET, six->s6_addr + 12, ret_text, FG_ADDRESS_NUMBER);
        } else {
            inet_ntop(AF_INET6, six, ret_text, FG_ADDRESS_NUMBER);
        }
    }
}

int fg_address_listen(const fg_address *address, int *ret_fd, char ret_text[FG_ADDRESS_TEXT],
                      fg_error *error)
{
    struct sockaddr_storage bound = address->socket;
    socklen_t size = sizeof(bound);
    const int on = 1;
    int fd = socket(address->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, (const struct sockaddr *)&address->socket, address->size) != 0 ||
        listen(fd, BACKLOG) != 0 || getsockname(fd, (struct sockaddr *)&bound, &size) != 0) {
        int code = -errno;
        char text[FG_ADDRESS_TEXT];
        print_address(&address->socket, text);
        if (fd >= 0) {
            close(fd);
        }
        return fg_error_set(error, code, "cannot listen on %s: %s", text, strerror(-code));
    }
    print_address(&bound, ret_text);
    *ret_fd = fd;
    return 0;
}
