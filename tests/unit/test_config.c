#include "base/config_file.h"
#include "facegate/config.h"
#include "testing.h"

#include <errno.h>
#include <grp.h>
#include <math.h>
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
    assert_int_equal(config.camera.width, 640);
    assert_int_equal(config.camera.height, 480);
    assert_int_equal(config.camera.fps, 30);
    assert_int_equal(config.vision.min_face, 80);
    assert_string_equal(config.vision.models, "/usr/share/facegate/models");
    assert_string_equal(config.access.encodings, "/var/lib/facegate/encodings.json");
    assert_true(config.access.tolerance == 0.5);
    assert_string_equal(config.access.unknown_name, "Inconnu");
    assert_string_equal(config.access.refused_reason, "Visage non reconnu");
    assert_string_equal(config.access.no_badge, "00000000");
    assert_string_equal(config.delivery.backend_url, "http://localhost:5000");
    assert_true(config.delivery.send_interval == 1);
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
                  "[vision]\n"
                  "min_face = 60\n"
                  "models = /m\n"
                  "[access]\n"
                  "encodings = e.json\n"
                  "tolerance = 0.45\n"
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
                  "image = face\n"
                  "jpeg_quality = 75\n"
                  "outbox = /o.db\n"
                  "outbox_max_events = 50\n"
                  "outbox_max_bytes = 32 MiB");
    assert_string_equal(config.camera.source, "images:/a b/*.jpg");
    assert_int_equal(config.camera.width, 1280);
    assert_int_equal(config.camera.height, 720);
    assert_int_equal(config.camera.fps, 15);
    assert_int_equal(config.vision.min_face, 60);
    assert_string_equal(config.vision.models, "/m");
    assert_string_equal(config.access.encodings, "e.json");
    assert_true(config.access.tolerance == 0.45);
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
    assert_int_equal(config.delivery.image, FG_IMAGE_FACE);
    assert_int_equal(config.delivery.jpeg_quality, 75);
    assert_string_equal(config.delivery.outbox, "/o.db");
    assert_int_equal(config.delivery.outbox_max_events, 50);
    assert_int_equal(config.delivery.outbox_max_bytes, 32 << 20);
    assert_int_equal(fg_config_check(&config, NULL), 0);
}

