/*
 * Every face gets its verdict, and nobody that of another: films of what is hard for a door, and
 * what a person who watched it would expect in the log book.
 */
#include "door.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* Cut-outs whose faces are in their middle, and 105 pixels wide where the cut-out is 130. */
#define ADA      "person sample3.jpg 1000,170 310x420 soft 12\n"
#define STRANGER "person sample6.jpg 221,429 320x420 soft 12\n"
#define ANOTHER  "person sample6.jpg 614,300 268x380 soft 12\n"
#define TURNED   "person sample5.jpg 588,400 270x400 soft 12\n"
#define ROOM     "noise 2.5 2\nroom sample1.jpg 0,0 400x300\n"

#define EVENTS   400

/* What the log book has: when, where, and of whom. */
typedef struct entry {
    double time;
    int x; /* middle of the face */
    bool accepted;
    char name[64];
} entry;

static fg_door door;
static bool is_open;
static entry entries[EVENTS];
static int count;

static int close_door(void **state)
{
    (void)state;
    if (is_open) {
        fg_door_close(&door);
    }
    is_open = false;
    return 0;
}

static double number_of(const cJSON *object, const char *key)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static void read_line(const cJSON *line)
{
    const cJSON *track = NULL;
    cJSON_ArrayForEach(track, cJSON_GetObjectItemCaseSensitive(line, "tracks"))
    {
        const cJSON *box = cJSON_GetObjectItemCaseSensitive(track, "box");
        const cJSON *decision = cJSON_GetObjectItemCaseSensitive(track, "decision");
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(decision, "name"));
        if (!cJSON_IsString(cJSON_GetObjectItemCaseSensitive(track, "event"))) {
            continue;
        }
        assert_in_range(count, 0, EVENTS - 1);
        entries[count] = (entry){
            .time = number_of(line, "time"),
            .x = (int)(number_of(box, "x") + number_of(box, "width") / 2),
            .accepted =
                strcmp(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(decision, "status")),
                       "Accepted") == 0};
        snprintf(entries[count].name, sizeof(entries[0].name), "%s", name != NULL ? name : "");
        count++;
    }
}

static void read_entries(const char *trace)
{
    char *text = fg_testing_read(trace, NULL);
    count = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        cJSON *parsed = cJSON_Parse(line);
        assert_non_null(parsed);
        read_line(parsed);
        cJSON_Delete(parsed);
    }
    free(text);
}

/* A film of the script, and a daemon that watches all of its frames. */
static void watch(const char *script, int fps, int min_face)
{
    char config[128];
    close_door(NULL);
    /* The people in the films are cut out of photographs, and look like it. */
    snprintf(config, sizeof(config),
             "[access]\nliveness = off\n[camera]\nfps = %d\n[vision]\nmin_face = %d\n", fps,
             min_face);
    fg_door_open(&door, config);
    is_open = true;
    char *film = fg_testing_path(door.folder, "film");
    char *path = fg_testing_path(door.folder, "script");
    char *trace = fg_testing_path(door.folder, "trace");
    char source[512];
    const char *make[] = {FG_FILM, path, FG_SOURCE_DIR "/tests/pictures", film, NULL};
    fg_testing_write(path, script, strlen(script));
    assert_int_equal(mkdir(film, 0700), 0);
    assert_int_equal(fg_process_run(door.folder, make, NULL, 300, NULL), 0);
    snprintf(source, sizeof(source), "images:%s", film);
    const char *options[] = {"--source", source, "--trace", trace, NULL};
    fg_door_run(&door, "run", options);
    assert_int_equal(fg_process_wait(&door.daemon, 300), 0);
    read_entries(trace);
    free(trace);
    free(path);
    free(film);
}

/* Entries whose face is between two columns. */
static int count_of(bool accepted, int from, int to)
{
    int found = 0;
    for (int i = 0; i < count; i++) {
        found += entries[i].accepted == accepted && entries[i].x >= from && entries[i].x < to;
    }
    return found;
}

