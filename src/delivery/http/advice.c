/* What a person can do about an answer that is not 2xx, in a few words. */
#include "http/advice.h"

#include <stdio.h>

const char *fg_advice(const fg_answer *answer)
{
    switch (answer->status) {
    case 0:
        return answer->untrusted ? "set ca_file if the backend has a certificate of your own" : "";
    case 401:
    case 403:
        return "check token_file";
    case 404:
        return "check backend_url: is this the backend?";
    default:
        return answer->status >= 300 && answer->status < 400
                   ? "redirects are not followed: check backend_url"
                   : "";
    }
}

const char *fg_advice_show(const fg_answer *answer, char ret_text[FG_ADVICE_SIZE])
{
    const char *advice = fg_advice(answer);
    snprintf(ret_text, FG_ADVICE_SIZE, advice[0] != '\0' ? " (%s)" : "%s", advice);
    return ret_text;
}
