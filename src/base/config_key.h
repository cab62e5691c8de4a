/*
 * The table of configuration keys and what a value of each kind is. Everything about a key stands
 * in its row.
 */
#ifndef FACEGATE_BASE_CONFIG_KEY_H
#define FACEGATE_BASE_CONFIG_KEY_H

#include "facegate/base/config.h"

enum fg_config_kind {
    FG_KEY_COUNT,   /* int */
    FG_KEY_NUMBER,  /* double */
    FG_KEY_AUTO,    /* double, 0 for the word auto */
    FG_KEY_BYTES,   /* int64_t, with K, M or G */
    FG_KEY_TEXT,    /* char[FG_CONFIG_TEXT], never empty */
    FG_KEY_PATH,    /* char[FG_CONFIG_PATH], never empty; so the others below */
    FG_KEY_NO_PATH, /* a path, or empty for none */
    FG_KEY_SOURCE,  /* SPEC of camera.h */
    FG_KEY_URL,
    FG_KEY_VIEW,   /* fg_config_view */
    FG_KEY_CHOICE, /* an enum that counts up from 0, in the order of the words in `unit` */
};

typedef struct fg_config_key {
    const char *section;
    const char *name;
    enum fg_config_kind kind;
    size_t offset; /* in fg_config */
    const char *standard;
    double smallest, largest;
    const char *unit;        /* for FG_KEY_CHOICE the words, parted by "|" */
    const char *environment; /* the variable that overrides it, or NULL */
    const char *description;
} fg_config_key;

extern const fg_config_key fg_config_keys[FG_CONFIG_KEYS];

/* -EINVAL and what might have been meant. */
int fg_config_key_find(const char *section, const char *name, const fg_config_key **ret_key,
                       fg_error *error);
int fg_config_section_check(const char *section, fg_error *error);

/* Puts a value in its place; -EINVAL and `[section] key is "value": it must be ...`, the place is
 * then as it was. */
int fg_config_value_parse(const fg_config_key *key, const char *value, fg_config *config,
                          fg_error *error);

/* The value as it could be written, and what it may be. */
void fg_config_value_format(const fg_config_key *key, const fg_config *config, char *ret_text,
                            size_t size);
void fg_config_range_format(const fg_config_key *key, char *ret_text, size_t size);

#endif
