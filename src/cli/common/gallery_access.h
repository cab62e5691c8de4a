/*
 * How commands get at the people and at the engine that compares them. Main thread. What is opened
 * belongs to the caller; where something is printed, it is the reason of a failure, on stderr.
 */
#ifndef FACEGATE_CLI_COMMON_GALLERY_ACCESS_H
#define FACEGATE_CLI_COMMON_GALLERY_ACCESS_H

#include "facegate/base/config.h"
#include "facegate/gallery/gallery.h"
#include "facegate/vision/engine.h"

#include <stdbool.h>

/* Opens the engine or the gallery of the configuration; prints the reason and returns false if it
 * can't. */
bool fg_cli_engine(const fg_config *config, fg_engine **ret_engine);
bool fg_cli_gallery(const fg_config *config, fg_gallery **ret_gallery);

/*
 * Waits until no other facegate command changes the gallery and keeps others waiting until this
 * process ends, so that what was loaded is still what is there when it is saved. Prints the reason
 * and returns false if it can't.
 */
bool fg_cli_own_gallery(const fg_config *config);

/* Whether a name means nobody: "unknown", "Inconnu", "unknown_name" or what the configuration calls
 * strangers, in any case. Anyone enrolled so would be a stranger who is let in. */
bool fg_cli_means_nobody(const fg_config *config, const char *name);

/* Whether somebody may be called that: fg_gallery_check_name, and nobody is to be confused with a
 * stranger, or with somebody whose name looks the same. -EINVAL. */
int fg_cli_check_name(const fg_config *config, const char *name, fg_error *error);

/* The name of somebody other than `name` who has the badge, or NULL; the gallery's. */
const char *fg_cli_badge_holder(const fg_gallery *gallery, const char *name, const char *badge);

#endif
