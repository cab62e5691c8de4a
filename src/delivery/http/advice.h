/* What a person can do about an answer that is not what was hoped for. Pure. */
#ifndef FACEGATE_DELIVERY_HTTP_ADVICE_H
#define FACEGATE_DELIVERY_HTTP_ADVICE_H

#include "http/request.h"

#define FG_ADVICE_SIZE 128 /* bytes, terminator included */

/* For no answer, or one that is not as hoped for; "" where there is nothing to say. */
const char *fg_advice(const fg_answer *answer);

/* The same as the end of a line: " (ADVICE)", or "". */
const char *fg_advice_show(const fg_answer *answer, char ret_text[FG_ADVICE_SIZE]);

#endif
