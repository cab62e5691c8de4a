/* enroll --camera, over pictures made to be nobody, too dark, blurred, moving and good. */
#include "door.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define FACEGATE FG_BINARY_DIR "/src/cli/facegate"

static fg_door door;

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, "[camera]\nfps = 10\n");
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

static void expect_in_order(const char *output, const char *const texts[])
{
    const char *at = output;
    for (size_t i = 0; texts[i] != NULL; i++) {
        const char *found = strstr(at, texts[i]);
        if (found == NULL) {
            fail_msg("\"%s\" does not come, or not after those before, in:\n%s", texts[i], output);
            return;
        }
        at = found + strlen(texts[i]);
    }
}

/* All that comes out of the terminal until its other end is closed; to be freed. */
static char *read_terminal(int terminal)
{
    size_t size = 0, room = 1 << 16;
    char *text = malloc(room);
    assert_non_null(text);
    for (;;) {
        struct pollfd ready = {.fd = terminal, .events = POLLIN};
        assert_true(size + 1 < room);
        if (poll(&ready, 1, (int)(FG_TESTING_PATIENCE * 1000)) != 1) {
            fail_msg("nothing more comes after:\n%.*s", (int)size, text);
        }
        ssize_t got = read(terminal, text + size, room - size - 1);
        if (got <= 0) {
            text[size] = '\0';
            return text;
        }
        size += (size_t)got;
    }
}

/* Ada sits in front of the camera and a terminal this wide, for three views; what came out. */
static char *sit_at_terminal(unsigned short columns)
{
    const struct winsize window = {.ws_row = 24, .ws_col = columns};
    int terminal = -1;
    int status = 0;
    char *source = fg_door_images("sitting");
    assert_int_equal(unlink(door.encodings), 0);
    pid_t pid = forkpty(&terminal, NULL, NULL, &window);
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(FACEGATE, FACEGATE, "enroll", "--camera", "--name", "Ada", "--count", "3", "--source",
              source, "--config", door.config, (char *)NULL);
        _exit(127);
    }
    char *output = read_terminal(terminal);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("it ended with status %d:\n%s", status, output);
    }
    close(terminal);
    free(source);
    return output;
}

static void the_live_line_leads_a_person_to_views_enough(void **state)
{
    (void)state;
    char *output = sit_at_terminal(80);
    const char *steps[] = {"\r\033[K0 of 3  no face: look at the camera",
                           "\r\033[K0 of 3  more than one face: only one person, please",
                           "\r\033[K0 of 3  too far: come closer",
                           "\r\033[K0 of 3  too dark: more light on the face",
                           "\r\033[K0 of 3  blurred: focus the camera, or wipe the lens",
                           "\r\033[K0 of 3  hold still",
                           "1 of 3\r\n",
                           "\r\033[K1 of 3  turn your head a little",
                           "\r\033[K1 of 3  hold still",
                           "2 of 3, ",
                           " from the earlier ones\r\n",
                           "3 of 3, ",
                           "Enrolled Ada: 3 new encodings, 3 in all",
                           NULL};
    expect_in_order(output, steps);
    free(output);

    /* What was taken lets her in at the door. */
    char *people = NULL;
    char *ada = fg_door_scene("ada.jpg");
    const char *who[] = {"identify", ada, NULL};
    assert_int_equal(fg_door_command(&door, &people, who), 0);
    assert_non_null(strstr(people, "Accepted Ada"));
    free(people);
    free(ada);
}

static void the_live_line_fits_a_narrow_terminal(void **state)
{
    (void)state;
    static const char start[] = "\r\033[K";
    char *output = sit_at_terminal(30);
    int lines = 0;
    for (const char *at = output; (at = strstr(at, start)) != NULL; lines++) {
        at += strlen(start);
        assert_in_range(strcspn(at, "\r\n"), 1, 32); /* the ellipsis has three bytes */
    }
    assert_true(lines > 5);
    assert_non_null(strstr(output, "\r\033[K0 of 3  more than one face: o\u2026"));
    free(output);
}

