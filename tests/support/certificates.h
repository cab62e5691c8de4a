/*
 * Certificates for tests, made with the openssl command in a folder: NAME.pem and NAME.key, on
 * elliptic curves since those are made at once, good for two days. Fails the running cmocka test
 * where it cannot do its work.
 */
#ifndef FACEGATE_TESTS_CERTIFICATES_H
#define FACEGATE_TESTS_CERTIFICATES_H

/* An authority that signed itself. */
void fg_certificates_authority(const char *folder, const char *name);

/* One for a host, signed by an authority made before. */
void fg_certificates_make(const char *folder, const char *authority, const char *name,
                          const char *host);

/* Runs openssl with these words, which end with NULL. */
void fg_certificates_openssl(const char *folder, const char *const argv[]);

#endif
