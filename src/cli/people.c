#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const fg_verb verbs[] = {
    {"list", "", "the people, their badges and how many encodings each has: as without a word"},
    {"remove", "NAME", "remove a person with all encodings"},
    {"rename", "OLD NEW", "give a person another name"},
    {0},
};

static int list(const fg_gallery *gallery)
{
    int people = fg_gallery_people(gallery);
    size_t widest = strlen("NAME");
    for (int i = 0; i < people; i++) {
        size_t length = strlen(fg_gallery_name(gallery, i));
        widest = length > widest ? length : widest;
    }
    if (people == 0) {
        puts("Nobody yet: add somebody with \"facegate enroll --name NAME IMAGE\".");
        return FG_EXIT_DONE;
    }
    printf("%-*s  %-16s  %s\n", (int)widest, "NAME", "BADGE", "ENCODINGS");
    for (int i = 0; i < people; i++) {
        const char *rfid = fg_gallery_rfid(gallery, i);
        printf("%-*s  %-16s  %d\n", (int)widest, fg_gallery_name(gallery, i),
               rfid != NULL ? rfid : "-", fg_gallery_person_encodings(gallery, i));
    }
    return FG_EXIT_DONE;
}

static int save(const fg_gallery *gallery, const fg_config *config, const char *what)
{
    fg_error error;
    if (fg_gallery_save(gallery, config->access.encodings, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    printf("%s. A running daemon takes it with \"systemctl reload facegate\".\n", what);
    return FG_EXIT_DONE;
}

static int run(int argc, char **argv)
{
    fg_config config;
    fg_error error;
    fg_gallery *gallery = NULL;
    char what[2 * FG_NAME_SIZE + 32];
    int first = 0;
    int result = fg_cli_parse(&fg_command_people, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    const char *verb = first < argc ? argv[first] : "list";
    int names = first < argc ? argc - first - 1 : 0;
    /* So many names, too, as it is far down in the table. */
    int wanted = fg_cli_verb(&fg_command_people, verb);
    if (wanted < 0) {
        return fg_cli_usage(&fg_command_people, "\"%s\" is none of list, remove, rename", verb);
    }
    if (names != wanted) {
        return fg_cli_usage(&fg_command_people, "%s takes %s", verb,
                            wanted == 0   ? "no names"
                            : wanted == 1 ? "one name"
                                          : "two names, the old and the new");
    }
    if ((wanted > 0 && !fg_cli_own_gallery(&config)) || !fg_cli_gallery(&config, &gallery)) {
        return FG_EXIT_CONFIG;
    }
    if (wanted == 0) {
        result = list(gallery);
        goto finish;
    }
    const char *name = argv[first + 1];
    if (wanted == 1) {
        result = fg_gallery_remove(gallery, name, &error);
        snprintf(what, sizeof(what), "Removed %s", name);
    } else {
        result = fg_gallery_rename(gallery, name, argv[first + 2], &error);
        snprintf(what, sizeof(what), "Renamed %s to %s", name, argv[first + 2]);
    }
    if (result != 0) {
        result = fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
        goto finish;
    }
    result = save(gallery, &config, what);
finish:
    fg_gallery_free(gallery);
    return result;
}

const fg_command fg_command_people = {
    .name = "people",
    .arguments = "[OPTION...] [list | remove NAME | rename OLD NEW]",
    .summary = "Shows, removes or renames the people who are let in",
    .verbs = verbs,
    .run = run,
};
