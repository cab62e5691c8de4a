#include "troubles.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

/* What the backend does from a step of the round on. */
typedef struct backend_phase {
    int step;
    const char *order; /* NULL: it is killed */
} backend_phase;

static const backend_phase phases[] = {
    {0, "{\"mode\": \"ok\"}"},
    {3, "{\"mode\": \"status\", \"code\": 500}"},
    {5, "{\"mode\": \"ok\"}"},
    {7, "{\"mode\": \"slow\", \"pause\": 0.0001}"},
    {9, "{\"mode\": \"hang\"}"},
    {11, "{\"mode\": \"ok\"}"},
    {12, "{\"mode\": \"lost\"}"},
    {14, "{\"mode\": \"status\", \"code\": 503, \"retry_after\": 5}"},
    {15, NULL},
    {18, "{\"mode\": \"ok\"}"},
};

void fg_troubles_begin(fg_troubles *troubles, fg_door *door)
{
    char *picture = fg_door_scene("album/6-middle/2.jpg");
    const char *words[] = {"enroll", "--name", "Bob", picture, NULL};
    char *output = NULL;
    *troubles = (fg_troubles){.door = door};
    troubles->without_bob = fg_testing_read(troubles->door->encodings, &troubles->without_bob_size);
    if (fg_door_command(troubles->door, &output, words) != 0) {
        fail_msg("Bob is not enrolled: %s", output);
    }
    troubles->with_bob = fg_testing_read(troubles->door->encodings, &troubles->with_bob_size);
    free(output);
    free(picture);
}

/* In one step, as facegate writes it too. */
static void put_gallery(const fg_troubles *troubles, const char *text, size_t size)
{
    char *path = fg_testing_path(troubles->door->folder, "encodings.new");
    fg_testing_write(path, text, size);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(rename(path, troubles->door->encodings), 0);
    free(path);
}

static void change_gallery(fg_troubles *troubles)
{
    static const char *const remove_bob[] = {"people", "remove", "Bob", NULL};
    switch (troubles->changes++ % 5) {
    case 0:
        put_gallery(troubles, troubles->with_bob, troubles->with_bob_size);
        troubles->orders++;
        break;
    case 1:
        assert_int_equal(fg_door_command(troubles->door, NULL, remove_bob), 0);
        troubles->orders++;
        break;
    case 2: /* is refused */
        put_gallery(troubles, troubles->with_bob, troubles->with_bob_size / 2);
        break;
    case 3:
        put_gallery(troubles, troubles->without_bob, troubles->without_bob_size);
        troubles->orders++;
        break;
    default:
        fg_process_signal(&troubles->door->daemon, SIGHUP);
        troubles->orders++;
    }
}

static void turn_backend(const fg_troubles *troubles, int step)
{
    fg_receiver *receiver = &troubles->door->receiver;
    for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
        if (phases[i].step != step) {
            continue;
        }
        if (phases[i].order == NULL) {
            fg_receiver_kill(receiver);
            continue;
        }
        if (receiver->process.pid == 0) {
            fg_receiver_start(receiver);
        }
        fg_receiver_control(receiver, phases[i].order);
    }
}

void fg_troubles_step(fg_troubles *troubles, int step)
{
    turn_backend(troubles, step);
    if (step % 2 == 1) {
        change_gallery(troubles);
    }
}

void fg_troubles_end(fg_troubles *troubles)
{
    free(troubles->with_bob);
    free(troubles->without_bob);
}
