/* What a configuration is made of, and the files it is read from. */
#include "config_file.h"
#include "facegate/base/config.h"
#include "testing.h"

#include <errno.h>
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOBODY       65534

static fg_config config; /* large */

static void assert_parses(const char *text)
{
    fg_error error = {""};
    if (fg_config_parse(&config, text, strlen(text), "t.conf", &error) != 0) {
        fail_msg("%s", error.text);
    }
}

static void assert_refuses(const char *text, size_t size, const char *message)
{
    fg_error error = {""};
    fg_config_init(&config);
    assert_int_equal(fg_config_parse(&config, text, size, "t.conf", &error), -EINVAL);
    assert_string_equal(error.text, message);
    assert_int_equal(fg_config_parse(&config, text, size, "t.conf", NULL), -EINVAL);
}

static void defaults_are_those_of_the_manual(void **state)
{
    (void)state;
    fg_config_init(&config);
    assert_string_equal(config.camera.source, "auto");
    assert_int_equal(config.camera.view.kind, FG_VIEW_FULL);
    assert_int_equal(config.camera.width, 640);
    assert_int_equal(config.camera.height, 480);
    assert_int_equal(config.camera.fps, 30);
    assert_int_equal(config.camera.min_fps, 15);
    assert_int_equal(config.camera.rotation, FG_ROTATION_0);
    assert_int_equal(config.camera.flip, FG_FLIP_NONE);
    assert_true(config.camera.focus == 0);
    assert_int_equal(config.camera.exposure, FG_EXPOSURE_NORMAL);
    assert_true(config.camera.exposure_value == 0);
    assert_int_equal(config.camera.flicker, FG_FLICKER_OFF);
    assert_true(config.camera.stall_timeout == 5);
    assert_string_equal(config.camera.tuning, "");
    assert_int_equal(config.vision.min_face, 80);
    assert_string_equal(config.vision.models, "/usr/share/facegate/models");
    assert_true(config.vision.scan_interval == 0.25);
    assert_true(config.vision.rescan_interval == 2);
    assert_true(config.vision.track_timeout == 0.7);
    assert_string_equal(config.access.encodings, "/var/lib/facegate/encodings.json");
    assert_true(config.access.tolerance == 0.46);
    assert_true(config.access.margin == 0.09);
    assert_true(config.access.lead == 0.03);
    assert_int_equal(config.access.confirm, 2);
    assert_int_equal(config.access.window, 5);
    assert_int_equal(config.access.refuse_after, 4);
    assert_true(config.access.decide_within == 1.5);
    assert_string_equal(config.access.unknown_name, "Inconnu");
    assert_string_equal(config.access.refused_reason, "Visage non reconnu");
    assert_string_equal(config.access.no_badge, "00000000");
    assert_string_equal(config.delivery.backend_url, "http://localhost:5000");
    assert_true(config.delivery.send_interval == 1);
    assert_int_equal(config.delivery.stranger_rate, 5);
    assert_true(config.delivery.timeout == 10);
    assert_true(config.delivery.connect_timeout == 5);
    assert_true(config.delivery.drain_timeout == 5);
    assert_string_equal(config.delivery.token_file, "");
    assert_string_equal(config.delivery.ca_file, "");
    assert_string_equal(config.delivery.client_cert, "");
    assert_string_equal(config.delivery.client_key, "");
    assert_int_equal(config.delivery.image, FG_IMAGE_FRAME);
    assert_int_equal(config.delivery.jpeg_quality, 90);
    assert_string_equal(config.delivery.outbox, "");
    assert_int_equal(config.delivery.outbox_max_events, 1000);
    assert_int_equal(config.delivery.outbox_max_bytes, 16 << 20);
    assert_int_equal(fg_config_check(&config, NULL), 0);
}

