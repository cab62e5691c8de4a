/* Values of configuration keys: read from text, written as text, and their ranges. */
#include "config_key.h"
#include "config_url.h"
#include "facegate/base/camera_source.h"
#include "facegate/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DIGITS "0123456789"

/* Digits only, at most 15 of them; returns how many characters were read, 0 where there is no such
 * number. */
static size_t read_whole(const char *text, int64_t *ret_number)
{
    size_t digits = strspn(text, DIGITS);
    if (digits == 0 || digits > 15) {
        return 0;
    }
    int64_t number = 0;
    for (size_t i = 0; i < digits; i++) {
        number = number * 10 + (text[i] - '0');
    }
    *ret_number = number;
    return digits;
}

static bool parse_count(const char *text, double *ret_number)
{
    int64_t number = 0;
    size_t length = read_whole(text, &number);
    *ret_number = (double)number;
    return length > 0 && text[length] == '\0';
}

/*
 * Digits with at most one point. By hand, since strtod follows the locale; up to 15 digits over a
 * power of ten are both exact in a double, so that their quotient is the nearest there is.
 */
static bool parse_decimal(const char *text, double *ret_number)
{
    double digits = 0;
    double scale = 1;
    int count = 0;
    bool point = false;
    for (; *text != '\0'; text++) {
        if (*text == '.' && !point) {
            point = true;
            continue;
        }
        if (*text < '0' || *text > '9' || ++count > 15) {
            return false;
        }
        digits = digits * 10 + (*text - '0');
        scale *= point ? 10 : 1;
    }
    *ret_number = digits / scale;
    return count > 0;
}

/* Only where it can be: below nought makes no sense for most of what is counted in decimals. */
static bool parse_signed(const fg_config_key *key, const char *text, double *ret_number)
{
    bool negative = text[0] == '-' && key->smallest < 0;
    if (!parse_decimal(text + (negative ? 1 : 0), ret_number)) {
        return false;
    }
    *ret_number = negative && *ret_number > 0 ? -*ret_number : *ret_number;
    return true;
}

static bool parse_bytes(const char *text, double *ret_number)
{
    static const struct {
        const char *suffix;
        double factor;
    } units[] = {
        {"", 1},       {"K", 1024},      {"M", 1048576},      {"G", 1073741824},
        {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824},
    };
    int64_t number;
    size_t length = read_whole(text, &number);
    if (length == 0) {
        return false;
    }
    const char *suffix = text + length + strspn(text + length, " ");
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(suffix, units[i].suffix) == 0) {
            *ret_number = (double)number * units[i].factor;
            return true;
        }
    }
    return false;
}

static bool is_source(const char *text)
{
    const char *rest = "";
    enum fg_camera_source source = fg_camera_source_of(text, &rest);
    return source != FG_CAMERA_SOURCE_UNKNOWN &&
           (fg_camera_sources[source].rest == NULL || rest[0] != '\0');
}

/* A path is any bytes a file system takes, but for control characters, which would break a
 * message's line. */
static bool is_path(const char *text)
{
    for (const unsigned char *byte = (const unsigned char *)text; *byte != '\0'; byte++) {
        if (*byte < 0x20 || *byte == 0x7F) {
            return false;
        }
    }
    return strlen(text) < FG_CONFIG_PATH;
}

static bool parse_kind(const fg_config_key *key, const char *value, double *ret_number)
{
    if (key->kind == FG_KEY_COUNT) {
        return parse_count(value, ret_number);
    }
    if (key->kind == FG_KEY_BYTES) {
        return parse_bytes(value, ret_number);
    }
    return parse_signed(key, value, ret_number);
}

static bool parse_number(const fg_config_key *key, const char *value, void *place)
{
    double number = 0;
    if (!parse_kind(key, value, &number) || number < key->smallest || number > key->largest) {
        return false;
    }
    if (key->kind == FG_KEY_COUNT) {
        *(int *)place = (int)number;
    } else if (key->kind == FG_KEY_BYTES) {
        *(int64_t *)place = (int64_t)number;
    } else {
        *(double *)place = number;
    }
    return true;
}

static bool parse_auto(const char *value, double *place)
{
    bool automatic = strcmp(value, "auto") == 0;
    *place = automatic ? 0 : *place;
    return automatic;
}

