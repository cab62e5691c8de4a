/* Encrypted pictures, decrypted by Python's cryptography as the backend in the field does it. */
#include "facegate/clock.h"
#include "post_office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static post_office office;

static char *write_key(const char *text)
{
    char *path = fg_testing_path(office.folder, "picture.key");
    fg_testing_write(path, text, strlen(text));
    return path;
}

static void restart(const char *receivers_key)
{
    fg_receiver_stop(&office.receiver);
    office.receiver.picture_key = receivers_key;
    fg_receiver_start(&office.receiver);
}

static void the_backend_decrypts_what_was_sent(const char *key)
{
    char digest[65];
    restart(key);
    char *path = write_key(key);
    office.options.picture_key = path;
    fg_event event = {.status = "Accepted", .user_name = "Ada", .rfid_id = "00000000"};
    int dropped;
    uint8_t *jpeg = fg_testing_jpeg(640, 480, 1, &event.jpeg_size);
    event.jpeg = jpeg;
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
    assert_int_equal(fg_outbox_put(office.outbox, &event, &dropped, NULL), 0);
    post_office_send(&office);
    post_office_expect_sent(&office, 1);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    fg_testing_sha256(jpeg, event.jpeg_size, digest);
    const cJSON *sum = cJSON_GetObjectItem(cJSON_GetArrayItem(seen, 0), "image_sha256");
    assert_non_null(sum);
    assert_string_equal(sum->valuestring, digest);
    cJSON_Delete(seen);
    free(jpeg);
    free(path);
}

static void a_key_of_16_bytes_is_taken_as_it_is(void **state)
{
    (void)state;
    the_backend_decrypts_what_was_sent("0123456789abcdef");
}

static void any_other_key_is_hashed(void **state)
{
    (void)state;
    the_backend_decrypts_what_was_sent("a sentence that is longer than sixteen bytes");
}

static void an_event_that_another_key_encrypted_is_set_aside(void **state)
{
    (void)state;
    restart("0123456789abcdef");
    char *path = write_key("another one");
    office.options.picture_key = path;
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_set_aside(&office, 1);
    assert_int_equal(post_office_logged(&office, "image cannot be decrypted"), 1);
    free(path);
}

static void a_key_that_is_gone_lets_events_wait_until_it_is_back(void **state)
{
    (void)state;
    restart("0123456789abcdef");
    char *path = write_key("0123456789abcdef");
    office.options.picture_key = path;
    post_office_send(&office);
    remove(path);
    post_office_put(&office, 1);
    post_office_expect_log(&office, "Failed to send auth data: picture_key ", 1);
    free(path);
    free(write_key("0123456789abcdef\n"));
    post_office_expect_sent(&office, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OFFICE(a_key_of_16_bytes_is_taken_as_it_is),
        WITH_OFFICE(any_other_key_is_hashed),
        WITH_OFFICE(an_event_that_another_key_encrypted_is_set_aside),
        WITH_OFFICE(a_key_that_is_gone_lets_events_wait_until_it_is_back),
    };
    return cmocka_run_group_tests_name("picture_key", tests, NULL, NULL);
}
