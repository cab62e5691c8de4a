/* Reads the files of an import, and joins encodings in one with names in another. */
#include "import/gallery_read.h"
#include "facegate/base/file.h"
#include "facegate/text.h"
#include "gallery_store.h"
#include "import/advice.h"
#include "import/encoding_value.h"
#include "import/file_value.h"
#include "import/intake.h"
#include "import/numpy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)256 << 20)
#define LOOK_UPS   ((size_t)10000000) /* of numbers in a map of names */

/* A file while it is read. */
typedef struct source {
    fg_import_file *file;
    char *owned; /* what was read here; NULL where the bytes are another's */
    const void *data;
    size_t size;
    fg_value_memory memory;
    fg_value value;
    fg_reading reading;
    size_t count;       /* of the half that it has */
    fg_gallery *people; /* NULL where nothing came of it */
} source;

static void release(source *from)
{
    free(from->owned);
    from->owned = NULL;
    fg_value_release(&from->memory);
    from->value.kind = FG_VALUE_UNSET;
}

/* Whether it waits for the other half. */
static bool is_half(const source *from)
{
    return from->file->result == 0 && from->people == NULL && !fg_reading_is_whole(&from->reading);
}

static void refuse(source *from, int result, const fg_error *why)
{
    fg_import_file *file = from->file;
    fg_buffer advice = {0};
    file->result = fg_error_set(&file->error, result, "%s: %s", file->path, why->text);
    if (result == -EINVAL || result == -EPERM) {
        fg_import_advise(&advice, file->path, from->value);
        file->advice = advice.data;
    }
    release(from);
}

/* A file's name without folder and ending. */
static void stem_of(const char *path, char ret_stem[FG_NAME_SIZE])
{
    const char *slash = strrchr(path, '/');
    snprintf(ret_stem, FG_NAME_SIZE, "%s", slash != NULL ? slash + 1 : path);
    char *dot = strrchr(ret_stem, '.');
    if (dot != NULL && dot != ret_stem) {
        *dot = '\0';
    }
}

static int take(source *from, const fg_reading *reading, const fg_import_options *options,
                fg_error *error)
{
    char stem[FG_NAME_SIZE];
    fg_shape_budget budget = {FG_SHAPE_BUDGET};
    fg_intake intake = {
        .options = options, .howdys_name = stem, .memory = &from->memory, .budget = &budget};
    stem_of(from->file->path, stem);
    if (fg_gallery_create(&intake.people) != 0) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    int result = fg_intake_take(&intake, reading, error);
    if (result == 0) {
        from->people = intake.people;
        from->file->left_out = intake.left_out.data;
        from->file->reading = reading->text[0] != '\0' ? strdup(reading->text) : NULL;
    } else {
        fg_gallery_free(intake.people);
        fg_buffer_free(&intake.left_out);
    }
    return result;
}

static bool is_own_format(fg_value value)
{
    for (size_t i = 0; value.kind == FG_VALUE_DICT && i + 1 < value.list->count; i += 2) {
        if (fg_value_is_text(value.list->items[i], "format") &&
            fg_value_is_text(value.list->items[i + 1], "facegate-encodings")) {
            return true;
        }
    }
    return false;
}

static int find_people(source *from, fg_error *error)
{
    fg_shape_budget budget = {FG_SHAPE_BUDGET};
    char shown[FG_VALUE_SHOWN];
    if (is_own_format(from->value)) {
        return fg_error_set(error, -ENOTSUP,
                            "is an encodings file of facegate: it needs no import; to use it, "
                            "replace the other file with it");
    }
    if (fg_import_is_classifier(from->value)) {
        return fg_error_set(error, -EINVAL, "holds %s, a classifier: nothing is read from it",
                            fg_value_describe(fg_numpy_resolve(from->value), shown));
    }
    int result = fg_find_reading(from->value, &budget, &from->reading, error);
    if (result == 0 && !fg_reading_is_whole(&from->reading)) {
        bool rows = from->reading.kind == FG_READING_ROWS;
        fg_value series = rows ? from->reading.encodings : from->reading.names;
        from->count = fg_shape_count(series, rows ? FG_SHAPE_ROWS : FG_SHAPE_NAMES);
    }
    return result;
}

