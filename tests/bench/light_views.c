#include "light_views.h"

#include "degrade.h"
#include "facegate/base/config.h"
#include "facegate/camera/picture.h"
#include "facegate/clock.h"
#include "facegate/vision/finder.h"
#include "facegate/vision/quality.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* On the scale of Y, what an indoor camera adds. */
#define NOISE     3.0
#define SAME_FACE 0.3
#define APART     INT64_C(250000000) /* ns from view to view */

/* How a view differs from the picture: scaled, the head turned aside, the camera lower. Degrees. */
static const struct {
    double scale, yaw, below;
} poses[FG_LIGHT_VIEWS] = {
    {0.55, 0, 0},  {0.50, 5, 0},   {0.50, -5, 0}, {0.50, 0, 0},
    {0.50, 10, 0}, {0.50, -10, 0}, {0.60, 0, 10}, {0.45, 0, 0},
};

typedef struct subject {
    const fg_known_face *known;
    fg_frame posed[FG_LIGHT_VIEWS];
    fg_box places[FG_LIGHT_VIEWS];
} subject;

struct fg_light_studio {
    fg_engine *engine;
    fg_cohort *cohort;
    fg_config config;
    fg_judge_rules rules;
    fg_quality_limits limits;
    int people;
    subject subjects[FG_LIGHT_PEOPLE];
};

static void copy(const fg_frame *from, fg_frame *to)
{
    const fg_box all = {0, 0, from->width, from->height};
    fg_box box;
    fg_degrade_cut_out(from, &all, to, &box);
}

static int pose(fg_light_studio *studio, const fg_frame *picture, subject *to, fg_error *error)
{
    fg_frame cut = {0}, turned = {0};
    fg_landmarks landmarks;
    fg_box box;
    fg_degrade_cut_out(picture, &to->known->box, &cut, &box);
    int result = fg_engine_align(studio->engine, &cut, &box, &landmarks, error);
    for (int i = 0; result == 0 && i < FG_LIGHT_VIEWS; i++) {
        double scale = poses[i].scale;
        if (poses[i].below > 0) {
            fg_degrade_below(&cut, &landmarks, poses[i].below, &turned);
        } else if (poses[i].yaw != 0) {
            fg_degrade_turn(&cut, &landmarks, poses[i].yaw, 0, &turned);
        } else {
            copy(&cut, &turned);
        }
        fg_degrade_shrink(&turned, scale, &to->posed[i]);
        to->places[i] = (fg_box){(int)(box.x * scale), (int)(box.y * scale),
                                 (int)(box.width * scale), (int)(box.height * scale)};
    }
    fg_frame_release(&cut);
    fg_frame_release(&turned);
    return result;
}

static int pose_everybody(fg_light_studio *studio, const char *pictures_dir, int pictures,
                          fg_error *error)
{
    fg_decoder *decoder = NULL;
    fg_frame picture = {0};
    int loaded = 0;
    int result = fg_decoder_create(&decoder);
    for (int i = 0; result == 0 && i < FG_KNOWN_FACES; i++) {
        const fg_known_face *known = &fg_known_faces[i];
        if (known->is_none || known->picture > pictures) {
            continue;
        }
        if (known->picture != loaded) {
            char path[4096];
            snprintf(path, sizeof(path), "%s/sample%d.jpg", pictures_dir, known->picture);
            result = fg_picture_load(decoder, path, false, &picture, error);
            loaded = known->picture;
        }
        if (result == 0) {
            subject *to = &studio->subjects[studio->people++];
            to->known = known;
            result = pose(studio, &picture, to, error);
        }
    }
    fg_frame_release(&picture);
    fg_decoder_free(decoder);
    return result;
}

