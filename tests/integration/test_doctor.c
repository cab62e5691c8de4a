/* doctor as it is called: what is good passes, and each thing broken has its line and its fix. */
#include "certificates.h"
#include "door.h"
#include "facegate/base/config.h"
#include "facegate/clock.h"
#include "facegate/delivery/jpeg.h"
#include "facegate/delivery/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MODELS FG_SOURCE_DIR "/models"
#define FIX    "         fix: " /* what a fix's line begins with */

static fg_door door;
static char *source; /* "images:" of what the camera sees */

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, NULL);
    source = fg_door_images("door");
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    free(source);
    fg_door_close(&door);
    return 0;
}

static char *examine(int code, const char *more, const char *value)
{
    const char *words[] = {"doctor", "--source", source, more, value, NULL};
    char *output = NULL;
    int result = fg_door_command(&door, &output, words);
    if (result != code) {
        print_error("%s\n", output);
    }
    assert_int_equal(result, code);
    return output;
}

/* Lines as they were before they were broken to fit. */
static void join_lines(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '\n' && from[1] == ' ' && strncmp(from + 1, FIX, strlen(FIX)) != 0) {
            from += strspn(from, "\n ") - 1;
            *to++ = ' ';
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* That the output has this line and right under it this fix; `fix` NULL for none. */
static void expect(char *output, const char *line, const char *fix)
{
    join_lines(output);
    char *at = strstr(output, line);
    if (at == NULL) {
        assert_string_equal(output, line);
        return;
    }
    assert_true(at == output || at[-1] == '\n');
    const char *below = strchr(at, '\n');
    assert_non_null(below);
    bool fixed = strncmp(below + 1, FIX, strlen(FIX)) == 0;
    assert_int_equal(fixed, fix != NULL);
    if (fix != NULL && strncmp(below + 1 + strlen(FIX), fix, strlen(fix)) != 0) {
        assert_string_equal(below + 1 + strlen(FIX), fix);
    }
}

static void configure(const char *url, const char *more)
{
    char text[4096];
    int length = snprintf(text, sizeof(text),
                          "[vision]\nmodels = " MODELS "\n[access]\nencodings = %s\n[delivery]\n"
                          "backend_url = %s\noutbox = %s\n%s",
                          door.encodings, url, door.outbox, more);
    fg_testing_write(door.config, text, (size_t)length);
}

static void what_is_good_passes_and_nothing_is_written(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "ok       config.file       ",   "ok       models            both and the cohort are in ",
        "ok       encodings.file    1 ", "ok       camera.open       images:",
        "ok       camera.rate       ",   "ok       camera.light      mean brightness ",
        "n/a      camera.moves      ",   "ok       outbox.waiting    no events wait\n",
        "ok       backend.name      ",   "ok       backend.connect   ",
        "n/a      backend.tls       ",   "ok       backend.contract  a GET lists 0 entries\n",
    };
    char *output = examine(0, NULL, NULL);
    assert_null(strstr(output, "INFO"));
    assert_null(strstr(output, "error  "));
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        expect(output, lines[i], NULL);
    }
    expect(output, "0 errors, ", NULL);
    free(output);
    cJSON *seen = fg_receiver_seen(&door.receiver);
    assert_int_equal(cJSON_GetArraySize(seen), 0);
    cJSON_Delete(seen);
    assert_int_equal(access(door.outbox, F_OK), -1);
}

static void the_values_that_count_are_reported_with_where_they_came_from(void **state)
{
    (void)state;
    char line[1024];
    char *output = examine(0, "--outbox", "/dev/shm/another.db");
    snprintf(line, sizeof(line), "ok       config.value      [access] encodings = %s (%s:4)\n",
             door.encodings, door.config);
    expect(output, line, NULL);
    expect(output,
           "ok       config.value      [delivery] outbox = /dev/shm/another.db (--outbox)\n", NULL);
    assert_null(strstr(output, "send_interval"));
    free(output);

    int count = 0;
    output = examine(0, "--verbose", NULL);
    for (const char *at = output; (at = strstr(at, "config.value")) != NULL; at++) {
        count++;
    }
    assert_int_equal(count, FG_CONFIG_KEYS);
    expect(output, "ok       config.value      [delivery] send_interval = 1 (default)\n", NULL);
    expect(output, "ok       config.value      [delivery] token_file = none (default)\n", NULL);
    free(output);
}

