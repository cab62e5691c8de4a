/* https with certificates made here: who is trusted, and who is not. */
#include "certificates.h"
#include "post_office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *folder;
static post_office office;

static const char *file(const char *name)
{
    /* More names than any test asks for at a time. */
    static char paths[16][256];
    static int next;
    char *path = paths[next++ % 16];
    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static int make_certificates(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    fg_certificates_authority(folder, "ca");
    fg_certificates_authority(folder, "other");
    fg_certificates_make(folder, "ca", "server", "localhost");
    fg_certificates_make(folder, "ca", "elsewhere", "elsewhere.example");
    fg_certificates_make(folder, "ca", "door", "door");
    return 0;
}

static int remove_certificates(void **state)
{
    (void)state;
    fg_testing_remove(folder);
    return 0;
}

static int set_up(void **state)
{
    post_office_set_up(state);
    fg_receiver_stop(&office.receiver);
    office.receiver.port = 0;
    office.receiver.tls_cert = file("server.pem");
    office.receiver.tls_key = file("server.key");
    office.options.ca_file = file("ca.pem");
    return 0;
}

static void a_backend_vouched_for_by_the_ca_file_gets_the_event(void **state)
{
    (void)state;
    fg_receiver_start(&office.receiver);
    post_office_put(&office, 2);
    post_office_send(&office);
    post_office_expect_sent(&office, 2);
    post_office_expect_all(&office, 2);
}

static void a_backend_of_another_ca_gets_nothing(void **state)
{
    (void)state;
    office.options.ca_file = file("other.pem");
    fg_receiver_start(&office.receiver);
    post_office_put(&office, 1);
    post_office_send(&office);
    post_office_expect_log(&office,
                           "Network error sending auth data: SSL certificate problem: ", 1);
    post_office_expect_log(&office, " (set ca_file if the backend has a certificate of your own)",
                           1);
    fg_sender_stop(office.sender, 0);
    post_office_expect_all(&office, 0);
    assert_int_equal(post_office_ledger(&office).waiting, 1);
}

static void without_a_ca_file_our_own_ca_is_not_trusted(void **state)
{
    (void)state;
    office.options.ca_file = NULL;
    fg_receiver_start(&office.receiver);
    post_office_put(&office, 1);
    post_office_send(&office);
    post_office_expect_log(&office,
                           "Network error sending auth data: SSL certificate problem: ", 1);
    fg_sender_stop(office.sender, 0);
    post_office_expect_all(&office, 0);
}

static void a_certificate_for_another_host_gets_nothing(void **state)
{
    (void)state;
    office.receiver.tls_cert = file("elsewhere.pem");
    office.receiver.tls_key = file("elsewhere.key");
    fg_receiver_start(&office.receiver);
    post_office_put(&office, 1);
    post_office_send(&office);
    post_office_expect_log(&office,
                           "Network error sending auth data: SSL: no alternative certificate "
                           "subject name matches target host",
                           1);
    /* Before it curl 7 has "host name", curl 8 "hostname". */
    post_office_expect_log(&office, "name 'localhost'; 1 waiting", 1);
    fg_sender_stop(office.sender, 0);
    post_office_expect_all(&office, 0);
}

static void a_client_certificate_is_shown_where_one_is_asked_for(void **state)
{
    (void)state;
    office.receiver.client_ca = file("ca.pem");
    fg_receiver_start(&office.receiver);
    post_office_put(&office, 1);
    post_office_send(&office);
    post_office_expect_log(&office, "Network error sending auth data: ", 1);
    office.sender = fg_sender_free(office.sender);
    assert_int_equal(post_office_ledger(&office).waiting, 1);

    office.options.client_cert = file("door.pem");
    office.options.client_key = file("door.key");
    post_office_send(&office);
    post_office_expect_sent(&office, 1);
}

static void a_fixed_ca_file_works_without_a_restart(void **state)
{
    (void)state;
    size_t size;
    const char *ca = file("fixed.pem");
    char *wrong = fg_testing_read(file("other.pem"), &size);
    fg_testing_write(ca, wrong, size);
    free(wrong);
    office.options.ca_file = ca;
    fg_receiver_start(&office.receiver);
    post_office_put(&office, 1);
    post_office_send(&office);
    post_office_expect_log(&office, "SSL certificate problem: ", 1);
    char *right = fg_testing_read(file("ca.pem"), &size);
    fg_testing_write(ca, right, size);
    free(right);
    post_office_expect_sent(&office, 1);
}

static void http_on_an_https_port_is_a_network_error(void **state)
{
    (void)state;
    char url[64];
    fg_receiver_start(&office.receiver);
    snprintf(url, sizeof(url), "http://localhost:%d", office.receiver.port);
    office.options.url = url;
    post_office_put(&office, 1);
    post_office_send(&office);
    post_office_expect_log(&office, "Network error sending auth data: ", 1);
    fg_sender_stop(office.sender, 0);
    assert_int_equal(post_office_ledger(&office).waiting, 1);
}

#define WITH_TLS(test)                                                                             \
    cmocka_unit_test_prestate_setup_teardown(test, set_up, post_office_tear_down, &office)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TLS(a_backend_vouched_for_by_the_ca_file_gets_the_event),
        WITH_TLS(a_backend_of_another_ca_gets_nothing),
        WITH_TLS(without_a_ca_file_our_own_ca_is_not_trusted),
        WITH_TLS(a_certificate_for_another_host_gets_nothing),
        WITH_TLS(a_client_certificate_is_shown_where_one_is_asked_for),
        WITH_TLS(a_fixed_ca_file_works_without_a_restart),
        WITH_TLS(http_on_an_https_port_is_a_network_error),
    };
    return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