static void a_file_sets_every_key(void **state)
{
    (void)state;
    fg_config_init(&config);
    assert_parses("\xEF\xBB\xBF; a mark, comments and blank lines may be there\n"
                  "  # an indented comment too\n"
                  "\n"
                  "[camera] ; the lens\n"
                  "source = images:/a b/*.jpg\r\n"
                  "width=1280\n"
                  "height : 720\n"
                  "fps = 15 ; slow\n"
                  "min_fps = 5\n"
                  "rotation = 270\n"
                  "flip = both\n"
                  "focus = 0.8\n"
                  "exposure = short\n"
                  "exposure_value = -1.5\n"
                  "flicker = 50\n"
                  "stall_timeout = 7.5\n"
                  "[vision]\n"
                  "min_face = 60\n"
                  "models = /m\n"
                  "scan_interval = 0.5\n"
                  "rescan_interval = 5\n"
                  "track_timeout = 1.5\n"
                  "[access]\n"
                  "encodings = e.json\n"
                  "tolerance = 0.45\n"
                  "margin = 0\n"
                  "confirm = 3\n"
                  "window = 5\n"
                  "refuse_after = 6\n"
                  "decide_within = 2\n"
                  "unknown_name = \xC3\x89tranger\n"
                  "refused_reason = non = non\n"
                  "no_badge = -\n"
                  "[delivery]\n"
                  "backend_url = HTTPS://Door.example:8443/\n"
                  "send_interval = 2.5\n"
                  "timeout = 20\n"
                  "connect_timeout = 3.5\n"
                  "drain_timeout = 0\n"
                  "token_file = /t\n"
                  "[camera]\n"
                  "[delivery]\n"
                  "ca_file = /ca\n"
                  "client_cert = /cert\n"
                  "client_key = /key\n"
                  "picture_key = /picture\n"
                  "image = face\n"
                  "jpeg_quality = 75\n"
                  "outbox = /o.db\n"
                  "outbox_max_events = 50\n"
                  "outbox_max_bytes = 32 MiB");
    assert_string_equal(config.camera.source, "images:/a b/*.jpg");
    assert_int_equal(config.camera.width, 1280);
    assert_int_equal(config.camera.height, 720);
    assert_int_equal(config.camera.fps, 15);
    assert_int_equal(config.camera.min_fps, 5);
    assert_int_equal(config.camera.rotation, FG_ROTATION_270);
    assert_int_equal(config.camera.flip, FG_FLIP_BOTH);
    assert_true(config.camera.focus == 0.8);
    assert_int_equal(config.camera.exposure, FG_EXPOSURE_SHORT);
    assert_true(config.camera.exposure_value == -1.5);
    assert_int_equal(config.camera.flicker, FG_FLICKER_50);
    assert_true(config.camera.stall_timeout == 7.5);
    assert_int_equal(config.vision.min_face, 60);
    assert_string_equal(config.vision.models, "/m");
    assert_true(config.vision.scan_interval == 0.5);
    assert_true(config.vision.rescan_interval == 5);
    assert_true(config.vision.track_timeout == 1.5);
    assert_string_equal(config.access.encodings, "e.json");
    assert_true(config.access.tolerance == 0.45);
    assert_true(config.access.margin == 0);
    assert_int_equal(config.access.confirm, 3);
    assert_int_equal(config.access.window, 5);
    assert_int_equal(config.access.refuse_after, 6);
    assert_true(config.access.decide_within == 2);
    assert_string_equal(config.access.unknown_name, "\xC3\x89tranger");
    assert_string_equal(config.access.refused_reason, "non = non");
    assert_string_equal(config.access.no_badge, "-");
    assert_string_equal(config.delivery.backend_url, "https://Door.example:8443");
    assert_true(config.delivery.send_interval == 2.5);
    assert_true(config.delivery.timeout == 20);
    assert_true(config.delivery.connect_timeout == 3.5);
    assert_true(config.delivery.drain_timeout == 0);
    assert_string_equal(config.delivery.token_file, "/t");
    assert_string_equal(config.delivery.ca_file, "/ca");
    assert_string_equal(config.delivery.client_cert, "/cert");
    assert_string_equal(config.delivery.client_key, "/key");
    assert_string_equal(config.delivery.picture_key, "/picture");
    assert_int_equal(config.delivery.image, FG_IMAGE_FACE);
    assert_int_equal(config.delivery.jpeg_quality, 75);
    assert_string_equal(config.delivery.outbox, "/o.db");
    assert_int_equal(config.delivery.outbox_max_events, 50);
    assert_int_equal(config.delivery.outbox_max_bytes, 32 << 20);
    assert_int_equal(fg_config_check(&config, NULL), 0);
}

