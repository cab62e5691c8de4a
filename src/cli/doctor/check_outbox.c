/* Events on their way, and the room there is for more. */
#include "doctor/check_outbox.h"

#include "common/outbox_access.h"
#include "doctor/account.h"
#include "facegate/clock.h"
#include "facegate/delivery/outbox.h"
#include "facegate/text.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB INT64_C(1048576)

/* Events that wait longer than this do not get through. */
#define LONG_AGO (300 * FG_NS_PER_S)

/* What is wanted beside the pictures: the database itself, and the encodings twice while written.
 */
#define ROOM (8 * MIB)

typedef struct contents {
    int64_t waiting, aside;
    int64_t oldest;          /* of those waiting, ns of CLOCK_REALTIME */
    char why[FG_ERROR_TEXT]; /* the first set aside */
} contents;

static void check(void *context, const fg_outbox_entry *entry, const char *why)
{
    contents *state = context;
    if (why != NULL) {
        if (state->aside++ == 0) {
            snprintf(state->why, sizeof(state->why), "%s", why);
        }
    } else if (state->waiting++ == 0) {
        state->oldest = fg_event_realtime(&entry->event);
    }
}

static void show_age(int64_t age, char *ret_text, size_t size)
{
    int64_t count = age > 0 ? age / FG_NS_PER_S : 0;
    const char *unit = "s";
    if (count >= 7200) {
        count /= 3600;
        unit = "h";
    } else if (count >= 120) {
        count /= 60;
        unit = "min";
    }
    snprintf(ret_text, size, "%" PRId64 " %s", count, unit);
}

/* `sudo`: what the commands need in front. */
static void say_contents(fg_checkup *checkup, const fg_config *config, const contents *found,
                         const char *sudo)
{
    char show[FG_CHECKUP_COMMAND], retry[FG_CHECKUP_COMMAND], drop[FG_CHECKUP_COMMAND];
    char age[32], shown[FG_TEXT_SHOWN];
    int64_t waited = fg_clock_realtime() - found->oldest;
    show_age(waited, age, sizeof(age));
    if (found->waiting == 0) {
        fg_checkup_say(checkup, "outbox.waiting", FG_VERDICT_OK, "no events wait");
    } else if (waited < LONG_AGO) {
        fg_checkup_say(checkup, "outbox.waiting", FG_VERDICT_OK,
                       "%" PRId64 " %s, the oldest for %s", found->waiting,
                       fg_text_plural(found->waiting, "event waits", "events wait"), age);
    } else {
        fg_checkup_say(checkup, "outbox.waiting", FG_VERDICT_WARNING,
                       "%" PRId64 " %s, the oldest for %s", found->waiting,
                       fg_text_plural(found->waiting, "event waits", "events wait"), age);
        fg_checkup_fix(checkup, "they are sent once the daemon runs and the backend accepts them, "
                                "see the backend below");
    }
    if (found->aside == 0) {
        fg_checkup_say(checkup, "outbox.aside", FG_VERDICT_OK, "no events are set aside");
        return;
    }
    fg_checkup_say(checkup, "outbox.aside", FG_VERDICT_ERROR,
                   "%" PRId64 " %s set aside, refused by the backend, the first with: %s",
                   found->aside, fg_text_plural(found->aside, "event is", "events are"),
                   fg_text_show(found->why, strlen(found->why), shown));
    fg_checkup_fix(checkup, "\"%s%s\" shows them, \"%s%s\" sends them again, \"%s%s\" removes them",
                   sudo, fg_checkup_command(config, "outbox", FG_COMMAND_LINE_OUTBOX, show), sudo,
                   fg_checkup_command(config, "outbox retry", FG_COMMAND_LINE_OUTBOX, retry), sudo,
                   fg_checkup_command(config, "outbox drop", FG_COMMAND_LINE_OUTBOX, drop));
}

static void skip_contents(fg_checkup *checkup, const char *why)
{
    fg_checkup_say(checkup, "outbox.waiting", FG_VERDICT_NOT_CHECKED, "not checked: %s", why);
    fg_checkup_say(checkup, "outbox.aside", FG_VERDICT_NOT_CHECKED, "not checked: %s", why);
}

/* The service's own folder comes and goes with it. */
static bool lacks_folder(const char *path, const char *folder)
{
    return strcmp(path, FG_SERVICE_OUTBOX) != 0 && access(folder, F_OK) != 0 && errno == ENOENT;
}

