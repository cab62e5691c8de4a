/*
 * What goes wrong before a camera, done to a good frame: light, haze, focus, movement, distance,
 * noise. In place; a test's frames are small and its memory is not short, so nothing is returned.
 */
#ifndef FACEGATE_DEGRADE_H
#define FACEGATE_DEGRADE_H

#include "facegate/vision/engine.h"

/* Cuts out a face with three quarters of its size around it; `ret_box` is where it is there. */
void fg_degrade_cut_out(const fg_frame *from, const fg_box *box, fg_frame *to, fg_box *ret_box);

/* Pixel values times `gain`, cut off at white in RGB: what exposure does to gamma-coded values. */
void fg_degrade_expose(fg_frame *frame, double gain);

/* The same with a gain for each channel: light of another colour. */
void fg_degrade_tint(fg_frame *frame, double red, double green, double blue);

/* Takes the colours out: U and V become 128. */
void fg_degrade_to_grey(fg_frame *frame);

/* The same, with red for brightness: of what a camera sees by day that is nearest to infrared, in
 * which skin and lips are pale. */
void fg_degrade_to_red(fg_frame *frame);

/* What differs from the grey `veil` (a value of Y) becomes `rest` (0 to 1) of it, colours too. */
void fg_degrade_fade(fg_frame *frame, double veil, double rest);

/* Out of focus: a Gaussian, its standard deviation in pixels. */
void fg_degrade_blur(fg_frame *frame, double deviation);

/* Moved during the exposure, by `length` pixels along (x, y), each of which is -1, 0 or 1. */
void fg_degrade_move(fg_frame *frame, int x, int y, double length);

/* Gaussian noise on Y, the same for the same seed. */
void fg_degrade_noise(fg_frame *frame, double deviation, uint64_t seed);

/* The same on Y, U and V; Y's is that of fg_degrade_noise. */
void fg_degrade_colour_noise(fg_frame *frame, double deviation, uint64_t seed);

/* Gaussian noise on red, green and blue of each pixel, before chroma is halved, as a sensor has it.
 */
void fg_degrade_sensor_noise(fg_frame *frame, double deviation, uint64_t seed);

/* Farther away: `to` becomes `from` at `scale` (up to 1), each pixel the mean of the area it comes
 * from. */
void fg_degrade_shrink(const fg_frame *from, double scale, fg_frame *to);

/*
 * Another pose: the head as an ellipsoid with a nose, turned by `yaw` (to the picture's right) and
 * `pitch` (upwards), in degrees; what is around it stays. Rough, and of use up to 30 degrees or so.
 */
void fg_degrade_turn(const fg_frame *from, const fg_landmarks *landmarks, double yaw, double pitch,
                     fg_frame *to);

/*
 * Seen by a camera about a metre away that stands lower by `degrees` and looks up: the head as
 * above, before a flat rest, in perspective. Nothing is hidden twice and nothing left open, so it
 * is of use up to 40 degrees. Of the landmarks only the middles of the eyes count.
 */
void fg_degrade_below(const fg_frame *from, const fg_landmarks *landmarks, double degrees,
                      fg_frame *to);

#endif