static void bad_files_are_refused_with_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"[camera]\nwitdh = 640\n", "t.conf:2: [camera] has no key \"witdh\": did you mean width?"},
        {"[delivery]\nsend_intervall = 1\n",
         "t.conf:2: [delivery] has no key \"send_intervall\": did you mean send_interval?"},
        {"[camera]\ntolerance = 0.5\n",
         "t.conf:2: [camera] has no key \"tolerance\": it belongs in [access]"},
        {"[camera]\nzoom = 2\n", "t.conf:2: [camera] has no key \"zoom\""},
        {"[camera]\n= 2\n", "t.conf:2: [camera] has no key \"\""},
        {"[camera]\nfps = fast\n",
         "t.conf:2: [camera] fps is \"fast\": it must be 1 to 120 (frames per second)"},
        {"[camera]\n\n\nfps = 121\n",
         "t.conf:4: [camera] fps is \"121\": it must be 1 to 120 (frames per second)"},
        {"[delivery]\nsend_interval = abc\n",
         "t.conf:2: [delivery] send_interval is \"abc\": it must be 0.1 to 3600 (seconds)"},
        {"[camera]\nfps = 10\nwidth = 640\nfps = 10\n",
         "t.conf:4: [camera] fps is already set on line 2: remove one of the two"},
        {"[camera]\nfps = 10\n[vision]\n[camera]\nfps = 11\n",
         "t.conf:5: [camera] fps is already set on line 2: remove one of the two"},
        {"fps = 10\n", "t.conf:1: \"fps\" is not in a section: put it below [camera]"},
        {"zoom = 10\n", "t.conf:1: \"zoom\" is not in a section: put it below [section]"},
        {"[delivry]\n", "t.conf:1: unknown section [delivry]: did you mean [delivery]?"},
        {"[ camera ]\n", "t.conf:1: unknown section [ camera ]: did you mean [camera]?"},
        {"[network]\n", "t.conf:1: unknown section [network]: the sections are camera, vision, "
                        "access and delivery"},
        {"[]\n",
         "t.conf:1: unknown section []: the sections are camera, vision, access and delivery"},
        {"[camera\n", "t.conf:1: the closing ] of the section is missing"},
        {"[camera] fps = 3\n",
         "t.conf:1: there is text after [camera]: put it on a line of its own"},
        {"[camera]\nfps\n", "t.conf:2: the line is neither a [section] nor a key = value"},
        {"[camera]\nfps\nzoom = 2\n",
         "t.conf:2: the line is neither a [section] nor a key = value"},
        {"[camera]\nsource = images:/a\n  b.jpg\n",
         "t.conf:3: the line is indented: start it in the first column, a value must fit on one "
         "line"},
        {"[camera]\n\tfps = 3\n", "t.conf:2: the line is indented: start it in the first column, a "
                                  "value must fit on one line"},
        {"[camera]\nfps = 3\v\n", "t.conf:2: the line has a control character (0x0B)"},
        {"[delivery]\nbackend_url = ftp://door\n",
         "t.conf:2: [delivery] backend_url is \"ftp://door\": it must start with http:// or "
         "https://"},
        {"[delivery]\nbackend_url = http://door?api\n",
         "t.conf:2: [delivery] backend_url is \"http://door?api\": it must end before the \"?\" or "
         "\"#\": facegate adds /api/auth_logs"},
        {"[camera]\nfps =\n",
         "t.conf:2: [camera] fps is \"\": it must be 1 to 120 (frames per second)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_refuses(rows[i].text, strlen(rows[i].text), rows[i].message);
    }
    static const char zero[] = "[camera]\nfps = 3\0 0\n";
    assert_refuses(zero, sizeof(zero) - 1, "t.conf:2: the line has a control character (0x00)");
}