/* No sensor has a longer side. */
#define LONGEST_MODE 32768

static bool parse_side(const char **text, int *ret_side)
{
    int64_t side = 0;
    size_t length = read_whole(*text, &side);
    *text += length;
    *ret_side = (int)(side < LONGEST_MODE ? side : LONGEST_MODE);
    return length > 0 && side >= 1 && side <= LONGEST_MODE;
}

static bool parse_view(const char *value, fg_config_view *place)
{
    fg_config_view view = {.kind = FG_VIEW_FULL};
    if (strcmp(value, "fast") == 0) {
        view.kind = FG_VIEW_FAST;
    } else if (strcmp(value, "full") != 0) {
        view.kind = FG_VIEW_SIZE;
        if (!parse_side(&value, &view.width) || *value++ != 'x' ||
            !parse_side(&value, &view.height) || *value != '\0') {
            return false;
        }
    }
    *place = view;
    return true;
}

static void format_view(const fg_config_view *view, char *ret_text, size_t size)
{
    if (view->kind == FG_VIEW_SIZE) {
        snprintf(ret_text, size, "%dx%d", view->width, view->height);
    } else {
        snprintf(ret_text, size, view->kind == FG_VIEW_FAST ? "fast" : "full");
    }
}

static bool is_text_of(enum fg_config_kind kind, const char *value)
{
    switch (kind) {
    case FG_KEY_TEXT:
        return fg_text_check(value, FG_CONFIG_TEXT - 1, NULL) == 0;
    case FG_KEY_SOURCE:
        return is_path(value) && is_source(value);
    case FG_KEY_NO_PATH:
        return is_path(value);
    default:
        return is_path(value) && value[0] != '\0';
    }
}

static bool parse_text(const fg_config_key *key, const char *value, char *place)
{
    bool valid = is_text_of(key->kind, value);
    if (valid) {
        memcpy(place, value, strlen(value) + 1);
    }
    return valid;
}

/* The next of the words parted by "|" from `*words` on, which moves behind it; its length, or 0 at
 * the end. */
static size_t next_word(const char **words, const char **ret_word)
{
    size_t length = strcspn(*words, "|");
    *ret_word = *words;
    *words += length + ((*words)[length] == '|' ? 1 : 0);
    return length;
}

static bool parse_choice(const fg_config_key *key, const char *value, int *place)
{
    const char *words = key->unit;
    const char *word = NULL;
    size_t length = 0;
    for (int i = 0; (length = next_word(&words, &word)) > 0; i++) {
        if (strlen(value) == length && memcmp(value, word, length) == 0) {
            *place = i;
            return true;
        }
    }
    return false;
}

static void format_choice(const fg_config_key *key, int choice, char *ret_text, size_t size)
{
    const char *words = key->unit;
    const char *word = NULL;
    size_t length = next_word(&words, &word);
    while (choice-- > 0) {
        length = next_word(&words, &word);
    }
    snprintf(ret_text, size, "%.*s", (int)length, word);
}

/* "frame or face", "off, 50 or 60". */
static void format_choices(const fg_config_key *key, char *ret_text, size_t size)
{
    const char *words = key->unit;
    const char *word = NULL;
    size_t length = 0;
    size_t used = 0;
    ret_text[0] = '\0';
    while ((length = next_word(&words, &word)) > 0 && used < size) {
        const char *before = words[0] == '\0' ? " or " : ", ";
        if (used == 0) {
            before = "";
        }
        used += (size_t)snprintf(ret_text + used, size - used, "%s%.*s", before, (int)length, word);
    }
}