static void a_broken_configuration_is_a_finding_and_not_the_end(void **state)
{
    (void)state;
    char line[1024], fix[1024];
    static const char text[] = "[vision]\nmin_face = 3\n";
    fg_testing_write(door.config, text, strlen(text));
    char *output = examine(1, "--models", MODELS);
    snprintf(line, sizeof(line),
             "error    config.file       %s:2: [vision] min_face is \"3\": it must be 40 to 1000 "
             "(pixels)\n",
             door.config);
    snprintf(fix, sizeof(fix), "\"sudo nano %s\"; until then", door.config);
    expect(output, line, fix);
    expect(output, "ok       models            both and the cohort are in " MODELS, NULL);
    expect(output, "ok       camera.open       ", NULL);
    expect(output, "skipped  backend.name      not checked: the configuration is broken\n", NULL);
    free(output);
}

/* A picture of one brightness with a speck that moves. */
static void draw(const char *folder, int index, uint8_t brightness)
{
    char path[512];
    fg_frame frame = {0};
    fg_jpeg *jpeg = NULL;
    const uint8_t *data = NULL;
    size_t size = 0;
    assert_int_equal(fg_frame_resize(&frame, 320, 240), 0);
    for (int plane = 0; plane < 3; plane++) {
        int rows = plane == 0 ? 240 : 120;
        memset(frame.plane[plane], plane == 0 ? brightness : 128,
               (size_t)(rows * frame.stride[plane]));
    }
    memset(frame.plane[0] + index * 32 * frame.stride[0], brightness ^ 0x10, 64);
    assert_int_equal(fg_jpeg_create(90, &jpeg), 0);
    assert_int_equal(fg_jpeg_encode(jpeg, &frame, 0, 0, 320, 240, &data, &size, NULL), 0);
    snprintf(path, sizeof(path), "%s/%d.jpg", folder, index);
    fg_testing_write(path, data, size);
    fg_jpeg_free(jpeg);
    fg_frame_release(&frame);
}

static void see(const char *folder)
{
    free(source);
    assert_true(asprintf(&source, "images:%s", folder) > 0);
}

static void what_the_camera_sees_is_judged(void **state)
{
    (void)state;
    static const struct {
        uint8_t brightness;
        int pictures, code;
        const char *line, *fix;
    } table[] = {
        {8, 2, 1,
         "error    camera.light      mean brightness 8 of 255: too dark (35 to 210 is good)\n",
         "put more light on the faces"},
        {28, 2, 0, "warning  camera.light      mean brightness 28 of 255: too dark",
         "put more light on the faces"},
        {250, 2, 1, "error    camera.light      mean brightness 250 of 255: too bright",
         "turn the camera away from the light"},
        {120, 1, 0, "n/a      camera.moves      the source is pictures, not a camera\n", NULL},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char name[16];
        snprintf(name, sizeof(name), "pictures%zu", i);
        char *folder = fg_testing_path(door.folder, name);
        assert_int_equal(mkdir(folder, 0700), 0);
        for (int j = 0; j < table[i].pictures; j++) {
            draw(folder, j, table[i].brightness);
        }
        see(folder);
        char *output = examine(table[i].code, NULL, NULL);
        expect(output, table[i].line, table[i].fix);
        free(output);
        free(folder);
    }
}