static void a_line_is_taken_whole_or_refused(void **state)
{
    (void)state;
    char text[512];
    char path[200];
    const int most = 197 - (int)strlen("models = ");
    memset(path, 'p', sizeof(path));
    snprintf(text, sizeof(text), "[vision]\nmodels = %.*s\nmin_face = 90\n", most, path);
    fg_config_init(&config);
    assert_parses(text);
    assert_int_equal(strlen(config.vision.models), most);
    assert_int_equal(config.vision.min_face, 90);

    snprintf(text, sizeof(text), "[vision]\nmodels = %.*s\nmin_face = 90\n", most + 1, path);
    assert_refuses(text, strlen(text),
                   "t.conf:2: the line has 198 bytes, more than the 197 allowed");
    memset(text, '#', 300);
    text[300] = '\0';
    assert_refuses(text, 300, "t.conf:1: the line has 300 bytes, more than the 197 allowed");
}

static void later_origins_win_and_are_remembered(void **state)
{
    (void)state;
    fg_error error = {""};
    fg_config_init(&config);
    assert_parses("[delivery]\nbackend_url = http://file\nsend_interval = 2\ntimeout = 7\n");
    setenv("BACKEND_URL", "http://environment/", 1);
    setenv("SEND_INTERVAL", "3", 1);
    assert_int_equal(fg_config_environment(&config, NULL), 0);
    assert_string_equal(config.delivery.backend_url, "http://environment");
    assert_true(config.delivery.send_interval == 3);
    assert_int_equal(
        fg_config_set(&config, "delivery", "send_interval", "4", "--send-interval", NULL), 0);
    assert_true(config.delivery.send_interval == 4);
    assert_true(config.delivery.timeout == 7);

    setenv("SEND_INTERVAL", "abc", 1);
    assert_int_equal(fg_config_environment(&config, &error), -EINVAL);
    assert_string_equal(error.text, "environment variable SEND_INTERVAL: [delivery] send_interval "
                                    "is \"abc\": it must be 0.1 to 3600 (seconds)");
    setenv("BACKEND_URL", "gopher://x", 1);
    assert_int_equal(fg_config_environment(&config, &error), -EINVAL);
    assert_string_equal(error.text, "environment variable BACKEND_URL: [delivery] backend_url is "
                                    "\"gopher://x\": it must start with http:// or https://");
    setenv("BACKEND_URL", "", 1);
    unsetenv("SEND_INTERVAL");
    assert_int_equal(fg_config_environment(&config, NULL), 0);
    assert_string_equal(config.delivery.backend_url, "http://environment");
    unsetenv("BACKEND_URL");

    assert_int_equal(fg_config_set(&config, "camera", "zoom", "1", "--zoom", &error), -EINVAL);
    assert_string_equal(error.text, "--zoom: [camera] has no key \"zoom\"");
}

static void the_whole_is_checked(void **state)
{
    (void)state;
    fg_error error = {""};
    fg_config_init(&config);
    assert_parses("[delivery]\n\nclient_cert = /c\n");
    assert_int_equal(fg_config_check(&config, &error), -EINVAL);
    assert_string_equal(error.text,
                        "t.conf:3: [delivery] client_cert is set without client_key: set both or "
                        "neither");
    fg_config_init(&config);
    assert_parses("[delivery]\nclient_key = /k\n");
    assert_int_equal(fg_config_check(&config, &error), -EINVAL);
    assert_string_equal(error.text,
                        "t.conf:2: [delivery] client_key is set without client_cert: set both or "
                        "neither");
}

