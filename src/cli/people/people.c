/* `facegate people`: what its words do, and what is wrong with how they were used. */
#include "people/people.h"

#include "common/gallery_access.h"
#include "facegate/text.h"
#include "people/leftovers.h"
#include "people/people_check.h"
#include "people/people_json.h"
#include "people/people_likeness.h"
#include "people/people_list.h"
#include "people/people_rates.h"
#include "people/people_review.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const fg_verb verbs[] = {
    {"list", "", "list the people and how close to each other they are; the default"},
    {"check", "", "find mistakes among the people, each with its fix"},
    {"remove", "NAME", "remove a person, or with --encoding some of the person's encodings"},
    {"rename", "OLD NEW", "change a person's name"},
    {"badge", "NAME ID", "set a person's badge; with --none instead of ID, remove it"},
    {0},
};

static bool as_json;
static bool none;
static const char *encodings;

static const fg_option people_options[] = {
    {.name = "json", .flag = &as_json, .help = "list and check: print one JSON object"},
    {.name = "encoding",
     .argument = "N[,N...]",
     .text = &encodings,
     .help = "remove: only these encodings, counted from 1"},
    {.name = "none", .flag = &none, .help = "badge: remove the badge"},
    FG_OPTION_TOLERANCE,
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(people_options) / sizeof(people_options[0]);
    return people_options;
}

#define WHAT_SIZE (2 * FG_NAME_SIZE + 2 * FG_BADGE_SIZE + 32)

typedef int show_people(const fg_people *people);
typedef int edit_gallery(const fg_config *config, fg_gallery *gallery, char **names,
                         char what[WHAT_SIZE], fg_error *error);

static int list(const fg_people *people)
{
    return as_json ? fg_people_list_json(people) : fg_people_list(people);
}

static int check(const fg_people *people)
{
    int result = FG_EXIT_DONE;
    if (as_json) {
        result = fg_people_check_json(people);
    } else if (fg_gallery_people(people->gallery) == 0) {
        result = fg_people_list(people);
    } else {
        fg_people_print_findings(people);
        putchar('\n');
        fg_people_print_likeness(people);
        fg_people_print_rates(people);
    }
    return result == FG_EXIT_DONE && fg_people_at_fault(people) ? FG_EXIT_FAILED : result;
}

/* What only reads the gallery. */
static int see(const fg_config *config, show_people *show)
{
    fg_gallery *gallery = NULL;
    fg_people people = {0};
    int result = FG_EXIT_FAILED;
    if (!fg_cli_gallery(config, &gallery)) {
        return FG_EXIT_CONFIG;
    }
    if (fg_people_open(&people, config, gallery)) {
        result = show(&people);
    }
    fg_people_close(&people);
    fg_gallery_free(gallery);
    return result;
}

/* "2" or "2,4". */
static bool is_list(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits < 7 &&
           (text[digits] == '\0' || (text[digits] == ',' && is_list(text + digits + 1)));
}