/* Reads one file; what has but a half is kept for the other. */
static void read_source(source *from, const fg_import_options *options)
{
    fg_error error = {""};
    int result = 0;
    if (from->data == NULL) {
        result = fg_file_read(from->file->path, FILE_LIMIT, &from->owned, &from->size, &error);
        from->data = from->owned;
    }
    if (result == 0) {
        result = fg_file_value(&from->memory, from->data, from->size, &from->value, &error);
    }
    if (result == 0) {
        result = find_people(from, &error);
    }
    bool half = result == 0 && !fg_reading_is_whole(&from->reading);
    bool named = half && from->reading.kind == FG_READING_ROWS && options->name != NULL;
    if (result == 0 && (!half || named)) {
        result = take(from, &from->reading, options, &error);
    }
    if (result != 0) {
        refuse(from, result, &error);
    } else if (!half) {
        release(from);
    }
}

/* The only file of a kind that has a number of entries; NULL for none, or more than one. */
static source *only_one(source *sources, int count, fg_reading_kind kind, size_t entries)
{
    source *found = NULL;
    for (int i = 0; i < count; i++) {
        if (is_half(&sources[i]) && sources[i].reading.kind == kind &&
            sources[i].count == entries) {
            if (found != NULL) {
                return NULL;
            }
            found = &sources[i];
        }
    }
    return found;
}

/* Joins encodings with the names of another file. */
static void join(source *rows, source *names, const fg_import_options *options)
{
    fg_error error = {""};
    fg_reading pair = {.kind = FG_READING_PAIR,
                       .encodings = rows->reading.encodings,
                       .names = names->reading.names};
    snprintf(pair.text, sizeof(pair.text), "names from %.250s", names->file->path);
    fg_text_clean(pair.text);
    int result = take(rows, &pair, options, &error);
    if (result != 0) {
        refuse(rows, result, &error);
    }
}

static void join_halves(source *sources, int count, const fg_import_options *options)
{
    source *partners[2] = {NULL, NULL};
    for (int i = 0; i < count; i++) {
        if (!is_half(&sources[i]) || sources[i].reading.kind != FG_READING_ROWS) {
            continue;
        }
        size_t entries = sources[i].count;
        partners[0] = only_one(sources, count, FG_READING_ROWS, entries);
        partners[1] = only_one(sources, count, FG_READING_NAMES, entries);
        if (partners[0] == &sources[i] && partners[1] != NULL) {
            join(partners[0], partners[1], options);
            release(partners[0]);
            release(partners[1]);
            /* It has done its part, and is refused no more. */
            partners[1]->reading.kind = FG_READING_PAIR;
        }
    }
}

/* Looks a name that is a number up in a map of numbers and names, in either direction. */
static bool look_up(const fg_value_list *map, const char *id, char ret_name[FG_NAME_SIZE])
{
    for (size_t i = 0; i + 1 < map->count; i += 2) {
        bool key_first = map->items[i].kind == FG_VALUE_INTEGER;
        fg_value number = fg_numpy_resolve(map->items[key_first ? i : i + 1]);
        char digits[FG_NAME_SIZE];
        if (fg_name_read(number, "", digits, NULL) == 0 && strcmp(digits, id) == 0) {
            return fg_name_read(map->items[key_first ? i + 1 : i], "", ret_name, NULL) == 0;
        }
    }
    return false;
}

/* Gives people that are numbers the names of a map, if it has one for each. */
static bool rename_all(const fg_gallery *people, const fg_value_list *map, fg_gallery **ret_named)
{
    size_t count = (size_t)people->people_count;
    char(*names)[FG_NAME_SIZE] = calloc(count + 1, sizeof(*names));
    fg_gallery *named = NULL;
    bool good =
        names != NULL && count < LOOK_UPS / (map->count + 1) && fg_gallery_create(&named) == 0;
    for (size_t i = 0; good && i < count; i++) {
        good = look_up(map, people->people[i].name, names[i]);
    }
    for (int i = 0; good && i < people->count; i++) {
        good = fg_gallery_add(named, names[people->owners[i]], NULL,
                              people->encodings + (size_t)i * FG_ENCODING_SIZE, NULL) == 0;
    }
    free(names);
    if (!good) {
        fg_gallery_free(named);
        return false;
    }
    *ret_named = named;
    return true;
}

