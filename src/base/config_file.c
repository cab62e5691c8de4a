/* Reads the configuration file. */
#include "config_file.h"

#include "config_key.h"
#include "facegate/text.h"

#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* inih cuts lines at 200 bytes, of which it needs three for the line end and the terminator. */
#define LINE_LIMIT 197

typedef struct parse {
    fg_config *config;
    const char *name;
    const char *data;
    size_t size;
    size_t at;
    int line;
    int seen[FG_CONFIG_KEYS]; /* line of a key's first appearance, 0 for none */
    int failed;               /* line of the first error, 0 for none */
    fg_error fault;           /* what is wrong there, without file and line */
} parse;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* A section's line: inih takes an unknown one without a word, and drops what follows the bracket.
 */
static int check_section_line(const char *line, size_t length, fg_error *error)
{
    const char *end = memchr(line, ']', length);
    if (end == NULL) {
        return fg_error_set(error, -EINVAL, "the closing ] of the section is missing");
    }
    char section[LINE_LIMIT + 1];
    size_t size = (size_t)(end - line) - 1;
    memcpy(section, line + 1, size);
    section[size] = '\0';
    int result = fg_config_section_check(section, error);
    if (result != 0) {
        return result;
    }
    const char *rest = end + 1;
    while (rest < line + length && is_blank(*rest)) {
        rest++;
    }
    if (rest < line + length && *rest != ';' && *rest != '#') {
        return fg_error_set(error, -EINVAL, "there is text after [%s]: put it on a line of its own",
                            section);
    }
    return 0;
}

static int check_line(const char *line, size_t length, size_t limit, fg_error *error)
{
    if (length > limit) {
        return fg_error_set(error, -EINVAL, "the line has %zu bytes, more than the %zu allowed",
                            length, limit);
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)line[i];
        if ((byte < 0x20 && !is_blank(line[i])) || byte == 0x7F) {
            return fg_error_set(error, -EINVAL, "the line has a control character (0x%02X)", byte);
        }
    }
    size_t indent = 0;
    while (indent < length && is_blank(line[indent])) {
        indent++;
    }
    if (indent == length || line[indent] == ';' || line[indent] == '#') {
        return 0;
    }
    if (indent > 0) {
        return fg_error_set(
            error, -EINVAL,
            "the line is indented: start it in the first column, a value must fit on one line");
    }
    return line[0] == '[' ? check_section_line(line, length, error) : 0;
}

/* fgets for inih; ends the file at the first line that is refused. */
static char *read_line(char *buffer, int room, void *stream)
{
    parse *state = stream;
    if (state->failed != 0 || state->at >= state->size || room < 4) {
        return NULL;
    }
    const char *line = state->data + state->at;
    size_t rest = state->size - state->at;
    const char *newline = memchr(line, '\n', rest);
    size_t length = newline != NULL ? (size_t)(newline - line) : rest;
    size_t limit = room - 3 < LINE_LIMIT ? (size_t)room - 3 : LINE_LIMIT;
    state->line++;
    state->at += length + (newline != NULL);
    if (check_line(line, length, limit, &state->fault) != 0) {
        state->failed = state->line;
        return NULL;
    }
    memcpy(buffer, line, length);
    memcpy(buffer + length, "\n", 2);
    return buffer;
}

static int take_value(parse *state, const char *section, const char *name, const char *value)
{
    const fg_config_key *key = NULL;
    int result = fg_config_key_find(section, name, &key, &state->fault);
    if (result != 0) {
        return result;
    }
    size_t index = (size_t)(key - fg_config_keys);
    if (state->seen[index] != 0) {
        return fg_error_set(&state->fault, -EINVAL,
                            "[%s] %s is already set on line %d: remove one of the two", section,
                            name, state->seen[index]);
    }
    state->seen[index] = state->line;
    result = fg_config_value_parse(key, value, state->config, &state->fault);
    if (result != 0) {
        return result;
    }
    char *origin = state->config->origin[index];
    if (snprintf(origin, FG_CONFIG_ORIGIN, "%s:%d", state->name, state->line) >= FG_CONFIG_ORIGIN) {
        snprintf(origin, FG_CONFIG_ORIGIN, "line %d of the configuration file", state->line);
    }
    return 0;
}

static int handle_value(void *user, const char *section, const char *name, const char *value)
{
    parse *state = user;
    if (state->failed != 0) {
        return 0;
    }
    if (take_value(state, section, name, value == NULL ? "" : value) != 0) {
        state->failed = state->line;
    }
    return state->failed == 0;
}

int fg_config_parse(fg_config *config, const char *data, size_t size, const char *name,
                    fg_error *error)
{
    static const char mark[] = "\xEF\xBB\xBF";
    parse state = {.config = config, .name = name, .data = data, .size = size};
    if (size >= 3 && memcmp(data, mark, 3) == 0) {
        state.at = 3;
    }
    int refused = ini_parse_stream(read_line, &state, handle_value, &state);
    if (refused < 0) {
        return fg_error_set(error, -ENOMEM, "%s: not enough memory to read it", name);
    }
    /* What inih refuses by itself it tells only by the line's number, and reads on. */
    if (refused > 0 && (state.failed == 0 || refused < state.failed)) {
        return fg_error_set(error, -EINVAL,
                            "%s:%d: the line is neither a [section] nor a key = value", name,
                            refused);
    }
    if (state.failed != 0) {
        return fg_error_set(error, -EINVAL, "%s:%d: %s", name, state.failed, state.fault.text);
    }
    return 0;
}
