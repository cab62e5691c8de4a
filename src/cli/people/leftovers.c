/* Where a person who was removed may still be. */
#include "people/leftovers.h"

#include "common/outbox_access.h"
#include "facegate/base/file.h"
#include "facegate/base/folder.h"
#include "facegate/delivery/outbox.h"
#include "facegate/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NAMED 3 /* files that are named, before the others are only counted */

/* encodings.json.backup, encodings.json~, but neither encodings.json nor a folder. */
static bool is_copy(void *context, int folder, const char *name)
{
    const char *base = context;
    struct stat info;
    size_t length = strlen(base);
    return strncmp(name, base, length) == 0 && name[length] != '\0' &&
           fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode);
}

/* Files that begin with the name of the encodings' file: somebody's copies, most likely. */
static void tell_copies(const char *path, const char *name)
{
    char folder[PATH_MAX];
    fg_folder_names copies = {0};
    char *target = realpath(path, NULL);
    if (target != NULL && fg_file_folder(target, folder) == 0) {
        fg_folder_list(folder, INT_MAX, is_copy, strrchr(target, '/') + 1, &copies, NULL);
    }
    for (int i = 0; i < copies.count && i < NAMED; i++) {
        char shown[FG_TEXT_SHOWN];
        printf("%s%s", i > 0 ? ", " : "",
               fg_text_show(copies.names[i], strlen(copies.names[i]), shown));
    }
    if (copies.count > NAMED) {
        printf(" and %d more", copies.count - NAMED);
    }
    if (copies.count > 0) {
        printf(" in %s may still contain %s: check, and remove %s.\n", folder, name,
               fg_text_plural(copies.count, "it", "them"));
    }
    fg_folder_free(&copies);
    free(target);
}

typedef struct tally {
    const char *name;
    int waiting, aside;
} tally;

static void count_event(void *context, const fg_outbox_entry *entry, const char *why)
{
    tally *of = context;
    if (strcmp(entry->event.user_name, of->name) == 0) {
        *(why == NULL ? &of->waiting : &of->aside) += 1;
    }
}

static void tell_outbox(const fg_config *config, const char *name)
{
    fg_error error;
    char path[FG_CONFIG_PATH];
    fg_outbox *outbox = NULL;
    tally found = {.name = name};
    int result = fg_cli_outbox_path(config, path, &error);
    if (result == 0) {
        result = fg_cli_open_outbox(config, path, &outbox, &error);
    }
    if (result == 0) {
        result = fg_outbox_each(outbox, count_event, &found, &error);
        fg_outbox_free(outbox);
    }
    if (result != 0 && result != -ENOENT) {
        printf("Cannot check whether events of %s wait: %s.\n", name, error.text);
    }
    if (found.waiting > 0) {
        printf("%s of %s %s in the outbox and will be sent.\n",
               fg_text_count(found.waiting, "event", "events").text, name,
               fg_text_plural(found.waiting, "waits with its picture", "wait with their pictures"));
    }
    if (found.aside > 0) {
        printf("%s of %s %s set aside: \"facegate outbox drop\" removes all such events.\n",
               fg_text_count(found.aside, "event", "events").text, name,
               fg_text_plural(found.aside, "is", "are"));
    }
}

void fg_leftovers_tell(const fg_config *config, const char *name)
{
    tell_copies(config->access.encodings, name);
    tell_outbox(config, name);
    puts("Entries already sent stay at the backend, and names in the journal:\nsee PERSONAL DATA "
         "in \"man facegate\".");
}
