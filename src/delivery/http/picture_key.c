/* Reads the key of encrypted pictures, and encrypts with it. */
#include "http/picture_key.h"

#include "facegate/base/file.h"
#include "facegate/text.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT 4096
#define NONCE      12
#define TAG        16

static bool is_text(const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)data[i] < 0x20 || data[i] == 0x7F) {
            return false;
        }
    }
    return fg_text_is_utf8(data, size);
}

/* Without the end of its line, if it is a text: an editor adds one. */
static size_t length_of(const char *data, size_t size)
{
    size_t length = size;
    if (length > 0 && data[length - 1] == '\n') {
        length -= length > 1 && data[length - 2] == '\r' ? 2 : 1;
    }
    return is_text(data, length) ? length : size;
}

int fg_picture_key_read(const char *path, fg_picture_key *ret_key, fg_error *error)
{
    char *data = NULL;
    size_t size = 0;
    unsigned char digest[EVP_MAX_MD_SIZE];
    int result = fg_file_read(path, FILE_LIMIT, &data, &size, error);
    if (result != 0) {
        return fg_error_prefix(error, result, "picture_key %s", path);
    }
    size_t length = length_of(data, size);
    if (length == 0) {
        result = fg_error_set(error, -EINVAL, "picture_key %s is empty", path);
    } else if (length == FG_PICTURE_KEY_SIZE) {
        memcpy(ret_key->bytes, data, FG_PICTURE_KEY_SIZE);
    } else if (EVP_Digest(data, length, digest, NULL, EVP_sha256(), NULL) == 1) {
        memcpy(ret_key->bytes, digest, FG_PICTURE_KEY_SIZE);
        explicit_bzero(digest, sizeof(digest));
    } else {
        result = fg_error_set(error, -EIO, "picture_key %s: its SHA-256 cannot be computed", path);
    }
    fg_file_forget(data, size);
    return result;
}

void fg_picture_key_forget(fg_picture_key *key)
{
    explicit_bzero(key, sizeof(*key));
}

/* CCM is given the lengths before the text. */
static bool encrypt(EVP_CIPHER_CTX *context, const fg_picture_key *key, const uint8_t *picture,
                    int size, uint8_t *to)
{
    int done = 0;
    return RAND_bytes(to, NONCE) == 1 &&
           EVP_EncryptInit_ex(context, EVP_aes_128_ccm(), NULL, NULL, NULL) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, NONCE, NULL) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG, NULL) == 1 &&
           EVP_EncryptInit_ex(context, NULL, NULL, key->bytes, to) == 1 &&
           EVP_EncryptUpdate(context, NULL, &done, NULL, size) == 1 &&
           EVP_EncryptUpdate(context, to + NONCE, &done, picture, size) == 1 && done == size &&
           EVP_EncryptFinal_ex(context, to + NONCE + size, &done) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG, to + NONCE + size) == 1;
}

int fg_picture_key_encrypt(const fg_picture_key *key, const uint8_t *picture, size_t size,
                           uint8_t **ret_encrypted, fg_error *error)
{
    if (size >= (size_t)1 << 24) {
        return fg_error_set(error, -EFBIG, "a picture of %zu bytes cannot be encrypted", size);
    }
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *encrypted = malloc(size + FG_PICTURE_KEY_ADDED);
    int result = 0;
    if (context == NULL || encrypted == NULL) {
        result = fg_error_set(error, -ENOMEM, "not enough memory to encrypt the picture");
    } else if (!encrypt(context, key, picture, (int)size, encrypted)) {
        result = fg_error_set(error, -EIO, "the picture cannot be encrypted: libcrypto fails");
    }
    EVP_CIPHER_CTX_free(context);
    if (result != 0) {
        free(encrypted);
        return result;
    }
    *ret_encrypted = encrypted;
    return 0;
}
