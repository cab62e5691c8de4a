#include "certificates.h"

#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PATH_SIZE 512

static void file(const char *folder, const char *name, const char *suffix, char ret_path[PATH_SIZE])
{
    snprintf(ret_path, PATH_SIZE, "%s/%s.%s", folder, name, suffix);
}

void fg_certificates_openssl(const char *folder, const char *const argv[])
{
    char *output = NULL;
    int code = fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, &output);
    if (code != 0) {
        fail_msg("openssl: %s", output);
    }
    free(output);
}

void fg_certificates_authority(const char *folder, const char *name)
{
    char key[PATH_SIZE], certificate[PATH_SIZE];
    file(folder, name, "key", key);
    file(folder, name, "pem", certificate);
    const char *argv[] = {"openssl",
                          "req",
                          "-x509",
                          "-newkey",
                          "ec",
                          "-pkeyopt",
                          "ec_paramgen_curve:P-256",
                          "-nodes",
                          "-days",
                          "2",
                          "-subj",
                          "/CN=Test CA",
                          "-keyout",
                          key,
                          "-out",
                          certificate,
                          NULL};
    fg_certificates_openssl(folder, argv);
}

void fg_certificates_make(const char *folder, const char *authority, const char *name,
                          const char *host)
{
    char key[PATH_SIZE], request[PATH_SIZE], certificate[PATH_SIZE];
    char ca[PATH_SIZE], ca_key[PATH_SIZE], subject[64], extension[64];
    file(folder, name, "key", key);
    file(folder, name, "csr", request);
    file(folder, name, "pem", certificate);
    file(folder, authority, "pem", ca);
    file(folder, authority, "key", ca_key);
    snprintf(subject, sizeof(subject), "/CN=%s", host);
    snprintf(extension, sizeof(extension), "subjectAltName=DNS:%s", host);
    const char *ask[] = {
        "openssl", "req",   "-new",  "-newkey", "ec",      "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes",  "-subj", subject, "-addext", extension, "-keyout",  key,
        "-out",    request, NULL};
    fg_certificates_openssl(folder, ask);
    const char *sign[] = {"openssl",
                          "x509",
                          "-req",
                          "-days",
                          "2",
                          "-in",
                          request,
                          "-CA",
                          ca,
                          "-CAkey",
                          ca_key,
                          "-CAcreateserial",
                          "-copy_extensions",
                          "copy",
                          "-out",
                          certificate,
                          NULL};
    fg_certificates_openssl(folder, sign);
}
