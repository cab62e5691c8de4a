/*
 * A name server of the test's own at 127.0.0.1:53, for a process in a sandbox: its resolv.conf and
 * nsswitch.conf are replaced there, so that the C library's resolver itself meets the faults. Every
 * name has the address 127.0.0.1. One thread of its own. Source: RFC 1035, 4.1.
 */
#ifndef FACEGATE_TESTS_NAME_SERVER_H
#define FACEGATE_TESTS_NAME_SERVER_H

typedef enum fg_name_fault {
    FG_NAME_GOOD,
    FG_NAME_UNKNOWN, /* no such name */
    FG_NAME_FAILURE, /* the server's own */
    FG_NAME_SILENT,
    FG_NAME_GARBAGE,
    FG_NAME_SLOW, /* the right answer after 0.7 s */
} fg_name_fault;

typedef struct fg_name_server fg_name_server;

/* `folder` is for the two files. */
fg_name_server *fg_name_server_open(const char *folder, fg_name_fault fault);
void fg_name_server_set(fg_name_server *server, fg_name_fault fault);

/* How many questions came. */
int fg_name_server_asked(const fg_name_server *server);
fg_name_server *fg_name_server_close(fg_name_server *server);

#endif
