/*
 * Takes a changed encodings file while the daemon runs. The main thread calls
 * fg_gallery_reload_step whenever a descriptor here is readable or fg_gallery_reload_due has come;
 * the loading itself is done by a thread that lives as long as that takes, so that a large file
 * holds up neither the watchdog nor a signal.
 *
 * A file is loaded when it has been left alone briefly, or every half second while it keeps
 * changing. Each load is logged, of the same bytes too. A fault is logged once until it is another
 * or fixed, and not while the file is still being written.
 */
#ifndef FACEGATE_DAEMON_GALLERY_RELOAD_H
#define FACEGATE_DAEMON_GALLERY_RELOAD_H

#include "facegate/error.h"
#include "facegate/gallery/gallery.h"

#include <stdint.h>

typedef struct fg_gallery_reload fg_gallery_reload;

/* Notices changes from now on: to be made before the file is first loaded. `path` outlives it. */
int fg_gallery_reload_create(const char *path, fg_gallery_reload **ret_reload, fg_error *error);

/* Waits for a load that is under way: last of all, when nothing else is left to stop. */
fg_gallery_reload *fg_gallery_reload_free(fg_gallery_reload *reload);

/* What to wait for besides the time: a change, -1 while none is waited for; the end of a load. */
int fg_gallery_reload_changed_fd(const fg_gallery_reload *reload);
int fg_gallery_reload_loaded_fd(const fg_gallery_reload *reload);

/* When to call fg_gallery_reload_step at the latest, in ns of CLOCK_MONOTONIC. */
int64_t fg_gallery_reload_due(const fg_gallery_reload *reload);

/* Loads at once, and logs how it went even if nothing is new: somebody asked. */
void fg_gallery_reload_ask(fg_gallery_reload *reload);

/* Does what is to be done now. Another gallery, for the caller to use and free, or NULL. */
fg_gallery *fg_gallery_reload_step(fg_gallery_reload *reload, int64_t now);

#endif
