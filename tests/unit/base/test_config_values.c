/* What a key takes and what it refuses, each with the message for it. */
#include "facegate/base/config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static fg_config config; /* large */

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
        {"camera", "min_fps", "1", "120", "0", "121", "1 to 120 (frames per second)"},
        {"camera", "focus", "0.05", "100", "0.0499", "100.1", "auto, or 0.05 to 100 (metres)"},
        {"camera", "exposure_value", "-4", "4", "-4.1", "4.1", "-4 to 4 (stops)"},
        {"camera", "stall_timeout", "2", "60", "1.9", "60.1", "2 to 60 (seconds)"},
        {"vision", "min_face", "40", "1000", "39", "1001", "40 to 1000 (pixels)"},
        {"vision", "scan_interval", "0.05", "10", "0.0499", "10.001", "0.05 to 10 (seconds)"},
        {"vision", "rescan_interval", "0.25", "60", "0.2499", "60.1", "0.25 to 60 (seconds)"},
        {"vision", "track_timeout", "0.1", "10", "0.0999", "10.001", "0.1 to 10 (seconds)"},
        {"access", "tolerance", "0.2", "0.8", "0.19999", "0.80001",
         "0.2 to 0.8 (Euclidean distance)"},
        {"access", "margin", "0", "0.3", "-0", "0.30001", "0 to 0.3 (Euclidean distance)"},
        {"access", "confirm", "1", "10", "0", "11", "1 to 10 (good views)"},
        {"access", "window", "1", "10", "0", "11", "1 to 10 (views)"},
        {"access", "refuse_after", "1", "50", "0", "51", "1 to 50 (good views)"},
        {"access", "decide_within", "0.1", "10", "0.0999", "10.001", "0.1 to 10 (seconds)"},
        {"delivery", "send_interval", "0.1", "3600", "0.0999", "3600.001", "0.1 to 3600 (seconds)"},
        {"delivery", "stranger_rate", "1", "100", "0", "101", "1 to 100 (events a second)"},
        {"delivery", "timeout", "1", "300", "0.9", "300.1", "1 to 300 (seconds)"},
        {"delivery", "connect_timeout", "1", "60", "0.9", "60.1", "1 to 60 (seconds)"},
        {"delivery", "drain_timeout", "0", "60", "-0", "60.1", "0 to 60 (seconds)"},
        {"delivery", "jpeg_quality", "30", "100", "29", "101", "30 to 100 (JPEG quality)"},
        {"delivery", "outbox_max_events", "1", "100000", "0", "100001", "1 to 100000 (events)"},
        {"delivery", "outbox_max_bytes", "1048576", "1G", "1048575", "1025M",
         "1M to 1024M (bytes; K, M and G are accepted)"},
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
            snprintf(message, sizeof(message), "--x: [%s] %s is \"%s\": it must be %s",
                     rows[i].section, rows[i].key, bad[k], rows[i].range);
            assert_string_equal(error.text, message);
        }
    }
}