int fg_light_studio_open(const char *models_dir, const char *pictures_dir, int pictures,
                         fg_light_studio **ret_studio, fg_error *error)
{
    fg_light_studio *studio = calloc(1, sizeof(*studio));
    if (studio == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    fg_config_init(&studio->config);
    studio->limits = fg_quality_limits_for(studio->config.vision.min_face);
    studio->rules = (fg_judge_rules){
        .visit = {.tolerance = studio->config.access.tolerance,
                  .margin = studio->config.access.margin,
                  .lead = studio->config.access.lead},
        .confirm = studio->config.access.confirm,
        .window = studio->config.access.window,
        .refuse_after = studio->config.access.refuse_after,
        .decide_within = fg_clock_seconds(studio->config.access.decide_within),
    };
    int result = fg_engine_create(models_dir, &studio->engine, error);
    if (result == 0) {
        result = fg_cohort_load(models_dir, &studio->cohort, error);
    }
    if (result == 0) {
        result = pose_everybody(studio, pictures_dir, pictures, error);
    }
    if (result != 0) {
        fg_light_studio_close(studio);
        return result;
    }
    *ret_studio = studio;
    return 0;
}

fg_light_studio *fg_light_studio_close(fg_light_studio *studio)
{
    if (studio != NULL) {
        for (int i = 0; i < studio->people; i++) {
            for (int k = 0; k < FG_LIGHT_VIEWS; k++) {
                fg_frame_release(&studio->subjects[i].posed[k]);
            }
        }
        fg_cohort_free(studio->cohort);
        fg_engine_free(studio->engine);
        free(studio);
    }
    return NULL;
}

/* The face at the place; false where it is not found. */
static bool find(const fg_face *faces, int count, const fg_box *place, fg_box *ret_box)
{
    double most = SAME_FACE;
    bool found = false;
    for (int i = 0; i < count; i++) {
        double overlap = fg_box_overlap(&faces[i].box, place);
        if (overlap >= most) {
            most = overlap;
            *ret_box = faces[i].box;
            found = true;
        }
    }
    return found;
}

static int look(fg_light_studio *studio, const fg_frame *frame, const fg_box *place,
                fg_light_view *ret_view, fg_error *error)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    fg_landmarks landmarks;
    fg_box box;
    int count = 0;
    int result = fg_engine_detect(studio->engine, frame, studio->config.vision.min_face, 0, faces,
                                  &count, error);
    *ret_view = (fg_light_view){.found = false};
    if (result != 0 || !find(faces, count, place, &box)) {
        return result;
    }
    ret_view->found = true;
    result = fg_engine_align(studio->engine, frame, &box, &landmarks, error);
    if (result == 0) {
        fg_quality quality = fg_quality_measure(frame, &box, &landmarks);
        ret_view->good = fg_quality_check(&quality, &studio->limits, NULL) == FG_QUALITY_GOOD;
        ret_view->weight = fg_quality_weight(&quality);
        result = fg_engine_encode(studio->engine, ret_view->encoding, error);
    }
    return result;
}

/* The woman has one name in both of her pictures. */
static void name(const fg_known_face *known, char ret_name[16])
{
    if (known->is_twice) {
        snprintf(ret_name, 16, "twice");
    } else {
        snprintf(ret_name, 16, "%d at %d,%d", known->picture, known->box.x, known->box.y);
    }
}

int fg_light_survey(fg_light_studio *studio, enum fg_light light, fg_light_views *ret_views,
                    fg_error *error)
{
    fg_frame frame = {0};
    bool is_again = false;
    int result = 0;
    memset(ret_views, 0, sizeof(*ret_views));
    ret_views->people = studio->people;
    for (int i = 0; result == 0 && i < studio->people; i++) {
        const subject *of = &studio->subjects[i];
        name(of->known, ret_views->names[i]);
        ret_views->is_again[i] = of->known->is_twice && is_again;
        is_again = is_again || of->known->is_twice;
        for (int k = 0; result == 0 && k < FG_LIGHT_VIEWS; k++) {
            copy(&of->posed[k], &frame);
            fg_light_change(light, &frame);
            fg_degrade_noise(&frame, NOISE, (uint64_t)(i * FG_LIGHT_VIEWS + k + 1));
            result = look(studio, &frame, &of->places[k], &ret_views->views[i][k], error);
        }
    }
    fg_frame_release(&frame);
    return result;
}

fg_light_count fg_light_count_visits(const fg_light_views *seen)
{
    fg_light_count count = {.views = seen->people * FG_LIGHT_VISIT};
    for (int i = 0; i < seen->people; i++) {
        for (int k = FG_LIGHT_ENROLLED; k < FG_LIGHT_VIEWS; k++) {
            count.found += seen->views[i][k].found;
            count.good += seen->views[i][k].good;
        }
    }
    return count;
}

