/* What a run writes down for debugging, against what it really did. */
#include "door.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SCENE_FRAMES 60
#define WIDTH        640
#define HEIGHT       480

static fg_door door;
static char *trace, *record, *annotate; /* in the door's folder */
static cJSON *seen;                     /* what the backend was reported meanwhile */

/* One run that writes down all there is. */
static int open_door(void **state)
{
    (void)state;
    /* Timeouts that no machine reaches, however slow. */
    fg_door_open(&door, "drain_timeout = 60\ntimeout = 300\n");
    trace = fg_testing_path(door.folder, "trace.jsonl");
    record = fg_testing_path(door.folder, "record");
    annotate = fg_testing_path(door.folder, "annotate");
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images,       "--trace", trace, "--record",
                             record,     "--annotate", annotate,  NULL};
    fg_door_run(&door, "run", options);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
    seen = fg_receiver_seen(&door.receiver);
    free(images);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    cJSON_Delete(seen);
    fg_door_close(&door);
    free(trace);
    free(record);
    free(annotate);
    return 0;
}

static const cJSON *member(const cJSON *object, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);
    if (value == NULL) {
        fail_msg("there is no %s", key);
    }
    return value;
}

static int number_of(const cJSON *object, const char *key)
{
    const cJSON *value = member(object, key);
    assert_true(cJSON_IsNumber(value));
    return value->valueint;
}

/* "null" where it is null. */
static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *value = member(object, key);
    assert_true(cJSON_IsString(value) || cJSON_IsNull(value));
    return cJSON_IsString(value) ? value->valuestring : "null";
}

/* The lines of a trace as an array, to be deleted. */
static cJSON *read_trace(const char *path)
{
    char *text = fg_testing_read(path, NULL);
    char *saved = NULL;
    cJSON *frames = cJSON_CreateArray();
    for (char *line = strtok_r(text, "\n", &saved); line != NULL;
         line = strtok_r(NULL, "\n", &saved)) {
        cJSON *frame = cJSON_ParseWithOpts(line, NULL, true);
        if (frame == NULL) {
            fail_msg("no JSON: %s", line);
        }
        cJSON_AddItemToArray(frames, frame);
    }
    free(text);
    return frames;
}

/* Whether the POST under the same key said what the trace says. */
static void check_event(const cJSON *track)
{
    const cJSON *decision = member(track, "decision");
    bool accepted = strcmp(text_of(decision, "status"), "Accepted") == 0;
    const cJSON *post;
    int found = 0;
    cJSON_ArrayForEach(post, seen)
    {
        if (strcmp(text_of(post, "key"), text_of(track, "event")) == 0) {
            found++;
            assert_string_equal(text_of(post, "status"), text_of(decision, "status"));
            assert_string_equal(text_of(post, "user_name"),
                                accepted ? text_of(decision, "name") : "Inconnu");
        }
    }
    assert_int_equal(found, 1);
}

static void check_track(const cJSON *track, int *events)
{
    const cJSON *box = member(track, "box");
    const cJSON *decision = member(track, "decision");
    int middle_x = number_of(box, "x") + number_of(box, "width") / 2;
    int middle_y = number_of(box, "y") + number_of(box, "height") / 2;
    assert_in_range(middle_x, 0, WIDTH);
    assert_in_range(middle_y, 0, HEIGHT);
    assert_in_range(number_of(box, "width"), 40, HEIGHT);
    assert_true(number_of(track, "id") > 0);
    if (!cJSON_IsNull(member(track, "match"))) {
        assert_false(cJSON_IsNull(member(track, "quality")));
        assert_string_equal(text_of(member(track, "match"), "name"), "Ada");
    }
    if (cJSON_IsString(member(track, "event"))) {
        assert_true(cJSON_IsTrue(member(decision, "report")));
        check_event(track);
        ++*events;
    }
}

static void every_frame_has_its_line_and_every_event_is_the_backends(void **state)
{
    (void)state;
    cJSON *frames = read_trace(trace);
    const cJSON *frame;
    const cJSON *track;
    int next = 0;
    int events = 0;
    cJSON_ArrayForEach(frame, frames)
    {
        if (cJSON_HasObjectItem(frame, "end")) {
            next--; /* who was there when the frames ended */
            assert_null(frame->next);
        }
        assert_int_equal(number_of(frame, "frame"), next);
        assert_true(member(frame, "time")->valuedouble > next / 30.0 - 0.001 &&
                    member(frame, "time")->valuedouble < next / 30.0 + 0.001);
        assert_int_equal(number_of(frame, "width"), WIDTH);
        assert_int_equal(number_of(frame, "height"), HEIGHT);
        assert_string_equal(text_of(frame, "error"), "null");
        cJSON_ArrayForEach(track, member(frame, "tracks"))
        {
            check_track(track, &events);
        }
        next++;
    }
    assert_int_equal(next, SCENE_FRAMES);
    assert_int_equal(events, cJSON_GetArraySize(seen));
    assert_true(fg_door_count(&door, "Face detected: Ada") > 0);
    assert_true(fg_door_count(&door, "Face detected: Inconnu") > 0);
    assert_int_equal(fg_door_count(&door, "records everyone in view"), 1);
    assert_int_equal(fg_door_count(&door, "keeps pictures of everyone in view"), 2);
    assert_int_equal(fg_door_count(&door, ": 60 frames written, "), 3);
    cJSON_Delete(frames);
}