/* Takes the encodings of the list away, the last first, so that those before keep their numbers. */
static int remove_encodings(fg_gallery *gallery, const char *name, fg_error *error)
{
    int person = fg_gallery_find(gallery, name);
    int count = person >= 0 ? fg_gallery_person_encodings(gallery, person) : 0;
    int result = 0;
    bool *marked = calloc((size_t)count + 1, sizeof(*marked));
    if (marked == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    const char *at = encodings;
    int left = count;
    while (result == 0 && at != NULL) {
        int number = atoi(at);
        if (number >= 1 && number <= count) {
            left -= marked[number - 1] ? 0 : 1;
            marked[number - 1] = true;
        } else { /* says that there is no such encoding, or nobody of the name */
            result = fg_gallery_remove_encoding(gallery, name, number - 1, error);
        }
        at = strchr(at, ',');
        at = at != NULL ? at + 1 : NULL;
    }
    if (result == 0 && left == 0 && count > 1) {
        char shown[FG_TEXT_SHOWN];
        result = fg_error_set(error, -EPERM,
                              "these are all the encodings of \"%s\": \"facegate people remove\" "
                              "without --encoding removes the person",
                              fg_text_show(name, strlen(name), shown));
    }
    for (int i = count - 1; result == 0 && i >= 0; i--) {
        result = marked[i] ? fg_gallery_remove_encoding(gallery, name, i, error) : 0;
    }
    free(marked);
    return result;
}

static int remove_person(const fg_config *config, fg_gallery *gallery, char **names,
                         char what[WHAT_SIZE], fg_error *error)
{
    (void)config;
    if (encodings == NULL) {
        snprintf(what, WHAT_SIZE, "Removed %s", names[0]);
        return fg_gallery_remove(gallery, names[0], error);
    }
    int before = fg_gallery_encodings(gallery);
    int result = remove_encodings(gallery, names[0], error);
    int removed = before - fg_gallery_encodings(gallery);
    snprintf(what, WHAT_SIZE, "Removed %s of %s",
             fg_text_count(removed, "encoding", "encodings").text, names[0]);
    return result;
}

static int rename_person(const fg_config *config, fg_gallery *gallery, char **names,
                         char what[WHAT_SIZE], fg_error *error)
{
    snprintf(what, WHAT_SIZE, "Renamed %s to %s", names[0], names[1]);
    int result = fg_cli_check_name(config, names[1], error);
    return result == 0 ? fg_gallery_rename(gallery, names[0], names[1], error) : result;
}

static int change_badge(const fg_config *config, fg_gallery *gallery, char **names,
                        char what[WHAT_SIZE], fg_error *error)
{
    (void)config;
    const char *badge = none ? NULL : names[1];
    int person = fg_gallery_find(gallery, names[0]);
    const char *holder =
        person >= 0 && !none ? fg_cli_badge_holder(gallery, names[0], badge) : NULL;
    if (holder != NULL) {
        return fg_error_set(error, -EEXIST,
                            "the badge %s already belongs to %s: remove it first with \"facegate "
                            "people badge --none '%s'\"",
                            badge, holder, holder);
    }
    const char *old = person >= 0 ? fg_gallery_badge(gallery, person) : NULL;
    snprintf(what, WHAT_SIZE, "%s has %s%s now%s%s", names[0], none ? "no badge" : "the badge ",
             none ? "" : badge, old != NULL ? ", not " : "", old != NULL ? old : "");
    return fg_gallery_set_badge(gallery, names[0], badge, error);
}

/* What writes the gallery; what it did is reported only once that is safe. */
static int alter(const fg_config *config, edit_gallery *edit, char **names)
{
    fg_error error;
    fg_gallery *gallery = NULL;
    char what[WHAT_SIZE];
    int result = FG_EXIT_DONE;
    if (!fg_cli_own_gallery(config) || !fg_cli_gallery(config, &gallery)) {
        return FG_EXIT_CONFIG;
    }
    if (edit(config, gallery, names, what, &error) != 0 ||
        fg_gallery_save(gallery, config->access.encodings, &error) != 0) {
        result = fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    } else {
        printf("%s. A running daemon uses it within about a second.\n", what);
        if (edit == remove_person && encodings == NULL) {
            fg_leftovers_tell(config, names[0]);
        }
    }
    fg_gallery_free(gallery);
    return result;
}

/* What the verbs do, in the order of their table. */
static const struct {
    int names;
    const char *takes;
    show_people *show; /* or edit */
    edit_gallery *edit;
} acts[] = {
    {0, "no names", list, NULL},
    {0, "no names", check, NULL},
    {1, "one name", NULL, remove_person},
    {2, "two names, the old and the new", NULL, rename_person},
    {2, "a name and a badge, or a name and --none", NULL, change_badge},
};

static int run(int argc, char **argv)
{
    fg_config config;
    int first = 0;
    int result = fg_cli_parse(&fg_command_people, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    const char *word = first < argc ? argv[first] : verbs[0].name;
    int names = first < argc ? argc - first - 1 : 0;
    int verb = fg_cli_verb(&fg_command_people, word);
    if (verb < 0) {
        return fg_cli_no_verb(&fg_command_people, word);
    }
    if (none && acts[verb].edit != change_badge) {
        return fg_cli_usage(&fg_command_people, "--none works with badge only");
    }
    if (names != acts[verb].names - (none ? 1 : 0)) {
        return fg_cli_usage(&fg_command_people, "%s takes %s", word, acts[verb].takes);
    }
    if (encodings != NULL && acts[verb].edit != remove_person) {
        return fg_cli_usage(&fg_command_people, "--encoding works with remove only");
    }
    if (encodings != NULL && !is_list(encodings)) {
        return fg_cli_usage(&fg_command_people,
                            "--encoding \"%s\" is not a number or a list such as 2,4", encodings);
    }
    if (as_json && acts[verb].show == NULL) {
        return fg_cli_usage(&fg_command_people, "--json works with list and check only");
    }
    return acts[verb].show != NULL ? see(&config, acts[verb].show)
                                   : alter(&config, acts[verb].edit, argv + first + 1);
}

const fg_command fg_command_people = {
    .name = "people",
    .arguments = "[OPTION...] [list | check | ACTION NAME...]",
    .summary = "Lists, checks and changes the enrolled people",
    .verbs = verbs,
    .details = "list starts with the people who are most easily taken for someone else. SPREAD is "
               "the largest distance between two encodings of the person. NEAREST OTHER is the "
               "person nearest to them, with \"!\" if within the tolerance. Long names are cut to "
               "the width of the terminal, or to $COLUMNS.\n"
               "\n"
               "check names encodings that probably belong to someone else, people who can be "
               "taken for each other or nearly so, and people with fewer than three encodings, "
               "each with the command that fixes it. Then it shows how many pairs of different "
               "people match at several tolerances. It exits with 1 if there is a mix-up or a pair "
               "within the tolerance; the rest is advice. Enrolment rejects a face that matches "
               "someone else, so for people enrolled that way the rates up to the tolerance are "
               "too low.\n"
               "\n"
               "check also names people whose name has a blank at an end or is the name of "
               "strangers. check --json leaves these out.\n"
               "\n"
               "The encodings of a person are numbered from 1, in the order of enrolment.\n"
               "\n"
               "list --json is {\"tolerance\", \"people\": [{\"name\", \"rfid_id\", \"encodings\", "
               "\"few_encodings\", \"spread\", \"nearest\": {\"name\", \"distance\", "
               "\"within_tolerance\", \"encoding\", \"other_encoding\"}}], \"advice\"}, with null "
               "if absent. few_encodings is true for fewer than three; the advice says what that "
               "costs.\n"
               "\n"
               "check --json is {\"tolerance\", \"people\", \"encodings\", \"counts\": "
               "{\"mix_ups\", \"pairs\", \"close\", \"few\", \"nones\"}, \"findings\": "
               "[{\"kind\", \"name\", \"encoding\", \"other\", \"other_encoding\", \"distance\", "
               "\"own_distance\", \"from_mix_up\", \"encodings\"}], \"advice\", "
               "\"false_matches\": [{\"tolerance\", \"matched\", \"pairs\", \"rate\", \"low\", "
               "\"high\"}]}. The kind is mix-up, far, pair, close, few (one or two encodings) or "
               "none; keys that do not apply to it are left out. Only the nearest 1000 pairs are "
               "listed; the counts include all.",
    .run = run,
    .options = options,
};
