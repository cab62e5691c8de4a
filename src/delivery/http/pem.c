/* Checks that a file holds the certificate or key it should, in PEM form. */
#include "http/pem.h"

#include "facegate/base/file.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdbool.h>

/* A system's whole bundle of authorities has a few hundred KiB. */
#define PEM_LIMIT (8u << 20)

/* Nobody is there to be asked. */
static int refuse_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    *(bool *)context = true;
    return -1;
}

/* The file in memory, to be freed with close_pem. */
static int open_pem(const char *key, const char *path, char **ret_data, size_t *ret_size,
                    BIO **ret_bio, fg_error *error)
{
    int result = fg_file_read(path, PEM_LIMIT, ret_data, ret_size, error);
    if (result != 0) {
        return fg_error_prefix(error, result, "%s %s", key, path);
    }
    *ret_bio = BIO_new_mem_buf(*ret_data, (int)*ret_size);
    if (*ret_bio == NULL) {
        fg_file_forget(*ret_data, *ret_size);
        fg_error_set(error, 0, "%s %s: out of memory", key, path);
        return -ENOMEM;
    }
    return 0;
}

static void close_pem(char *data, size_t size, BIO *bio)
{
    BIO_free(bio);
    fg_file_forget(data, size);
    ERR_clear_error();
}

static int read_certificate(const char *key, const char *path, X509 **ret_certificate,
                            fg_error *error)
{
    char *data = NULL;
    size_t size = 0;
    BIO *bio = NULL;
    bool encrypted = false;
    int result = open_pem(key, path, &data, &size, &bio, error);
    if (result != 0) {
        return result;
    }
    *ret_certificate = PEM_read_bio_X509_AUX(bio, NULL, refuse_passphrase, &encrypted);
    close_pem(data, size, bio);
    if (*ret_certificate == NULL && encrypted) {
        return fg_error_set(error, -EINVAL,
                            "%s %s: the certificate has a passphrase, which facegate cannot enter: "
                            "save it without one",
                            key, path);
    }
    if (*ret_certificate == NULL) {
        return fg_error_set(error, -EINVAL,
                            "%s %s: has no certificate in PEM form (BEGIN CERTIFICATE): convert "
                            "DER with \"openssl x509 -inform der -in FILE -out NEW.pem\"",
                            key, path);
    }
    return 0;
}

static int read_key(const char *path, EVP_PKEY **ret_key, fg_error *error)
{
    static const char key[] = "client_key";
    char *data = NULL;
    size_t size = 0;
    BIO *bio = NULL;
    bool encrypted = false;
    int result = open_pem(key, path, &data, &size, &bio, error);
    if (result != 0) {
        return result;
    }
    *ret_key = PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, &encrypted);
    close_pem(data, size, bio);
    if (*ret_key == NULL && encrypted) {
        return fg_error_set(error, -EINVAL,
                            "%s %s: has a passphrase, which facegate cannot enter: save it without "
                            "one, \"openssl pkey -in FILE -out NEW.pem\"",
                            key, path);
    }
    if (*ret_key == NULL) {
        return fg_error_set(error, -EINVAL,
                            "%s %s: has no private key in PEM form (BEGIN PRIVATE KEY)", key, path);
    }
    return 0;
}

int fg_pem_check_certificate(const char *key, const char *path, fg_error *error)
{
    X509 *certificate = NULL;
    int result = read_certificate(key, path, &certificate, error);
    X509_free(certificate);
    return result;
}

int fg_pem_check_pair(const char *certificate, const char *private_key, fg_error *error)
{
    X509 *shown = NULL;
    EVP_PKEY *held = NULL;
    int result = read_certificate("client_cert", certificate, &shown, error);
    if (result == 0) {
        result = read_key(private_key, &held, error);
    }
    if (result == 0 && X509_check_private_key(shown, held) != 1) {
        result = fg_error_set(error, -EINVAL,
                              "client_key %s: does not belong to the certificate in client_cert %s",
                              private_key, certificate);
    }
    X509_free(shown);
    EVP_PKEY_free(held);
    ERR_clear_error();
    return result;
}
