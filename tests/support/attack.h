/*
 * Films of every person in the test pictures: living, and held before the same kind of camera as a
 * photograph. All are 640x480 with one face near the middle, so that what differs is what a check
 * for life is to see. The living have around them what was around them; photographs are before a
 * room without people.
 */
#ifndef FACEGATE_ATTACK_H
#define FACEGATE_ATTACK_H

#include "film.h"
#include "known_faces.h"

typedef enum fg_attack {
    FG_ATTACK_NONE,        /* living: a face of 110 pixels */
    FG_ATTACK_NONE_LARGE,  /* of 190 */
    FG_ATTACK_PRINT,       /* on paper: 110 */
    FG_ATTACK_PRINT_LARGE, /* 190 */
    FG_ATTACK_PHONE,       /* 120 */
    FG_ATTACKS
} fg_attack;

/* "living", "living_large", "print", "print_large", "phone". */
const char *fg_attack_name(fg_attack attack);

/* 24 frames, 10 a second, for fg_film_make. The box is one of fg_known_faces. */
void fg_attack_film(fg_attack attack, const fg_known_face *face, fg_film *ret_film);

/* Where the middle of the face is in the first frame, and how wide it is; pixels. */
void fg_attack_place(const fg_film *film, const fg_known_face *face, double *ret_x, double *ret_y,
                     double *ret_width);

#endif
