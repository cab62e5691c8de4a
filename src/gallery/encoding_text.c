/* Reads and writes an encoding as base64. */
#include "encoding_text.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BYTES  (FG_ENCODING_SIZE * 4)
#define LENGTH (FG_ENCODING_TEXT - 1)

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void fg_encoding_format(const float encoding[FG_ENCODING_SIZE], char ret_text[FG_ENCODING_TEXT])
{
    unsigned char bytes[BYTES];
    for (size_t i = 0; i < FG_ENCODING_SIZE; i++) {
        uint32_t bits;
        memcpy(&bits, &encoding[i], sizeof(bits));
        for (size_t k = 0; k < 4; k++) {
            bytes[4 * i + k] = (unsigned char)(bits >> (8 * k));
        }
    }
    EVP_EncodeBlock((unsigned char *)ret_text, bytes, BYTES);
}

/* EVP_DecodeBlock forgives white space, a missing end and bits that belong to nothing; here none of
 * it passes. */
static int check_text(const char *text, fg_error *error)
{
    size_t length = strlen(text);
    if (length != LENGTH) {
        return fg_error_set(error, -EINVAL, "has %zu characters of base64, not %d", length, LENGTH);
    }
    size_t good = strspn(text, alphabet);
    if (good < LENGTH - 1) {
        unsigned byte = (unsigned char)text[good];
        char shown[8];
        snprintf(shown, sizeof(shown), byte > 0x20 && byte < 0x7F ? "\"%c\"" : "0x%02X", byte);
        return fg_error_set(error, -EINVAL, "is not base64: character %zu is %s", good + 1, shown);
    }
    /* 512 bytes leave four bits in the last letter before the single "=", the other two are zero.
     */
    const char *last = strchr(alphabet, text[LENGTH - 2]);
    if (text[LENGTH - 1] != '=' || last == NULL || (last - alphabet) % 4 != 0) {
        return fg_error_set(error, -EINVAL, "is not base64 of %d bytes: its end is wrong", BYTES);
    }
    return 0;
}

int fg_encoding_parse(const char *text, float ret_encoding[FG_ENCODING_SIZE], fg_error *error)
{
    unsigned char bytes[BYTES + 1]; /* one more, of zeroes, for the "=" */
    int result = check_text(text, error);
    if (result != 0) {
        return result;
    }
    if (EVP_DecodeBlock(bytes, (const unsigned char *)text, LENGTH) != BYTES + 1) {
        return fg_error_set(error, -EINVAL, "is not base64");
    }
    for (size_t i = 0; i < FG_ENCODING_SIZE; i++) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 4; k++) {
            bits |= (uint32_t)bytes[4 * i + k] << (8 * k);
        }
        memcpy(&ret_encoding[i], &bits, sizeof(bits));
    }
    return 0;
}
