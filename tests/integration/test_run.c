/* The daemon from picture to backend, with the real models, a real outbox and a real HTTP server.
 */
#include "door.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define SCENE_FRAMES 60

static fg_door door;

static int open_door(void **state)
{
    (void)state;
    /* Timeouts that no machine reaches, however slow: what is proven is order, not time. */
    fg_door_open(&door, "send_interval = 0.1\ndrain_timeout = 60\ntimeout = 300\n");
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

static const char *text_of(const cJSON *entry, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(entry, key);
    assert_true(cJSON_IsString(value));
    return value->valuestring;
}

static void a_run_over_images_posts_whom_it_saw_and_ends_with_0(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, NULL};
    fg_door_run(&door, "run", options);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);

    cJSON *entries = fg_receiver_stored(&door.receiver);
    int accepted = 0, refused = 0;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, entries)
    {
        if (strcmp(text_of(entry, "status"), "Accepted") == 0) {
            accepted++;
            assert_string_equal(text_of(entry, "user_name"), "Ada");
            assert_string_equal(text_of(entry, "rfid_id"), "D8E2F1G3");
            assert_null(cJSON_GetObjectItemCaseSensitive(entry, "reason"));
        } else {
            refused++;
            assert_string_equal(text_of(entry, "status"), "Refused");
            assert_string_equal(text_of(entry, "user_name"), "Inconnu");
            assert_string_equal(text_of(entry, "rfid_id"), "00000000");
            assert_string_equal(text_of(entry, "reason"), "Visage non reconnu");
        }
        assert_non_null(strstr(text_of(entry, "image_path"), "/static/img/"));
    }
    cJSON_Delete(entries);
    assert_true(accepted > 0);
    assert_true(refused > 0);
    assert_true(fg_door_count(&door, "Face detected: Ada") == accepted);
    assert_true(fg_door_count(&door, "Auth data sent successfully for Ada") == accepted);
    assert_true(fg_door_count(&door, "Image saved at: /static/img/") == accepted + refused);
    free(images);
}

static void the_same_pictures_give_the_same_decisions_at_any_speed(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, "--verbose", NULL};
    fg_door_run(&door, "fast", options);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
    char *fast = fg_door_decisions(&door);
    int fast_events = fg_door_count(&door, "Face detected: ");

    /* A machine that stands still again and again is a slow one. */
    fg_door_run(&door, "slow", options);
    for (int i = 0; i < 10; i++) {
        fg_door_expect(&door, "DEBUG recognition", 1 + 4 * i);
        fg_process_signal(&door.daemon, SIGSTOP);
        nanosleep(&(struct timespec){.tv_nsec = 150 * 1000 * 1000}, NULL);
        fg_process_signal(&door.daemon, SIGCONT);
    }
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
    char *slow = fg_door_decisions(&door);
    assert_true(strlen(fast) > 1000);
    assert_string_equal(fast, slow);
    assert_int_equal(fg_door_count(&door, "Face detected: "), fast_events);
    free(fast);
    free(slow);
    free(images);
}

static void a_hanging_backend_does_not_hold_up_the_camera(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, "--verbose", "--loop", NULL};
    fg_receiver_control(&door.receiver, "{\"mode\": \"hang\"}");
    fg_door_run(&door, "run", options);
    fg_receiver_expect_seen(&door.receiver, 1);
    /* The first request is still unanswered while two more rounds of the scene are judged. */
    int before = fg_door_count(&door, "DEBUG recognition");
    fg_door_expect(&door, "DEBUG recognition", before + 2 * SCENE_FRAMES);
    assert_int_equal(fg_door_count(&door, "Network error sending auth data"), 0);
    free(images);
}

static void check_order_and_times(cJSON *seen)
{
    const char *last = "";
    int count = cJSON_GetArraySize(seen);
    for (int i = 0; i < count; i++) {
        const char *time = text_of(cJSON_GetArrayItem(seen, i), "timestamp");
        assert_true(strcmp(last, time) <= 0);
        last = time;
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(text_of(cJSON_GetArrayItem(seen, i), "key"),
                                    text_of(cJSON_GetArrayItem(seen, j), "key"));
        }
    }
}

/* Killed between storing and answering, the receiver has an event sent to it again, and knows it.
 */
static void leave_out_repeated(cJSON *seen)
{
    for (int i = cJSON_GetArraySize(seen) - 1; i >= 0; i--) {
        if (cJSON_IsTrue(
                cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(seen, i), "repeated"))) {
            cJSON_DeleteItemFromArray(seen, i);
        }
    }
}

static void events_made_while_the_backend_is_away_arrive_in_order_and_once(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, "--loop", "--send-interval", "1", NULL};
    fg_door_run(&door, "run", options);
    fg_receiver_expect_stored(&door.receiver, 2);
    fg_receiver_kill(&door.receiver);

    int made = fg_door_count(&door, "Face detected: ");
    fg_door_expect(&door, "Network error sending auth data: ", 1);
    fg_door_expect(&door, "Face detected: ", made + 3);
    fg_receiver_start(&door.receiver);
    fg_process_signal(&door.daemon, SIGTERM);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);

    /* The receiver knows what it had before, so this is each event of the run, once. */
    cJSON *seen = fg_receiver_seen(&door.receiver);
    leave_out_repeated(seen);
    check_order_and_times(seen);
    assert_int_equal(cJSON_GetArraySize(seen), fg_door_count(&door, "Face detected: "));
    cJSON_Delete(seen);
    free(images);
}

