/* The way to a backend, step by step: where it ends, and what a person does about it. */
#include "facegate/delivery/backend_probe.h"
#include "facegate/text.h"
#include "http/advice.h"
#include "http/answer.h"
#include "http/request.h"
#include "probe/contract.h"
#include "probe/proxy.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/x509_vfy.h>
#include <string.h>
#include <strings.h>

#define ANSWER_KEPT (64u << 10) /* bytes */
#define ENOUGH      (1u << 20)  /* bytes of a list */

/* What the transfer tells beside its answer. */
typedef struct probe {
    CURL *easy;
    const fg_answer *answer;
    const fg_contract *contract;
    char host[256];
    fg_proxy proxy;
    bool https;
    bool shows_itself; /* with a client certificate */
    enum fg_probe_step reached;
    fg_probe_finding *findings;
} probe;

static bool took_time(CURL *easy, CURLINFO which)
{
    curl_off_t microseconds = 0;
    return curl_easy_getinfo(easy, which, &microseconds) == CURLE_OK && microseconds > 0;
}

static void find_host(probe *state, const char *endpoint)
{
    CURLU *url = curl_url();
    char *host = NULL;
    if (url != NULL && curl_url_set(url, CURLUPART_URL, endpoint, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        fg_answer_excerpt(host, strlen(host), state->host);
    }
    curl_free(host);
    curl_url_cleanup(url);
    state->https = strncasecmp(endpoint, "https:", 6) == 0;
}

static void find_proxy(probe *state, const fg_request *request)
{
    const char *address = NULL;
    curl_easy_getinfo(state->easy, CURLINFO_PRIMARY_IP, &address);
    /* An address that no_proxy names as a part of a network was gone to itself. */
    bool direct = address != NULL && strcmp(address, state->host) == 0;
    if (!direct && !fg_request_is_local(request)) {
        fg_proxy_find(state->host, state->https, &state->proxy);
    }
}

/* A proxy that answered, but did not let this door through. */
static bool is_turned_away(const probe *state)
{
    long status = 0;
    curl_easy_getinfo(state->easy, CURLINFO_HTTP_CONNECTCODE, &status);
    return status != 0 && status / 100 != 2;
}

/* The step that was under way when the time was over. */
static enum fg_probe_step step_of_timeout(const probe *state)
{
    if (!took_time(state->easy, CURLINFO_NAMELOOKUP_TIME_T)) {
        return FG_PROBE_NAME;
    }
    if (strstr(state->answer->trouble, "SSL connection") != NULL) {
        return FG_PROBE_TLS;
    }
    if (!took_time(state->easy, CURLINFO_CONNECT_TIME_T)) {
        return FG_PROBE_CONNECT;
    }
    bool handshaken = took_time(state->easy, CURLINFO_APPCONNECT_TIME_T);
    return state->https && !handshaken ? FG_PROBE_TLS : FG_PROBE_CONTRACT;
}

/* How far it came, by how it ended: the times alone do not tell in every version of libcurl. */
static enum fg_probe_step reached(const probe *state)
{
    const fg_answer *answer = state->answer;
    if (is_turned_away(state)) {
        return FG_PROBE_CONNECT;
    }
    switch (answer->code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return FG_PROBE_NAME;
    case CURLE_COULDNT_CONNECT:
        return FG_PROBE_CONNECT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return FG_PROBE_TLS;
    case CURLE_OPERATION_TIMEDOUT:
        return step_of_timeout(state);
    default:
        return answer->status != 0 || !state->https ||
                       took_time(state->easy, CURLINFO_APPCONNECT_TIME_T)
                   ? FG_PROBE_CONTRACT
                   : FG_PROBE_TLS;
    }
}

static void fail(fg_probe_finding *finding, const fg_answer *answer, const char *fix)
{
    char excerpt[FG_EXCERPT_SIZE];
    fg_answer_excerpt(answer->trouble, strlen(answer->trouble), excerpt);
    finding->state = FG_PROBE_FAILED;
    fg_error_set(&finding->text, 0, "%s", excerpt);
    fg_error_set(&finding->fix, 0, "%s", fix);
}

static bool check_name(probe *state)
{
    fg_probe_finding *finding = &state->findings[FG_PROBE_NAME];
    const char *address = NULL;
    if (state->reached == FG_PROBE_NAME) {
        fail(finding, state->answer, fg_advice(state->answer));
        if (finding->fix.text[0] != '\0') {
            return false;
        }
        fg_error_set(&finding->fix, 0,
                     state->answer->code == CURLE_COULDNT_RESOLVE_PROXY
                         ? "check http_proxy and https_proxy in the environment"
                         : "check the name in [delivery] backend_url, or use an address instead; "
                           "\"getent hosts %s\" shows how this machine resolves it",
                     state->host);
        return false;
    }
    curl_easy_getinfo(state->easy, CURLINFO_PRIMARY_IP, &address);
    finding->state = FG_PROBE_PASSED;
    if (state->proxy.variable != NULL) {
        fg_error_set(&finding->text, 0, "%s is resolved by the proxy %s (%s)", state->host,
                     state->proxy.place, state->proxy.variable);
    } else if (address == NULL || address[0] == '\0') {
        fg_error_set(&finding->text, 0, "%s can be resolved", state->host);
    } else {
        fg_error_set(&finding->text, 0, strcmp(address, state->host) == 0 ? "%s" : "%s is %s",
                     state->host, address);
    }
    return true;
}

static bool check_proxy(probe *state)
{
    fg_probe_finding *finding = &state->findings[FG_PROBE_CONNECT];
    if (state->reached == FG_PROBE_CONNECT) {
        fail(finding, state->answer, "");
        fg_error_set(&finding->fix, 0,
                     is_turned_away(state)
                         ? "the proxy %s refuses: name the backend in no_proxy, or \"unset %s\""
                         : "the proxy %s does not answer: start it, or \"unset %s\"",
                     state->proxy.place, state->proxy.variable);
        return false;
    }
    finding->state = FG_PROBE_PASSED;
    fg_error_set(&finding->text, 0, "the proxy %s accepts the connection", state->proxy.place);
    return true;
}

static const char *fix_connection(const probe *state)
{
    static const char *const own[] = {"localhost", "127.0.0.1", "[::1]"};
    long os_error = 0;
    curl_easy_getinfo(state->easy, CURLINFO_OS_ERRNO, &os_error);
    if (os_error != ECONNREFUSED) {
        return "there is no answer: check that the backend's machine is on, the network in "
               "between, and its firewall";
    }
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strcmp(state->host, own[i]) == 0) {
            return "nothing listens there: \"sudo systemctl enable --now facegate-backend\" starts "
                   "the bundled backend on port 5000; if you have another, start it, or set "
                   "[delivery] backend_url";
        }
    }
    return "nothing listens there: start the backend, or fix the port in [delivery] backend_url";
}