static void more_views_cannot_have_to_agree_than_are_looked_at(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"[access]\nwindow = 5\nconfirm = 6\n",
         "t.conf:3: [access] confirm is 6 and window is 5, so nobody would be accepted: raise "
         "window or lower confirm"},
        {"[access]\nwindow = 1\n",
         "t.conf:2: [access] confirm is 2 and window is 1, so nobody would be accepted: raise "
         "window or lower confirm"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_error error = {""};
        fg_config_init(&config);
        assert_parses(rows[i].text);
        assert_int_equal(fg_config_check(&config, &error), -EINVAL);
        assert_string_equal(error.text, rows[i].message);
    }
    fg_config_init(&config);
    assert_parses("[access]\nconfirm = 10\nwindow = 10\n");
    assert_int_equal(fg_config_check(&config, NULL), 0);
}

static void nobody_is_refused_before_enough_views_can_have_come(void **state)
{
    (void)state;
    fg_error error = {""};
    fg_config_init(&config);
    assert_parses("[camera]\nfps = 1\n[access]\ndecide_within = 0.5\n");
    assert_int_equal(fg_config_check(&config, &error), -EINVAL);
    assert_string_equal(error.text,
                        "t.conf:2: [access] confirm = 2 views take 1 s at [camera] fps = 1, but a "
                        "face that is not accepted within decide_within = 0.5 s is refused: raise "
                        "decide_within or fps, or lower confirm");
    fg_config_init(&config);
    assert_parses("[access]\nconfirm = 10\nwindow = 10\ndecide_within = 0.2\n");
    assert_int_equal(fg_config_check(&config, &error), -EINVAL);
    assert_non_null(strstr(error.text, "t.conf:2: [access] confirm = 10 views take 0.3 s at "
                                       "[camera] fps = 30, but"));
    fg_config_init(&config);
    assert_parses("[camera]\nfps = 1\n[access]\ndecide_within = 1\n");
    assert_int_equal(fg_config_check(&config, NULL), 0);
}

static void slower_frames_in_the_dark_count_where_somebody_wished_for_them(void **state)
{
    (void)state;
    fg_error error = {""};
    fg_config_init(&config);
    assert_parses("[camera]\nmin_fps = 1\n[access]\nconfirm = 3\n");
    assert_int_equal(fg_config_check(&config, &error), -EINVAL);
    assert_string_equal(error.text,
                        "t.conf:2: [access] confirm = 3 views take 2 s at [camera] min_fps = 1, "
                        "but a face that is not accepted within decide_within = 1.5 s is refused: "
                        "raise decide_within or min_fps, or lower confirm");
    /* The default, 15, is nobody's wish: what worked before there was min_fps works on. */
    static const char before[] = "[access]\nconfirm = 10\nwindow = 10\ndecide_within = 0.5\n";
    fg_config_init(&config);
    assert_parses(before);
    assert_int_equal(fg_config_check(&config, NULL), 0);
    assert_parses("[camera]\nmin_fps = 15\n");
    assert_int_equal(fg_config_check(&config, &error), -EINVAL);
    assert_non_null(strstr(error.text, "confirm = 10 views take 0.6 s at [camera] min_fps = 15, "));
    /* Pictures of a folder come at fps, in the dark too. */
    assert_parses("[camera]\nsource = images:/srv/pictures\n");
    assert_int_equal(fg_config_check(&config, NULL), 0);
    assert_parses("[camera]\nfps = 10\n");
    assert_int_equal(fg_config_check(&config, &error), -EINVAL);
    assert_non_null(strstr(error.text, "confirm = 10 views take 0.9 s at [camera] fps = 10, "));
    /* Never slower than fps. */
    fg_config_init(&config);
    assert_parses("[camera]\nfps = 1\nmin_fps = 5\n[access]\ndecide_within = 0.5\n");
    assert_int_equal(fg_config_check(&config, &error), -EINVAL);
    assert_non_null(strstr(error.text, "confirm = 2 views take 1 s at [camera] fps = 1, "));
}

