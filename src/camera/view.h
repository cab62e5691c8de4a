/*
 * How much of what a sensor can see is in the picture. A sensor has modes: some read all its
 * pixels, some a part of them, and faster. Chosen here, from what the modes are and what is wished;
 * libcamera_view.cpp asks the camera for it. No device is needed to say what would be chosen. Any
 * thread. Source: libcamera.org/api-html, SensorConfiguration and the properties
 * PixelArrayActiveAreas and ScalerCropMaximum.
 */
#ifndef FACEGATE_CAMERA_VIEW_H
#define FACEGATE_CAMERA_VIEW_H

#include "facegate/camera/camera.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_SENSOR_MODES 32

/* Nothing that a camera says of a mode is believed unchecked. */
typedef struct fg_sensor_mode {
    int width, height;           /* what the sensor sends, pixels */
    int bits;                    /* of a pixel */
    int crop_width, crop_height; /* what it reads of its pixels for that; 0: unknown */
    double fps;                  /* the most frames in a second; 0: unknown */
} fg_sensor_mode;

typedef struct fg_sensor {
    int width, height; /* all pixels that see light; 0: unknown */
    int count;         /* of modes; 0 where the camera has none to choose from */
    fg_sensor_mode mode[FG_SENSOR_MODES];
} fg_sensor;

typedef struct fg_mode_choice {
    int mode;          /* its number, or -1 to leave it to the camera */
    int width, height; /* of the picture to ask for */
    bool missing;      /* a mode of the size that `view` names is not there */
} fg_mode_choice;

/*
 * What to ask of a camera. `view` full takes the mode that reads most of the sensor, of those that
 * are fast enough for min_fps; of equals one that is fast enough for fps, then the smallest that
 * holds the picture, since it reads and sends least. `view` fast takes the mode with the most
 * frames a second. The picture has the mode's proportions, and is no smaller than width x height in
 * either direction; where a person gave one of the two, the other follows, and where both, both are
 * taken.
 */
void fg_view_choose(const fg_sensor *sensor, const fg_camera_options *options,
                    fg_mode_choice *ret_choice);

/*
 * What of the view a picture shows whose mode reads `crop_width` x `crop_height` pixels, where the
 * camera cuts it to the picture's proportions. All zero where something of it is unknown.
 */
fg_camera_view fg_view_of(const fg_sensor *sensor, int crop_width, int crop_height, int width,
                          int height);

/* Bits of a pixel of a raw format, by libcamera's name of it; 0 of a format that is not raw. */
int fg_view_raw_bits(const char *format);

/* Lines for each mode, with the one that is used, and what is not known of distances. */
void fg_view_print(const fg_sensor *sensor, int used, FILE *output);

#ifdef __cplusplus
}
#endif
#endif
