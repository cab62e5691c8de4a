/* The token, the sessions, and the limit on wrong tokens. */
#include "http/auth.h"

#include "facegate/base/file.h"
#include "facegate/clock.h"
#include "facegate/text.h"

#include <errno.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TOKEN_MIN    16 /* characters */
#define TOKEN_MAX    1024
#define DIGEST       32
#define SESSIONS     256
#define ADDRESSES    256
#define TRIES        10                /* wrong ones an address has at once */
#define TRIES_ALL    100               /* and all together */
#define RECOVERY     (6 * FG_NS_PER_S) /* for one more */
#define RECOVERY_ALL (FG_NS_PER_S / 2)

typedef struct session {
    unsigned char digest[DIGEST];
    int64_t ends; /* 0: none */
} session;

/* Each failure moves `until` on; too far ahead of now is too often. */
typedef struct bucket {
    unsigned char address[16];
    int64_t until;
    bool trusted; /* it has had the right token */
} bucket;

struct fg_auth {
    bool open;
    unsigned char token[DIGEST]; /* its digest, so that comparing takes the same time for any */
    pthread_mutex_t lock;        /* of all below */
    session sessions[SESSIONS];
    bucket buckets[ADDRESSES];
    int64_t all_until;
    int64_t failures, taken;
    char last_failure[FG_ADDRESS_NUMBER];
};

/* -ENOMEM: what lies in memory there may be the right one. */
static int digest_of(const char *text, unsigned char ret_digest[DIGEST])
{
    int done = EVP_Digest(text, strlen(text), ret_digest, NULL, EVP_sha256(), NULL);
    return done == 1 ? 0 : -ENOMEM;
}

static int read_token(const char *path, unsigned char ret_digest[DIGEST], fg_error *error)
{
    char *text = NULL;
    size_t size = 0;
    fg_error why;
    int result = fg_file_read(path, TOKEN_MAX + 2, &text, &size, &why);
    if (result != 0) {
        return fg_error_set(error, result, "token file %s: %s", path, why.text);
    }
    while (size > 0 && strchr(" \t\r\n", text[size - 1]) != NULL) {
        text[--size] = '\0';
    }
    for (size_t i = 0; i < size && result == 0; i++) {
        if (text[i] < 0x21 || text[i] > 0x7E) {
            result = fg_error_set(
                error, -EINVAL,
                "token file %s: a token must be one line of visible ASCII characters", path);
        }
    }
    if (result == 0 && (size < TOKEN_MIN || size > TOKEN_MAX)) {
        result = fg_error_set(error, -EINVAL,
                              "token file %s: the token has %s, it must have %d to %d: \"openssl "
                              "rand -hex 32\" makes a good one",
                              path, fg_text_count((int64_t)size, "character", "characters").text,
                              TOKEN_MIN, TOKEN_MAX);
    }
    if (result == 0 && digest_of(text, ret_digest) != 0) {
        result = fg_error_set(error, -ENOMEM, "token file %s: not enough memory", path);
    }
    fg_file_forget(text, size);
    return result;
}

