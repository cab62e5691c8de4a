/* Opens the people's file and the engine for a command, and checks names and badges. */
#include "common/gallery_access.h"

#include "common/options.h"
#include "facegate/base/file.h"
#include "facegate/text.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <wctype.h>

bool fg_cli_engine(const fg_config *config, fg_engine **ret_engine)
{
    fg_error error;
    if (fg_engine_create(config->vision.models, ret_engine, &error) != 0) {
        fg_cli_fail(0, "%s", error.text);
        return false;
    }
    return true;
}

bool fg_cli_gallery(const fg_config *config, fg_gallery **ret_gallery)
{
    fg_error error;
    if (fg_gallery_load(config->access.encodings, ret_gallery, &error) != 0) {
        fg_cli_fail(0, "%s", error.text);
        return false;
    }
    return true;
}

bool fg_cli_own_gallery(const fg_config *config)
{
    fg_error error;
    const char *path = config->access.encodings;
    /* What a killed command left is removed before it can matter whether this one goes through. */
    if (fg_file_take_turn(path, &error) < 0 || fg_file_sweep(path, &error) != 0) {
        fg_cli_fail(0, "%s", error.text);
        return false;
    }
    return true;
}

/* Takes the first character off a text and gives it without its case; a byte that is no UTF-8 as it
 * is. */
static wint_t take_letter(const char **text, const char *end)
{
    unsigned point = 0;
    size_t length = fg_text_next(*text, (size_t)(end - *text), &point);
    wint_t letter = length > 0 ? towlower((wint_t)point) : (unsigned char)**text;
    *text += length > 0 ? length : 1;
    return letter;
}

/* Where a text ends but for blanks. */
static const char *end_of(const char *text)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    return text + length;
}

/* Whether two texts are the same but for case, and for blanks at the ends. */
static bool look_alike(const char *one, const char *other)
{
    one += strspn(one, " ");
    other += strspn(other, " ");
    const char *one_end = end_of(one);
    const char *other_end = end_of(other);
    while (one < one_end && other < other_end) {
        if (take_letter(&one, one_end) != take_letter(&other, other_end)) {
            return false;
        }
    }
    return one == one_end && other == other_end;
}

bool fg_cli_means_nobody(const fg_config *config, const char *name)
{
    /* The key's own name stands in galleries that a script made of its configuration. */
    const char *const names[] = {"unknown", "inconnu", "unknown_name", config->access.unknown_name};
    /* The C locale, in which the program runs, has the case of ASCII alone. */
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = uselocale(utf8);
    bool found = false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        found = found || look_alike(name, names[i]);
    }
    uselocale(before);
    if (utf8 != (locale_t)0) {
        freelocale(utf8);
    }
    return found;
}

int fg_cli_check_name(const fg_config *config, const char *name, fg_error *error)
{
    int result = fg_gallery_check_name(name, error);
    if (result != 0) {
        return result;
    }
    if (name[0] == ' ' || name[strlen(name) - 1] == ' ') {
        return fg_error_set(error, -EINVAL,
                            "the name \"%s\" begins or ends with a blank: remove the blank", name);
    }
    if (fg_cli_means_nobody(config, name)) {
        return fg_error_set(error, -EINVAL,
                            "\"%s\" is a name for strangers, who would be accepted under it: use "
                            "another name",
                            name);
    }
    return 0;
}

const char *fg_cli_badge_holder(const fg_gallery *gallery, const char *name, const char *badge)
{
    for (int i = 0; i < fg_gallery_people(gallery); i++) {
        const char *other = fg_gallery_badge(gallery, i);
        if (other != NULL && strcmp(other, badge) == 0 &&
            strcmp(fg_gallery_name(gallery, i), name) != 0) {
            return fg_gallery_name(gallery, i);
        }
    }
    return NULL;
}