/* A single map that has the names of a single file's numbers. */
static void apply_map(source *sources, int count)
{
    source *map = NULL;
    int maps = 0;
    for (int i = 0; i < count; i++) {
        if (is_half(&sources[i]) && sources[i].reading.kind == FG_READING_MAP) {
            map = &sources[i];
            maps++;
        }
    }
    for (int i = 0; maps == 1 && i < count; i++) {
        fg_gallery *named = NULL;
        if (sources[i].people != NULL &&
            rename_all(sources[i].people, map->reading.names.list, &named)) {
            char text[FG_READING_TEXT];
            snprintf(text, sizeof(text), "names of its numbers from %.250s", map->file->path);
            fg_text_clean(text);
            fg_gallery_free(sources[i].people);
            sources[i].people = named;
            free(sources[i].file->reading);
            sources[i].file->reading = strdup(text);
            map->reading.kind = FG_READING_PAIR;
        }
    }
}

/* What is a half to the end is refused for it. */
static void refuse_halves(source *sources, int count, const fg_import_options *options)
{
    for (int i = 0; i < count; i++) {
        fg_error error = {""};
        if (is_half(&sources[i])) {
            int result = take(&sources[i], &sources[i].reading, options, &error);
            refuse(&sources[i], result, &error);
        }
    }
}

static int add_all(fg_gallery *people, const fg_gallery *more, fg_error *error)
{
    int result = 0;
    for (int i = 0; result == 0 && i < more->count; i++) {
        result = fg_gallery_add(people, more->people[more->owners[i]].name, NULL,
                                more->encodings + (size_t)i * FG_ENCODING_SIZE, error);
    }
    return result;
}

/* Values that are kept for another file, bounded like those of one. */
static void bound(source *sources, int count)
{
    size_t kept = 0;
    for (int i = 0; i < count; i++) {
        kept += sources[i].memory.taken + (sources[i].owned != NULL ? sources[i].size : 0);
        if (is_half(&sources[i]) && kept > FG_VALUE_MEMORY) {
            fg_error error;
            int result =
                fg_error_set(&error, -EFBIG, "is too large to keep until another file is read");
            refuse(&sources[i], result, &error);
        }
    }
}

int fg_import_read(fg_import_file *files, int count, const fg_import_options *options,
                   fg_gallery **ret_people, fg_error *error)
{
    return fg_import_read_bytes(files, NULL, count, options, ret_people, error);
}

int fg_import_read_bytes(fg_import_file *files, const fg_import_bytes *bytes, int count,
                         const fg_import_options *options, fg_gallery **ret_people, fg_error *error)
{
    source *sources = calloc((size_t)count + 1, sizeof(*sources));
    fg_gallery *people = NULL;
    int result = 0;
    if (sources == NULL || fg_gallery_create(&people) != 0) {
        result = fg_error_set(error, -ENOMEM, "not enough memory to import");
        goto finish;
    }
    for (int i = 0; i < count; i++) {
        sources[i].file = &files[i];
        sources[i].data = bytes != NULL ? bytes[i].data : NULL;
        sources[i].size = bytes != NULL ? bytes[i].size : 0;
        read_source(&sources[i], options);
        bound(sources, i + 1);
    }
    join_halves(sources, count, options);
    apply_map(sources, count);
    refuse_halves(sources, count, options);
    for (int i = 0; result == 0 && i < count; i++) {
        if (sources[i].people != NULL) {
            result = add_all(people, sources[i].people, error);
        }
    }
    if (result == 0) {
        *ret_people = people;
        people = NULL;
    }
finish:
    for (int i = 0; sources != NULL && i < count; i++) {
        release(&sources[i]);
        fg_gallery_free(sources[i].people);
    }
    free(sources);
    fg_gallery_free(people);
    return result;
}

void fg_import_file_clear(fg_import_file *file)
{
    free(file->reading);
    free(file->left_out);
    free(file->advice);
    *file = (fg_import_file){.path = file->path};
}