static void events_that_wait_survive_kill_9_and_go_out_after_the_next_start(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, "--loop", NULL};
    fg_receiver_kill(&door.receiver);
    fg_door_run(&door, "first", options);
    fg_door_expect(&door, "Face detected: ", 6);
    fg_process_signal(&door.daemon, SIGKILL);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), -SIGKILL);

    char *output = NULL;
    const char *list[] = {"outbox", "--outbox", door.outbox, NULL};
    assert_int_equal(fg_door_command(&door, &output, list), 0);
    int waiting = 0;
    const char *ledger = strstr(output, "waiting ");
    for (const char *at = output; (at = strstr(at, "  waiting")) != NULL; at++) {
        waiting++;
    }
    assert_non_null(ledger);
    assert_true(waiting >= 5); /* the sixth may have been on its way into the outbox */
    free(output);

    fg_receiver_start(&door.receiver);
    char *nobody = fg_door_images("nobody.jpg");
    const char *again[] = {"--source", nobody, NULL};
    fg_door_run(&door, "second", again);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
    fg_receiver_expect_stored(&door.receiver, waiting);
    cJSON *seen = fg_receiver_seen(&door.receiver);
    assert_int_equal(cJSON_GetArraySize(seen), waiting);
    check_order_and_times(seen);
    cJSON_Delete(seen);
    free(nobody);
    free(images);
}

static void sighup_reloads_the_encodings_and_a_broken_file_keeps_the_old(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, "--loop", NULL};
    fg_door_run(&door, "run", options);
    fg_door_expect(&door, "Face detected: Ada", 1);

    fg_testing_write(door.encodings, "{broken", 7);
    fg_process_signal(&door.daemon, SIGHUP);
    fg_door_expect(&door, "the people loaded before are still used", 1);
    int seen = fg_door_count(&door, "Face detected: Ada");
    fg_door_expect(&door, "Face detected: Ada", seen + 2);

    char *scene = fg_door_scene("encodings.json");
    char *gallery = fg_testing_read(scene, NULL);
    char *name = strstr(gallery, "Ada");
    assert_non_null(name);
    memcpy(name, "Eve", 3);
    fg_testing_write(door.encodings, gallery, strlen(gallery));
    fg_process_signal(&door.daemon, SIGHUP);
    fg_door_expect(&door, "Encodings reloaded. Known people: 1 (1 encoding)", 1);
    fg_door_expect(&door, "Face detected: Eve", 1);
    free(gallery);
    free(scene);
    free(images);
}

static void a_second_run_at_one_outbox_names_the_first_and_exits_1(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    char *output = NULL;
    char owner[64];
    const char *options[] = {"--source", images, "--loop", "--fps", "5", NULL};
    const char *second[] = {"run", "--source", images, NULL};
    fg_door_run(&door, "run", options);
    fg_door_expect(&door, " runs: ", 1);
    assert_int_equal(fg_door_command(&door, &output, second), 1);
    snprintf(owner, sizeof(owner), "is in use by process %d", (int)door.daemon.pid);
    assert_non_null(strstr(output, owner));
    free(output);
    free(images);
}

static void without_a_camera_it_says_so_and_waits(void **state)
{
    (void)state;
    const char *options[] = {"--source", "auto", NULL};
    fg_door_run(&door, "run", options);
    fg_door_expect(&door, "camera", 1);
    fg_door_expect(&door, " runs: ", 1);
    assert_true(fg_process_runs(&door.daemon));
    fg_process_signal(&door.daemon, SIGTERM);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
}

static void a_picture_that_is_none_ends_the_run_with_1_after_what_was_seen_is_sent(void **state)
{
    (void)state;
    char *scene = fg_door_scene("ada.jpg");
    size_t size = 0;
    char *ada = fg_testing_read(scene, &size);
    char *folder = fg_testing_path(door.folder, "pictures");
    char images[512];
    const char *make[] = {"mkdir", folder, NULL};
    snprintf(images, sizeof(images), "images:%s", folder);
    assert_int_equal(fg_process_run(door.folder, make, NULL, FG_TESTING_PATIENCE, NULL), 0);
    /* She is found and then seen twice, a tenth of a second apart; then half a file. */
    for (int i = 1; i <= 7; i++) {
        char name[32];
        snprintf(name, sizeof(name), "%d.jpg", i);
        char *path = fg_testing_path(folder, name);
        fg_testing_write(path, ada, i < 7 ? size : size / 2);
        free(path);
    }
    const char *options[] = {"--source", images, NULL};
    fg_door_run(&door, "run", options);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 1);
    assert_int_equal(fg_door_count(&door, "7.jpg"), 1);
    fg_receiver_expect_stored(&door.receiver, 1);
    free(scene);
    free(ada);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_run_over_images_posts_whom_it_saw_and_ends_with_0,
                                        open_door, close_door),
        cmocka_unit_test_setup_teardown(the_same_pictures_give_the_same_decisions_at_any_speed,
                                        open_door, close_door),
        cmocka_unit_test_setup_teardown(a_hanging_backend_does_not_hold_up_the_camera, open_door,
                                        close_door),
        cmocka_unit_test_setup_teardown(
            events_made_while_the_backend_is_away_arrive_in_order_and_once, open_door, close_door),
        cmocka_unit_test_setup_teardown(
            events_that_wait_survive_kill_9_and_go_out_after_the_next_start, open_door, close_door),
        cmocka_unit_test_setup_teardown(
            sighup_reloads_the_encodings_and_a_broken_file_keeps_the_old, open_door, close_door),
        cmocka_unit_test_setup_teardown(a_second_run_at_one_outbox_names_the_first_and_exits_1,
                                        open_door, close_door),
        cmocka_unit_test_setup_teardown(without_a_camera_it_says_so_and_waits, open_door,
                                        close_door),
        cmocka_unit_test_setup_teardown(
            a_picture_that_is_none_ends_the_run_with_1_after_what_was_seen_is_sent, open_door,
            close_door),
    };
    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
