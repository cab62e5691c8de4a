/*
 * The page's files, which are part of the program, and how they are answered. The files are
 * constant; a request is answered in the thread of its connection.
 */
#ifndef FACEGATE_BACKEND_HTTP_PAGE_H
#define FACEGATE_BACKEND_HTTP_PAGE_H

#include "facegate/base/embedded.h"
#include "http/exchange.h"

extern const fg_embedded_file fg_page_files[];

/* NULL if no file has that name. */
const fg_embedded_file *fg_page_find(const char *name);

/* Its Content-Type; NULL for a suffix that page.c does not know, which a test refuses. */
const char *fg_page_type(const fg_embedded_file *file);

/* Answers with the file, or that the client has it already. */
enum MHD_Result fg_page_reply(fg_exchange *exchange, const fg_embedded_file *file);

/* GET of every path that is no other route's: the page itself, or one of its files. */
enum MHD_Result fg_page_answer(fg_exchange *exchange);

#endif
