/*
 * The page's files, as embed.cmake put them into the program, and how they are answered. The files
 * are constant; a request is answered in the thread of its connection.
 */
#ifndef FACEGATE_BACKEND_HTTP_PAGE_H
#define FACEGATE_BACKEND_HTTP_PAGE_H

#include "http/exchange.h"

#include <stddef.h>

typedef struct fg_page_file {
    const char *name;
    const char *type;
    const char *tag; /* ETag, with its quotes */
    const unsigned char *data;
    size_t size;
} fg_page_file;

/* Made by embed.cmake. The last has a null name. */
extern const fg_page_file fg_page_files[];

/* NULL where there is none of that name. */
const fg_page_file *fg_page_find(const char *name);

/* Answers with the file, or that the client has it already. */
enum MHD_Result fg_page_reply(fg_exchange *exchange, const fg_page_file *file);

/* GET of every path that is no other route's: the page itself, or one of its files. */
enum MHD_Result fg_page_answer(fg_exchange *exchange);

#endif
