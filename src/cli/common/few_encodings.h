/*
 * People with too few encodings: who they are, what that costs at the door, and how to add some.
 * Main thread.
 */
#ifndef FACEGATE_CLI_COMMON_FEW_ENCODINGS_H
#define FACEGATE_CLI_COMMON_FEW_ENCODINGS_H

#include "facegate/base/config.h"
#include "facegate/gallery/gallery.h"

#include <stdbool.h>

#define FG_FEW_EVERYBODY (-1)
#define FG_FEW_TEXT      1024

/*
 * Whether a person, or anybody, has fewer encodings than FG_REVIEW_ENOUGH, but not none. If so the
 * sentences that say it, with a few of the names and what it costs.
 */
bool fg_few_describe(const fg_gallery *gallery, int person, char ret_text[FG_FEW_TEXT]);

/* The same on stdout behind `before`, with the command that adds encodings; nothing where it is
 * false. */
void fg_few_print(const fg_config *config, const fg_gallery *gallery, int person,
                  const char *before);

#endif