static void a_camera_that_gives_nothing_is_reported_with_what_to_check(void **state)
{
    (void)state;
    char *broken = fg_testing_path(door.folder, "broken.jpg");
    fg_testing_write(broken, "no picture", 10);
    see(broken);
    char *output = examine(1, NULL, NULL);
    expect(output, "error    camera.open       ",
           "set [camera] source to images:PATH; PATH is a JPEG, ");
    expect(output, "n/a      rights.user       the source is pictures, not a camera\n", NULL);
    expect(output, "skipped  camera.rate       not checked: no picture\n", NULL);
    free(output);
    see("/nowhere");
    output = examine(1, NULL, NULL);
    expect(output, "error    camera.open       /nowhere: No such file or directory",
           "set [camera] source to images:PATH; PATH is a JPEG, ");
    free(output);
    free(source);
    source = strdup("libcamera:no-such-camera");
    output = examine(1, NULL, NULL);
    assert_non_null(strstr(output, "error    camera.open       No camera"));
    assert_non_null(strstr(output, "\"facegate cameras\""));
    free(output);
    free(broken);
}

static void models_and_encodings_that_cannot_be_used_are_errors(void **state)
{
    (void)state;
    static const char landmarks[] = "shape_predictor_5_face_landmarks.dat";
    static const char network[] = "dlib_face_recognition_resnet_model_v1.dat";
    char line[1024], fix[1024];
    char *models = fg_testing_path(door.folder, "models");
    char *from = fg_testing_path(MODELS, landmarks);
    char *to = fg_testing_path(models, landmarks);
    char *junk = fg_testing_path(models, network);
    assert_int_equal(mkdir(models, 0700), 0);
    char *output = examine(1, "--models", models);
    snprintf(line, sizeof(line),
             "error    models            model %s is missing; model %s is missing\n", to, junk);
    /* That of the source tree, as nothing is installed here. */
    expect(output, line, "\"");
    assert_non_null(strstr(output, MODELS "/fetch.sh "));
    assert_non_null(strstr(output, "\" fetches what is missing or damaged; or name another "));
    free(output);

    assert_int_equal(symlink(from, to), 0);
    fg_testing_write(junk, "no model", 8);
    output = examine(1, "--models", models);
    snprintf(line, sizeof(line), "error    models            model %s is not the right file", junk);
    expect(output, line, "\"");
    assert_null(strstr(output, ": remove it"));
    free(output);

    fg_testing_write(door.encodings, "{}", 2);
    output = examine(1, NULL, NULL);
    snprintf(line, sizeof(line),
             "error    encodings.file    Error loading encodings: %s: ", door.encodings);
    expect(output, line, "restore a good copy");
    free(output);

    unlink(door.encodings);
    output = examine(1, NULL, NULL);
    snprintf(line, sizeof(line),
             "error    encodings.file    %s does not exist: nobody is enrolled\n", door.encodings);
    snprintf(fix, sizeof(fix), "\"sudo facegate enroll --config %s --name NAME IMAGE...\"",
             door.config);
    expect(output, line, fix);
    free(output);
    free(models);
    free(from);
    free(to);
    free(junk);
}

static void encodings_are_for_their_owner_alone_and_more_than_two_each(void **state)
{
    (void)state;
    static const char few[] =
        "warning  encodings.few     Ada has only one encoding. Of 100 visits ";
    char fix[512], line[512];
    assert_int_equal(chmod(door.encodings, 0644), 0);
    char *output = examine(0, NULL, NULL);
    snprintf(fix, sizeof(fix), "\"sudo chmod 600 %s\"", door.encodings);
    expect(output,
           "warning  encodings.mode    mode 0644: other users can read this biometric data\n", fix);
    snprintf(fix, sizeof(fix),
             "\"sudo facegate enroll --config %s --name NAME IMAGE...\" adds pictures",
             door.config);
    expect(output, few, fix);
    free(output);
    /* Whoever can write in the folder needs no right to the file. */
    assert_int_equal(chmod(door.encodings, 0600), 0);
    assert_int_equal(chmod(door.folder, 0770), 0);
    output = examine(0, NULL, NULL);
    assert_int_equal(chmod(door.folder, 0700), 0);
    snprintf(fix, sizeof(fix), "\"sudo chmod go-w %s\"", door.folder);
    snprintf(line, sizeof(line),
             "warning  encodings.mode    its folder %s has mode 0770: other users can replace the "
             "file\n",
             door.folder);
    expect(output, line, fix);
    free(output);
    /* Another file than the configuration's is named. */
    char *other = fg_testing_path(door.folder, "an other.json");
    size_t size = 0;
    char *people = fg_testing_read(door.encodings, &size);
    fg_testing_write(other, people, size);
    free(people);
    output = examine(0, "--encodings", other);
    snprintf(fix, sizeof(fix),
             "\"sudo facegate enroll --config %s --encodings '%s' --name NAME IMAGE...\" adds "
             "pictures",
             door.config, other);
    expect(output, few, fix);
    free(output);
    free(other);
}

