/*
 * libcamera's virtual camera, playing pictures that a test gives it. A test program that uses it is
 * registered with fg_camera_test (tests/camera), which preloads what the camera needs; so do the
 * programs that it starts. One thread at a time; fails the running cmocka test where it cannot do
 * its work.
 *
 *     fg_virtual_camera camera = {.id = "Front", .model = "A door", .pictures = folder,
 *                                 .width = 640, .height = 480};
 *     fg_virtual_camera_plug(folder, &camera, 1);
 *     ... facegate run --source auto ...
 *     fg_virtual_camera_unplug();
 */
#ifndef FACEGATE_VIRTUAL_CAMERA_H
#define FACEGATE_VIRTUAL_CAMERA_H

#include <stddef.h>

/* libcamera shows each picture this many times in a row. */
#define FG_VIRTUAL_CAMERA_REPEATS 4

typedef struct fg_virtual_camera {
    const char *id;
    const char *model;
    const char *pictures; /* a folder of 0.jpg, 1.jpg ..., in which nothing else lies; over and over
                           */
    int width, height;    /* what it gives, whatever size the pictures have */
} fg_virtual_camera;

/*
 * From now on libcamera finds these cameras, in this order, in this process and those it starts.
 * Writes the pipeline's configuration into the folder, which has to stay.
 */
void fg_virtual_camera_plug(const char *folder, const fg_virtual_camera *cameras, size_t count);

/* From now on it finds none. What has one open keeps it. */
void fg_virtual_camera_unplug(void);

#endif
