/*
 * fg_recall MODELS_DIR PICTURES_DIR: how many faces of the test pictures are found in colour and in
 * grey when light is weak, red or noisy, and from which score on a face may be held at its place
 * (HELD_SCORE of src/vision/finder.c). About a minute.
 */
#include "degrade.h"
#include "facegate/camera/picture.h"
#include "facegate/vision/tracks.h"
#include "known_faces.h"
#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* As the finder counts; a box that overlaps more is the same face. */
#define SAME_FACE (1.0 / 3)
#define MIN_FACE  80
/* A face that is not found at this score counts as one that has it. */
#define WORST_SCORE (-1.0)
/* Places without a face for each face, of its size: anywhere, and beside the face. */
#define PLACES_PER_FACE 200
#define SCENE_FACES     8

/* Those who look away. They are people all the same, so what is found there is not false; it does
 * not count as found either. */
static const struct {
    int picture;
    fg_box box;
} turned_away[] = {{2, {900, 285, 185, 185}}, {2, {355, 165, 125, 125}}, {4, {277, 235, 195, 195}}};

/* With these the faces, 180 to 259 pixels in the pictures, are mostly 90 to 130. */
static const double scales[] = {0.44, 0.48, 0.52, 0.56, 0.60};
static const double thresholds[] = {0, -0.1, -0.2, -0.25, -0.3, -0.4, -0.5, -0.7};
#define SCALES     COUNT(scales)
#define THRESHOLDS COUNT(thresholds)
#define SCENES     (6 * SCALES)

/* How it is looked: an engine does both. */
enum way { IN_COLOUR, IN_GREY, IN_BOTH, WAYS };
static const char *const way_names[WAYS] = {"colour", "grey", "both"};

enum place_kind { PLACE_ANYWHERE, PLACE_BESIDE, PLACE_KINDS };

typedef struct scene {
    int picture;
    double scale;
    fg_frame frame;
    fg_box faces[SCENE_FACES];
    int face_count;
    fg_box away[COUNT(turned_away)];
    int away_count;
    fg_box places[PLACE_KINDS][SCENE_FACES * PLACES_PER_FACE];
    int place_count; /* of each kind */
} scene;

/* Gains for red, green and blue, then noise: of those three as a sensor has it, of Y, U and V
 * alike, or of Y only. */
typedef struct disturbance {
    const char *name;
    double red, green, blue, sensor_noise, noise, luma_noise;
} disturbance;

static const disturbance disturbances[] = {
    {"none", 1, 1, 1, 0, 0, 0},
    {"dimmed to 1/2", 0.5, 0.5, 0.5, 0, 0, 0},
    {"dimmed to 1/4", 0.25, 0.25, 0.25, 0, 0, 0},
    {"dimmed to 1/8", 0.125, 0.125, 0.125, 0, 0, 0},
    {"a sensor's noise, 8", 1, 1, 1, 8, 0, 0},
    {"a sensor's noise, 16", 1, 1, 1, 16, 0, 0},
    {"a sensor's noise, 24", 1, 1, 1, 24, 0, 0},
    {"1/4, sensor's noise 8", 0.25, 0.25, 0.25, 8, 0, 0},
    {"noise 8 on Y, U and V", 1, 1, 1, 0, 8, 0},
    {"noise 16 on Y, U and V", 1, 1, 1, 0, 16, 0},
    {"noise 8 on Y only", 1, 1, 1, 0, 0, 8},
    {"noise 16 on Y only", 1, 1, 1, 0, 0, 16},
    {"noise 24 on Y only", 1, 1, 1, 0, 0, 24},
    {"red light", 1, 0.5, 0.25, 0, 0, 0},
};

/* What was seen at each threshold. */
typedef struct tally {
    int faces, places;
    int found[THRESHOLDS];
    int false_faces[THRESHOLDS];
    int held_places[PLACE_KINDS][THRESHOLDS];
    double score_sum;
} tally;

typedef struct survey {
    fg_engine *engine;
    fg_pyramid *pyramid;
    fg_detector *detector;
    fg_decoder *decoder;
    scene scenes[SCENES];
    fg_error error;
} survey;

