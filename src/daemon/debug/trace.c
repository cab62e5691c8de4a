/* Writes a line of JSON for every frame. */
#include "debug/trace.h"

#include "facegate/base/file.h"
#include "facegate/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fg_trace {
    char *path; /* NULL: standard output */
    int fd;
    fg_buffer line;
    fg_written written;
};

int fg_trace_open(const char *path, fg_trace **ret_trace, fg_error *error)
{
    bool is_output = strcmp(path, "-") == 0;
    fg_trace *trace = calloc(1, sizeof(*trace));
    if (trace == NULL || (!is_output && (trace->path = strdup(path)) == NULL)) {
        free(trace);
        return fg_error_set(error, -ENOMEM, "--trace %s: not enough memory", path);
    }
    trace->fd = is_output ? STDOUT_FILENO
                          : open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (trace->fd < 0) {
        int result = -errno;
        free(trace->path);
        free(trace);
        return fg_error_set(error, result, "--trace %s: %s", path,
                            result == -EEXIST ? "the file exists: remove it, or use another name"
                                              : strerror(-result));
    }
    *ret_trace = trace;
    return 0;
}

fg_trace *fg_trace_close(fg_trace *trace)
{
    if (trace == NULL) {
        return NULL;
    }
    if (trace->path != NULL) {
        close(trace->fd);
        if (trace->written.bytes == 0) {
            unlink(trace->path);
        }
    }
    fg_buffer_free(&trace->line);
    free(trace->path);
    free(trace);
    return NULL;
}

fg_written fg_trace_written(const fg_trace *trace)
{
    return trace->written;
}

int fg_trace_frame(fg_trace *trace, const fg_frame_result *frame_result, fg_error *error)
{
    fg_buffer_clear(&trace->line);
    fg_trace_line(&trace->line, frame_result);
    int result = trace->line.failed
                     ? -ENOMEM
                     : fg_file_write_all(trace->fd, trace->line.data, trace->line.size);
    if (result == 0) {
        trace->written.frames += frame_result->end ? 0 : 1;
        trace->written.bytes += trace->line.size;
        return 0;
    }
    if (trace->path != NULL && ftruncate(trace->fd, (off_t)trace->written.bytes) != 0) {
        result = -errno; /* a torn line stays, and the reason is reported either way */
    }
    return fg_error_set(error, result, "%s", strerror(-result));
}

static void write_key(fg_buffer *line, const char *key)
{
    fg_buffer_print(line, ",\"%s\":", key);
}

static void write_number(fg_buffer *line, const char *key, double value, int digits)
{
    write_key(line, key);
    fg_buffer_json_number(line, value, digits);
}

static void write_text(fg_buffer *line, const char *key, const char *text)
{
    write_key(line, key);
    fg_buffer_json(line, text);
}

static const char *truth(bool value)
{
    return value ? "true" : "false";
}

static const char *name_of(const fg_gallery *gallery, int person)
{
    return person >= 0 ? fg_gallery_name(gallery, person) : NULL;
}

/* With the measure and its limit, where the limits are those of the check. */
static const char *fault_of(const fg_observation *observation, fg_error *why)
{
    if (observation->fault == FG_QUALITY_GOOD) {
        return NULL;
    }
    bool reported =
        fg_quality_check(&observation->quality, observation->limits, why) == observation->fault;
    return reported ? why->text : fg_quality_advice(observation->fault);
}

static void write_view(fg_buffer *line, const fg_observation *observation)
{
    fg_error why;
    const fg_quality *quality = &observation->quality;
    if (!observation->measured) {
        fg_buffer_print(line, ",\"quality\":null,\"fault\":null");
        return;
    }
    fg_buffer_print(line, ",\"quality\":{\"size\":");
    fg_buffer_json_number(line, quality->size, 0);
    write_number(line, "inside", quality->inside, 2);
    write_number(line, "brightness", quality->brightness, 1);
    write_number(line, "contrast", quality->contrast, 1);
    write_number(line, "sharpness", quality->sharpness, 3);
    write_number(line, "turn", quality->turn, 3);
    fg_buffer_print(line, "}");
    write_text(line, "fault", fault_of(observation, &why));
}