static void a_view_is_one_of_two_words_or_a_size(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        fg_config_view view;
    } good[] = {
        {"full", {FG_VIEW_FULL, 0, 0}},
        {"fast", {FG_VIEW_FAST, 0, 0}},
        {"1640x1232", {FG_VIEW_SIZE, 1640, 1232}},
        {"1x32768", {FG_VIEW_SIZE, 1, 32768}},
    };
    static const char *const bad[] = {"",
                                      "Full",
                                      "1640",
                                      "1640x",
                                      "x1232",
                                      "0x480",
                                      "640x0",
                                      "640x480x",
                                      "640X480",
                                      "640 x 480",
                                      "-1x1",
                                      "32769x1",
                                      "1x99999999999999999999"};
    for (size_t i = 0; i < COUNT(good); i++) {
        fg_config_init(&config);
        assert_int_equal(fg_config_set(&config, "camera", "view", good[i].value, "--x", NULL), 0);
        assert_int_equal(config.camera.view.kind, good[i].view.kind);
        assert_int_equal(config.camera.view.width, good[i].view.width);
        assert_int_equal(config.camera.view.height, good[i].view.height);
        for (size_t k = 0; k < COUNT(bad); k++) {
            fg_error error = {""};
            char message[256];
            assert_int_equal(fg_config_set(&config, "camera", "view", bad[k], "--x", &error),
                             -EINVAL);
            snprintf(message, sizeof(message),
                     "--x: [camera] view is \"%s\": it must be full, fast, or the size of a sensor "
                     "mode such as 1640x1232",
                     bad[k]);
            assert_string_equal(error.text, message);
            assert_int_equal(config.camera.view.width, good[i].view.width);
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
    static const char text_range[] =
        "it must be 1 to 128 bytes of UTF-8 without control characters";
    static const struct {
        const char *section, *key, *value, *message;
    } rows[] = {
        {"access", "no_badge", "", "[access] no_badge is \"\": "},
        {"access", "no_badge", "a\tb", "[access] no_badge is \"a?b\": "},
        {"access", "unknown_name", "a\xC2\x85", "[access] unknown_name is \"a?\": "},
        {"access", "unknown_name", "\xFF", "[access] unknown_name is \"?\": "},
        {"access", "refused_reason", "\xED\xA0\x80", "[access] refused_reason is \"???\": "},
        {"access", "encodings", "", "[access] encodings is \"\": it must be the path of a file"},
        {"vision", "models", "", "[vision] models is \"\": it must be the path of a folder"},
        {"delivery", "ca_file", "\x1B[2J",
         "[delivery] ca_file is \"?[2J\": it must be the path of a file, or empty"},
        {"delivery", "image", "Face", "[delivery] image is \"Face\": it must be frame or face"},
        {"camera", "rotation", "45", "[camera] rotation is \"45\": it must be 0, 90, 180 or 270"},
        {"camera", "rotation", "0|90",
         "[camera] rotation is \"0|90\": it must be 0, 90, 180 or 270"},
        {"camera", "flip", "",
         "[camera] flip is \"\": it must be none, horizontal, vertical or both"},
        {"camera", "exposure", "shor", "[camera] exposure is \"shor\": it must be normal or short"},
        {"camera", "flicker", "55", "[camera] flicker is \"55\": it must be off, 50 or 60"},
        {"camera", "focus", "Auto",
         "[camera] focus is \"Auto\": it must be auto, or 0.05 to 100 (metres)"},
        {"camera", "focus", "0",
         "[camera] focus is \"0\": it must be auto, or 0.05 to 100 (metres)"},
        {"camera", "focus", "-1",
         "[camera] focus is \"-1\": it must be auto, or 0.05 to 100 (metres)"},
        {"camera", "exposure_value", "--1",
         "[camera] exposure_value is \"--1\": it must be -4 to 4 (stops)"},
        {"camera", "exposure_value", "-",
         "[camera] exposure_value is \"-\": it must be -4 to 4 (stops)"},
        {"camera", "exposure_value", "+1",
         "[camera] exposure_value is \"+1\": it must be -4 to 4 (stops)"},
        {"camera", "source", "usb",
         "[camera] source is \"usb\": it must be auto, libcamera:ID or images:PATH"},
        {"camera", "source", "/dev/video0",
         "[camera] source is \"/dev/video0\": it must be auto, libcamera:ID or images:PATH; "
         "\"facegate cameras\" shows the ids of this machine's cameras, those on USB too"},
        {"camera", "source", "rtsp://me:secret@cam/1",
         "[camera] source is \"rtsp://...@cam/1\": it must be auto, libcamera:ID or images:PATH; "
         "network "
         "cameras cannot be used, \"facegate cameras\" shows those that can"},
        {"camera", "source", "/srv/1.jpg",
         "[camera] source is \"/srv/1.jpg\": it must be auto, libcamera:ID or images:PATH; for "
         "pictures write \"images:\" before the path"},
        {"camera", "source",
         "images:", "[camera] source is \"images:\": it must be auto, libcamera:ID or images:PATH"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_error error = {""};
        char message[256];
        fg_config_init(&config);
        snprintf(message, sizeof(message), "--x: %s%s", rows[i].message,
                 strstr(rows[i].message, "it must be") == NULL ? text_range : "");
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
                        "it must be 1 to 128 bytes of UTF-8 without control characters");
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

static void backend_addresses_are_a_scheme_a_host_a_port_and_a_path(void **state)
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
        {"http://h//", "http://h"},
        {"https://nas/door", "https://nas/door"},
        {"https://nas:8443/a/b%20c/", "https://nas:8443/a/b%20c"},
    };
    static const char path[] = "it must end before /api/auth_logs, which facegate adds";
    static const char query[] =
        "it must end before the \"?\" or \"#\": facegate adds /api/auth_logs";
    static const char character[] = "its path has a character that must be written as %XX";
    static const char scheme[] = "it must start with http:// or https://";
    static const struct {
        const char *url, *shown, *message;
    } bad[] = {
        {"ftp://host", "ftp://host", scheme},
        {"host:5000", "host:5000", scheme},
        {"", "", scheme},
        {"http:/host", "http:/host", scheme},
        {"http://", "http://", "the host is missing"},
        {"http:///", "http:///", "the host is missing"},
        {"http://:80", "http://:80", "the host is missing"},
        {"http://h/api/auth_logs", "http://h/api/auth_logs", path},
        {"http://h/door/api/auth_logs/", "http://h/door/api/auth_logs/", path},
        {"http://h?a=b", "http://h?a=b", query},
        {"http://h/door?a=b", "http://h/door?a=b", query},
        {"http://h#a", "http://h#a", query},
        {"http://h/\"", "http://h/\"", character},
        {"http://h/\xC3\xA9", "http://h/\xC3\xA9", character},
        {"http://me:secret@h", "http://...@h",
         "it must not contain a user name or password: use token_file"},
        {"http://h:0", "http://h:0", "the port must be 1 to 65535"},
        {"http://h:65536", "http://h:65536", "the port must be 1 to 65535"},
        {"http://h:", "http://h:", "the port must be 1 to 65535"},
        {"http://h:5000x", "http://h:5000x", "the port must be 1 to 65535"},
        {"http://::1", "http://::1", "an IPv6 address must be in brackets: [ADDRESS]"},
        {"http://[::1", "http://[::1", "an IPv6 address must be in brackets: [ADDRESS]"},
        {"http://[::1]:x", "http://[::1]:x", "the port must be 1 to 65535"},
        {"http://[::1]5", "http://[::1]5",
         "the text after the host is not a port: write HOST:PORT"},
        {"http://a b", "http://a b", "it must not contain a space"},
        {"http://a\tb", "http://a?b", "it has a control character (U+0009)"},
        {"http://a\"b", "http://a\"b", "the host has a character that host names cannot have"},
        {"http://a%2eb", "http://a%2eb", "the host has a character that host names cannot have"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_end_where_the_manual_says),
        cmocka_unit_test(a_view_is_one_of_two_words_or_a_size),
        cmocka_unit_test(numbers_are_digits_and_nothing_else),
        cmocka_unit_test(bytes_take_a_suffix),
        cmocka_unit_test(texts_paths_and_choices_are_checked),
        cmocka_unit_test(backend_addresses_are_a_scheme_a_host_a_port_and_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