typedef struct listing {
    int count;
    fg_config again;
} listing;

static void set_again(void *context, const fg_config_item *item)
{
    listing *list = context;
    list->count++;
    assert_true(strlen(item->description) > 10);
    assert_true(strlen(item->range) > 10);
    assert_int_equal(
        fg_config_set(&list->again, item->section, item->key, item->value, item->origin, NULL), 0);
    if (strcmp(item->key, "width") == 0) {
        assert_string_equal(item->origin, "t.conf:2");
        assert_string_equal(item->value, "1000");
        assert_string_equal(item->standard, "640");
        assert_string_equal(item->range, "160 to 4096 (pixels)");
    } else if (strcmp(item->key, "outbox_max_bytes") == 0) {
        assert_string_equal(item->origin, "--x");
        assert_string_equal(item->value, "1048577");
    } else {
        assert_string_equal(item->origin, "default");
        assert_string_equal(item->value, item->standard);
    }
}

static void listed_values_give_the_same_configuration_again(void **state)
{
    (void)state;
    static listing list;
    fg_config_init(&config);
    assert_parses("[camera]\nwidth = 1000\n");
    assert_int_equal(fg_config_set(&config, "delivery", "outbox_max_bytes", "1048577", "--x", NULL),
                     0);
    fg_config_init(&list.again);
    fg_config_each(&config, set_again, &list);
    assert_int_equal(list.count, FG_CONFIG_KEYS);
    assert_memory_equal(&list.again, &config, sizeof(config));
}

static void files_that_cannot_be_read_are_named(void **state)
{
    (void)state;
    char *folder = fg_testing_folder();
    char *path = fg_testing_path(folder, "facegate.conf");
    char message[512];
    fg_error error = {""};

    fg_config_init(&config);
    assert_int_equal(fg_config_load(&config, path, &error), -ENOENT);
    snprintf(message, sizeof(message), "%s: no such file: check --config", path);
    assert_string_equal(error.text, message);

    assert_int_equal(fg_config_load(&config, folder, &error), -EINVAL);
    snprintf(message, sizeof(message), "%s: is a folder, not a file", folder);
    assert_string_equal(error.text, message);

    static char large[(64 << 10) + 1];
    memset(large, '\n', sizeof(large));
    fg_testing_write(path, large, sizeof(large));
    assert_int_equal(fg_config_load(&config, path, &error), -EFBIG);
    snprintf(message, sizeof(message), "%s: has 65537 bytes, more than the 65536 allowed", path);
    assert_string_equal(error.text, message);
    fg_testing_write(path, large, sizeof(large) - 1);
    assert_int_equal(fg_config_load(&config, path, &error), 0);

    fg_testing_write(path, "[camera]\nfps = 7\nfps = 8\n", 25);
    assert_int_equal(fg_config_load(&config, path, &error), -EINVAL);
    snprintf(message, sizeof(message),
             "%s:3: [camera] fps is already set on line 2: remove one of the two", path);
    assert_string_equal(error.text, message);

    /* root reads everything: become somebody who cannot. */
    bool root = geteuid() == 0;
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chmod(path, 0), 0);
    if (root) {
        assert_int_equal(seteuid(NOBODY), 0);
    }
    int result = fg_config_load(&config, path, &error);
    if (root) {
        assert_int_equal(seteuid(0), 0);
    }
    assert_int_equal(result, -EACCES);
    snprintf(message, sizeof(message), "%s: Permission denied", path);
    assert_string_equal(error.text, message);

    free(path);
    fg_testing_remove(folder);
}