static void write_match(fg_buffer *line, const fg_gallery *gallery,
                        const fg_observation *observation)
{
    const fg_visit *alone = &observation->alone;
    if (!observation->encoded) {
        fg_buffer_print(line, ",\"match\":null");
        return;
    }
    fg_buffer_print(line, ",\"match\":{\"name\":");
    fg_buffer_json(line, name_of(gallery, alone->person));
    write_number(line, "distance", alone->distance, 4);
    write_number(line, "margin", alone->margin, 4);
    write_number(line, "weight", alone->weight, 2);
    write_text(line, "next_name", name_of(gallery, alone->next));
    write_number(line, "next_distance", alone->next_distance, 4);
    fg_buffer_print(line, "}");
}

/* `time`: of the frame, as the decision has its times. */
static void write_decision(fg_buffer *line, const fg_gallery *gallery,
                           const fg_observation *observation, int64_t time)
{
    const fg_decision *decision = &observation->decision;
    const char *fault = NULL;
    if (observation->commonest_fault != FG_QUALITY_GOOD) {
        fault = fg_quality_advice(observation->commonest_fault);
    }
    fg_buffer_print(line, ",\"decision\":{\"status\":\"%s\"", fg_status_text(decision->status));
    write_text(line, "name", name_of(gallery, decision->person));
    write_number(line, "distance", decision->distance, 4);
    write_number(line, "margin", decision->margin, 4);
    write_number(line, "weight", decision->weight, 2);
    write_number(line, "clock",
                 decision->status == FG_UNDECIDED
                     ? (double)(time - decision->undecided_since) / FG_NS_PER_S
                     : (double)NAN,
                 3);
    write_text(line, "grounds", fg_grounds_text(decision->grounds));
    write_text(line, "fault", fault);
    fg_buffer_print(line, ",\"report\":%s}", truth(decision->report));
}

/* What the checks say of the face so far, and which of them keeps it out. */
static void write_checks(fg_buffer *line, const fg_observation *observation)
{
    const fg_check *failed = observation->failed_check;
    if (observation->check_count == 0) {
        return;
    }
    fg_buffer_print(line, ",\"checks\":{");
    for (int i = 0; i < observation->check_count; i++) {
        fg_buffer_print(line, "%s", i > 0 ? "," : "");
        fg_buffer_json(line, observation->checks[i].name);
        fg_buffer_print(line, ":");
        fg_buffer_json_number(line, observation->decision.scores[i], 3);
    }
    fg_buffer_print(line, "}");
    write_text(line, "failed_check", failed != NULL ? failed->name : NULL);
}

static void write_track(fg_buffer *line, const fg_gallery *gallery,
                        const fg_observation *observation, const fg_report *report, int64_t time)
{
    const fg_track *track = &observation->track;
    const fg_box *box = &track->face.box;
    fg_buffer_print(line, "{\"id\":%" PRIu64 ",\"epoch\":%" PRIu32 ",\"seen\":%s", track->id,
                    track->epoch, truth(track->seen));
    fg_buffer_print(line, ",\"box\":{\"x\":%d,\"y\":%d,\"width\":%d,\"height\":%d}", box->x, box->y,
                    box->width, box->height);
    write_number(line, "score", track->face.score, 3);
    write_view(line, observation);
    write_match(line, gallery, observation);
    write_checks(line, observation);
    write_decision(line, gallery, observation, time);
    write_text(line, "event", report->event[0] != '\0' ? report->event : NULL);
    fg_buffer_print(line, "}");
}

void fg_trace_line(fg_buffer *line, const fg_frame_result *frame_result)
{
    static const char *const searches[] = {
        [FG_SEARCH_NONE] = "none",
        [FG_SEARCH_WINDOWS] = "windows",
        [FG_SEARCH_WHOLE] = "whole",
    };
    const fg_frame *frame = frame_result->frame;
    fg_buffer_print(line, "{\"frame\":%" PRIu64, frame->sequence);
    write_number(line, "time", frame_result->time, 3);
    fg_buffer_print(line, "%s", frame_result->end ? ",\"end\":true" : "");
    fg_buffer_print(line, ",\"width\":%d,\"height\":%d", frame->width, frame->height);
    write_text(line, "error", frame_result->error);
    fg_buffer_print(line, ",\"motion\":%s", truth(frame_result->effort.moves));
    write_text(line, "search", searches[frame_result->effort.search]);
    fg_buffer_print(line, ",\"beyond\":%d,\"tracks\":[", frame_result->effort.beyond);
    for (int i = 0; i < frame_result->count; i++) {
        fg_buffer_print(line, "%s", i > 0 ? "," : "");
        write_track(line, frame_result->gallery, &frame_result->observations[i],
                    &frame_result->reports[i], frame->monotonic);
    }
    fg_buffer_print(line, "]}\n");
}
