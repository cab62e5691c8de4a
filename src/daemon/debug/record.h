/*
 * Frames kept in a folder, frame-NNNNNNNN.jpg or .svg by their number: as they are, to be played
 * again with --source images:DIR, or with what was seen drawn on them. Numbers have gaps where
 * frames were passed over; played again these close. Each file is there whole or not at all; none
 * is synced. One thread, which waits for each to be written.
 */
#ifndef FACEGATE_DAEMON_DEBUG_RECORD_H
#define FACEGATE_DAEMON_DEBUG_RECORD_H

#include "debug/frame_result.h"

enum fg_record_as { FG_RECORD_PICTURES, FG_RECORD_ANNOTATED };

typedef struct fg_record fg_record;

/*
 * Makes the folder where there is none, for its owner alone. -ENOTEMPTY where there is anything in
 * it: two runs' frames would mix, and a source of images would grow. The text starts with the
 * option.
 */
int fg_record_open(const char *path, enum fg_record_as as, fg_record **ret_record, fg_error *error);

/* On an error that frame is missing. */
int fg_record_frame(fg_record *record, const fg_frame_result *frame_result, fg_error *error);

fg_written fg_record_written(const fg_record *record);

/* Whether both write into one folder. */
bool fg_record_is_same(const fg_record *one, const fg_record *other);

/* Removes a folder that it made and put nothing in. NULL is fine. */
fg_record *fg_record_close(fg_record *record);

#endif
