/* `facegate export`: writes the people as plain numbers for other tools. */
#include "export.h"

#include "common/gallery_access.h"
#include "common/options.h"

#include "facegate/base/file.h"
#include "facegate/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int write_out(const char *text, size_t size)
{
    if (fwrite(text, 1, size, stdout) != size || fflush(stdout) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "cannot write to standard output: %s", strerror(errno));
    }
    return FG_EXIT_DONE;
}

/* The file for other tools is not the one the daemon reads, however it is named. */
static bool is_same_file(const char *path, const char *other)
{
    struct stat one;
    struct stat two;
    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

static int run(int argc, char **argv)
{
    fg_config config;
    fg_error error;
    fg_gallery *gallery = NULL;
    char *text = NULL;
    size_t size = 0;
    int first = 0;
    int result = fg_cli_parse(&fg_command_export, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    if (argc - first != 1) {
        return fg_cli_usage(&fg_command_export, "give one file, or - for standard output");
    }
    const char *path = argv[first];
    if (is_same_file(path, config.access.encodings)) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s: is the encodings file itself: name another file",
                           path);
    }
    if (!fg_cli_gallery(&config, &gallery)) {
        return FG_EXIT_CONFIG;
    }
    if (fg_gallery_export(gallery, &text, &size, &error) != 0) {
        result = fg_cli_fail(FG_EXIT_FAILED, "%s: %s", path, error.text);
        goto finish;
    }
    if (strcmp(path, "-") == 0) {
        result = write_out(text, size);
        goto finish;
    }
    if (fg_file_write(path, text, size, &error) != 0) {
        result = fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
        goto finish;
    }
    int people = fg_gallery_people(gallery);
    int encodings = fg_gallery_encodings(gallery);
    printf("Wrote %s of %s to %s, readable only by its owner.\n",
           fg_text_count(encodings, "encoding", "encodings").text,
           fg_text_count(people, "person", "people").text, path);
finish:
    free(text);
    fg_gallery_free(gallery);
    return result;
}

const fg_command fg_command_export = {
    .name = "export",
    .arguments = "[OPTION...] FILE",
    .summary = "Writes the people with plain numbers, for other tools",
    .details = "The file is JSON in the format of the encodings file, with each encoding as an "
               "array of 128 numbers, exact to the last bit. FILE may be - for standard output.",
    .run = run,
};