static bool check_connect(probe *state)
{
    fg_probe_finding *finding = &state->findings[FG_PROBE_CONNECT];
    if (state->proxy.variable != NULL) {
        return check_proxy(state);
    }
    if (state->reached == FG_PROBE_CONNECT) {
        fail(finding, state->answer, fix_connection(state));
        return false;
    }
    long port = 0;
    curl_easy_getinfo(state->easy, CURLINFO_PRIMARY_PORT, &port);
    finding->state = FG_PROBE_PASSED;
    fg_error_set(&finding->text, 0, "something listens on port %ld", port);
    return true;
}

static const char *fix_tls(const probe *state)
{
    if (state->answer->code == CURLE_PEER_FAILED_VERIFICATION) {
        long verified = X509_V_OK;
        curl_easy_getinfo(state->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
        if (verified == X509_V_ERR_CERT_HAS_EXPIRED) {
            return "renew the backend's certificate; if it is still valid, set this machine's "
                   "clock";
        }
        if (verified == X509_V_ERR_CERT_NOT_YET_VALID) {
            return "set this machine's clock: \"sudo timedatectl set-ntp true\"";
        }
        if (state->answer->untrusted) {
            return "set [delivery] ca_file to the certificate (PEM) of the authority that signed "
                   "the backend's, or to the backend's own certificate if it is self-signed";
        }
        /* libcurl compares the name before it asks for OpenSSL's own verdict. */
        if (verified == X509_V_OK || verified == X509_V_ERR_UNSPECIFIED) {
            return "use the name in the certificate in [delivery] backend_url, or make a new "
                   "certificate for this name";
        }
        return "check the certificate: \"openssl s_client -connect HOST:PORT\"";
    }
    if (state->answer->address != FG_ADDRESS_FITS) {
        return fg_advice(state->answer);
    }
    if (state->answer->code == CURLE_SSL_CONNECT_ERROR) {
        return "does the backend use TLS? If not, use http:// in [delivery] backend_url";
    }
    if (!took_time(state->easy, CURLINFO_APPCONNECT_TIME_T) &&
        (state->answer->code == CURLE_RECV_ERROR || state->answer->code == CURLE_SEND_ERROR ||
         state->answer->code == CURLE_GOT_NOTHING ||
         state->answer->code == CURLE_OPERATION_TIMEDOUT)) {
        return "check the backend's own log, and the network between it and this machine";
    }
    return "check [delivery] ca_file, client_cert and client_key";
}

static bool check_tls(probe *state)
{
    fg_probe_finding *finding = &state->findings[FG_PROBE_TLS];
    if (!state->https) {
        finding->state = FG_PROBE_NOT_NEEDED;
        fg_error_set(&finding->text, 0, "not used: backend_url starts with http://");
        return true;
    }
    if (state->reached == FG_PROBE_TLS) {
        fail(finding, state->answer, fix_tls(state));
        return false;
    }
    finding->state = FG_PROBE_PASSED;
    fg_error_set(&finding->text, 0, "the certificate is valid for %s", state->host);
    return true;
}

/* For an answer that did not come, or is none that a backend gives. */
static const char *fix_answer(const probe *state)
{
    const fg_answer *answer = state->answer;
    const char *advice = fg_advice(answer);
    if (advice[0] != '\0') {
        return advice;
    }
    if (answer->code == CURLE_OPERATION_TIMEDOUT) {
        return "it is too slow: raise [delivery] timeout, or find out what delays it";
    }
    if (answer->status == 0 && state->https) {
        /* Since TLS 1.3 a server says so only after the handshake, or just hangs up. */
        return state->shows_itself
                   ? "check the backend's own log: it may reject the certificate in [delivery] "
                     "client_cert"
                   : "if it asks for a client certificate, set [delivery] client_cert and "
                     "client_key; otherwise check the backend's own log";
    }
    if (answer->status == 0) {
        return "does the backend use TLS? If so, use https:// in [delivery] backend_url";
    }
    return answer->status >= 500 ? "check the backend's own log"
                                 : "check [delivery] backend_url: is this the backend?";
}

static void check_contract(probe *state)
{
    fg_probe_finding *finding = &state->findings[FG_PROBE_CONTRACT];
    const fg_answer *answer = state->answer;
    const fg_entry_list *list = &state->contract->list;
    char excerpt[FG_EXCERPT_SIZE], shown[FG_TEXT_SHOWN];
    int64_t index = 0;
    const char *fault = fg_contract_fault(state->contract, &index);
    bool enough = state->contract->stopped;

    finding->state = FG_PROBE_FAILED;
    fg_error_set(&finding->fix, 0, "%s", fix_answer(state));
    if (answer->status == 200 && (fault != NULL || list->fault != NULL)) {
        fg_error_set(&finding->text, 0, "entry %" PRId64 " in the answer to a GET %s",
                     fault != NULL ? index + 1 : list->count + 1,
                     fault != NULL ? fault : list->fault);
        fg_error_set(&finding->fix, 0,
                     "check the backend's own log; docs/backend.md describes the contract");
    } else if (answer->status == 200 &&
               (list->state == FG_LIST_BROKEN || (answer->whole && list->state != FG_LIST_END))) {
        fg_answer_excerpt(answer->body, answer->size, excerpt);
        fg_error_set(&finding->text, 0, "the answer to a GET is not a list: %s",
                     fg_text_show(excerpt, strlen(excerpt), shown));
    } else if (answer->status == 0 || (answer->status == 200 && !answer->whole && !enough)) {
        fail(finding, answer, fix_answer(state));
    } else if (answer->status != 200) {
        fg_answer_excerpt(answer->body, answer->size, excerpt);
        fg_error_set(&finding->text, 0, "the answer to a GET is %ld %s", answer->status,
                     fg_text_show(excerpt, strlen(excerpt), shown));
    } else {
        finding->state = FG_PROBE_PASSED;
        if (enough) {
            fg_error_set(&finding->text, 0,
                         "a GET lists entries; the first %" PRId64 " were checked", list->count);
        } else {
            fg_error_set(&finding->text, 0, "a GET lists %" PRId64 " %s", list->count,
                         fg_text_plural(list->count, "entry", "entries"));
        }
        finding->fix.text[0] = '\0';
    }
}

int fg_backend_probe(const fg_backend_options *options,
                     fg_probe_finding ret_findings[FG_PROBE_STEPS], fg_error *error)
{
    fg_request *request = NULL;
    fg_contract contract;
    fg_answer answer;
    int result = fg_request_create(options, ANSWER_KEPT, &request, error);
    if (result != 0) {
        return result;
    }
    fg_contract_init(&contract, NULL, 0, ENOUGH);
    result = fg_request_get(request, fg_contract_take, &contract, error);
    if (result == 0) {
        probe state = {.easy = fg_request_handle(request),
                       .answer = &answer,
                       .contract = &contract,
                       .findings = ret_findings};
        CURLcode code = curl_easy_perform(state.easy);
        fg_request_answer(request, code, &answer);
        for (int i = 0; i < FG_PROBE_STEPS; i++) {
            ret_findings[i] = (fg_probe_finding){.state = FG_PROBE_NOT_TRIED};
        }
        find_host(&state, options->url);
        find_proxy(&state, request);
        state.shows_itself = options->client_cert != NULL && options->client_cert[0] != '\0';
        state.reached = reached(&state);
        if (check_name(&state) && check_connect(&state) && check_tls(&state)) {
            check_contract(&state);
        }
    }
    fg_contract_release(&contract);
    fg_request_free(request);
    return result;
}