#define FOUR(text)    text text text text
#define SIXTEEN(text) FOUR(FOUR(text))

/* It waits, or was set aside with `why`. */
static void put_event(const char *why, int64_t age)
{
    fg_outbox *outbox = NULL;
    fg_outbox_options options = {
        .path = door.outbox, .max_events = 10, .max_bytes = 1 << 20, .own = true};
    fg_event event = {.status = "Accepted", .rfid_id = "00000000", .user_name = "Ada"};
    fg_outbox_entry entry;
    int dropped = 0;
    uint8_t *jpeg = fg_testing_jpeg(64, 48, 1, &event.jpeg_size);
    event.jpeg = jpeg;
    int64_t taken = fg_clock_monotonic() - age;
    assert_int_equal(fg_event_stamp(&event, taken, fg_clock_realtime() - age), 0);
    /* Without a boot its age is as noted, however long this machine has been up. */
    event.boot_id[0] = '\0';
    assert_int_equal(fg_outbox_open(&options, &outbox, NULL), 0);
    assert_int_equal(fg_outbox_put(outbox, &event, &dropped, NULL), 0);
    if (why != NULL) {
        assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), 0);
        assert_int_equal(fg_outbox_set_aside(outbox, entry.number, why, NULL), 0);
        fg_outbox_entry_release(&entry);
    }
    fg_outbox_free(outbox);
    free(jpeg);
}

static void events_that_do_not_get_through_are_reported(void **state)
{
    (void)state;
    char fix[1024];
    snprintf(fix, sizeof(fix),
             "\"facegate outbox --config %s\" shows them, \"facegate outbox retry --config %s\" "
             "sends them again, ",
             door.config, door.config);
    put_event("400 no \x1b[31mred " SIXTEEN("\xE2\x82\xAC") SIXTEEN("\xE2\x82\xAC"), 0);
    put_event(NULL, 3 * 3600 * FG_NS_PER_S);
    char *output = examine(1, NULL, NULL);
    expect(output,
           "error    outbox.aside      1 event is set aside, refused by the backend, the first "
           "with: 400 "
           "no ?[31mred " SIXTEEN("\xE2\x82\xAC") "...\n",
           fix);
    expect(output, "warning  outbox.waiting    1 event waits, the oldest for 3 h\n",
           "they are sent once");
    free(output);
    fg_testing_write(door.outbox, "this is no database", 19);
    output = examine(1, NULL, NULL);
    expect(output, "error    outbox.open       ", "check [delivery] outbox");
    free(output);
}

