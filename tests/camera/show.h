/*
 * What the virtual camera plays in these tests: the scene of scenes.sh in which Ada and strangers
 * pass a door, with a strip of saturated colours along the bottom, so that a swapped channel, a
 * wrong matrix or a wrong range changes every picture. Fails the running cmocka test where it
 * cannot do its work.
 */
#ifndef FACEGATE_TESTS_SHOW_H
#define FACEGATE_TESTS_SHOW_H

#include <stdint.h>

#define FG_SHOW_WIDTH    640
#define FG_SHOW_HEIGHT   480
#define FG_SHOW_PICTURES 60 /* half of them with Ada */

#define FG_SHOW_BARS     8

/* Levels of red, green and blue. */
typedef struct fg_show_error {
    double mean[3];           /* of the absolute difference, over the whole picture */
    double bar[FG_SHOW_BARS]; /* the largest of the three, of each bar's mean colour */
} fg_show_error;

/* Writes 0.jpg, 1.jpg ... into a new folder in `parent`; the path is to be freed. */
char *fg_show_make(const char *parent);

/* How far the picture is from the one of the folder that it is nearest to. */
fg_show_error fg_show_compare(const char *folder, const void *jpeg, unsigned long size);

#endif
