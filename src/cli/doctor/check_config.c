/* What the configuration says, and whether it can be used. */
#include "doctor/check_config.h"

#include "common/options.h"
#include "facegate/daemon/startup_checks.h"
#include "facegate/text.h"

#include <string.h>
#include <unistd.h>

typedef struct listing {
    fg_checkup *checkup;
    bool all;
    bool say; /* else it is only counted */
    int changed;
} listing;

static void list_value(void *context, const fg_config_item *item)
{
    listing *state = context;
    bool changed = strcmp(item->origin, "default") != 0;
    state->changed += changed ? 1 : 0;
    if (state->say && (changed || state->all)) {
        fg_checkup_value(state->checkup, item);
    }
}

/* The command that fixes it, by what the fault starts with: a file and line, or a variable. */
static void say_fault(fg_checkup *checkup, const char *path, const char *fault)
{
    fg_checkup_say(checkup, "config.file", FG_VERDICT_ERROR, "%s", fault);
    if (strncmp(fault, path, strlen(path)) == 0 && access(path, F_OK) != 0) {
        fg_checkup_fix(checkup, "give the right file with --config, or leave --config out");
    } else if (strncmp(fault, path, strlen(path)) == 0) {
        fg_checkup_fix(checkup,
                       "\"sudo nano %s\"; until then the checks below use the defaults, and the "
                       "service does not start",
                       path);
    } else if (strncmp(fault, "environment variable ", 21) == 0) {
        int length = (int)strcspn(fault + 21, ": ");
        fg_checkup_fix(checkup, "\"unset %.*s\"", length, fault + 21);
    } else {
        fg_checkup_fix(checkup, "\"sudo nano %s\"", path);
    }
}

static void say_file(fg_checkup *checkup, const char *path, int changed)
{
    const char *no = access(path, F_OK) == 0 ? "" : "no ";
    if (changed == 0) {
        fg_checkup_say(checkup, "config.file", FG_VERDICT_OK,
                       "%s%s; all %d keys are at their default", no, path, FG_CONFIG_KEYS);
    } else {
        fg_checkup_say(checkup, "config.file", FG_VERDICT_OK, "%s%s; %d of %d keys %s default", no,
                       path, changed, FG_CONFIG_KEYS,
                       fg_text_plural(changed, "is not at its", "are not at their"));
    }
}

void fg_check_config(fg_checkup *checkup, const fg_config *config, const char *path,
                     const char *fault, bool all)
{
    fg_error error;
    listing state = {.checkup = checkup, .all = all};
    fg_config_each(config, list_value, &state);
    if (fault[0] != '\0') {
        say_fault(checkup, path, fault);
    } else if (fg_startup_check_faces(config, &error) != 0) {
        fg_checkup_say(checkup, "config.file", FG_VERDICT_ERROR, "%s", error.text);
        fg_checkup_fix(checkup, "lower [vision] min_face, or raise [camera] width and height");
    } else {
        say_file(checkup, path, state.changed);
    }
    if (fault[0] == '\0' && fg_startup_check_rule(config, &error) != 0) {
        fg_checkup_say(checkup, "config.rule", FG_VERDICT_WARNING, "%s", error.text);
        fg_checkup_fix(checkup,
                       "\"sudo nano %s\": remove tolerance and margin; more pictures of people who "
                       "are not recognised help better",
                       path);
    }
    state.say = true;
    fg_config_each(config, list_value, &state);
}