static void annotated_frames_show_who_was_seen(void **state)
{
    (void)state;
    static const char program[] =
        "import sys, xml.dom.minidom as xml\nfor path in sys.argv[1:]: xml.parse(path)";
    int named = 0;
    char path[2][600];
    for (int i = 0; i < SCENE_FRAMES; i++) {
        snprintf(path[i % 2], sizeof(path[0]), "%s/frame-%08d.svg", annotate, i);
        char *text = fg_testing_read(path[i % 2], NULL);
        named += strstr(text, ">Ada</text>") != NULL && strstr(text, ">Accepted 0.") != NULL;
        free(text);
    }
    assert_true(named > 10);
    const char *parse[] = {"python3", "-c", program, path[0], path[1], NULL};
    assert_int_equal(fg_process_run(door.folder, parse, NULL, FG_TESTING_PATIENCE, NULL), 0);
}

/* Whom the backend heard of, "Accepted Ada" and the like, in order; to be freed. */
static char *reported(const cJSON *posts, int first)
{
    int count = cJSON_GetArraySize(posts);
    char *text = calloc((size_t)count + 1, 300);
    char *end = text;
    assert_non_null(text);
    for (int i = first; i < count; i++) {
        const cJSON *post = cJSON_GetArrayItem(posts, i);
        end += snprintf(end, 300, "%s %s\n", text_of(post, "status"), text_of(post, "user_name"));
    }
    return text;
}

static void what_was_recorded_gives_the_same_decisions_again(void **state)
{
    (void)state;
    char again[600];
    struct stat info;
    char *last = fg_testing_path(record, "frame-00000059.jpg");
    assert_int_equal(stat(last, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(stat(record, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0700);

    snprintf(again, sizeof(again), "images:%s", record);
    const char *options[] = {"--source", again, NULL};
    fg_door_run(&door, "again", options);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
    assert_int_equal(fg_door_count(&door, "60 frames (0 skipped)"), 1);
    cJSON *posts = fg_receiver_seen(&door.receiver);
    char *first = reported(seen, 0);
    char *second = reported(posts, cJSON_GetArraySize(seen));
    assert_non_null(strstr(first, "Accepted Ada\n"));
    /* JPEG changes weights by thousandths, and with them which of two comes a view earlier. */
    assert_int_equal(strlen(second), strlen(first));
    assert_non_null(strstr(second, "Accepted Ada\n"));
    cJSON_Delete(posts);
    free(first);
    free(second);
    free(last);
}

static void a_trace_can_be_followed_on_standard_output(void **state)
{
    (void)state;
    char *images = fg_door_images("nobody.jpg");
    const char *options[] = {"--source", images, "--trace", "-", NULL};
    fg_door_run(&door, "output", options);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
    cJSON *frames = read_trace(door.daemon.out);
    assert_int_equal(cJSON_GetArraySize(frames), 1);
    assert_int_equal(cJSON_GetArraySize(member(cJSON_GetArrayItem(frames, 0), "tracks")), 0);
    cJSON_Delete(frames);
    free(images);
}

static void what_is_there_is_neither_overwritten_nor_mixed(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    char *fresh = fg_testing_path(door.folder, "fresh");
    char own[600];
    snprintf(own, sizeof(own), "images:%s", record);
    const struct {
        const char *words[8];
        int code;
        const char *before, *path, *after;
    } rows[] = {
        {{"run", "--source", images, "--trace", trace},
         1,
         "--trace ",
         trace,
         ": the file exists: remove it, or use another name"},
        {{"run", "--source", own, "--record", record},
         1,
         "--record ",
         record,
         ": the folder is not empty: empty it, or use another"},
        {{"run", "--source", images, "--annotate", record},
         1,
         "--annotate ",
         record,
         ": the folder is not empty: empty it, or use another"},
        {{"run", "--source", images, "--record", fresh, "--annotate", fresh},
         2,
         "--record and --annotate name the same folder, ",
         fresh,
         ": give each its own"},
        /* A run that does not start leaves nothing. */
        {{"run", "--source", "images:/no/such.jpg", "--record", fresh}, 1, "", "/no/such.jpg", ""},
    };
    char *before = fg_testing_read(trace, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *output = NULL;
        char expected[1200];
        assert_int_equal(fg_door_command(&door, &output, rows[i].words), rows[i].code);
        snprintf(expected, sizeof(expected), "%s%s%s", rows[i].before, rows[i].path, rows[i].after);
        if (strstr(output, expected) == NULL) {
            fail_msg("no \"%s\" in: %s", expected, output);
        }
        free(output);
        assert_int_equal(access(fresh, F_OK), -1);
    }
    char *after = fg_testing_read(trace, NULL);
    assert_string_equal(after, before);
    free(before);
    free(after);
    free(images);
    free(fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_has_its_line_and_every_event_is_the_backends),
        cmocka_unit_test(annotated_frames_show_who_was_seen),
        cmocka_unit_test(what_was_recorded_gives_the_same_decisions_again),
        cmocka_unit_test(a_trace_can_be_followed_on_standard_output),
        cmocka_unit_test(what_is_there_is_neither_overwritten_nor_mixed),
    };
    return cmocka_run_group_tests_name("trace", tests, open_door, close_door);
}
