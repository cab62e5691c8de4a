/*
 * A door for the tests of the whole daemon: a configuration of its own, the gallery with Ada in it,
 * the scenes of scenes.sh, and a receiver. Fails the running cmocka test where it cannot do its
 * work.
 */
#ifndef FACEGATE_TESTS_DOOR_H
#define FACEGATE_TESTS_DOOR_H

#include "testing.h"

typedef struct fg_door {
    char *folder;              /* on tmpfs; all below is in it */
    char *config;              /* facegate.conf */
    char *encodings;           /* a copy of the scenes' gallery */
    char *outbox;              /* configured */
    char *backend;             /* what the receiver knows, over its restarts */
    const char *const *before; /* words put before every command, ends with NULL; NULL for none */
    fg_receiver receiver;
    fg_process daemon;
} fg_door;

/* Where the scenes lie, "images:" in front for a source; to be freed. */
char *fg_door_scene(const char *name);
char *fg_door_images(const char *name);

/* Starts the receiver and writes the configuration; `delivery` is put into its last section, NULL
 * for nothing. */
void fg_door_open(fg_door *door, const char *delivery);
void fg_door_close(fg_door *door);

/* `facegate` with these words, then --config; ends with NULL. Waits and gives its exit code. */
int fg_door_command(fg_door *door, char **ret_output, const char *const words[]);

/* `facegate run` with these options; it goes on running as door->daemon, called `name` in the
 * folder. */
void fg_door_run(fg_door *door, const char *name, const char *const options[]);

/* How many times `text` stands in the daemon's output so far. */
int fg_door_count(const fg_door *door, const char *text);

/* Waits until it stands there at least `count` times. */
void fg_door_expect(const fg_door *door, const char *text, int count);

/* Waits until a --verbose daemon has reported this frame or a later one. */
void fg_door_expect_frame(const fg_door *door, long number);

/* The lines that tell each decision, with its frame's number and time, and nothing else; needs
 * --verbose. To be freed. */
char *fg_door_decisions(const fg_door *door);

#endif