typedef struct hits {
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count;
} hits;

static bool is_among(const fg_box *box, const fg_box *boxes, int count, double least)
{
    for (int i = 0; i < count; i++) {
        if (fg_box_overlap(box, &boxes[i]) > least) {
            return true;
        }
    }
    return false;
}

/* The best score of a hit at a box. */
static double score_at(const hits *of, const fg_box *box)
{
    for (int i = 0; i < of->count; i++) {
        if (fg_box_overlap(&of->faces[i].box, box) > SAME_FACE) {
            return of->faces[i].score; /* strongest first */
        }
    }
    return WORST_SCORE;
}

/* What only colour finds. */
static int look_in_colour(survey *of, const fg_frame *frame, hits *ret_hits)
{
    const fg_search by = {of->pyramid, of->detector, MIN_FACE, WORST_SCORE};
    fg_detector_begin(of->detector);
    int result = fg_search_whole(&by, frame, true, &of->error);
    if (result == 0) {
        int count;
        const fg_hit *found = fg_detector_settle(of->detector, &count);
        ret_hits->count = count < FG_ENGINE_MAX_FACES ? count : FG_ENGINE_MAX_FACES;
        for (int i = 0; i < ret_hits->count; i++) {
            ret_hits->faces[i] = fg_search_face(&found[i], MIN_FACE);
        }
    }
    return result;
}

static int look(survey *of, const fg_frame *frame, int way, hits *ret_hits)
{
    if (way == IN_COLOUR) {
        return look_in_colour(of, frame, ret_hits);
    }
    return fg_engine_detect(of->engine, frame, MIN_FACE, WORST_SCORE, ret_hits->faces,
                            &ret_hits->count, &of->error);
}

static void disturb(const fg_frame *from, const disturbance *by, int way, fg_frame *to)
{
    const fg_box all = {0, 0, from->width, from->height};
    fg_box box;
    fg_degrade_cut_out(from, &all, to, &box);
    if (by->red * by->green * by->blue < 1) {
        fg_degrade_tint(to, by->red, by->green, by->blue);
    }
    if (by->sensor_noise > 0) {
        fg_degrade_sensor_noise(to, by->sensor_noise, 1);
    }
    fg_degrade_colour_noise(to, by->noise, 1);
    fg_degrade_noise(to, by->luma_noise, 1);
    if (way == IN_GREY) {
        fg_degrade_to_grey(to);
    }
}

static fg_box scaled(const fg_box *box, double by)
{
    return (fg_box){(int)(box->x * by), (int)(box->y * by), (int)(box->width * by),
                    (int)(box->height * by)};
}

static bool is_known(const scene *in, const fg_box *box)
{
    for (int i = 0; i < FG_KNOWN_FACES; i++) {
        const fg_known_face *known = &fg_known_faces[i];
        fg_box here = scaled(&known->box, in->scale);
        if (known->picture == in->picture && !known->is_none &&
            fg_box_overlap(&here, box) > SAME_FACE) {
            return true;
        }
    }
    return false;
}

static bool is_anybody(const scene *in, const fg_box *box, double least)
{
    return is_among(box, in->faces, in->face_count, least) ||
           is_among(box, in->away, in->away_count, least);
}

/* The people found in the undisturbed picture, in colour or in grey. */
static int find_faces(survey *of, scene *in)
{
    fg_frame frame = {0};
    int result = 0;
    for (int i = 0; i < COUNT(turned_away); i++) {
        if (turned_away[i].picture == in->picture) {
            in->away[in->away_count++] = scaled(&turned_away[i].box, in->scale);
        }
    }
    for (int way = 0; way < IN_BOTH && result == 0; way++) {
        hits found = {.count = 0};
        disturb(&in->frame, &disturbances[0], way, &frame);
        result = look(of, &frame, way, &found);
        for (int i = 0; i < found.count && found.faces[i].score >= 0; i++) {
            const fg_box *box = &found.faces[i].box;
            if (in->face_count < SCENE_FACES && is_known(in, box) &&
                !is_among(box, in->faces, in->face_count, SAME_FACE)) {
                in->faces[in->face_count++] = *box;
            }
        }
    }
    fg_frame_release(&frame);
    return result;
}