int fg_config_value_parse(const fg_config_key *key, const char *value, fg_config *config,
                          fg_error *error)
{
    void *place = (char *)config + key->offset;
    char shown[3 * FG_TEXT_SHOWN];
    char range[FG_ERROR_TEXT / 2];
    fg_error fault;
    bool valid = false;

    switch (key->kind) {
    case FG_KEY_COUNT:
    case FG_KEY_NUMBER:
    case FG_KEY_BYTES:
        valid = parse_number(key, value, place);
        break;
    case FG_KEY_TEXT:
    case FG_KEY_PATH:
    case FG_KEY_NO_PATH:
    case FG_KEY_SOURCE:
        valid = parse_text(key, value, place);
        break;
    case FG_KEY_AUTO:
        valid = parse_auto(value, place) || parse_number(key, value, place);
        break;
    case FG_KEY_CHOICE:
        valid = parse_choice(key, value, place);
        break;
    case FG_KEY_VIEW:
        valid = parse_view(value, place);
        break;
    case FG_KEY_URL:
        fg_config_url_show(value, shown, sizeof(shown));
        if (fg_config_url_parse(value, place, FG_CONFIG_PATH, &fault) != 0) {
            return fg_error_set(error, -EINVAL, "[%s] %s is \"%s\": %s", key->section, key->name,
                                shown, fault.text);
        }
        return 0;
    }
    if (valid) {
        return 0;
    }
    if (strstr(value, "://") != NULL) {
        fg_config_url_show(value, shown, sizeof(shown)); /* a password may be in it */
    } else {
        fg_text_show(value, strlen(value), shown);
    }
    fg_config_range_format(key, range, sizeof(range));
    return fg_error_set(error, -EINVAL, "[%s] %s is \"%s\": it must be %s%s", key->section,
                        key->name, shown, range,
                        key->kind == FG_KEY_SOURCE ? fg_camera_source_hint(value) : "");
}

void fg_config_value_format(const fg_config_key *key, const fg_config *config, char *ret_text,
                            size_t size)
{
    const void *place = (const char *)config + key->offset;
    switch (key->kind) {
    case FG_KEY_COUNT:
        snprintf(ret_text, size, "%d", *(const int *)place);
        break;
    case FG_KEY_AUTO:
    case FG_KEY_NUMBER: {
        double number = *(const double *)place;
        bool automatic = key->kind == FG_KEY_AUTO && number == 0;
        if (automatic) {
            snprintf(ret_text, size, "auto");
        } else {
            snprintf(ret_text, size, "%.15g", number);
        }
        break;
    }
    case FG_KEY_BYTES: {
        int64_t bytes = *(const int64_t *)place;
        bool round = bytes % 1048576 == 0;
        snprintf(ret_text, size, "%" PRId64 "%s", round ? bytes / 1048576 : bytes,
                 round ? " MiB" : "");
        break;
    }
    case FG_KEY_CHOICE:
        format_choice(key, *(const int *)place, ret_text, size);
        break;
    case FG_KEY_VIEW:
        format_view(place, ret_text, size);
        break;
    case FG_KEY_TEXT:
    case FG_KEY_PATH:
    case FG_KEY_NO_PATH:
    case FG_KEY_SOURCE:
    case FG_KEY_URL:
        snprintf(ret_text, size, "%s", (const char *)place);
        break;
    }
}

void fg_config_range_format(const fg_config_key *key, char *ret_text, size_t size)
{
    switch (key->kind) {
    case FG_KEY_COUNT:
    case FG_KEY_NUMBER:
        snprintf(ret_text, size, "%.15g to %.15g (%s)", key->smallest, key->largest, key->unit);
        break;
    case FG_KEY_BYTES:
        snprintf(ret_text, size, "%.15gM to %.15gM (%s)", key->smallest / 1048576,
                 key->largest / 1048576, key->unit);
        break;
    case FG_KEY_TEXT:
        snprintf(ret_text, size, "1 to %d bytes of UTF-8 without control characters",
                 FG_CONFIG_TEXT - 1);
        break;
    case FG_KEY_PATH:
    case FG_KEY_NO_PATH:
        snprintf(ret_text, size, "the path of a %s%s", key->unit,
                 key->kind == FG_KEY_NO_PATH ? ", or empty" : "");
        break;
    case FG_KEY_SOURCE:
        snprintf(ret_text, size, FG_CAMERA_SOURCE_FORMS);
        break;
    case FG_KEY_URL:
        snprintf(ret_text, size, "http://HOST[:PORT][/PATH] or https://HOST[:PORT][/PATH]");
        break;
    case FG_KEY_AUTO:
        snprintf(ret_text, size, "auto, or %.15g to %.15g (%s)", key->smallest, key->largest,
                 key->unit);
        break;
    case FG_KEY_CHOICE:
        format_choices(key, ret_text, size);
        break;
    case FG_KEY_VIEW:
        snprintf(ret_text, size, "full, fast, or the size of a sensor mode such as 1640x1232");
        break;
    }
}