/* Poor views too: who cannot be enrolled well is to show in the verdicts. */
static int enrol(const fg_light_views *from, fg_gallery *gallery, fg_error *error)
{
    int result = 0;
    for (int i = 0; i < from->people; i++) {
        for (int k = 0; result == 0 && k < FG_LIGHT_ENROLLED && !from->is_again[i]; k++) {
            const fg_light_view *view = &from->views[i][k];
            if (view->found) {
                result = fg_gallery_add(gallery, from->names[i], NULL, view->encoding, error);
            }
        }
    }
    return result;
}

/* How a visit went: whom it was accepted as last, -1 for nobody. */
typedef struct outcome {
    int person;
    bool mistaken; /* somebody other than `own` was accepted at any time */
    fg_visit visit;
} outcome;

/* `own` is who comes, -1 for nobody enrolled; `left_out` is somebody who is then as if not
 * enrolled. */
static outcome visit(const fg_light_studio *studio, const fg_gallery *gallery,
                     const fg_light_view views[FG_LIGHT_VISIT], int own, int left_out)
{
    fg_evidence evidence;
    fg_view kept[FG_LIGHT_VISIT];
    outcome result = {.person = -1};
    int count = 0;
    fg_judge_begin(&evidence, 0);
    for (int i = 0; i < FG_LIGHT_VISIT; i++) {
        fg_decision decision = fg_judge_standing(&evidence);
        if (views[i].found && views[i].weight > 0) {
            fg_view *view = &kept[count++];
            *view = (fg_view){.weight = views[i].weight};
            fg_comparison_make(gallery, studio->cohort, views[i].encoding, &view->comparison);
            if (left_out >= 0) {
                fg_comparison_leave_out(gallery, left_out, &view->comparison);
            }
            decision = fg_judge_view(&studio->rules, gallery, &evidence, i * APART, view);
        }
        if (decision.status == FG_ACCEPTED) {
            result.person = decision.person;
            result.mistaken = result.mistaken || decision.person != own;
        }
    }
    result.visit = fg_visit_weigh(gallery, kept, count);
    return result;
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* With `own` enrolled, and then as a stranger. */
static void judge_one(const fg_light_studio *studio, const fg_gallery *gallery,
                      const fg_light_views *seen, int i, fg_light_verdicts *to, double *distances)
{
    const fg_light_view *views = &seen->views[i][FG_LIGHT_ENROLLED];
    int own = fg_gallery_find(gallery, seen->names[i]);
    outcome known = visit(studio, gallery, views, own, -1);
    outcome stranger = visit(studio, gallery, views, -1, own);
    to->mistaken += known.mistaken;
    to->strangers++;
    to->let_in += stranger.mistaken;
    to->stranger_distance = fmin(to->stranger_distance, stranger.visit.distance);
    to->stranger_margin = fmax(to->stranger_margin, stranger.visit.margin);
    bool is_own = known.visit.person >= 0 && known.visit.person == own;
    double distance = is_own ? known.visit.distance : INFINITY;
    bool accepted = own >= 0 && known.person == own;
    if (seen->is_again[i]) {
        to->accepted_again = accepted;
        to->again_distance = distance;
    } else {
        distances[to->visits++] = distance;
        to->accepted += accepted;
    }
}

int fg_light_judge(fg_light_studio *studio, const fg_light_views *enrolled,
                   const fg_light_views *seen, fg_light_verdicts *ret_verdicts, fg_error *error)
{
    fg_gallery *gallery = NULL;
    double distances[FG_LIGHT_PEOPLE] = {0};
    fg_light_verdicts verdicts = {.distance = INFINITY,
                                  .again_distance = INFINITY,
                                  .stranger_distance = INFINITY,
                                  .stranger_margin = -INFINITY};
    int result = fg_gallery_create(&gallery);
    if (result == 0) {
        result = enrol(enrolled, gallery, error);
    }
    for (int i = 0; result == 0 && i < seen->people; i++) {
        judge_one(studio, gallery, seen, i, &verdicts, distances);
    }
    if (result == 0) {
        qsort(distances, (size_t)verdicts.visits, sizeof(*distances), by_size);
        verdicts.distance =
            (distances[(verdicts.visits - 1) / 2] + distances[verdicts.visits / 2]) / 2;
        verdicts.encodings = fg_gallery_encodings(gallery);
        *ret_verdicts = verdicts;
    }
    fg_gallery_free(gallery);
    return result;
}
