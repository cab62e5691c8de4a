/*
 * libmicrohttpd's callbacks: they find the route of a request, let it in or refuse it, and bring
 * its body where it belongs. The context of each is the server's fg_parts; libmicrohttpd calls them
 * in the thread of the connection.
 */
#ifndef FACEGATE_BACKEND_HTTP_ROUTER_H
#define FACEGATE_BACKEND_HTTP_ROUTER_H

#include <microhttpd.h>

enum MHD_Result fg_router_handle(void *context, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data,
                                 size_t *size, void **kept);
void fg_router_completed(void *context, struct MHD_Connection *connection, void **kept,
                         enum MHD_RequestTerminationCode how);
void fg_router_notify(void *context, struct MHD_Connection *connection, void **watched,
                      enum MHD_ConnectionNotificationCode what);

#endif
