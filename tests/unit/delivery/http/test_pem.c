/* What facegate says of files that should hold certificates and keys. */
#include "facegate/delivery/target.h"

#include "certificates.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *folder;

/* FOLDER/NAME, in a place of its own for each of the last few names. */
static const char *file(const char *name)
{
    static char paths[8][512];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static void join(const char *first, const char *second, const char *to)
{
    char *head = fg_testing_read(file(first), NULL);
    char *tail = fg_testing_read(file(second), NULL);
    char text[8192];
    int length = snprintf(text, sizeof(text), "%s%s", head, tail);
    fg_testing_write(file(to), text, (size_t)length);
    free(head);
    free(tail);
}

static int make_files(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    fg_certificates_authority(folder, "ca");
    fg_certificates_authority(folder, "other");
    const char *to_der[] = {"openssl", "x509",         "-in", file("ca.pem"), "-outform", "der",
                            "-out",    file("ca.der"), NULL};
    const char *lock[] = {"openssl",          "pkey",    "-in",      file("ca.key"), "-out",
                          file("locked.key"), "-aes256", "-passout", "pass:secret",  NULL};
    fg_certificates_openssl(folder, to_der);
    fg_certificates_openssl(folder, lock);
    join("ca.pem", "ca.key", "both.pem");
    join("ca.key", "ca.pem", "turned.pem");
    join("other.pem", "ca.pem", "bundle.pem");
    fg_testing_write(file("junk.pem"), "a page about certificates\n", 26);
    fg_testing_write(file("cut.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n", 33);
    fg_testing_write(file("empty.pem"), "", 0);
    static const char locked[] = "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
                                 "DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                                 "AAAAAAAAAAAAAAAAAAAAAA==\n-----END CERTIFICATE-----\n";
    fg_testing_write(file("locked.pem"), locked, sizeof(locked) - 1);
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    fg_testing_remove(folder);
    return 0;
}

static void files_are_looked_into_before_the_first_request(void **state)
{
    (void)state;
    static const char none[] = "%s %s: has no certificate in PEM form (BEGIN CERTIFICATE): convert "
                               "DER with \"openssl x509 -inform der -in FILE -out NEW.pem\"";
    static const char no_key[] = "%s %s: has no private key in PEM form (BEGIN PRIVATE KEY)";
    static const struct {
        const char *ca, *cert, *key; /* NULL for none */
        const char *named, *wrong;   /* key and file the text names; NULL: all is well */
        const char *format;
    } table[] = {
        {"ca.pem", NULL, NULL, NULL, NULL, NULL},
        {"bundle.pem", NULL, NULL, NULL, NULL, NULL},
        {"both.pem", NULL, NULL, NULL, NULL, NULL},
        {NULL, "ca.pem", "ca.key", NULL, NULL, NULL},
        {NULL, "both.pem", NULL, NULL, NULL, NULL},
        {NULL, "turned.pem", "turned.pem", NULL, NULL, NULL},
        {"junk.pem", NULL, NULL, "ca_file", "junk.pem", none},
        {"cut.pem", NULL, NULL, "ca_file", "cut.pem", none},
        {"empty.pem", NULL, NULL, "ca_file", "empty.pem", none},
        {"ca.der", NULL, NULL, "ca_file", "ca.der", none},
        {"ca.key", NULL, NULL, "ca_file", "ca.key", none},
        {NULL, "junk.pem", "ca.key", "client_cert", "junk.pem", none},
        {NULL, "ca.pem", "junk.pem", "client_key", "junk.pem", no_key},
        {NULL, "ca.pem", "ca.pem", "client_key", "ca.pem", no_key},
        {NULL, "ca.pem", NULL, "client_key", "ca.pem", no_key},
        {"locked.pem", NULL, NULL, "ca_file", "locked.pem",
         "%s %s: the certificate has a passphrase, which facegate cannot enter: save it without "
         "one"},
        {NULL, "ca.pem", "locked.key", "client_key", "locked.key",
         "%s %s: has a passphrase, which facegate cannot enter: save it without one, \"openssl "
         "pkey -in FILE -out NEW.pem\""},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_error error = {""};
        char expected[1024] = "";
        fg_backend_options options = {
            .url = "https://door.example",
            .timeout = 1,
            .connect_timeout = 1,
            .ca_file = table[i].ca == NULL ? NULL : file(table[i].ca),
            .client_cert = table[i].cert == NULL ? NULL : file(table[i].cert),
            .client_key = table[i].key == NULL ? NULL : file(table[i].key),
        };
        if (table[i].named != NULL) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(expected, sizeof(expected), table[i].format, table[i].named,
                     file(table[i].wrong));
#pragma GCC diagnostic pop
        }
        int result = fg_backend_check_options(&options, &error);
        assert_string_equal(error.text, expected);
        assert_int_equal(result, table[i].named == NULL ? 0 : -EINVAL);
    }
}

static void a_key_of_another_certificate_is_refused(void **state)
{
    (void)state;
    fg_error error = {""};
    char expected[1200];
    fg_backend_options options = {.url = "https://door.example",
                                  .timeout = 1,
                                  .connect_timeout = 1,
                                  .client_cert = file("ca.pem"),
                                  .client_key = file("other.key")};
    snprintf(expected, sizeof(expected),
             "client_key %s: does not belong to the certificate in client_cert %s",
             options.client_key, options.client_cert);
    assert_int_equal(fg_backend_check_options(&options, &error), -EINVAL);
    assert_string_equal(error.text, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_looked_into_before_the_first_request),
        cmocka_unit_test(a_key_of_another_certificate_is_refused),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
