/* What of a folder was left out, and why. Main thread. */
#ifndef FACEGATE_CLI_EVALUATE_LEFT_OUT_H
#define FACEGATE_CLI_EVALUATE_LEFT_OUT_H

#include "evaluate/picture_fate.h"

#include <cjson/cJSON.h>

/* How many of each kind, then the first of them by name, with --verbose all; without it, several
 * without a face in one folder are one line. Nothing where nothing was left out. To stdout. */
void fg_left_out_print(const fg_photo_folder *album, const fg_picture_fates *fates);

/* All of them as the list "left_out". */
void fg_left_out_json(cJSON *object, const fg_photo_folder *album, const fg_picture_fates *fates);

#endif
