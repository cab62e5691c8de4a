/* Where the way to a backend ends, and what is said to do about it. */
#include "certificates.h"
#include "facegate/delivery/backend_probe.h"
#include "testing.h"

#include <curl/curl.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NINE(text) text text text text text text text text text

static char *folder;
static fg_receiver receiver;
static fg_backend_options options;

static int open_folder(void **state)
{
    (void)state;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    folder = fg_testing_folder();
    fg_certificates_authority(folder, "ca");
    fg_certificates_authority(folder, "other");
    fg_certificates_make(folder, "ca", "server", "localhost");
    fg_certificates_make(folder, "ca", "elsewhere", "elsewhere.example");
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    fg_testing_remove(folder);
    curl_global_cleanup();
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    receiver = (fg_receiver){.folder = folder};
    options = (fg_backend_options){.url = receiver.url, .timeout = 100, .connect_timeout = 60};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_receiver_kill(&receiver);
    return 0;
}

static const char *file(const char *name)
{
    static char paths[8][512];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

/* One letter for each step: passed, failed, not needed (-), not tried (.). */
static fg_probe_finding probe(const char *expected, enum fg_probe_step of_interest)
{
    static const char letters[] = {'p', 'f', '-', '.'};
    fg_probe_finding findings[FG_PROBE_STEPS];
    char found[FG_PROBE_STEPS + 1] = "";
    fg_error error = {""};
    int result = fg_backend_probe(&options, findings, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    for (int i = 0; i < FG_PROBE_STEPS; i++) {
        found[i] = letters[findings[i].state];
        assert_int_equal(findings[i].fix.text[0] != '\0', findings[i].state == FG_PROBE_FAILED);
        assert_int_equal(findings[i].text.text[0] != '\0', findings[i].state != FG_PROBE_NOT_TRIED);
    }
    assert_string_equal(found, expected);
    return findings[of_interest];
}

static void expect(const fg_probe_finding *finding, const char *text, const char *fix)
{
    if (strstr(finding->text.text, text) == NULL) {
        assert_string_equal(finding->text.text, text);
    }
    if (strstr(finding->fix.text, fix) == NULL) {
        assert_string_equal(finding->fix.text, fix);
    }
}

static void a_good_backend_passes_and_is_written_nothing(void **state)
{
    (void)state;
    fg_receiver_start(&receiver);
    fg_probe_finding finding = probe("pp-p", FG_PROBE_CONTRACT);
    expect(&finding, "a GET lists 0 entries", "");
    cJSON *seen = fg_receiver_seen(&receiver);
    assert_int_equal(cJSON_GetArraySize(seen), 0);
    cJSON_Delete(seen);

    fg_receiver_control(&receiver, "{\"on\": \"get\", \"mode\": \"long\", \"size\": 1000000000}");
    finding = probe("pp-p", FG_PROBE_CONTRACT);
    expect(&finding, "a GET lists entries; the first ", "");
}

static void a_good_certificate_passes(void **state)
{
    (void)state;
    receiver.tls_cert = file("server.pem");
    receiver.tls_key = file("server.key");
    options.ca_file = file("ca.pem");
    fg_receiver_start(&receiver);
    fg_probe_finding finding = probe("pppp", FG_PROBE_TLS);
    expect(&finding, "the certificate is valid for localhost", "");
}

static void a_certificate_that_proves_nothing_is_distinguished(void **state)
{
    (void)state;
    static const struct {
        const char *ca, *certificate, *text, *fix;
    } table[] = {
        {"other.pem", "server", "SSL certificate problem: ", "set [delivery] ca_file to "},
        {NULL, "server", "SSL certificate problem: ", "set [delivery] ca_file to "},
        {"ca.pem", "elsewhere", "no alternative certificate subject name matches",
         "use the name in the certificate in [delivery] backend_url"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char pem[64], key[64];
        snprintf(pem, sizeof(pem), "%s.pem", table[i].certificate);
        snprintf(key, sizeof(key), "%s.key", table[i].certificate);
        receiver.port = 0;
        receiver.tls_cert = file(pem);
        receiver.tls_key = file(key);
        options.ca_file = table[i].ca == NULL ? NULL : file(table[i].ca);
        fg_receiver_start(&receiver);
        fg_probe_finding finding = probe("ppf.", FG_PROBE_TLS);
        expect(&finding, table[i].text, table[i].fix);
        fg_receiver_kill(&receiver);
    }
}

static void http_and_https_taken_for_each_other_are_reported(void **state)
{
    (void)state;
    char url[64];
    fg_receiver_start(&receiver);
    snprintf(url, sizeof(url), "https://127.0.0.1:%d", receiver.port);
    options.url = url;
    fg_probe_finding finding = probe("ppf.", FG_PROBE_TLS);
    expect(&finding, "", "use http:// in [delivery] backend_url");
    fg_receiver_kill(&receiver);

    receiver.port = 0;
    receiver.tls_cert = file("server.pem");
    receiver.tls_key = file("server.key");
    fg_receiver_start(&receiver);
    snprintf(url, sizeof(url), "http://localhost:%d", receiver.port);
    finding = probe("pp-f", FG_PROBE_CONTRACT);
    expect(&finding, "", "use https:// in [delivery] backend_url");
}

static void a_client_certificate_that_is_missing_is_named(void **state)
{
    (void)state;
    receiver.tls_cert = file("server.pem");
    receiver.tls_key = file("server.key");
    receiver.client_ca = file("ca.pem");
    options.ca_file = file("ca.pem");
    fg_receiver_start(&receiver);
    fg_probe_finding finding = probe("pppf", FG_PROBE_CONTRACT);
    expect(&finding, "", "set [delivery] client_cert and client_key; ");
    fg_receiver_kill(&receiver);

    /* One that it does not take. */
    receiver.port = 0;
    options.client_cert = file("other.pem");
    options.client_key = file("other.key");
    fg_receiver_start(&receiver);
    finding = probe("pppf", FG_PROBE_CONTRACT);
    expect(&finding, "", "it may reject the certificate in [delivery] client_cert");
}

static void nobody_there_is_distinguished_from_no_such_name(void **state)
{
    (void)state;
    char url[64];
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", fg_testing_free_port());
    options.url = url;
    fg_probe_finding finding = probe("pf..", FG_PROBE_CONNECT);
    expect(&finding, "Failed to connect to 127.0.0.1 port ",
           "nothing listens there: \"sudo systemctl enable --now facegate-backend\" ");

    options.url = "http://backend.invalid:5000";
    finding = probe("f...", FG_PROBE_NAME);
    expect(&finding, "Could not resolve host: backend.invalid",
           "\"getent hosts backend.invalid\" shows");
    options.url = "http://backend.local:5000";
    finding = probe("f...", FG_PROBE_NAME);
    expect(&finding, "Could not resolve host: backend.local", "sudo apt install libnss-mdns");
}

static void a_proxy_is_distinguished_from_the_backend(void **state)
{
    (void)state;
    char place[64], text[256];
    fg_receiver_start(&receiver);
    snprintf(place, sizeof(place), "127.0.0.1:%d", receiver.port);
    snprintf(text, sizeof(text), "http://name:secret@%s", place);
    setenv("https_proxy", text, 1);
    setenv("http_proxy", text, 1);

    /* The receiver knows no CONNECT. */
    options.url = "https://backend.invalid";
    fg_probe_finding finding = probe("pf..", FG_PROBE_NAME);
    snprintf(text, sizeof(text), "backend.invalid is resolved by the proxy %s (https_proxy)",
             place);
    assert_string_equal(finding.text.text, text);
    finding = probe("pf..", FG_PROBE_CONNECT);
    snprintf(text, sizeof(text),
             "the proxy %s refuses: name the backend in no_proxy, or \"unset https_proxy\"", place);
    expect(&finding, "404", text);

    options.url = "http://backend.invalid";
    finding = probe("pp-p", FG_PROBE_CONNECT);
    snprintf(text, sizeof(text), "the proxy %s accepts the connection", place);
    assert_string_equal(finding.text.text, text);

    setenv("no_proxy", "elsewhere.example, .Invalid", 1);
    probe("f...", FG_PROBE_NAME);
    unsetenv("no_proxy");

    /* To this machine itself nothing goes through a proxy. */
    options.url = receiver.url;
    finding = probe("pp-p", FG_PROBE_NAME);
    expect(&finding, "127.0.0.1", "");

    fg_receiver_kill(&receiver);
    options.url = "https://backend.invalid";
    finding = probe("pf..", FG_PROBE_CONNECT);
    snprintf(text, sizeof(text), "the proxy %s does not answer: start it, or ", place);
    expect(&finding, "Failed to connect to 127.0.0.1 port ", text);
    unsetenv("https_proxy");
    unsetenv("http_proxy");
}

static void an_answer_that_keeps_no_contract_is_explained(void **state)
{
    (void)state;
    static const struct {
        const char *order, *text, *fix;
    } table[] = {
        {"\"mode\": \"status\", \"code\": 401", "the answer to a GET is 401", "check token_file"},
        {"\"mode\": \"status\", \"code\": 404", "the answer to a GET is 404",
         "is this the backend?"},
        {"\"mode\": \"status\", \"code\": 301", "the answer to a GET is 301",
         "redirects are not followed"},
        {"\"mode\": \"status\", \"code\": 500", "the answer to a GET is 500",
         "check the backend's own log"},
        {"\"mode\": \"status\", \"code\": 200", "is not a list: {\"error\"",
         "is this the backend?"},
        {"\"mode\": \"garbage\", \"code\": 200", "is not a list: ??garbage",
         "is this the backend?"},
        /* Both are cut before a character that has no room. */
        {"\"mode\": \"garbage\", \"code\": 200, \"text\": \"\\u20ac\\u20ac<\"",
         "is not a list: " NINE("\xE2\x82\xAC\xE2\x82\xAC<") "...", "is this the backend?"},
        {"\"mode\": \"garbage\", \"code\": 500, \"text\": \"\\u20ac\\u20ac<\"",
         "the answer to a GET is 500 " NINE("\xE2\x82\xAC\xE2\x82\xAC<") "...",
         "check the backend's own log"},
        /* Its first line alone: libcurl finds nothing wrong with that. */
        {"\"mode\": \"garbage\", \"code\": 100, \"keep\": 22",
         "the server announced an answer but sent none", "does the backend use TLS?"},
        {"\"mode\": \"hang\"", "timed out", "raise [delivery] timeout"},
    };
    fg_receiver_start(&receiver);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char order[160];
        options.timeout = strstr(table[i].order, "hang") != NULL ? 1 : 100;
        snprintf(order, sizeof(order), "{\"on\": \"get\", %s}", table[i].order);
        fg_receiver_control(&receiver, order);
        fg_probe_finding finding = probe("pp-f", FG_PROBE_CONTRACT);
        expect(&finding, table[i].text, table[i].fix);
    }
}

static void options_that_cannot_be_are_an_error_and_no_finding(void **state)
{
    (void)state;
    fg_probe_finding findings[FG_PROBE_STEPS];
    fg_error error = {""};
    options.url = "ftp://backend";
    assert_int_equal(fg_backend_probe(&options, findings, &error), -EINVAL);
    assert_string_equal(error.text, "backend_url must start with http:// or https://");
}

#define WITH_RECEIVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RECEIVER(a_good_backend_passes_and_is_written_nothing),
        WITH_RECEIVER(a_good_certificate_passes),
        WITH_RECEIVER(a_certificate_that_proves_nothing_is_distinguished),
        WITH_RECEIVER(http_and_https_taken_for_each_other_are_reported),
        WITH_RECEIVER(a_client_certificate_that_is_missing_is_named),
        WITH_RECEIVER(nobody_there_is_distinguished_from_no_such_name),
        WITH_RECEIVER(a_proxy_is_distinguished_from_the_backend),
        WITH_RECEIVER(an_answer_that_keeps_no_contract_is_explained),
        WITH_RECEIVER(options_that_cannot_be_are_an_error_and_no_finding),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
