/*
 * Pictures encrypted for a backend that has the same key: AES-128 in CCM mode without associated
 * data, as 12 bytes of nonce, the ciphertext and 16 bytes of tag. The backend in the field reads
 * such pictures with AESCCM of Python's cryptography. Source: NIST SP 800-38C; EVP_EncryptInit(3).
 */
#ifndef FACEGATE_DELIVERY_HTTP_PICTURE_KEY_H
#define FACEGATE_DELIVERY_HTTP_PICTURE_KEY_H

#include "facegate/error.h"

#include <stddef.h>
#include <stdint.h>

#define FG_PICTURE_KEY_SIZE  16
#define FG_PICTURE_KEY_ADDED (12 + 16) /* bytes of an encrypted picture beyond its own */

typedef struct fg_picture_key {
    unsigned char bytes[FG_PICTURE_KEY_SIZE];
} fg_picture_key;

/*
 * Reads the key from a file of at most 4096 bytes. The end of the line is not part of a text. A key
 * of 16 bytes is taken as it is, of any other the first 16 bytes of its SHA-256. Any thread; the
 * error names the file and never shows what is in it.
 */
int fg_picture_key_read(const char *path, fg_picture_key *ret_key, fg_error *error);
void fg_picture_key_forget(fg_picture_key *key);

/* Encrypts under a fresh random nonce, into a new buffer of `size` + FG_PICTURE_KEY_ADDED bytes
 * that is to be freed. `size` is below 16 MiB: more this nonce cannot count. -ENOMEM or -EIO. */
int fg_picture_key_encrypt(const fg_picture_key *key, const uint8_t *picture, size_t size,
                           uint8_t **ret_encrypted, fg_error *error);

#endif
