/*
 * What facegate makes of the people in the test pictures in one light or another: whom it finds,
 * whose views are good, whom it accepts. Each person is cut out of the one picture that shows them,
 * posed in several ways, seen by a camera with some noise, and judged as a daemon judges. One
 * woman is in two pictures and is enrolled from the first.
 */
#ifndef FACEGATE_LIGHT_VIEWS_H
#define FACEGATE_LIGHT_VIEWS_H

#include "facegate/decision/judge.h"
#include "facegate/error.h"
#include "known_faces.h"
#include "lights.h"

#include <stdbool.h>

#define FG_LIGHT_PEOPLE   19
#define FG_LIGHT_ENROLLED 3 /* views to enrol from, the first; the others make a visit */
#define FG_LIGHT_VISIT    5
#define FG_LIGHT_VIEWS    (FG_LIGHT_ENROLLED + FG_LIGHT_VISIT)

typedef struct fg_light_view {
    bool found;
    bool good; /* enrolment would take it */
    double weight;
    float encoding[FG_ENCODING_SIZE];
} fg_light_view;

/* What there is to see in one light. */
typedef struct fg_light_views {
    int people;
    bool is_again[FG_LIGHT_PEOPLE]; /* the woman, in her second picture */
    char names[FG_LIGHT_PEOPLE][16];
    fg_light_view views[FG_LIGHT_PEOPLE][FG_LIGHT_VIEWS];
} fg_light_views;

typedef struct fg_light_studio fg_light_studio;

/* The people in `pictures` pictures, the first. The text says what is missing. */
int fg_light_studio_open(const char *models_dir, const char *pictures_dir, int pictures,
                         fg_light_studio **ret_studio, fg_error *error);
fg_light_studio *fg_light_studio_close(fg_light_studio *studio);

/* Finds and encodes everybody in that light; a few seconds for 19. */
int fg_light_survey(fg_light_studio *studio, enum fg_light light, fg_light_views *ret_views,
                    fg_error *error);

/* How one view in `seen` came out, counted. */
typedef struct fg_light_count {
    int views, found, good;
} fg_light_count;

fg_light_count fg_light_count_visits(const fg_light_views *seen);

typedef struct fg_light_verdicts {
    int encodings;            /* enrolled, of all people together */
    int visits, accepted;     /* of people enrolled from the same picture */
    int mistaken;             /* accepted as somebody else, or accepted and then as that */
    bool accepted_again;      /* the woman, from her other picture */
    int strangers, let_in;    /* with everybody else enrolled */
    double distance;          /* to themselves, the median of visits' means */
    double again_distance;    /* the woman's, to herself in her other picture */
    double stranger_distance; /* the smallest of strangers' visits; INFINITY without any */
    double stranger_margin;   /* the largest */
} fg_light_verdicts;

/* Enrols everybody as `enrolled` shows them, and judges each visit that `seen` shows by the default
 * rules without a check for life. */
int fg_light_judge(fg_light_studio *studio, const fg_light_views *enrolled,
                   const fg_light_views *seen, fg_light_verdicts *ret_verdicts, fg_error *error);

#endif
