/*
 * A film: people who come and go before a background that stands still, as a camera that does not
 * move would see them. The script says what it is made of, a line for each thing; positions are
 * pixels of the film, of the upper left corner, and may lie outside of it:
 *
 *     # A remark.
 *     film 640x480 300 frames 30 fps
 *     noise 2.5 2                                   of the sensor: standard deviation, Y and U, V
 *     light 0.3                                     how much of the light there is
 *     blur 3                                        out of focus: standard deviation, pixels
 *     room sample2.jpg 0,400 640x480                a window of a picture, scaled to the film
 *     person sample3.jpg 930,120 410x950 soft 25    a cut-out, and over how many pixels it fades
 *     at 0.5 640,60 205                             seconds, position, width; heights follow
 *     at 2.5 220,60 205                             in between it moves evenly
 *     sway 4 3                                      to and fro: pixels, seconds
 *     below 25 eyes 1120,324 1212,344               as a camera sees the person that stands lower
 *                                                   by so many degrees; the eyes in the picture
 *     print 12 tilt 4                               it is a photograph on paper that a hand holds
 *                                                   before the camera: white margin, pixels; turned
 *                                                   by so many degrees, to and fro if it sways
 *     phone 8 tilt 3                                the same on a phone, and how wide its frame is
 *
 * A person is there from the first `at` until before the last. Who comes later in the script stands
 * further in front.
 */
#ifndef FACEGATE_FILM_H
#define FACEGATE_FILM_H

#include "facegate/error.h"

#include <stdbool.h>

#define FG_FILM_NAME   64
#define FG_FILM_PEOPLE 64
#define FG_FILM_KEYS   16

/* What a person is shown on. */
typedef enum fg_film_held {
    FG_FILM_NOT_HELD, /* it is there itself */
    FG_FILM_PRINT,
    FG_FILM_PHONE,
} fg_film_held;

/* A window of a picture, in its pixels. */
typedef struct fg_film_cut {
    char picture[FG_FILM_NAME];
    int x, y, width, height;
} fg_film_cut;

typedef struct fg_film_key {
    double time; /* seconds */
    double x, y, width;
} fg_film_key;

typedef struct fg_film_person {
    fg_film_cut cut;
    double soft;
    double sway, period; /* pixels, seconds; a period of 0 for none */
    double below;        /* degrees, 0 for not */
    double eyes[2][2];   /* x and y of the left and the right one, pixels of the picture */
    fg_film_held held;
    double margin, tilt; /* of what is held: pixels, degrees */
    fg_film_key keys[FG_FILM_KEYS];
    int count;
} fg_film_person;

typedef struct fg_film {
    int width, height;
    int frames, fps;
    double noise[2]; /* Y, chroma */
    double light, blur;
    fg_film_cut room;
    fg_film_person people[FG_FILM_PEOPLE];
    int count;
} fg_film;

/* The text names file and line. */
int fg_film_load(const char *path, fg_film *ret_film, fg_error *error);

/*
 * Makes FOLDER/frame-NNNN.jpg of so many frames, from `first` on; fewer if the film ends before.
 * The folder is there. The text names the picture that cannot be read or is too small.
 */
int fg_film_make(const fg_film *film, const char *pictures_dir, int first, int frames,
                 const char *folder, fg_error *error);

/* Where a person is at a time; false for nowhere. `ret_place->time` is that time. */
bool fg_film_place(const fg_film_person *person, double time, fg_film_key *ret_place);

#endif
