/* FNV-1a, 64 bits. Source: draft-eastlake-fnv. */
#ifndef FACEGATE_BASE_HASH_H
#define FACEGATE_BASE_HASH_H

#include <stdint.h>

#define FG_HASH_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t fg_hash_byte(uint64_t hash, unsigned char byte)
{
    return (hash ^ byte) * UINT64_C(0x100000001b3);
}

static inline uint64_t fg_hash_text(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++) {
        hash = fg_hash_byte(hash, (unsigned char)*text);
    }
    return hash;
}

#endif
