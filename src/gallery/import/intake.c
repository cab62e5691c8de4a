/* Takes encodings with their names into a gallery. */
#include "import/intake.h"
#include "facegate/text.h"
#include "gallery_store.h"
#include "import/encoding_value.h"
#include "import/keys.h"
#include "import/numpy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define WHERE    160 /* "encoding 17, of "Ada"" */
#define LINES    10  /* of bad entries that are named one by one */
#define MEASURED "1.18 to 1.63"

/* An entry whose encodings are being taken. */
typedef struct entry {
    fg_intake *intake;
    const char *name;
    const char *where;
    size_t met; /* its encodings so far */
    fg_error *error;
} entry;

static int leave_out(fg_intake *intake, const char *where, const fg_error *fault, fg_error *error)
{
    fg_error text = *fault;
    if (where[0] != '\0') {
        fg_error_prefix(&text, 0, "%s", where);
    }
    if (intake->options->strict) {
        return fg_error_set(error, -EINVAL, "%s", text.text);
    }
    if (intake->bad++ == 0) {
        intake->fault = text;
    }
    if (intake->bad <= LINES) {
        fg_buffer_print(&intake->left_out, "%s: left out\n", text.text);
    }
    return 0;
}

static int check_length(const float *encoding, fg_error *fault)
{
    double length = fg_gallery_length(encoding);
    return fg_gallery_is_length(length)
               ? 0
               : fg_error_set(fault, -EINVAL,
                              "length %.2f; dlib's encodings have " MEASURED
                              ": made with another network?",
                              length);
}

static int take(void *context, const float *encoding, const fg_error *fault)
{
    entry *of = context;
    fg_intake *intake = of->intake;
    fg_error wrong = *fault;
    char where[WHERE];
    bool other = false;
    int result = encoding != NULL ? 0 : -EINVAL;
    if (intake->taken + intake->bad == FG_IMPORT_ENCODINGS) {
        return fg_error_set(of->error, -EFBIG, "has more than the %d encodings allowed",
                            FG_IMPORT_ENCODINGS);
    }
    of->met++;
    if (result == 0) {
        result = check_length(encoding, &wrong);
        other = result != 0;
    }
    if (other && intake->options->force) {
        intake->forced++;
        result = 0;
    }
    if (result == 0) {
        intake->taken++;
        return fg_gallery_add(intake->people, of->name, NULL, encoding, of->error);
    }
    intake->other_network = intake->bad == 0 ? other : intake->other_network;
    if (of->met > 1) {
        snprintf(where, sizeof(where), "%.120s, its encoding %zu", of->where, of->met);
    } else {
        snprintf(where, sizeof(where), "%s", of->where);
    }
    return leave_out(intake, where, &wrong, of->error);
}

/* Takes the encodings of an entry for a name, which may be no name. */
static int take_entry(fg_intake *intake, fg_entry from, fg_value name_value, const char *what,
                      const char *name_what, fg_error *error)
{
    char name[FG_NAME_SIZE] = "";
    char shown[FG_TEXT_SHOWN];
    char where[WHERE];
    fg_error fault = {""};
    int result = fg_name_read(name_value, name_what, name, &fault);
    if (result == -ENOMEM) {
        return fg_error_set(error, result, "%s", fault.text);
    }
    if (result != 0) {
        return leave_out(intake, "", &fault, error);
    }
    fg_text_show(name, strlen(name), shown);
    snprintf(where, sizeof(where), "%s%s\"%s\"", what, what[0] != '\0' ? ", of " : "", shown);
    entry of = {.intake = intake, .name = name, .where = where, .error = error};
    return fg_entry_encodings(from, take, &of);
}

/* A series of encodings or names as it was found, or as somebody's key says that it is one. */
typedef struct series {
    fg_value value;
    size_t count;
    bool single; /* is one entry itself */
} series;

static series open_series(fg_intake *intake, fg_value value, bool names)
{
    value = fg_numpy_resolve(value);
    fg_shape shape = fg_shape_of(value, intake->budget);
    series opened = {.value = value,
                     .single = names ? shape == FG_SHAPE_NAME : shape == FG_SHAPE_ROW};
    bool is_array = value.kind == FG_VALUE_ARRAY && value.array->data != NULL;
    if (opened.single) {
        opened.count = 1;
    } else if (is_array) {
        opened.count = fg_shape_count(value, names ? FG_SHAPE_NAMES : FG_SHAPE_ROWS);
    } else if (fg_value_is_sequence(value)) {
        opened.count = value.list->count;
    } else {
        opened.value.kind = FG_VALUE_UNSET;
    }
    return opened;
}

/* [[...]] around a series of the length that is wanted. */
static series unwrap(fg_intake *intake, series outer, bool names, size_t wanted)
{
    if (outer.count != 1 || outer.single || !fg_value_is_sequence(outer.value)) {
        return outer;
    }
    series inner = open_series(intake, outer.value.list->items[0], names);
    return inner.count == wanted && inner.value.kind != FG_VALUE_UNSET ? inner : outer;
}