static int next_random(uint64_t *seed, int below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((*seed >> 33) % (uint64_t)below);
}

/* A box as large as a face's: anywhere in the frame, or less than two widths from the face. */
static fg_box place_like(const scene *in, const fg_box *face, enum place_kind kind, uint64_t *seed)
{
    fg_box place = *face;
    if (kind == PLACE_BESIDE) {
        place.x += next_random(seed, 4 * face->width) - 2 * face->width;
        place.y += next_random(seed, 4 * face->height) - 2 * face->height;
    } else {
        place.x = next_random(seed, in->frame.width - face->width);
        place.y = next_random(seed, in->frame.height - face->height);
    }
    return place;
}

static bool is_inside(const fg_box *box, const fg_frame *frame)
{
    return box->x >= 0 && box->y >= 0 && box->x + box->width <= frame->width &&
           box->y + box->height <= frame->height;
}

/* Places where nobody is: none overlaps a face, one that looks away either. */
static void choose_places(scene *in)
{
    uint64_t seed = 1;
    in->place_count = in->face_count * PLACES_PER_FACE;
    for (int i = 0; i < PLACE_KINDS * in->place_count; i++) {
        enum place_kind kind = i < in->place_count ? PLACE_ANYWHERE : PLACE_BESIDE;
        const fg_box *face = &in->faces[i % in->face_count];
        fg_box place;
        do {
            place = place_like(in, face, kind, &seed);
        } while (!is_inside(&place, &in->frame) || is_anybody(in, &place, 0));
        in->places[kind][i % in->place_count] = place;
    }
}

static int load_scenes(survey *of, const char *pictures_dir)
{
    fg_frame picture = {0};
    int result = 0;
    for (int i = 0; i < SCENES && result == 0; i++) {
        scene *to = &of->scenes[i];
        char path[4096];
        to->picture = 1 + i / SCALES;
        to->scale = scales[i % SCALES];
        snprintf(path, sizeof(path), "%s/sample%d.jpg", pictures_dir, to->picture);
        result =
            i % SCALES > 0 ? 0 : fg_picture_load(of->decoder, path, false, &picture, &of->error);
        if (result == 0) {
            fg_degrade_shrink(&picture, to->scale, &to->frame);
            result = find_faces(of, to);
        }
        if (result == 0) {
            choose_places(to);
        }
    }
    fg_frame_release(&picture);
    return result;
}

static void count_faces(const scene *in, const hits *seen, tally *to)
{
    to->faces += in->face_count;
    for (int i = 0; i < in->face_count; i++) {
        double score = score_at(seen, &in->faces[i]);
        to->score_sum += score;
        for (int k = 0; k < THRESHOLDS; k++) {
            to->found[k] += score >= thresholds[k];
        }
    }
    for (int i = 0; i < seen->count; i++) {
        bool is_false = !is_anybody(in, &seen->faces[i].box, SAME_FACE);
        for (int k = 0; k < THRESHOLDS; k++) {
            to->false_faces[k] += is_false && seen->faces[i].score >= thresholds[k];
        }
    }
}

static void count_places(const scene *in, const hits *seen, enum place_kind kind, tally *to)
{
    for (int i = 0; i < in->place_count; i++) {
        double score = score_at(seen, &in->places[kind][i]);
        for (int k = 0; k < THRESHOLDS; k++) {
            to->held_places[kind][k] += score >= thresholds[k];
        }
    }
}

static int survey_one(survey *of, const disturbance *by, int way, tally *ret_tally)
{
    fg_frame frame = {0};
    int result = 0;
    *ret_tally = (tally){.faces = 0};
    for (int i = 0; i < SCENES && result == 0; i++) {
        hits seen = {.count = 0};
        disturb(&of->scenes[i].frame, by, way, &frame);
        result = look(of, &frame, way, &seen);
        if (result == 0) {
            count_faces(&of->scenes[i], &seen, ret_tally);
            count_places(&of->scenes[i], &seen, PLACE_ANYWHERE, ret_tally);
            count_places(&of->scenes[i], &seen, PLACE_BESIDE, ret_tally);
            ret_tally->places += of->scenes[i].place_count;
        }
    }
    fg_frame_release(&frame);
    return result;
}

