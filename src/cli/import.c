/* `facegate import`: adds the people of files that Python scripts keep. */
#include "import.h"

#include "common/format.h"
#include "common/gallery_access.h"
#include "common/options.h"
#include "common/table.h"
#include "facegate/gallery/import.h"
#include "facegate/text.h"
#include "people/people_check.h"
#include "people/people_review.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool dry_run;
static bool replace;
static fg_import_options how;

static const fg_option import_options[] = {
    {.name = "dry-run", .flag = &dry_run, .help = "show what would be imported, write nothing"},
    {.name = "replace",
     .flag = &replace,
     .help = "replace the encodings these people have, instead of adding to them"},
    {.name = "name",
     .argument = "NAME",
     .text = &how.name,
     .help = "whose encodings without a name are"},
    {.name = "force", .flag = &how.force, .help = "take encodings of another network too"},
    {.name = "strict", .flag = &how.strict, .help = "refuse a file for one bad entry"},
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(import_options) / sizeof(import_options[0]);
    return import_options;
}

/* Of a name that is there already, what else happens to it. */
static void print_notes(const fg_import_count *count)
{
    if (count->is_new) {
        fputs("new person", stdout);
    } else if (replace) {
        printf("replaces %d", count->replaced);
    } else {
        fputs("adds to", stdout);
    }
    if (count->twice > 0) {
        printf(", %d already there", count->twice);
    }
    putchar('\n');
}

static void print_table(const fg_gallery *people, const fg_gallery *gallery,
                        const fg_import_count *counts)
{
    int widest = fg_table_width("NAME");
    for (int i = 0; i < fg_gallery_people(people); i++) {
        char shown[FG_FORMAT_NAME];
        int width = fg_table_width(fg_format_name(fg_gallery_name(people, i), shown));
        widest = width > widest ? width : widest;
    }
    printf("%-*s  %7s  %7s  %7s  %s\n", widest, "NAME", "IN FILE", "ADDED", "IN ALL", "NOTE");
    for (int i = 0; i < fg_gallery_people(people); i++) {
        const char *name = fg_gallery_name(people, i);
        char shown[FG_FORMAT_NAME];
        fg_table_cell(fg_format_name(name, shown), widest);
        printf("  %7d  %7d  %7d  ", fg_gallery_person_encodings(people, i), counts[i].added,
               fg_gallery_person_encodings(gallery, fg_gallery_find(gallery, name)));
        print_notes(&counts[i]);
    }
}

static fg_import_count sum_up(const fg_import_count *counts, int people, int *ret_fresh)
{
    fg_import_count sum = {.is_new = false};
    int fresh = 0;
    for (int i = 0; i < people; i++) {
        sum.added += counts[i].added;
        sum.twice += counts[i].twice;
        sum.replaced += counts[i].replaced;
        fresh += counts[i].is_new ? 1 : 0;
    }
    *ret_fresh = fresh;
    return sum;
}

static void print_sum(const fg_import_count *sum, int people, int fresh, const char *path)
{
    if (sum->added == 0) {
        printf("All of it is already in %s: nothing was written.\n", path);
        return;
    }
    printf("%s %s of %s (%d new) into %s", dry_run ? "Would import" : "Imported",
           fg_text_count(sum->added, "encoding", "encodings").text,
           fg_text_count(people, "person", "people").text, fresh, path);
    if (sum->replaced > 0) {
        printf(" in place of %d", sum->replaced);
    }
    if (sum->twice > 0) {
        printf(", without %d that %s already there", sum->twice,
               fg_text_plural(sum->twice, "was", "were"));
    }
    puts(dry_run ? ". Nothing was written." : ". A running daemon uses it within about a second.");
}

/* What is wrong among the people there are now, or would be. None of it is the import's fault. */
static void print_findings(const fg_gallery *gallery, const fg_config *config)
{
    fg_people people = {0};
    fflush(stdout);
    if (fg_people_open(&people, config, gallery)) {
        puts(dry_run ? "\nAfter the import:\n" : "");
        fg_people_print_findings(&people);
    }
    fg_people_close(&people);
}

/* Adds the people in memory, shows what came of it, and saves it unless it is for show. */
static int import(fg_gallery *gallery, const fg_gallery *people, const fg_config *config)
{
    const char *path = config->access.encodings;
    fg_error error;
    int result = FG_EXIT_DONE;
    fg_import_count *counts = calloc((size_t)fg_gallery_people(people) + 1, sizeof(*counts));
    if (counts == NULL) {
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory to import");
    }
    int people_count = fg_gallery_people(people);
    int fresh = 0;
    fg_import_count sum = {.is_new = false};
    if (fg_import_add(gallery, people, replace, counts, &error) != 0) {
        result = fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
        goto finish;
    }
    sum = sum_up(counts, people_count, &fresh);
    if (!dry_run && sum.added > 0 && fg_gallery_save(gallery, path, &error) != 0) {
        result = fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
        goto finish;
    }
    print_table(people, gallery, counts);
    print_sum(&sum, people_count, fresh, path);
    print_findings(gallery, config);
finish:
    free(counts);
    return result;
}

/* Takes out whoever is nobody: in such scripts strangers are often a class of their own. */
static void leave_out_nobody(fg_gallery *people, const fg_config *config)
{
    for (int i = fg_gallery_people(people) - 1; i >= 0; i--) {
        const char *name = fg_gallery_name(people, i);
        if (fg_cli_means_nobody(config, name)) {
            int encodings = fg_gallery_person_encodings(people, i);
            fprintf(stderr,
                    "facegate import: \"%s\" is left out with %s: it is a name for strangers, who "
                    "would be accepted under it. If somebody is called that, rename them in the "
                    "file.\n",
                    name, fg_text_count(encodings, "encoding", "encodings").text);
            fg_gallery_remove(people, name, NULL);
        }
    }
}