static int read_name_at(fg_intake *intake, const series *names, size_t index, fg_value *ret_name,
                        fg_error *error)
{
    if (names->single) {
        *ret_name = names->value;
        return 0;
    }
    fg_entry at = fg_entry_at(names->value, index, names->count);
    *ret_name = at.value;
    return at.count > 0
               ? fg_numpy_element_at(intake->memory, at.value.array, at.first, ret_name, error)
               : 0;
}

static int refuse_series(const char *which, fg_value value, fg_error *error)
{
    char shown[FG_VALUE_SHOWN];
    return fg_error_set(error, -EINVAL, "what should be its %s is %s", which,
                        fg_value_describe(value, shown));
}

/* Names in a dict are those of the keys' numbers, or nothing that is known. */
static int take_pair(fg_intake *intake, fg_value encodings_value, fg_value names_value,
                     fg_error *error)
{
    series encodings = open_series(intake, encodings_value, false);
    series names = open_series(intake, names_value, true);
    int result = 0;
    if (encodings.value.kind == FG_VALUE_UNSET) {
        return refuse_series("encodings", encodings_value, error);
    }
    if (names.value.kind == FG_VALUE_UNSET) {
        return refuse_series("names", names_value, error);
    }
    if (encodings.count != names.count) {
        encodings = unwrap(intake, encodings, false, names.count);
        names = unwrap(intake, names, true, encodings.count);
    }
    if (!names.single && encodings.count != names.count) {
        return fg_error_set(error, -EINVAL,
                            "has %zu encodings and %zu names: each encoding needs one",
                            encodings.count, names.count);
    }
    for (size_t i = 0; result == 0 && i < encodings.count; i++) {
        char what[WHERE];
        char name_what[WHERE];
        fg_value name;
        fg_error fault = {""};
        fg_entry from = {.value = encodings.value};
        if (!encodings.single) {
            from = fg_entry_at(encodings.value, i, encodings.count);
        }
        snprintf(what, sizeof(what), "encoding %zu", i + 1);
        snprintf(name_what, sizeof(name_what), "name %zu", i + 1);
        result = read_name_at(intake, &names, i, &name, &fault);
        if (result == -ENOMEM) {
            return fg_error_set(error, result, "%s", fault.text);
        }
        result = result != 0 ? leave_out(intake, name_what, &fault, error)
                             : take_entry(intake, from, name, what, name_what, error);
    }
    return result;
}

/* The rest of a dict or list that was not taken. */
static void note_rest(fg_intake *intake, const fg_reading *reading)
{
    char shown[FG_VALUE_SHOWN];
    char text[FG_TEXT_SHOWN];
    size_t noted = 0;
    fg_value container = reading->container;
    bool is_dict = container.kind == FG_VALUE_DICT;
    size_t step = is_dict ? 2 : 1;
    if (!is_dict && !fg_value_is_sequence(container)) {
        return;
    }
    for (size_t i = 0; i + step <= container.list->count && noted < LINES; i += step) {
        fg_value value = fg_numpy_resolve(container.list->items[i + step - 1]);
        bool taken =
            (value.kind == reading->encodings.kind && value.list == reading->encodings.list) ||
            (value.kind == reading->names.kind && value.list == reading->names.list);
        if (taken) {
            continue;
        }
        fg_value_describe(value, shown);
        if (!is_dict) {
            fg_buffer_print(&intake->left_out, "item %zu (%s): left out\n", i + 1, shown);
        } else if (fg_value_is_string(container.list->items[i])) {
            fg_value key = container.list->items[i];
            fg_text_show((const char *)key.bytes, key.size, text);
            fg_buffer_print(&intake->left_out, "\"%s\" (%s): left out\n", text, shown);
        }
        noted++;
    }
}

/* A name and what should be its encodings. */
static int take_named(fg_intake *intake, fg_value name, fg_value value, const char *what,
                      fg_error *error)
{
    char shown[FG_VALUE_SHOWN];
    fg_value rows;
    if (fg_find_rows(value, intake->budget, &rows)) {
        return take_entry(intake, (fg_entry){.value = rows}, name, "", what, error);
    }
    fg_error fault;
    char key[FG_NAME_SIZE] = "";
    char text[FG_TEXT_SHOWN];
    if (fg_name_read(name, what, key, NULL) != 0) {
        snprintf(key, sizeof(key), "%s", what);
    }
    fg_error_set(&fault, -EINVAL, "\"%s\" (%s) is not encodings of 128 numbers",
                 fg_text_show(key, strlen(key), text),
                 fg_value_describe(fg_numpy_resolve(value), shown));
    return leave_out(intake, "", &fault, error);
}

static int take_dict(fg_intake *intake, const fg_value_list *dict, fg_error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i + 1 < dict->count; i += 2) {
        char what[WHERE];
        snprintf(what, sizeof(what), "key %zu", i / 2 + 1);
        result = take_named(intake, dict->items[i], dict->items[i + 1], what, error);
    }
    return result;
}

