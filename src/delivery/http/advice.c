/* What a person can do about an answer that is not 2xx, in a few words. */
#include "http/advice.h"

#include <stdio.h>
#include <string.h>

static bool is_web_page(const fg_answer *answer)
{
    size_t at = 0;
    while (at < answer->size && strchr(" \t\r\n", answer->body[at]) != NULL) {
        at++;
    }
    return at < answer->size && answer->body[at] == '<';
}

const char *fg_advice(const fg_answer *answer)
{
    switch (answer->address) {
    case FG_ADDRESS_IS_HTTP:
        return "the server does not speak TLS: use http:// in [delivery] backend_url";
    case FG_ADDRESS_IS_HTTPS:
        return "the server speaks TLS: use https:// in [delivery] backend_url";
    case FG_ADDRESS_IS_LOCAL:
        return "for names in .local: sudo apt install libnss-mdns; or use the address";
    case FG_ADDRESS_FITS:
        break;
    }
    if (answer->status / 100 == 2 && is_web_page(answer)) {
        return "a web page: is this the backend? Does the network want a login?";
    }
    switch (answer->status) {
    case 0:
        return answer->untrusted ? "set ca_file if the backend has a certificate of your own" : "";
    case 401:
    case 403:
        return "check token_file";
    case 413:
        return "nginx: raise client_max_body_size; or send less: image = face, or a smaller width";
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