/* Of every key with a range: the smallest and the largest value taken, and the next beyond each. */
static void ranges_end_where_the_manual_says(void **state)
{
    (void)state;
    static const struct {
        const char *section, *key, *smallest, *largest, *below, *above, *range;
    } rows[] = {
        {"camera", "width", "160", "4096", "159", "4097", "160 to 4096 (pixels)"},
        {"camera", "height", "120", "4096", "119", "4097", "120 to 4096 (pixels)"},
        {"camera", "fps", "1", "120", "0", "121", "1 to 120 (frames per second)"},
        {"vision", "min_face", "40", "1000", "39", "1001", "40 to 1000 (pixels)"},
        {"access", "tolerance", "0.2", "0.8", "0.19999", "0.80001",
         "0.2 to 0.8 (Euclidean distance)"},
        {"delivery", "send_interval", "0.1", "3600", "0.0999", "3600.001", "0.1 to 3600 (seconds)"},
        {"delivery", "timeout", "1", "300", "0.9", "300.1", "1 to 300 (seconds)"},
        {"delivery", "connect_timeout", "1", "60", "0.9", "60.1", "1 to 60 (seconds)"},
        {"delivery", "drain_timeout", "0", "60", "-0", "60.1", "0 to 60 (seconds)"},
        {"delivery", "jpeg_quality", "30", "100", "29", "101", "30 to 100 (JPEG quality)"},
        {"delivery", "outbox_max_events", "1", "100000", "0", "100001", "1 to 100000 (events)"},
        {"delivery", "outbox_max_bytes", "1048576", "1G", "1048575", "1025M",
         "1M to 1024M (bytes, or with K, M or G)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_config_init(&config);
        const char *good[] = {rows[i].smallest, rows[i].largest};
        const char *bad[] = {rows[i].below, rows[i].above};
        for (size_t k = 0; k < 2; k++) {
            fg_error error = {""};
            char message[256];
            assert_int_equal(
                fg_config_set(&config, rows[i].section, rows[i].key, good[k], "--x", NULL), 0);
            assert_int_equal(
                fg_config_set(&config, rows[i].section, rows[i].key, bad[k], "--x", &error),
                -EINVAL);
            snprintf(message, sizeof(message), "--x: [%s] %s is \"%s\": it takes %s",
                     rows[i].section, rows[i].key, bad[k], rows[i].range);
            assert_string_equal(error.text, message);
        }
    }
}

static void numbers_are_digits_and_nothing_else(void **state)
{
    (void)state;
    static const char *const neither[] = {"",
                                          "abc",
                                          "1e1",
                                          "0x10",
                                          "inf",
                                          "nan",
                                          "1 2",
                                          "+5",
                                          "-5",
                                          " 5",
                                          "5 ",
                                          "5s",
                                          "1,5",
                                          ".",
                                          "1.2.3",
                                          "99999999999999999999",
                                          "0.0000000000000000005",
                                          "5.000000000000000",
                                          "\xD9\xA5"};
    static const char *const fractions[] = {"5.0", "5.", "50.5"};
    fg_config_init(&config);
    for (size_t i = 0; i < COUNT(neither); i++) {
        assert_int_equal(fg_config_set(&config, "camera", "fps", neither[i], "", NULL), -EINVAL);
        assert_int_equal(fg_config_set(&config, "delivery", "timeout", neither[i], "", NULL),
                         -EINVAL);
    }
    for (size_t i = 0; i < COUNT(fractions); i++) {
        assert_int_equal(fg_config_set(&config, "camera", "fps", fractions[i], "", NULL), -EINVAL);
        assert_int_equal(fg_config_set(&config, "delivery", "timeout", fractions[i], "", NULL), 0);
    }
    assert_int_equal(config.camera.fps, 30);
    assert_true(config.delivery.timeout == 50.5);
    assert_int_equal(fg_config_set(&config, "delivery", "send_interval", ".3", "", NULL), 0);
    assert_true(config.delivery.send_interval == 0.3);
}

static void bytes_take_a_suffix(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t bytes;
    } rows[] = {
        {"2000000", 2000000}, {"2048K", 2 << 20},    {"2048 KiB", 2 << 20}, {"16M", 16 << 20},
        {"16 MiB", 16 << 20}, {"16  MiB", 16 << 20}, {"1G", 1 << 30},       {"1GiB", 1 << 30},
    };
    static const char *const bad[] = {"16m", "16 MB", "M", "1.5G", "16Mi", "16 M B", "-16M", ""};
    fg_config_init(&config);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(
            fg_config_set(&config, "delivery", "outbox_max_bytes", rows[i].text, "", NULL), 0);
        assert_int_equal(config.delivery.outbox_max_bytes, rows[i].bytes);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(fg_config_set(&config, "delivery", "outbox_max_bytes", bad[i], "", NULL),
                         -EINVAL);
    }
}

