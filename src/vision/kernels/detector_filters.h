/*
 * What dlib's frontal face detector weighs features with: for each of its detectors (from the
 * front, turned left, right, leaning left, right) and each feature a filter of ten by ten cells,
 * kept as a sum of products of a column and a row. Written by dlib_filters.cpp when facegate is
 * built. Constant.
 */
#ifndef FACEGATE_VISION_KERNELS_DETECTOR_FILTERS_H
#define FACEGATE_VISION_KERNELS_DETECTOR_FILTERS_H

/* Cells both ways of the window that a face fills. */
#define FG_FILTER_SIDE 10

typedef struct fg_filter {
    int detector, plane;
    float column[FG_FILTER_SIDE], row[FG_FILTER_SIDE];
} fg_filter;

/* By detector, then by plane. */
extern const fg_filter fg_filters[];
extern const int fg_filter_count;

/* What the sum of a detector's filters must reach for a face. */
extern const double fg_filter_thresholds[];
extern const int fg_filter_detectors;

/* Of two boxes that share more of what both cover, or of which one is covered more, the stronger
 * stays. */
extern const double fg_filter_most_shared, fg_filter_most_covered;

#endif
