/*
 * What was measured of one film, and how it is reported.
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include "facegate/error.h"
#include "series.h"

#include <stdbool.h>

#define FIGURES_FILMS 3

typedef struct figures {
    const char *film;  /* the name of its folder and script */
    const char *title; /* for people */
    double wanted_ratio;
    double wanted_lost; /* percent of frames overwritten, at most */
    bool has_people;

    struct {
        int frames, with_face;
        double cpu_ms; /* a frame */
        double fps;
        double peak_mib;
    } baseline;
    struct {
        int frames;
        double cpu_ms, decoding_ms; /* a frame */
        double fps;
        double peak_mib;       /* of both runs */
        int paced_frames;      /* that came at 30 a second */
        int overwritten;       /* of those */
        int accepted, refused; /* decisions about them */
        series decision;       /* first usable view to decision */
        series wire;           /* decision to first byte on the wire */
    } facegate;
} figures;

/* A table of 80 columns, the targets beneath what they are about. */
void figures_print(figures films[FIGURES_FILMS]);

/* The same as JSON. */
int figures_save(figures films[FIGURES_FILMS], const char *path, fg_error *error);

#endif