static void write_part(const char *folder, const char *name, const char *text)
{
    char *path = fg_testing_path(folder, name);
    fg_testing_write(path, text, strlen(text));
    free(path);
}

static void later_files_of_a_folder_override_earlier_ones(void **state)
{
    (void)state;
    char *folder = fg_testing_folder();
    fg_error error = {""};
    fg_config_init(&config);
    write_part(folder, "20-door.conf", "[camera]\nfps = 8\n[delivery]\ntimeout = 3\n");
    write_part(folder, "10-first.conf", "[camera]\nfps = 7\nmin_fps = 5\n");
    write_part(folder, ".hidden.conf", "[camera]\nfps = 9\n");
    write_part(folder, "30-old.conf.dpkg-old", "nonsense");
    write_part(folder, "30-old.conf~", "nonsense");
    write_part(folder, ".conf", "nonsense");
    assert_int_equal(fg_config_load_folder(&config, folder, &error), 0);
    assert_int_equal(config.camera.fps, 8);
    assert_int_equal(config.camera.min_fps, 5);
    assert_true(config.delivery.timeout == 3);
    fg_testing_remove(folder);
}

static void a_bad_file_of_a_folder_is_named_with_its_line(void **state)
{
    (void)state;
    char *folder = fg_testing_folder();
    char message[512];
    fg_error error = {""};
    fg_config_init(&config);
    write_part(folder, "10-good.conf", "[camera]\nfps = 7\n");
    write_part(folder, "20-bad.conf", "[camera]\nfps = 0\n");
    assert_int_equal(fg_config_load_folder(&config, folder, &error), -EINVAL);
    snprintf(message, sizeof(message), "%s/20-bad.conf:2: [camera] fps is", folder);
    assert_memory_equal(error.text, message, strlen(message));
    fg_testing_remove(folder);
}

static void a_folder_that_is_not_there_is_no_error(void **state)
{
    (void)state;
    static fg_config expected;
    fg_error error = {""};
    fg_config_init(&config);
    fg_config_init(&expected);
    assert_int_equal(fg_config_load_folder(&config, "/no/such/folder", &error), 0);
    assert_memory_equal(&config, &expected, sizeof(config));
}

/* Whether this machine has one or not, the default file is either read or not missed. */
static void the_default_file_may_be_absent(void **state)
{
    (void)state;
    static fg_config expected;
    fg_config_init(&config);
    fg_config_init(&expected);
    int result =
        access(FG_CONFIG_FILE, F_OK) == 0 ? fg_config_load(&expected, FG_CONFIG_FILE, NULL) : 0;
    assert_int_equal(fg_config_load(&config, NULL, NULL), result);
    assert_memory_equal(&config, &expected, sizeof(config));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_manual),
        cmocka_unit_test(a_file_sets_every_key),
        cmocka_unit_test(bad_files_are_refused_with_file_and_line),
        cmocka_unit_test(a_line_is_taken_whole_or_refused),
        cmocka_unit_test(later_origins_win_and_are_remembered),
        cmocka_unit_test(later_files_of_a_folder_override_earlier_ones),
        cmocka_unit_test(a_bad_file_of_a_folder_is_named_with_its_line),
        cmocka_unit_test(a_folder_that_is_not_there_is_no_error),
        cmocka_unit_test(the_whole_is_checked),
        cmocka_unit_test(more_views_cannot_have_to_agree_than_are_looked_at),
        cmocka_unit_test(nobody_is_refused_before_enough_views_can_have_come),
        cmocka_unit_test(slower_frames_in_the_dark_count_where_somebody_wished_for_them),
        cmocka_unit_test(listed_values_give_the_same_configuration_again),
        cmocka_unit_test(files_that_cannot_be_read_are_named),
        cmocka_unit_test(the_default_file_may_be_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