static void two_strangers_cheek_to_cheek_have_entries_each_at_any_rate(void **state)
{
    (void)state;
    static const int rates[] = {5, 8, 12, 30};
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        char script[1024];
        snprintf(script, sizeof(script),
                 "film 640x480 %d frames %d fps\n" ROOM STRANGER
                 "at 0 200,150 130\nat 6 200,150 130\nsway 3 3\n" ANOTHER
                 "at 0 312,150 130\nat 6 312,150 130\nsway 3 2.6\n",
                 5 * rates[i], rates[i]);
        watch(script, rates[i], 80);
        if (count_of(false, 0, 321) < 1 || count_of(false, 321, 640) < 1 ||
            count_of(true, 0, 640) > 0) {
            fail_msg("at %d frames a second: %d entries on the left, %d on the right, %d accepted",
                     rates[i], count_of(false, 0, 321), count_of(false, 321, 640),
                     count_of(true, 0, 640));
        }
    }
}

static void somebody_enrolled_is_accepted_beside_a_stranger_who_is_not(void **state)
{
    (void)state;
    static const int rates[] = {8, 30};
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        char script[1024];
        snprintf(script, sizeof(script),
                 "film 640x480 %d frames %d fps\n" ROOM ADA
                 "at 0 200,150 130\nat 6 200,150 130\nsway 3 3\n" ANOTHER
                 "at 0 312,150 130\nat 6 312,150 130\nsway 3 2.6\n",
                 5 * rates[i], rates[i]);
        watch(script, rates[i], 80);
        if (count_of(true, 0, 321) < 1 || count_of(false, 321, 640) < 1 ||
            count_of(true, 321, 640) > 0) {
            fail_msg("at %d frames a second: she was accepted %d times, the stranger %d, and "
                     "refused %d",
                     rates[i], count_of(true, 0, 321), count_of(true, 321, 640),
                     count_of(false, 321, 640));
        }
    }
}

static void whoever_jumps_in_each_frame_has_an_entry(void **state)
{
    (void)state;
    /* To and fro in four frames: each is 126 pixels from the one before, 1.2 widths. */
    watch("film 640x480 90 frames 30 fps\n" ROOM STRANGER
          "at 0 250,150 130\nat 9 250,150 130\nsway 126 0.133333\n",
          30, 80);
    assert_true(count_of(false, 0, 640) >= 1);
    assert_int_equal(count_of(true, 0, 640), 0);
}

static void a_face_that_is_shown_again_and_again_has_an_entry(void **state)
{
    (void)state;
    char script[4096] = "film 640x480 130 frames 30 fps\n" ROOM;
    for (int i = 0; i < 10; i++) {
        size_t used = strlen(script);
        double from = i > 0 ? 13 * i / 30.0 - 0.001 : 0;
        snprintf(script + used, sizeof(script) - used,
                 STRANGER "at %.3f 250,150 130\nat %.3f 250,150 130\n", from,
                 (13 * i + 3) / 30.0 - 0.001);
    }
    watch(script, 30, 80);
    assert_true(count_of(false, 0, 640) >= 1);
    assert_int_equal(count_of(true, 0, 640), 0);
}

/* Whoever stays has an entry, however badly they are seen; and none is taken for somebody else. */
static void bad_light_bad_focus_and_a_turned_head_keep_nobody_out_of_the_book(void **state)
{
    (void)state;
    static const char *const worse[] = {"light 0.3\n", "blur 2.5\n", ""};
    for (size_t i = 0; i < sizeof(worse) / sizeof(worse[0]); i++) {
        char script[1024];
        snprintf(script, sizeof(script),
                 "film 640x480 90 frames 30 fps\n%s" ROOM TURNED
                 "at 0 20,150 130\nat 9 20,150 130\nsway 3 3\n" ADA
                 "at 0 240,150 130\nat 9 240,150 130\nsway 3 3\n" ANOTHER
                 "at 0 460,150 130\nat 9 460,150 130\nsway 3 2.6\n",
                 worse[i]);
        watch(script, 30, 80);
        for (int third = 0; third < 3; third++) {
            int from = 213 * third, to = from + 213;
            int refused = count_of(false, from, to), accepted = count_of(true, from, to);
            if (refused + accepted < 1 || (third != 1 && accepted > 0)) {
                fail_msg("%s: face %d: refused %d times, accepted %d", worse[i], third, refused,
                         accepted);
            }
        }
    }
}