static void an_outbox_that_cannot_be_is_no_good_place(void **state)
{
    (void)state;
    char line[1024], fix[1024];
    char *gone = fg_testing_path(door.folder, "gone");
    char *path = fg_testing_path(gone, "outbox.db");
    char *output = examine(1, "--outbox", path);
    snprintf(line, sizeof(line),
             "error    outbox.place      the folder %s of %s does not exist: the daemon does not "
             "start\n",
             gone, path);
    snprintf(fix, sizeof(fix), "mkdir -p %s\"; the daemon's user must be able to write there",
             gone);
    expect(output, line, "\"");
    assert_non_null(strstr(output, fix));
    expect(output, "skipped  outbox.waiting    not checked: its folder is missing\n", NULL);
    assert_null(strstr(output, "ok       outbox."));
    free(output);

    output = examine(1, "--outbox", door.folder);
    snprintf(line, sizeof(line),
             "error    outbox.open       %s is not a facegate outbox: it is not a regular file\n",
             door.folder);
    expect(output, line, "check [delivery] outbox");
    assert_null(strstr(output, "ok       outbox."));
    free(output);
    free(gone);
    free(path);
}

static void each_step_to_the_backend_has_its_fix(void **state)
{
    (void)state;
    char line[256], url[128];
    fg_receiver_control(&door.receiver, "{\"on\": \"get\", \"mode\": \"status\", \"code\": 404}");
    char *output = examine(1, NULL, NULL);
    expect(output, "error    backend.contract  the answer to a GET is 404 ",
           "check backend_url: is this the backend?\n");
    free(output);

    fg_receiver_stop(&door.receiver);
    output = examine(1, NULL, NULL);
    snprintf(line, sizeof(line),
             "error    backend.connect   Failed to connect to 127.0.0.1 port %d",
             door.receiver.port);
    expect(output, line,
           "nothing listens there: \"sudo systemctl enable --now "
           "facegate-backend\" starts the bundled backend");
    expect(output, "skipped  backend.contract  not checked: no connection\n", NULL);
    free(output);

    output = examine(1, "--backend-url", "http://backend.invalid:5000");
    expect(output, "error    backend.name      Could not resolve host: backend.invalid\n",
           "check the name in [delivery] backend_url");
    free(output);

    fg_certificates_authority(door.folder, "ca");
    fg_certificates_make(door.folder, "ca", "elsewhere", "elsewhere.example");
    char *ca = fg_testing_path(door.folder, "ca.pem");
    char *certificate = fg_testing_path(door.folder, "elsewhere.pem");
    char *key = fg_testing_path(door.folder, "elsewhere.key");
    door.receiver.tls_cert = certificate;
    door.receiver.tls_key = key;
    door.receiver.port = 0;
    fg_receiver_start(&door.receiver);
    snprintf(url, sizeof(url), "%s", door.receiver.url);
    snprintf(line, sizeof(line), "ca_file = %s\n", ca);
    configure(url, line);
    output = examine(1, NULL, NULL);
    expect(output, "error    backend.tls       SSL: no alternative certificate subject name",
           "use the name in the certificate in [delivery] backend_url");
    free(output);
    free(ca);
    free(certificate);
    free(key);
}

static void a_wrong_token_is_reported_and_never_shown(void **state)
{
    (void)state;
    char more[600];
    char *theirs = fg_testing_path(door.folder, "theirs");
    char *ours = fg_testing_path(door.folder, "ours");
    fg_testing_write(theirs, "the-right-word", 14);
    fg_testing_write(ours, "not-the-right-one", 17);
    fg_receiver_stop(&door.receiver);
    door.receiver.token_file = theirs;
    fg_receiver_start(&door.receiver);
    snprintf(more, sizeof(more), "token_file = %s\n", ours);
    configure(door.receiver.url, more);
    char *output = examine(1, "--verbose", NULL);
    expect(output, "error    backend.contract  the answer to a GET is 401 ", "check token_file\n");
    assert_null(strstr(output, "not-the-right-one"));
    free(output);
    free(theirs);
    free(ours);
}