/* Said of a place where an outbox is or can be made. False where it cannot. */
static bool say_place(fg_checkup *checkup, const char *path)
{
    static const char check[] = "outbox.place";
    char copy[FG_CONFIG_PATH];
    snprintf(copy, sizeof(copy), "%s", path);
    const char *folder = dirname(copy);
    if (lacks_folder(path, folder)) {
        fg_checkup_say(checkup, check, FG_VERDICT_ERROR,
                       "the folder %s of %s does not exist: the daemon does not start", folder,
                       path);
        fg_checkup_fix(checkup, "\"%smkdir -p %s\"; the daemon's user must be able to write there",
                       fg_account_sudo(folder), folder);
        return false;
    }
    fg_checkup_say(checkup, check, FG_VERDICT_OK, "%s, %s", path,
                   fg_outbox_in_memory(folder) ? "in memory: lost in a power cut"
                                               : "on a disk: pictures are written there");
    return true;
}

/* Then this user's own would be taken for the service's. */
static bool is_out_of_sight(const fg_config *config)
{
    return config->delivery.outbox[0] == '\0' && access(FG_SERVICE_OUTBOX, F_OK) != 0 &&
           errno == EACCES;
}

static void fix_by_root(fg_checkup *checkup, const fg_config *config)
{
    char call[FG_CHECKUP_COMMAND];
    fg_checkup_fix(checkup, "\"sudo %s\"", fg_checkup_command(config, "doctor", ~0u, call));
}

void fg_check_outbox(fg_checkup *checkup, const fg_config *config)
{
    char path[FG_CONFIG_PATH];
    fg_error error;
    fg_outbox *outbox = NULL;
    contents found = {0};
    if (is_out_of_sight(config)) {
        fg_checkup_say(
            checkup, "outbox.open", FG_VERDICT_NOT_CHECKED,
            "not checked: you may not see the outbox of the service, " FG_SERVICE_OUTBOX);
        fix_by_root(checkup, config);
        return;
    }
    int result = fg_cli_outbox_path(config, path, &error);
    const char *sudo = result == 0 && strncmp(path, "/run/", 5) == 0 ? "sudo " : "";
    if (result == 0) {
        result = fg_cli_open_outbox(config, path, &outbox, &error);
    }
    if (result == -ENOENT) {
        if (say_place(checkup, path)) {
            say_contents(checkup, config, &found, sudo);
        } else {
            skip_contents(checkup, "its folder is missing");
        }
        return;
    }
    if (result == 0) {
        result = fg_outbox_each(outbox, check, &found, &error);
    }
    fg_outbox_free(outbox);
    if (result == 0) {
        say_place(checkup, path);
        say_contents(checkup, config, &found, sudo);
        return;
    }
    if (result == -EACCES && geteuid() != 0) {
        fg_checkup_say(checkup, "outbox.open", FG_VERDICT_NOT_CHECKED, "not checked: %s",
                       error.text);
        fix_by_root(checkup, config);
    } else {
        fg_checkup_say(checkup, "outbox.open", FG_VERDICT_ERROR, "%s", error.text);
        fg_checkup_fix(checkup, "check [delivery] outbox, and who may write to its folder; the "
                                "daemon sets a damaged outbox aside by itself");
    }
    skip_contents(checkup, "the outbox cannot be opened");
}

static void check_space(fg_checkup *checkup, const char *check, const char *path, int64_t wanted,
                        const char *fix)
{
    char copy[FG_CONFIG_PATH];
    struct statvfs info;
    snprintf(copy, sizeof(copy), "%s", path);
    const char *folder = dirname(copy);
    if (statvfs(folder, &info) != 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_CHECKED, "not checked: %s: %s", folder,
                       strerror(errno));
        return;
    }
    int64_t room = (int64_t)info.f_bavail * (int64_t)info.f_frsize;
    enum fg_verdict verdict = FG_VERDICT_OK;
    if (room < wanted) {
        verdict = room >= MIB ? FG_VERDICT_WARNING : FG_VERDICT_ERROR;
    }
    fg_checkup_say(checkup, check, verdict, "%" PRId64 " MiB free in %s, %" PRId64 " MiB needed",
                   room / MIB, folder, wanted / MIB);
    if (verdict != FG_VERDICT_OK) {
        fg_checkup_fix(checkup, "make room: \"df -h %s\"%s", folder, fix);
    }
}

void fg_check_space(fg_checkup *checkup, const fg_config *config)
{
    char path[FG_CONFIG_PATH];
    if (fg_cli_outbox_path(config, path, NULL) == 0) {
        check_space(checkup, "space.outbox", path, config->delivery.outbox_max_bytes + ROOM,
                    ", or lower [delivery] outbox_max_bytes");
    }
    check_space(checkup, "space.encodings", config->access.encodings, ROOM, "");
}