int fg_auth_create(const char *token_file, fg_auth **ret_auth, fg_error *error)
{
    fg_auth *auth = calloc(1, sizeof(*auth));
    if (auth == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    pthread_mutex_init(&auth->lock, NULL);
    auth->open = token_file == NULL || token_file[0] == '\0';
    int result = auth->open ? 0 : read_token(token_file, auth->token, error);
    if (result != 0) {
        fg_auth_free(auth);
        return result;
    }
    *ret_auth = auth;
    return 0;
}

fg_auth *fg_auth_free(fg_auth *auth)
{
    if (auth != NULL) {
        pthread_mutex_destroy(&auth->lock);
        OPENSSL_cleanse(auth, sizeof(*auth));
        free(auth);
    }
    return NULL;
}

bool fg_auth_is_open(const fg_auth *auth)
{
    return auth->open;
}

/* Its address's bucket, else the one that is oldest. An IPv6 user has a whole /64. */
static bucket *find_bucket(fg_auth *auth, const struct sockaddr *address)
{
    unsigned char wanted[16] = {0};
    if (address != NULL && address->sa_family == AF_INET) {
        memcpy(wanted, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
        wanted[15] = 4;
    } else if (address != NULL && address->sa_family == AF_INET6) {
        const struct in6_addr *six =
            &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(six)) {
            memcpy(wanted, six->s6_addr + 12, 4);
            wanted[15] = 4;
        } else {
            memcpy(wanted, six->s6_addr, 8);
            wanted[15] = 6;
        }
    }
    bucket *oldest = &auth->buckets[0];
    for (size_t i = 0; i < ADDRESSES; i++) {
        bucket *one = &auth->buckets[i];
        if (memcmp(one->address, wanted, sizeof(wanted)) == 0) {
            return one;
        }
        /* Strangers from many addresses must not make room for themselves at the cost of the known.
         */
        if (one->trusted != oldest->trusted ? oldest->trusted : one->until < oldest->until) {
            oldest = one;
        }
    }
    *oldest = (bucket){.until = 0};
    memcpy(oldest->address, wanted, sizeof(wanted));
    return oldest;
}

/* Nanoseconds until one more may be tried; 0: now. */
static int64_t wait_of(int64_t until, int64_t now, int64_t recovery, int64_t tries)
{
    int64_t wait = until - now - recovery * (tries - 1);
    return wait > 0 ? wait : 0;
}

static void count_failure(int64_t *until, int64_t now, int64_t recovery)
{
    *until = (*until > now ? *until : now) + recovery;
}

int fg_auth_try(fg_auth *auth, const struct sockaddr *address, const char *token, int64_t now,
                int *ret_seconds)
{
    unsigned char digest[DIGEST];
    int result = digest_of(token, digest);
    if (result != 0) {
        return result;
    }
    pthread_mutex_lock(&auth->lock);
    bucket *from = find_bucket(auth, address);
    int64_t wait = wait_of(from->until, now, RECOVERY, TRIES);
    int64_t wait_all = wait_of(auth->all_until, now, RECOVERY_ALL, TRIES_ALL);
    /* Strangers that try at random must not lock out those who are known. */
    if (wait_all > wait && !from->trusted) {
        wait = wait_all;
    }
    bool right = CRYPTO_memcmp(digest, auth->token, DIGEST) == 0;
    /* Behind a proxy they share an address: who has had the right token is let in with it always.
     */
    if (wait > 0 && !(right && from->trusted)) {
        *ret_seconds = (int)((wait + FG_NS_PER_S - 1) / FG_NS_PER_S);
        result = -EAGAIN;
    } else if (right) {
        from->trusted = true;
    } else {
        count_failure(&from->until, now, RECOVERY);
        count_failure(&auth->all_until, now, RECOVERY_ALL);
        auth->failures++;
        fg_address_number(address, auth->last_failure);
        result = -EACCES;
    }
    pthread_mutex_unlock(&auth->lock);
    return result;
}

int64_t fg_auth_failures(fg_auth *auth)
{
    pthread_mutex_lock(&auth->lock);
    int64_t failures = auth->failures;
    pthread_mutex_unlock(&auth->lock);
    return failures;
}

int64_t fg_auth_take_failures(fg_auth *auth, char ret_address[FG_ADDRESS_NUMBER])
{
    pthread_mutex_lock(&auth->lock);
    int64_t fresh = auth->failures - auth->taken;
    auth->taken = auth->failures;
    if (fresh > 0) {
        memcpy(ret_address, auth->last_failure, FG_ADDRESS_NUMBER);
    }
    pthread_mutex_unlock(&auth->lock);
    return fresh;
}

int fg_auth_login(fg_auth *auth, int64_t now, char ret_session[FG_AUTH_SESSION])
{
    unsigned char random[FG_AUTH_SESSION / 2];
    unsigned char digest[DIGEST];
    char name[FG_AUTH_SESSION];
    if (RAND_bytes(random, sizeof(random)) != 1) {
        return -EIO;
    }
    fg_text_hex(random, sizeof(random), name);
    int result = digest_of(name, digest);
    if (result != 0) {
        return result;
    }
    memcpy(ret_session, name, sizeof(name));
    pthread_mutex_lock(&auth->lock);
    session *place = &auth->sessions[0];
    for (size_t i = 0; i < SESSIONS; i++) {
        if (auth->sessions[i].ends < place->ends) {
            place = &auth->sessions[i];
        }
    }
    memcpy(place->digest, digest, DIGEST);
    place->ends = now + FG_AUTH_HOURS * 3600 * FG_NS_PER_S;
    pthread_mutex_unlock(&auth->lock);
    return 0;
}

/* Locked. */
static session *find_session(fg_auth *auth, const char *id)
{
    unsigned char digest[DIGEST];
    session *found = NULL;
    if (digest_of(id, digest) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < SESSIONS; i++) {
        session *one = &auth->sessions[i];
        if (CRYPTO_memcmp(digest, one->digest, DIGEST) == 0 && one->ends > 0) {
            found = one;
        }
    }
    return found;
}

bool fg_auth_knows(fg_auth *auth, const char *id, int64_t now)
{
    pthread_mutex_lock(&auth->lock);
    const session *found = find_session(auth, id);
    bool known = found != NULL && found->ends > now;
    pthread_mutex_unlock(&auth->lock);
    return known;
}

void fg_auth_logout(fg_auth *auth, const char *id)
{
    pthread_mutex_lock(&auth->lock);
    session *found = find_session(auth, id);
    if (found != NULL) {
        *found = (session){.ends = 0};
    }
    pthread_mutex_unlock(&auth->lock);
}

bool fg_auth_host_is_loopback(const char *host)
{
    char name[64];
    size_t length = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    if (length > strlen(host) || length >= sizeof(name)) {
        return false;
    }
    memcpy(name, host, length);
    name[length] = '\0';
    const char *port = host + length;
    if (port[0] != '\0' && (port[0] != ':' || strspn(port + 1, "0123456789") != strlen(port + 1))) {
        return false;
    }
    return strcasecmp(name, "localhost") == 0 || fg_address_name_is_loopback(name);
}

bool fg_auth_same_origin(const char *origin, const char *host)
{
    const char *rest = strstr(origin, "://");
    return rest != NULL && strcasecmp(rest + 3, host) == 0;
}