static int take_record(fg_intake *intake, fg_value record, size_t number, fg_error *error)
{
    char what[WHERE];
    fg_error fault = {""};
    fg_reading reading;
    record = fg_numpy_resolve(record);
    snprintf(what, sizeof(what), "entry %zu", number);
    if (fg_shape_of(record, intake->budget) == FG_SHAPE_RECORD) {
        bool first = fg_shape_of(record.list->items[0], intake->budget) == FG_SHAPE_NAME;
        return take_entry(intake, (fg_entry){.value = record.list->items[first ? 1 : 0]},
                          record.list->items[first ? 0 : 1], what, what, error);
    }
    if (fg_find_reading(record, intake->budget, &reading, &fault) != 0) {
        return leave_out(intake, what, &fault, error);
    }
    if (reading.kind == FG_READING_NAMED) {
        return take_dict(intake, reading.encodings.list, error);
    }
    if (reading.kind == FG_READING_PAIR) {
        fg_entry rows = {.value = reading.encodings};
        bool one = fg_shape_of(reading.names, intake->budget) == FG_SHAPE_NAME;
        return one ? take_entry(intake, rows, reading.names, what, what, error)
                   : take_pair(intake, reading.encodings, reading.names, error);
    }
    if (reading.kind == FG_READING_ROWS && intake->options->name != NULL) {
        return take_entry(intake, (fg_entry){.value = reading.encodings},
                          fg_value_text(intake->options->name), what, what, error);
    }
    fg_error_set(&fault, -EINVAL, "has no name with encodings");
    return leave_out(intake, what, &fault, error);
}

static int take_records(fg_intake *intake, const fg_value_list *list, fg_error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        result = take_record(intake, list->items[i], i + 1, error);
    }
    return result;
}

/* Howdy's entries, or one of them. */
static int take_howdys(fg_intake *intake, fg_value value, fg_error *error)
{
    const char *name = intake->options->name != NULL ? intake->options->name : intake->howdys_name;
    const fg_value_list one = {.items = &value, .count = 1};
    const fg_value_list *list = value.kind == FG_VALUE_DICT ? &one : value.list;
    int result = 0;
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        char what[WHERE];
        snprintf(what, sizeof(what), "model %zu", i + 1);
        result = take_named(intake, fg_value_text(name), list->items[i], what, error);
    }
    return result;
}

static int take_reading(fg_intake *intake, const fg_reading *reading, fg_error *error)
{
    const char *name = intake->options->name;
    switch (reading->kind) {
    case FG_READING_PAIR:
        note_rest(intake, reading);
        return take_pair(intake, reading->encodings, reading->names, error);
    case FG_READING_NAMED:
        return take_dict(intake, reading->encodings.list, error);
    case FG_READING_RECORDS:
        return take_records(intake, reading->encodings.list, error);
    case FG_READING_HOWDY:
        return take_howdys(intake, reading->encodings, error);
    case FG_READING_ROWS:
        if (name != NULL) {
            return take_pair(intake, reading->encodings, fg_value_text(name), error);
        }
        return fg_error_set(error, -ENODATA,
                            "has encodings without names: give the file that has the names in the "
                            "same command, or use --name NAME if all are of one person");
    case FG_READING_NAMES:
    case FG_READING_MAP:
        break;
    }
    return fg_error_set(error, -ENODATA,
                        "has names without encodings: give the file that has the encodings in the "
                        "same command");
}

/* Why nothing came of all the entries: the first says it for the others. */
static int refuse_all(const fg_intake *intake, fg_error *error)
{
    const char *force =
        intake->other_network ? " Enrol these people from photos, or use --force to take them" : "";
    int result = intake->other_network ? -ERANGE : -EINVAL;
    if (intake->bad == 0) {
        return fg_error_set(error, -EINVAL, "holds no encodings");
    }
    if (intake->bad == 1) {
        return fg_error_set(error, result, "%s%s", intake->fault.text, force);
    }
    return fg_error_set(error, result, "none of its %zu entries can be used: %s%s", intake->bad,
                        intake->fault.text, force);
}

int fg_intake_take(fg_intake *intake, const fg_reading *reading, fg_error *error)
{
    int result = take_reading(intake, reading, error);
    if (result != 0) {
        return result;
    }
    if (intake->taken == 0) {
        return refuse_all(intake, error);
    }
    if (intake->bad > LINES) {
        fg_buffer_print(&intake->left_out, "%zu more entries: left out\n", intake->bad - LINES);
    }
    if (intake->forced > 0) {
        fg_buffer_print(&intake->left_out,
                        "%s of another network taken: they cannot be compared with dlib's\n",
                        fg_text_count((int64_t)intake->forced, "encoding", "encodings").text);
    }
    return intake->left_out.failed ? fg_error_set(error, -ENOMEM, "not enough memory") : 0;
}
