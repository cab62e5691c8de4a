/* Text without the difference between capitals and small letters. Any thread. */
#ifndef FACEGATE_BACKEND_STORE_CASEFOLD_H
#define FACEGATE_BACKEND_STORE_CASEFOLD_H

/* A folded copy of valid UTF-8, to be freed; NULL when out of memory. */
char *fg_casefold(const char *text);

#endif
