/*
 * An error as a person reads it: one line that names the thing, what is wrong with it and what to
 * do. Functions return 0 or a negative errno for the program, and fill one of these for the person.
 * The caller owns it, usually on its stack; a null pointer is accepted wherever one is taken.
 */
#ifndef FACEGATE_ERROR_H
#define FACEGATE_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#define FG_ERROR_TEXT 1024

/* sysexits.h EX_CONFIG: configuration, models or encodings unusable; systemd does not restart. */
#define FG_EXIT_CONFIG 78

typedef struct fg_error {
    char text[FG_ERROR_TEXT];
} fg_error;

/*
 * Writes the text, cut at a UTF-8 boundary where it is too long, and returns `code` (a negative
 * errno), so that a function can end in `return fg_error_set(error, -EINVAL, "...")`.
 */
int fg_error_set(fg_error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "text: " in front of what is already there; returns `code`. */
int fg_error_prefix(fg_error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#ifdef __cplusplus
}
#endif
#endif