static void texts_paths_and_choices_are_checked(void **state)
{
    (void)state;
    char long_text[FG_CONFIG_TEXT + 1];
    memset(long_text, 'x', sizeof(long_text));
    long_text[FG_CONFIG_TEXT] = '\0';
    static const char text_range[] = "it takes 1 to 128 bytes of UTF-8 without control characters";
    static const struct {
        const char *section, *key, *value, *message;
    } rows[] = {
        {"access", "no_badge", "", "[access] no_badge is \"\": "},
        {"access", "no_badge", "a\tb", "[access] no_badge is \"a?b\": "},
        {"access", "unknown_name", "a\xC2\x85", "[access] unknown_name is \"a?\": "},
        {"access", "unknown_name", "\xFF", "[access] unknown_name is \"?\": "},
        {"access", "refused_reason", "\xED\xA0\x80", "[access] refused_reason is \"???\": "},
        {"access", "encodings", "", "[access] encodings is \"\": it takes the path of a file"},
        {"vision", "models", "", "[vision] models is \"\": it takes the path of a folder"},
        {"delivery", "ca_file", "\x1B[2J",
         "[delivery] ca_file is \"?[2J\": it takes the path of a file, or nothing"},
        {"delivery", "image", "Face", "[delivery] image is \"Face\": it takes frame or face"},
        {"camera", "source", "usb",
         "[camera] source is \"usb\": it takes auto, libcamera:ID or images:PATH"},
        {"camera", "source",
         "images:", "[camera] source is \"images:\": it takes auto, libcamera:ID or images:PATH"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_error error = {""};
        char message[256];
        fg_config_init(&config);
        snprintf(message, sizeof(message), "--x: %s%s", rows[i].message,
                 strstr(rows[i].message, "it takes") == NULL ? text_range : "");
        assert_int_equal(
            fg_config_set(&config, rows[i].section, rows[i].key, rows[i].value, "--x", &error),
            -EINVAL);
        assert_string_equal(error.text, message);
    }
    fg_error error = {""};
    assert_int_equal(fg_config_set(&config, "access", "no_badge", long_text, "--x", &error),
                     -EINVAL);
    assert_string_equal(error.text,
                        "--x: [access] no_badge is "
                        "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\": "
                        "it takes 1 to 128 bytes of UTF-8 without control characters");
    assert_string_equal(config.access.no_badge, "00000000");
    long_text[FG_CONFIG_TEXT - 1] = '\0';
    assert_int_equal(fg_config_set(&config, "access", "no_badge", long_text, "--x", NULL), 0);
    assert_string_equal(config.access.no_badge, long_text);

    char long_path[FG_CONFIG_PATH + 1];
    memset(long_path, '/', sizeof(long_path));
    long_path[FG_CONFIG_PATH] = '\0';
    assert_int_equal(fg_config_set(&config, "access", "encodings", long_path, "", NULL), -EINVAL);
    long_path[FG_CONFIG_PATH - 1] = '\0';
    assert_int_equal(fg_config_set(&config, "access", "encodings", long_path, "", NULL), 0);
    assert_int_equal(fg_config_set(&config, "delivery", "token_file", "", "", NULL), 0);
    assert_int_equal(fg_config_set(&config, "camera", "source", "libcamera:/base/x", "", NULL), 0);
}

static void backend_addresses_are_a_scheme_a_host_and_a_port(void **state)
{
    (void)state;
    static const struct {
        const char *url, *kept;
    } good[] = {
        {"http://localhost", "http://localhost"},
        {"HTTP://10.0.0.1:80/", "http://10.0.0.1:80"},
        {"https://porte.\xC3\xA9"
         "cole.fr:65535",
         "https://porte.\xC3\xA9"
         "cole.fr:65535"},
        {"http://[::1]:5000", "http://[::1]:5000"},
        {"https://[fe80::1]/", "https://[fe80::1]"},
    };
    static const char path[] = "it must end after host and port: /api/auth_logs is added to it";
    static const char scheme[] = "it must start with http:// or https://";
    static const struct {
        const char *url, *shown, *message;
    } bad[] = {
        {"ftp://host", "ftp://host", scheme},
        {"host:5000", "host:5000", scheme},
        {"", "", scheme},
        {"http:/host", "http:/host", scheme},
        {"http://", "http://", "its host is missing"},
        {"http:///", "http:///", "its host is missing"},
        {"http://:80", "http://:80", "its host is missing"},
        {"http://h/api/auth_logs", "http://h/api/auth_logs", path},
        {"http://h//", "http://h//", path},
        {"http://h?a=b", "http://h?a=b", path},
        {"http://h#a", "http://h#a", path},
        {"http://me:secret@h", "http://...@h",
         "it must not have a user name or password: use token_file"},
        {"http://h:0", "http://h:0", "its port must be 1 to 65535"},
        {"http://h:65536", "http://h:65536", "its port must be 1 to 65535"},
        {"http://h:", "http://h:", "its port must be 1 to 65535"},
        {"http://h:5000x", "http://h:5000x", "its port must be 1 to 65535"},
        {"http://::1", "http://::1", "its IPv6 address must stand as [ADDRESS]"},
        {"http://[::1", "http://[::1", "its IPv6 address must stand as [ADDRESS]"},
        {"http://[::1]:x", "http://[::1]:x", "its port must be 1 to 65535"},
        {"http://[::1]5", "http://[::1]5", "something follows its host that is no port"},
        {"http://a b", "http://a b", "it must not have a space"},
        {"http://a\tb", "http://a?b", "it has a control character (U+0009)"},
        {"http://a\"b", "http://a\"b", "its host has a character no host name has"},
        {"http://a%2eb", "http://a%2eb", "its host has a character no host name has"},
        {"http://\xFF", "http://?", "it is not valid UTF-8"},
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        fg_config_init(&config);
        assert_int_equal(fg_config_set(&config, "delivery", "backend_url", good[i].url, "", NULL),
                         0);
        assert_string_equal(config.delivery.backend_url, good[i].kept);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        fg_error error = {""};
        char message[256];
        fg_config_init(&config);
        assert_int_equal(
            fg_config_set(&config, "delivery", "backend_url", bad[i].url, "--backend-url", &error),
            -EINVAL);
        snprintf(message, sizeof(message), "--backend-url: [delivery] backend_url is \"%s\": %s",
                 bad[i].shown, bad[i].message);
        assert_string_equal(error.text, message);
        assert_string_equal(config.delivery.backend_url, "http://localhost:5000");
    }
    char long_url[1024] = "http://";
    memset(long_url + 7, 'a', 600);
    fg_error error = {""};
    assert_int_equal(
        fg_config_set(&config, "delivery", "backend_url", long_url, "--backend-url", &error),
        -EINVAL);
    assert_non_null(strstr(error.text, "...\": it has 607 bytes, more than the 511 allowed"));
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
         "t.conf:2: [camera] fps is \"fast\": it takes 1 to 120 (frames per second)"},
        {"[camera]\n\n\nfps = 121\n",
         "t.conf:4: [camera] fps is \"121\": it takes 1 to 120 (frames per second)"},
        {"[delivery]\nsend_interval = abc\n",
         "t.conf:2: [delivery] send_interval is \"abc\": it takes 0.1 to 3600 (seconds)"},
        {"[camera]\nfps = 10\nwidth = 640\nfps = 10\n",
         "t.conf:4: [camera] fps stands here again, after line 2: remove one of them"},
        {"[camera]\nfps = 10\n[vision]\n[camera]\nfps = 11\n",
         "t.conf:5: [camera] fps stands here again, after line 2: remove one of them"},
        {"fps = 10\n", "t.conf:1: \"fps\" stands before any section: put it below [camera]"},
        {"zoom = 10\n", "t.conf:1: \"zoom\" stands before any section: put it below [section]"},
        {"[delivry]\n", "t.conf:1: there is no section [delivry]: did you mean [delivery]?"},
        {"[ camera ]\n", "t.conf:1: there is no section [ camera ]: did you mean [camera]?"},
        {"[network]\n", "t.conf:1: there is no section [network]: there are camera, vision, "
                        "access and delivery"},
        {"[]\n", "t.conf:1: there is no section []: there are camera, vision, access and "
                 "delivery"},
        {"[camera\n", "t.conf:1: the section's closing ] is missing"},
        {"[camera] fps = 3\n", "t.conf:1: something follows [camera]: put it on a line of its own"},
        {"[camera]\nfps\n", "t.conf:2: the line is neither a [section] nor a key = value"},
        {"[camera]\nfps\nzoom = 2\n",
         "t.conf:2: the line is neither a [section] nor a key = value"},
        {"[camera]\nsource = images:/a\n  b.jpg\n",
         "t.conf:3: the line is indented: start it at the margin, values cannot go on"},
        {"[camera]\n\tfps = 3\n",
         "t.conf:2: the line is indented: start it at the margin, values cannot go on"},
        {"[camera]\nfps = 3\v\n", "t.conf:2: the line has a control character (0x0B)"},
        {"[delivery]\nbackend_url = ftp://door\n",
         "t.conf:2: [delivery] backend_url is \"ftp://door\": it must start with http:// or "
         "https://"},
        {"[delivery]\nbackend_url = http://door/api\n",
         "t.conf:2: [delivery] backend_url is \"http://door/api\": it must end after host and "
         "port: /api/auth_logs is added to it"},
        {"[camera]\nfps =\n",
         "t.conf:2: [camera] fps is \"\": it takes 1 to 120 (frames per second)"},
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
                                    "is \"abc\": it takes 0.1 to 3600 (seconds)");
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
    snprintf(message, sizeof(message), "%s: there is no such file: check --config", path);
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
             "%s:3: [camera] fps stands here again, after line 2: remove one of them", path);
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
        cmocka_unit_test(ranges_end_where_the_manual_says),
        cmocka_unit_test(numbers_are_digits_and_nothing_else),
        cmocka_unit_test(bytes_take_a_suffix),
        cmocka_unit_test(texts_paths_and_choices_are_checked),
        cmocka_unit_test(backend_addresses_are_a_scheme_a_host_and_a_port),
        cmocka_unit_test(bad_files_are_refused_with_file_and_line),
        cmocka_unit_test(a_line_is_taken_whole_or_refused),
        cmocka_unit_test(later_origins_win_and_are_remembered),
        cmocka_unit_test(the_whole_is_checked),
        cmocka_unit_test(listed_values_give_the_same_configuration_again),
        cmocka_unit_test(files_that_cannot_be_read_are_named),
        cmocka_unit_test(the_default_file_may_be_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