static void json_has_what_a_key_is_and_where_it_comes_from(void **state)
{
    (void)state;
    const char *words[] = {"doctor", "--source", source, "--json", "--verbose", NULL};
    char *json = NULL;
    int count = 0;
    assert_int_equal(fg_door_command(&door, &json, words), 0);
    cJSON *object = cJSON_Parse(json);
    assert_non_null(object);
    const cJSON *check;
    cJSON_ArrayForEach(check, cJSON_GetObjectItem(object, "checks"))
    {
        const char *name = cJSON_GetObjectItem(check, "check")->valuestring;
        const cJSON *key = cJSON_GetObjectItem(check, "key");
        assert_int_equal(key != NULL, strcmp(name, "config.value") == 0);
        if (key == NULL) {
            continue;
        }
        const char *value = cJSON_GetObjectItem(check, "value")->valuestring;
        const char *origin = cJSON_GetObjectItem(check, "origin")->valuestring;
        count++;
        if (strcmp(key->valuestring, "source") == 0) {
            assert_string_equal(value, source);
            assert_string_equal(origin, "--source");
        } else if (strcmp(key->valuestring, "token_file") == 0) {
            assert_string_equal(value, "");
            assert_string_equal(origin, "default");
        }
    }
    assert_int_equal(count, FG_CONFIG_KEYS);
    cJSON_Delete(object);
    free(json);
}

static void json_says_what_the_lines_say(void **state)
{
    (void)state;
    /* What no second look finds the same. */
    static const char fleeting[] = "clock.time camera.rate camera.light memory space.";
    char *lines = examine(0, NULL, NULL);
    char *json = examine(0, "--json", NULL);
    join_lines(lines);
    cJSON *object = cJSON_Parse(json);
    assert_non_null(object);
    char *at = lines;
    const cJSON *check;
    cJSON_ArrayForEach(check, cJSON_GetObjectItem(object, "checks"))
    {
        char expected[2048];
        const char *name = cJSON_GetObjectItem(check, "check")->valuestring;
        const cJSON *fix = cJSON_GetObjectItem(check, "fix");
        bool is_fleeting = strstr(fleeting, name) != NULL || strncmp(name, "space.", 6) == 0;
        snprintf(expected, sizeof(expected), "%-9s%-18s%s",
                 cJSON_GetObjectItem(check, "verdict")->valuestring, name,
                 is_fleeting ? "" : cJSON_GetObjectItem(check, "text")->valuestring);
        char *end = strchr(at, '\n');
        assert_non_null(end);
        *end = '\0';
        if (is_fleeting) {
            at[strlen(expected)] = '\0';
        }
        assert_string_equal(at, expected);
        at = end + 1;
        if (fix != NULL) {
            end = strchr(at, '\n');
            assert_non_null(end);
            *end = '\0';
            assert_string_equal(at + strlen(FIX), fix->valuestring);
            at = end + 1;
        }
    }
    assert_string_equal(cJSON_GetObjectItem(object, "verdict")->valuestring, "warning");
    assert_memory_equal(at, "\n0 errors, ", 10);
    cJSON_Delete(object);
    free(lines);
    free(json);
}

#define WITH_DOOR(test) cmocka_unit_test_setup_teardown(test, open_door, close_door)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DOOR(what_is_good_passes_and_nothing_is_written),
        WITH_DOOR(the_values_that_count_are_reported_with_where_they_came_from),
        WITH_DOOR(a_broken_configuration_is_a_finding_and_not_the_end),
        WITH_DOOR(what_the_camera_sees_is_judged),
        WITH_DOOR(a_camera_that_gives_nothing_is_reported_with_what_to_check),
        WITH_DOOR(models_and_encodings_that_cannot_be_used_are_errors),
        WITH_DOOR(encodings_are_for_their_owner_alone_and_more_than_two_each),
        WITH_DOOR(events_that_do_not_get_through_are_reported),
        WITH_DOOR(an_outbox_that_cannot_be_is_no_good_place),
        WITH_DOOR(each_step_to_the_backend_has_its_fix),
        WITH_DOOR(a_wrong_token_is_reported_and_never_shown),
        WITH_DOOR(json_has_what_a_key_is_and_where_it_comes_from),
        WITH_DOOR(json_says_what_the_lines_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