/* As a camera that stands low sees them: somebody enrolled from the front, then a stranger. */
static void from_below_nobody_is_left_out_or_taken_for_another(void **state)
{
    (void)state;
    char *script = fg_testing_read(FG_SOURCE_DIR "/tests/films/below.film", NULL);
    watch(script, 30, 80);
    free(script);
    int before = 0, after = 0;
    for (int i = 0; i < count; i++) {
        before += entries[i].time < 4;
        after += entries[i].time >= 4.1;
        assert_false(entries[i].accepted && entries[i].time >= 4.1);
    }
    assert_true(before >= 1);
    assert_true(after >= 1);
}

/* Forty-six strangers and one who is enrolled, all at once. */
static void in_a_sheet_of_faces_the_enrolled_one_is_found_and_nobody_else(void **state)
{
    (void)state;
    static const char *const people[] = {
        "sample1.jpg 346,346 276x276",  "sample1.jpg 800,442 276x276",
        "sample2.jpg 1418,184 240x240", "sample3.jpg 537,346 276x276",
        "sample3.jpg 1469,322 276x276", "sample4.jpg 1199,164 240x240",
        "sample4.jpg 585,83 276x276",   "sample4.jpg 920,179 276x276",
        "sample5.jpg 346,896 276x276",  "sample5.jpg 1060,204 240x240",
        "sample5.jpg 1350,418 276x276", "sample6.jpg 1135,346 276x276",
        "sample6.jpg 609,346 276x276",  "sample6.jpg 221,479 320x320",
    };
    static char script[16384];
    snprintf(script, sizeof(script),
             "film 1280x960 40 frames 10 fps\nroom sample1.jpg 0,0 400x300\n");
    for (int i = 0; i < 47; i++) {
        size_t used = strlen(script);
        const char *who = i == 20 ? "sample3.jpg 995,221 320x320"
                                  : people[i % (int)(sizeof(people) / sizeof(people[0]))];
        int x = 10 + i % 8 * 158, y = 5 + i / 8 * 158;
        snprintf(script + used, sizeof(script) - used,
                 "person %s soft 4\nat 0 %d,%d 150\nat 9 %d,%d 150\n", who, x, y, x, y);
    }
    watch(script, 10, 60);
    int accepted = 0, refused = 0;
    for (int i = 0; i < count; i++) {
        if (entries[i].accepted) {
            assert_string_equal(entries[i].name, "Ada");
            assert_in_range(entries[i].x, 10 + 4 * 158, 10 + 5 * 158);
            accepted++;
        } else {
            refused++;
        }
    }
    assert_true(accepted >= 1);
    /* They share a budget: five at once and five a second. */
    assert_in_range(refused, 10, 30);
    assert_true(fg_door_count(&door, "refused faces a second (stranger_rate): events held back") ==
                1);
}

#define TEST(name) cmocka_unit_test_teardown(name, close_door)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_strangers_cheek_to_cheek_have_entries_each_at_any_rate),
        TEST(somebody_enrolled_is_accepted_beside_a_stranger_who_is_not),
        TEST(whoever_jumps_in_each_frame_has_an_entry),
        TEST(a_face_that_is_shown_again_and_again_has_an_entry),
        TEST(bad_light_bad_focus_and_a_turned_head_keep_nobody_out_of_the_book),
        TEST(from_below_nobody_is_left_out_or_taken_for_another),
        TEST(in_a_sheet_of_faces_the_enrolled_one_is_found_and_nobody_else),
    };
    return cmocka_run_group_tests_name("verdicts", tests, NULL, NULL);
}
