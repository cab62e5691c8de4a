/*
 * Finds faces with dlib's frontal face detector in a picture's pyramid, or in a window of one of
 * its levels. Boxes are dlib's own; scores are, but for roundings. Sources: dlib's
 * scan_fhog_pyramid.h, object_detector.h and box_overlap_testing.h. One thread.
 */
#ifndef FACEGATE_VISION_KERNELS_DETECTOR_H
#define FACEGATE_VISION_KERNELS_DETECTOR_H

#include "kernels/features.h"
#include "kernels/isa.h"

/* The box of a face, its last pixels included, in pixels of level 0. */
typedef struct fg_hit {
    int left, top, right, bottom;
    int detector; /* which of them found it */
    double score; /* beyond what the detector asks for */
} fg_hit;

typedef struct fg_detector fg_detector;

/* -ENOMEM. */
int fg_detector_create(const fg_kernels *kernels, fg_detector **ret_detector);
fg_detector *fg_detector_free(fg_detector *detector);

/* Forgets all hits. */
void fg_detector_begin(fg_detector *detector);

/*
 * Adds the hits of a level, or of a window of it whose corner is pixel `x`, `y` there, that score
 * `least` or more. Allocates only where it never needed as much. -ENOMEM.
 */
int fg_detector_scan(fg_detector *detector, const fg_planes *planes, const fg_surround *around,
                     int level, int x, int y, double least);

/*
 * The hits since it began, strongest first; of those that overlap, as dlib has it, only the
 * strongest. Valid until it begins anew.
 */
const fg_hit *fg_detector_settle(fg_detector *detector, int *ret_count);

#endif
