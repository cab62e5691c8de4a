/* Opens, feeds and closes whatever a run writes down for debugging. */
#include "debug/debug.h"

#include "debug/record.h"
#include "debug/trace.h"
#include "facegate/base/log.h"
#include "facegate/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct fg_debug {
    fg_debug_options options;
    fg_trace *trace;
    fg_record *record, *annotate;
};

static int open_all(fg_debug *debug, fg_error *error)
{
    const fg_debug_options *options = &debug->options;
    int result = 0;
    if (options->record != NULL) {
        result = fg_record_open(options->record, FG_RECORD_PICTURES, &debug->record, error);
    }
    if (result == 0 && options->annotate != NULL) {
        result = fg_record_open(options->annotate, FG_RECORD_ANNOTATED, &debug->annotate, error);
    }
    if (result == 0 && debug->record != NULL && debug->annotate != NULL &&
        fg_record_is_same(debug->record, debug->annotate)) {
        result = fg_error_set(error, -EINVAL,
                              "--record and --annotate name the same folder, %s: give each its own",
                              options->annotate);
    }
    if (result == 0 && options->trace != NULL) {
        result = fg_trace_open(options->trace, &debug->trace, error);
    }
    return result;
}

static void close_all(fg_debug *debug)
{
    debug->trace = fg_trace_close(debug->trace);
    debug->annotate = fg_record_close(debug->annotate);
    debug->record = fg_record_close(debug->record);
}

static void warn(const fg_debug *debug)
{
    if (debug->trace != NULL) {
        fg_log(FG_LOG_WARNING,
               "--trace %s: records everyone in view, for debugging only: remove it when done",
               debug->options.trace);
    }
    if (debug->record != NULL) {
        fg_log(FG_LOG_WARNING,
               "--record %s: keeps pictures of everyone in view, for debugging only: remove them "
               "when done",
               debug->options.record);
    }
    if (debug->annotate != NULL) {
        fg_log(FG_LOG_WARNING,
               "--annotate %s: keeps pictures of everyone in view, for debugging only: remove them "
               "when done",
               debug->options.annotate);
    }
}

int fg_debug_open(const fg_debug_options *options, fg_debug **ret_debug, fg_error *error)
{
    if (options->trace == NULL && options->record == NULL && options->annotate == NULL) {
        *ret_debug = NULL;
        return 0;
    }
    fg_debug *debug = calloc(1, sizeof(*debug));
    if (debug == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    debug->options = *options;
    int result = open_all(debug, error);
    if (result != 0) {
        close_all(debug);
        free(debug);
        return result;
    }
    warn(debug);
    *ret_debug = debug;
    return 0;
}

/* How much there is, and why it is no more. */
static void log_end(const char *option, const char *path, fg_written written, const char *reason)
{
    bool small = written.bytes < 1000000;
    if (reason == NULL && written.frames == 0) {
        return; /* the run did not even start: there is nothing of it */
    }
    fg_log(reason != NULL ? FG_LOG_ERROR : FG_LOG_INFO, "--%s %s: %s%s%s written, %.1f %s%s",
           option, path, reason != NULL ? reason : "",
           reason != NULL ? ": it ends here, with " : "",
           fg_text_count((int64_t)written.frames, "frame", "frames").text,
           (double)written.bytes / (small ? 1e3 : 1e6), small ? "kB" : "MB",
           reason != NULL ? "; the run goes on" : "");
}

static fg_trace *end_trace(fg_debug *debug, const char *reason)
{
    if (debug->trace != NULL) {
        log_end("trace", debug->options.trace, fg_trace_written(debug->trace), reason);
    }
    return fg_trace_close(debug->trace);
}

static fg_record *end_record(fg_record *record, const char *option, const char *path,
                             const char *reason)
{
    if (record != NULL) {
        log_end(option, path, fg_record_written(record), reason);
    }
    return fg_record_close(record);
}

static void trace_frame(fg_debug *debug, const fg_frame_result *frame_result)
{
    fg_error error;
    if (debug->trace != NULL && fg_trace_frame(debug->trace, frame_result, &error) != 0) {
        debug->trace = end_trace(debug, error.text);
    }
}

void fg_debug_end(fg_debug *debug, const fg_frame_result *frame_result)
{
    if (debug != NULL) {
        trace_frame(debug, frame_result);
    }
}

void fg_debug_frame(fg_debug *debug, const fg_frame_result *frame_result)
{
    fg_error error;
    if (debug == NULL) {
        return;
    }
    trace_frame(debug, frame_result);
    if (debug->record != NULL && fg_record_frame(debug->record, frame_result, &error) != 0) {
        debug->record = end_record(debug->record, "record", debug->options.record, error.text);
    }
    if (debug->annotate != NULL && fg_record_frame(debug->annotate, frame_result, &error) != 0) {
        debug->annotate =
            end_record(debug->annotate, "annotate", debug->options.annotate, error.text);
    }
}

fg_debug *fg_debug_close(fg_debug *debug)
{
    if (debug != NULL) {
        debug->trace = end_trace(debug, NULL);
        debug->record = end_record(debug->record, "record", debug->options.record, NULL);
        debug->annotate = end_record(debug->annotate, "annotate", debug->options.annotate, NULL);
        free(debug);
    }
    return NULL;
}
