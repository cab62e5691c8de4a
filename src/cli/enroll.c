#include "cli/cli.h"
#include "cli/look.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *name;
static const char *rfid;

static const fg_option enroll_options[] = {
    {.name = "name", .argument = "NAME", .text = &name, .help = "the person (needed)"},
    {.name = "rfid",
     .argument = "ID",
     .text = &rfid,
     .help = "the person's badge: 1 to 64 of A-Z a-z 0-9 - _ :"},
    {.name = "min-face",
     .argument = "PIXELS",
     .section = "vision",
     .key = "min_face",
     .help = "the smallest face to look for, 40 to 1000"},
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(enroll_options) / sizeof(enroll_options[0]);
    return enroll_options;
}

/* Adds the one face of a picture; says why not. */
static int add_picture(fg_look *look, const char *path, int min_face, fg_gallery *gallery,
                       fg_error *error)
{
    float encoding[FG_ENCODING_SIZE];
    int result = fg_look_at(look, path, min_face, error);
    if (result != 0) {
        return result;
    }
    if (look->count == 0) {
        return fg_error_set(error, -ENOENT,
                            "%s: no face found: take a picture from the front with the face at "
                            "least %d pixels wide, or try a smaller --min-face",
                            path, min_face);
    }
    if (look->count > 1) {
        return fg_error_set(error, -EINVAL,
                            "%s: %d faces found: cut the picture so that only %s is in it", path,
                            look->count, name);
    }
    result = fg_look_encode(look, 0, encoding, error);
    if (result == 0) {
        result = fg_gallery_add(gallery, name, rfid, encoding, error);
    }
    return result == 0 ? 0 : fg_error_prefix(error, result, "%s", path);
}

/* Tells how far it is, where somebody is watching. */
static void show_progress(int done, int total)
{
    if (total > 1 && isatty(STDERR_FILENO) == 1) {
        fprintf(stderr, "\r%d/%d pictures%s", done, total, done == total ? "\n" : "");
    }
}

static int enroll(fg_look *look, const fg_config *config, char **images, int count,
                  fg_gallery *gallery)
{
    fg_error error;
    int refused = 0;
    for (int i = 0; i < count; i++) {
        show_progress(i, count);
        if (add_picture(look, images[i], config->vision.min_face, gallery, &error) != 0) {
            show_progress(count, count);
            fg_cli_fail(0, "%s", error.text);
            refused++;
        }
    }
    show_progress(count, count);
    if (refused > 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "nothing was saved: %d of %d %s refused", refused, count,
                           count == 1 ? "picture was" : "pictures were");
    }
    if (fg_gallery_save(gallery, config->access.encodings, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    int total = fg_gallery_person_encodings(gallery, fg_gallery_find(gallery, name));
    printf("Enrolled %s: %d new %s, %d in all, in %s. A running daemon takes it with "
           "\"systemctl reload facegate\".\n",
           name, count, count == 1 ? "encoding" : "encodings", total, config->access.encodings);
    return FG_EXIT_DONE;
}

static int run(int argc, char **argv)
{
    fg_config config;
    fg_error error;
    fg_look look = {0};
    fg_gallery *gallery = NULL;
    int first = 0;
    int result = fg_cli_parse(&fg_command_enroll, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    if (name == NULL) {
        return fg_cli_usage(&fg_command_enroll, "--name is needed");
    }
    if (first == argc) {
        return fg_cli_usage(&fg_command_enroll, "at least one image is needed");
    }
    if (fg_gallery_check_name(name, &error) != 0 ||
        (rfid != NULL && fg_gallery_check_rfid(rfid, &error) != 0)) {
        return fg_cli_fail(FG_EXIT_USAGE, "%s", error.text);
    }
    if (!fg_cli_own_gallery(&config)) {
        return FG_EXIT_FAILED;
    }
    /* The first enrolment makes the file; any other fault of it must not be written over. */
    result = fg_gallery_load(config.access.encodings, &gallery, &error);
    if (result == -ENOENT) {
        result = fg_gallery_create(&gallery);
        fg_error_set(&error, result, "not enough memory");
    }
    if (result != 0) {
        return fg_cli_fail(FG_EXIT_CONFIG, "%s", error.text);
    }
    result = fg_look_open(&look, &config);
    if (result == 0) {
        result = enroll(&look, &config, argv + first, argc - first, gallery);
        fg_look_close(&look);
    }
    fg_gallery_free(gallery);
    return result;
}

const fg_command fg_command_enroll = {
    .name = "enroll",
    .arguments = "--name NAME [--rfid ID] [OPTION...] IMAGE...",
    .summary = "Adds a person from pictures, or pictures to a person",
    .details =
        "Each picture must show one face, from the front. Either all pictures are taken or none.",
    .run = run,
    .options = options,
};