/* A path without control characters, until the next call. */
static const char *show_path(const char *path)
{
    static char shown[PATH_MAX];
    snprintf(shown, sizeof(shown), "%s", path);
    fg_text_clean(shown);
    return shown;
}

/* Each line with the command and the file in front. */
static void print_lines(const char *path, const char *lines)
{
    while (lines != NULL && *lines != '\0') {
        int length = (int)strcspn(lines, "\n");
        fprintf(stderr, "facegate import: %s: %.*s\n", show_path(path), length, lines);
        lines += length + (lines[length] == '\n');
    }
}

/* Says what came of each file, and returns how many gave nothing. Advice for several files in a
 * row is given once. */
static int print_files(const fg_import_file *files, int count)
{
    const char *last = "";
    int refused = 0;
    for (int i = 0; i < count; i++) {
        if (files[i].reading != NULL) {
            printf("%s: %s\n", show_path(files[i].path), files[i].reading);
        }
    }
    fflush(stdout);
    for (int i = 0; i < count; i++) {
        print_lines(files[i].path, files[i].left_out);
        if (files[i].result != 0) {
            fg_cli_fail(0, "%s", files[i].error.text);
            refused++;
            const char *advice = files[i].advice != NULL ? files[i].advice : "";
            if (strcmp(advice, last) != 0) {
                fputs(advice, stderr);
                last = advice;
            }
        }
    }
    return refused;
}

/* Reads the files into people, and returns the exit code that this leads to; 0 where there is
 * somebody to import. */
static int read_files(fg_import_file *files, int count, const fg_config *config,
                      fg_gallery **ret_people, bool *ret_refused)
{
    fg_error error;
    fg_gallery *people = NULL;
    if (fg_import_read(files, count, &how, &people, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    *ret_people = people;
    int refused = print_files(files, count);
    *ret_refused = refused > 0;
    if (refused == count) {
        return FG_EXIT_FAILED;
    }
    leave_out_nobody(people, config);
    if (fg_gallery_people(people) == 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s: holds nobody else: nothing was imported",
                           files[0].path);
    }
    if (refused > 0) {
        fprintf(stderr, "facegate import: the other %s.\n",
                count - refused == 1 ? "file comes over" : "files come over");
    }
    return 0;
}

static int import_files(fg_import_file *files, int count, const fg_config *config)
{
    fg_error error;
    fg_gallery *gallery = NULL;
    fg_gallery *people = NULL;
    bool refused = false;
    int result = read_files(files, count, config, &people, &refused);
    if (result != 0) {
        goto finish;
    }
    if (!dry_run && !fg_cli_own_gallery(config)) {
        result = FG_EXIT_FAILED;
        goto finish;
    }
    /* The first import makes the file; any other fault of it must not be written over. */
    result = fg_gallery_load(config->access.encodings, &gallery, &error);
    if (result == -ENOENT) {
        result = fg_gallery_create(&gallery);
        fg_error_set(&error, result, "not enough memory");
    }
    if (result != 0) {
        result = fg_cli_fail(FG_EXIT_CONFIG, "%s", error.text);
        goto finish;
    }
    result = import(gallery, people, config);
    if (result == FG_EXIT_DONE && refused) {
        result = FG_EXIT_FAILED;
    }
finish:
    fg_gallery_free(people);
    fg_gallery_free(gallery);
    return result;
}

static int run(int argc, char **argv)
{
    fg_config config;
    fg_error error;
    int first = 0;
    int result = fg_cli_parse(&fg_command_import, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    int count = argc - first;
    if (count < 1) {
        return fg_cli_usage(&fg_command_import, "give a file");
    }
    if (how.name != NULL && fg_cli_check_name(&config, how.name, &error) != 0) {
        return fg_cli_usage(&fg_command_import, "%s", error.text);
    }
    fg_import_file *files = calloc((size_t)count, sizeof(*files));
    if (files == NULL) {
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory to import");
    }
    for (int i = 0; i < count; i++) {
        files[i].path = argv[first + i];
    }
    result = import_files(files, count, &config);
    for (int i = 0; i < count; i++) {
        fg_import_file_clear(&files[i]);
    }
    free(files);
    return result;
}

const fg_command fg_command_import = {
    .name = "import",
    .arguments = "[--dry-run] [--replace] [OPTION...] FILE...",
    .summary = "Imports the encodings that a Python script or Howdy keeps",
    .details = "A FILE has encodings of dlib's network and names: a pickle, a .npy or .npz file of "
               "numpy, or JSON. It is read, never run. The usual layouts are known: two lists of "
               "encodings and names, a dict with a key for each, a dict of names, a list of "
               "entries, and a model of Howdy, which is named after its file. Encodings in one "
               "file and names in another can be given together. Import says what it took for "
               "what, and refuses a file that can be read in two ways. All encodings with one name "
               "become one person. If that person is enrolled already, the encodings are added, "
               "except those that are there already, and the badge is kept."
               "\n\n"
               "A bad entry is named and left out; with --strict it refuses the file. Names for "
               "strangers (unknown, Inconnu, unknown_name, and what this key is set to, in any "
               "case) are left out too. Encodings must have the length of dlib's (1.1 to 1.7), "
               "unless you use --force: encodings of another "
               "network cannot be compared with dlib's. If "
               "a file is refused, the others still come over, and the exit code is 1. At the end "
               "import shows what \"facegate people check\" finds, which does not change the exit "
               "code.",
    .run = run,
    .options = options,
};