static void print_head(const char *title)
{
    printf("\n%s\n%-29s", title, "");
    for (int k = 0; k < THRESHOLDS; k++) {
        printf(" %7.2f", thresholds[k]);
    }
}

static void print_faces(tally tallies[][WAYS])
{
    printf("%d faces in %d pictures\n", tallies[0][0].faces, SCENES);
    print_head("Faces found / false faces, at each score, and the mean score of the faces");
    puts("   mean");
    for (int i = 0; i < COUNT(disturbances); i++) {
        for (int way = 0; way < WAYS; way++) {
            const tally *of = &tallies[i][way];
            printf("%-23s%-6s", way > 0 ? "" : disturbances[i].name, way_names[way]);
            for (int k = 0; k < THRESHOLDS; k++) {
                printf(" %4d/%-2d", of->found[k], of->false_faces[k]);
            }
            printf(" %6.2f\n", of->score_sum / of->faces);
        }
    }
}

static void print_place_row(const char *name, int way, const tally *of, enum place_kind kind)
{
    printf("%-23s%-6s", way > 0 ? "" : name, way_names[way]);
    for (int k = 0; k < THRESHOLDS; k++) {
        printf(" %7.2f", 100.0 * of->held_places[kind][k] / of->places);
    }
    puts("");
}

static void print_places(const char *title, tally tallies[][WAYS], enum place_kind kind)
{
    tally all[WAYS] = {{.faces = 0}};
    print_head(title);
    puts("");
    for (int i = 0; i < WAYS * COUNT(disturbances); i++) {
        const tally *of = &tallies[i / WAYS][i % WAYS];
        print_place_row(disturbances[i / WAYS].name, i % WAYS, of, kind);
        all[i % WAYS].places += of->places;
        for (int k = 0; k < THRESHOLDS; k++) {
            all[i % WAYS].held_places[kind][k] += of->held_places[kind][k];
        }
    }
    for (int way = 0; way < WAYS; way++) {
        print_place_row("all", way, &all[way], kind);
    }
}

int main(int argc, char **argv)
{
    static survey of = {.error = {"not enough memory"}};
    static tally tallies[COUNT(disturbances)][WAYS];
    const fg_kernels *kernels;
    int result = -1;
    if (argc != 3) {
        fputs("Usage: fg_recall MODELS_DIR PICTURES_DIR\n", stderr);
        return 2;
    }
    if (fg_engine_create(argv[1], &of.engine, &of.error) == 0 &&
        fg_kernels_choose(NULL, &kernels, &of.error) == 0 &&
        fg_pyramid_create(kernels, &of.pyramid) == 0 &&
        fg_detector_create(kernels, &of.detector) == 0 && fg_decoder_create(&of.decoder) == 0) {
        result = load_scenes(&of, argv[2]);
    }
    for (int i = 0; i < WAYS * COUNT(disturbances) && result == 0; i++) {
        result = survey_one(&of, &disturbances[i / WAYS], i % WAYS, &tallies[i / WAYS][i % WAYS]);
    }
    if (result == 0) {
        print_faces(tallies);
        print_places("Of 100 looks at a place anywhere without a face, how many have a hit at each "
                     "score",
                     tallies, PLACE_ANYWHERE);
        print_places("The same for places beside people, less than two widths from a face", tallies,
                     PLACE_BESIDE);
    } else {
        fprintf(stderr, "fg_recall: %s\n", of.error.text);
    }
    for (int i = 0; i < SCENES; i++) {
        fg_frame_release(&of.scenes[i].frame);
    }
    fg_decoder_free(of.decoder);
    fg_detector_free(of.detector);
    fg_pyramid_free(of.pyramid);
    fg_engine_free(of.engine);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