/* Grace, 0.45 beyond the second view on the way from the first to it. */
static void enroll_grace_beyond_the_second_view(void)
{
    char *output = NULL;
    double view[2][128];
    double apart = 0;
    const char *words[] = {"export", "-", NULL};
    assert_int_equal(fg_door_command(&door, &output, words), 0);
    cJSON *file = cJSON_Parse(output);
    cJSON *person = cJSON_GetArrayItem(cJSON_GetObjectItem(file, "people"), 0);
    const cJSON *views = cJSON_GetObjectItem(person, "encodings");
    for (int i = 0; i < 128; i++) {
        for (int k = 0; k < 2; k++) {
            view[k][i] = cJSON_GetArrayItem(cJSON_GetArrayItem(views, k), i)->valuedouble;
        }
        apart += (view[1][i] - view[0][i]) * (view[1][i] - view[0][i]);
    }
    apart = sqrt(apart);
    cJSON *encodings = cJSON_CreateArray();
    for (int i = 0; i < 128; i++) {
        view[0][i] = view[1][i] + (view[1][i] - view[0][i]) * 0.45 / apart;
    }
    cJSON_AddItemToArray(encodings, cJSON_CreateDoubleArray(view[0], 128));
    cJSON_ReplaceItemInObject(person, "encodings", encodings);
    cJSON_ReplaceItemInObject(person, "name", cJSON_CreateString("Grace"));
    char *text = cJSON_PrintUnformatted(file);
    fg_testing_write(door.encodings, text, strlen(text));
    cJSON_free(text);
    cJSON_Delete(file);
    free(output);
}

static void a_view_too_like_somebody_else_costs_nothing_but_that_view(void **state)
{
    (void)state;
    char *source = fg_door_images("sitting");
    char *output = NULL;
    const char *words[] = {"enroll", "--camera", "--name", "Ada", "--count",
                           "2",      "--source", source,   NULL};
    assert_int_equal(unlink(door.encodings), 0);
    assert_int_equal(fg_door_command(&door, &output, words), 0);
    free(output);
    enroll_grace_beyond_the_second_view();
    if (fg_door_command(&door, &output, words) != 0) {
        fail_msg("%s", output);
    }
    const char *hint = "1 of 2  too similar to an enrolled view: turn your head a little\n";
    assert_non_null(strstr(output, hint));
    assert_non_null(strstr(output, "Enrolled Ada: 2 new encodings, 2 in all"));
    free(output);
    free(source);
}

static void somebody_who_is_enrolled_is_not_taken_under_another_name(void **state)
{
    (void)state;
    char *source = fg_door_images("sitting");
    char *output = NULL;
    const char *words[] = {"enroll", "--camera", "--name", "Grace", "--source", source, NULL};
    assert_int_equal(fg_door_command(&door, &output, words), 1);
    assert_non_null(strstr(output, "facegate: nothing was saved: "));
    assert_non_null(strstr(output, "\"Ada\""));
    free(output);
    free(source);
}

static bool has_picture(void *context)
{
    return access(context, F_OK) == 0;
}

static void expect_private_jpeg(const char *path)
{
    struct stat info;
    size_t size = 0;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    unsigned char *jpeg = (unsigned char *)fg_testing_read(path, &size);
    assert_int_equal(jpeg[0], 0xFF);
    assert_int_equal(jpeg[1], 0xD8);
    assert_int_equal(jpeg[size - 2], 0xFF);
    assert_int_equal(jpeg[size - 1], 0xD9);
    free(jpeg);
}

static void too_few_views_save_nothing_and_the_preview_goes_at_the_end(void **state)
{
    (void)state;
    char *source = fg_door_images("sitting");
    char *preview = fg_testing_path(door.folder, "preview.jpg");
    size_t before_size = 0, after_size = 0;
    char *before = fg_testing_read(door.encodings, &before_size);
    fg_process enrolling = {0};
    const char *argv[] = {FACEGATE,    "enroll",   "--camera",  "--name",  "Ada",
                          "--preview", preview,    "--count",   "20",      "--source",
                          source,      "--config", door.config, "--force", NULL};
    fg_process_start(&enrolling, door.folder, "enrolling", argv, NULL);
    assert_true(fg_testing_wait(has_picture, preview, FG_TESTING_PATIENCE));
    expect_private_jpeg(preview);
    assert_int_equal(fg_process_wait(&enrolling, FG_TESTING_PATIENCE), 1);
    assert_int_equal(access(preview, F_OK), -1);

    /* Without a terminal each change is a line. */
    char *output = fg_process_output(&enrolling);
    assert_null(strchr(output, '\r'));
    const char *steps[] = {"0 of 20  no face: look at the camera\n", "0 of 20  hold still\n",
                           "nothing was saved: the pictures ended before there were enough "
                           "views; the last line was: ",
                           NULL};
    expect_in_order(strstr(output, "0 of 20"), steps);
    char *after = fg_testing_read(door.encodings, &after_size);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(before, after, before_size);
    free(before);
    free(after);
    free(output);
    free(preview);
    free(source);
}

