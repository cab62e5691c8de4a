/* Reads the encodings file from memory into a gallery. */
#include "gallery_parse.h"

#include "encoding_text.h"
#include "facegate/text.h"
#include "gallery_store.h"
#include "json_reader.h"

#include <errno.h>
#include <float.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct parse {
    fg_json json;
    fg_gallery *gallery;
    fg_error *error;
    int encoding; /* which one is being read, counted from 1; 0 outside of one */
} parse;

/* Reads the value of one key; `context` is the object's. */
typedef int read_value(parse *state, void *context);

typedef struct known_key {
    const char *name;
    read_value *read;
    bool required;
} known_key;

/* The object of these keys, in any order. What is not known is refused, since a rewrite of the file
 * would lose it. */
static int read_object(parse *state, const known_key *keys, size_t count, void *context)
{
    unsigned seen = 0;
    char *key = NULL;
    char shown[FG_TEXT_SHOWN];
    int result = fg_json_enter_object(&state->json, state->error);
    if (result != 0) {
        return result;
    }
    while ((result = fg_json_next_key(&state->json, &key, state->error)) > 0) {
        size_t i = 0;
        while (i < count && strcmp(keys[i].name, key) != 0) {
            i++;
        }
        fg_text_show(key, strlen(key), shown);
        free(key);
        if (i == count) {
            return fg_error_set(state->error, -EINVAL, "the key \"%s\" is not known", shown);
        }
        if ((seen & (1u << i)) != 0) {
            return fg_error_set(state->error, -EINVAL, "the key \"%s\" appears twice", shown);
        }
        seen |= 1u << i;
        result = keys[i].read(state, context);
        if (result != 0) {
            return result;
        }
    }
    for (size_t i = 0; result == 0 && i < count; i++) {
        if (keys[i].required && (seen & (1u << i)) == 0) {
            result = fg_error_set(state->error, -EINVAL, "the key \"%s\" is missing", keys[i].name);
        }
    }
    return result;
}

static int read_constant(parse *state, const char *what, const char *wanted, const char *advice)
{
    char *text = NULL;
    char shown[FG_TEXT_SHOWN];
    int result = fg_json_string(&state->json, &text, state->error);
    if (result != 0) {
        return fg_error_prefix(state->error, result, "%s", what);
    }
    if (strcmp(text, wanted) != 0) {
        result = fg_error_set(state->error, -EINVAL, "%s is \"%s\", not \"%s\"%s", what,
                              fg_text_show(text, strlen(text), shown), wanted, advice);
    }
    free(text);
    return result;
}

static int read_format(parse *state, void *context)
{
    (void)context;
    return read_constant(state, "format", FG_GALLERY_FORMAT, "");
}

static int read_model(parse *state, void *context)
{
    (void)context;
    return read_constant(
        state, "model", FG_ENCODING_MODEL,
        ", and encodings of other models cannot be compared: enroll the people again");
}

static int read_version(parse *state, void *context)
{
    (void)context;
    double version;
    int result = fg_json_number(&state->json, &version, state->error);
    if (result != 0) {
        return fg_error_prefix(state->error, result, "version");
    }
    if (version < FG_GALLERY_VERSION || version > FG_GALLERY_VERSION) {
        return fg_error_set(state->error, -EINVAL, "version is %g, this facegate reads version %d",
                            version, FG_GALLERY_VERSION);
    }
    return 0;
}

/* It stands before the people, who are read as they come. */
static int read_any_length(parse *state, void *context)
{
    (void)context;
    if (state->gallery->people_count > 0) {
        return fg_error_set(state->error, -EINVAL, "\"any_length\" must stand before \"people\"");
    }
    if (!fg_json_word(&state->json, "true")) {
        return fg_error_set(state->error, -EINVAL, "\"any_length\" must be true, or left out");
    }
    state->gallery->any_length = true;
    return 0;
}

typedef struct person_text {
    char *name;
    char *badge;
    int encodings;
} person_text;

static int read_name(parse *state, void *context)
{
    person_text *person = context;
    char *name = NULL;
    int result = fg_json_string(&state->json, &name, state->error);
    if (result != 0) {
        return fg_error_prefix(state->error, result, "name");
    }
    result = fg_gallery_check_name(name, state->error);
    if (result != 0) {
        free(name);
        return result;
    }
    person->name = name;
    return 0;
}

static int read_badge(parse *state, void *context)
{
    person_text *person = context;
    int result = fg_json_string(&state->json, &person->badge, state->error);
    if (result != 0) {
        return fg_error_prefix(state->error, result, "rfid_id");
    }
    return fg_gallery_check_badge(person->badge, state->error);
}

static int read_base64(parse *state, float ret_encoding[FG_ENCODING_SIZE])
{
    char *text = NULL;
    int result = fg_json_string(&state->json, &text, state->error);
    if (result == 0) {
        result = fg_encoding_parse(text, ret_encoding, state->error);
    }
    free(text);
    return result;
}