static void a_picture_that_is_there_is_never_taken_for_the_preview(void **state)
{
    (void)state;
    char *source = fg_door_images("sitting");
    char *precious = fg_testing_path(door.folder, "precious.jpg");
    char *output = NULL;
    fg_testing_write(precious, "mine", 4);
    const char *words[] = {"enroll", "--camera", "--name", "Ada", "--preview",
                           precious, "--source", source,   NULL};
    assert_int_equal(fg_door_command(&door, &output, words), 1);
    assert_non_null(strstr(output, "the file exists: remove it, or use another name"));
    size_t size = 0;
    char *kept = fg_testing_read(precious, &size);
    assert_int_equal(size, 4);
    assert_memory_equal(kept, "mine", 4);
    free(kept);
    free(output);
    free(precious);
    free(source);
}

static void a_preview_that_cannot_be_is_reported_with_the_fix(void **state)
{
    (void)state;
    char *source = fg_door_images("sitting");
    char *preview = fg_testing_path(door.folder, "preview.jpg");
    char *left = fg_testing_path(door.folder, "preview.jpg.new");
    char text[640];
    fg_testing_write(left, "half", 4);
    snprintf(text, sizeof(text),
             "facegate: --preview %s: %s exists, left by a command that was killed: remove it\n",
             preview, left);
    const struct {
        const char *preview;
        int code;
        const char *text;
    } cases[] = {
        {preview, 1, text},
        {door.folder, 1, ": is a folder: name a file in it\n"},
        {"/dev/null", 1, "--preview /dev/null: is not a regular file: name a new file\n"},
        {"/nowhere/p.jpg", 1, "--preview /nowhere/p.jpg: No such file or directory\n"},
        {"", 2, "facegate enroll: --preview needs the name of a file\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *output = NULL;
        const char *words[] = {"enroll",         "--camera", "--name", "Ada", "--preview",
                               cases[i].preview, "--source", source,   NULL};
        int code = fg_door_command(&door, &output, words);
        if (code != cases[i].code || strstr(output, cases[i].text) == NULL) {
            fail_msg("case %zu: %d and\n%s", i, code, output);
        }
        free(output);
    }
    assert_int_equal(access(preview, F_OK), -1);
    assert_int_equal(access(left, F_OK), 0);
    free(source);
    free(preview);
    free(left);
}

static void a_stop_in_the_middle_saves_nothing_and_leaves_no_preview(void **state)
{
    (void)state;
    char *source = fg_door_images("sitting");
    char *preview = fg_testing_path(door.folder, "preview.jpg");
    fg_process enrolling = {0};
    const char *argv[] = {FACEGATE,    "enroll",   "--camera",  "--name", "Ada",
                          "--preview", preview,    "--count",   "20",     "--source",
                          source,      "--config", door.config, NULL};
    fg_process_start(&enrolling, door.folder, "stopped", argv, NULL);
    fg_process_expect(&enrolling, "0 of 20", FG_TESTING_PATIENCE);
    fg_process_signal(&enrolling, SIGINT);
    assert_int_equal(fg_process_wait(&enrolling, FG_TESTING_PATIENCE), 1);
    char *output = fg_process_output(&enrolling);
    assert_non_null(strstr(output, "nothing was saved: stopped"));
    assert_int_equal(access(preview, F_OK), -1);
    free(output);
    free(preview);
    free(source);
}

static void wrong_usage_is_reported(void **state)
{
    (void)state;
    const struct {
        const char *words[8];
        const char *text;
    } usages[] = {
        {{"enroll", "--name", "Ada", "--camera", "a.jpg"}, "use --camera or images, not both"},
        {{"enroll", "--name", "Ada", "--count", "3", "a.jpg"},
         "--count and --preview work with --camera only"},
        {{"enroll", "--name", "Ada", "--camera", "--count", "21"},
         "--count: \"21\" is not a whole number from 1 to 20"},
        {{"enroll", "--name", "Ada", "--camera", "--count", "0"},
         "--count: \"0\" is not a whole number from 1 to 20"},
        {{"enroll", "--name", "Ada", "--camera", "--count", "3x"},
         "--count: \"3x\" is not a whole number from 1 to 20"},
    };
    for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++) {
        char *output = NULL;
        assert_int_equal(fg_door_command(&door, &output, usages[i].words), 2);
        assert_non_null(strstr(output, usages[i].text));
        free(output);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_door, close_door)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_live_line_leads_a_person_to_views_enough),
        TEST(the_live_line_fits_a_narrow_terminal),
        TEST(a_view_too_like_somebody_else_costs_nothing_but_that_view),
        TEST(somebody_who_is_enrolled_is_not_taken_under_another_name),
        TEST(too_few_views_save_nothing_and_the_preview_goes_at_the_end),
        TEST(a_picture_that_is_there_is_never_taken_for_the_preview),
        TEST(a_preview_that_cannot_be_is_reported_with_the_fix),
        TEST(a_stop_in_the_middle_saves_nothing_and_leaves_no_preview),
        TEST(wrong_usage_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