static int read_numbers(parse *state, float ret_encoding[FG_ENCODING_SIZE])
{
    int count = 0;
    int result = fg_json_enter_array(&state->json, state->error);
    while (result == 0 && (result = fg_json_next_element(&state->json, state->error)) > 0) {
        double number;
        result = fg_json_number(&state->json, &number, state->error);
        if (result == 0 && (number > FLT_MAX || number < -FLT_MAX)) {
            result = fg_error_set(state->error, -EINVAL, "number %d, %g, does not fit float32",
                                  count + 1, number);
        }
        if (result == 0 && count < FG_ENCODING_SIZE) {
            ret_encoding[count] = (float)number;
        }
        count++;
    }
    if (result == 0 && count != FG_ENCODING_SIZE) {
        result =
            fg_error_set(state->error, -EINVAL, "has %d numbers, not %d", count, FG_ENCODING_SIZE);
    }
    return result;
}

static int read_encoding(parse *state)
{
    float encoding[FG_ENCODING_SIZE];
    enum fg_json_kind kind = fg_json_peek(&state->json);
    int result =
        kind == FG_JSON_STRING ? read_base64(state, encoding) : read_numbers(state, encoding);
    if (result == 0) {
        result = state->gallery->any_length ? fg_gallery_check_finite(encoding, state->error)
                                            : fg_gallery_check_encoding(encoding, state->error);
    }
    if (result == 0 &&
        fg_gallery_put_encoding(state->gallery, state->gallery->people_count, encoding) != 0) {
        result = fg_error_set(state->error, -ENOMEM, "not enough memory");
    }
    return result;
}

static int read_encodings(parse *state, void *context)
{
    person_text *person = context;
    int result = fg_json_enter_array(&state->json, state->error);
    if (result != 0) {
        return fg_error_prefix(state->error, result, "encodings");
    }
    while ((result = fg_json_next_element(&state->json, state->error)) > 0) {
        state->encoding = person->encodings + 1;
        result = read_encoding(state);
        if (result != 0) {
            return result;
        }
        state->encoding = 0;
        person->encodings++;
    }
    return result;
}

static int keep_person(parse *state, const person_text *person)
{
    int other = fg_gallery_find(state->gallery, person->name);
    if (other >= 0) {
        return fg_error_set(state->error, -EINVAL, "person %d has the same name", other + 1);
    }
    if (fg_gallery_put_person(state->gallery, person->name, person->badge, person->encodings) !=
        0) {
        return fg_error_set(state->error, -ENOMEM, "not enough memory");
    }
    return 0;
}

static int read_person(parse *state)
{
    static const known_key keys[] = {
        {"name", read_name, true},
        {"rfid_id", read_badge, false},
        {"encodings", read_encodings, true},
    };
    person_text person = {0};
    int number = state->gallery->people_count + 1;
    int result = read_object(state, keys, sizeof(keys) / sizeof(keys[0]), &person);
    if (result == 0) {
        result = keep_person(state, &person);
    }
    if (result != 0) {
        char shown[FG_TEXT_SHOWN] = "";
        char encoding[32] = "";
        if (person.name != NULL) {
            fg_text_show(person.name, strlen(person.name), shown);
        }
        if (state->encoding > 0) {
            snprintf(encoding, sizeof(encoding), ", encoding %d", state->encoding);
        }
        const char *quote = person.name != NULL ? "\"" : "";
        fg_error_prefix(state->error, result, "person %d%s%s%s%s%s", number,
                        person.name != NULL ? " " : "", quote, shown, quote, encoding);
    }
    free(person.name);
    free(person.badge);
    return result;
}

static int read_people(parse *state, void *context)
{
    (void)context;
    int result = fg_json_enter_array(&state->json, state->error);
    if (result != 0) {
        return fg_error_prefix(state->error, result, "people");
    }
    while ((result = fg_json_next_element(&state->json, state->error)) > 0) {
        result = read_person(state);
        if (result != 0) {
            return result;
        }
    }
    return result;
}

int fg_gallery_parse(const char *data, size_t size, fg_gallery **ret_gallery, fg_error *error)
{
    static const known_key keys[] = {
        {"format", read_format, true}, {"version", read_version, true},
        {"model", read_model, true},   {"any_length", read_any_length, false},
        {"people", read_people, true},
    };
    parse state = {.error = error};
    fg_error unread;
    if (error == NULL) {
        state.error = &unread;
    }
    fg_json_open(&state.json, data, size);
    if (fg_json_peek(&state.json) == FG_JSON_END) {
        return fg_error_set(error, -EINVAL, "is empty: restore a copy, or remove it and enroll");
    }
    if (fg_json_peek(&state.json) != FG_JSON_OBJECT) {
        fg_json_enter_object(&state.json, state.error);
        return fg_error_prefix(state.error, -EINVAL, "is not an encodings file");
    }
    int result = fg_gallery_create(&state.gallery);
    if (result != 0) {
        return fg_error_set(error, result, "not enough memory");
    }
    result = read_object(&state, keys, sizeof(keys) / sizeof(keys[0]), NULL);
    if (result == 0) {
        result = fg_json_finish(&state.json, state.error);
    }
    if (result != 0) {
        fg_gallery_free(state.gallery);
        return result;
    }
    *ret_gallery = state.gallery;
    return 0;
}
