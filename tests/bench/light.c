/*
 * fg_light MODELS_DIR PICTURES_DIR: how many of the people in the test pictures are found and taken
 * for living, and how many prints and phones are, in light that cameras at doors see. The films are
 * those of attack.h; a visit is three views of one. What is said of light in docs/security.md rests
 * on it. It only prints.
 */
#include "attack.h"
#include "facegate/camera/picture.h"
#include "facegate/vision/finder.h"
#include "facegate/vision/liveness.h"
#include "lights.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MIN_FACE  80
#define THRESHOLD 0.5
#define SAME_FACE 0.3
#define COUNT(of) ((int)(sizeof(of) / sizeof((of)[0])))

static const int views[] = {3, 11, 19};

typedef struct survey {
    const char *pictures;
    char folder[64];
    fg_engine *engine;
    fg_liveness *liveness;
    fg_decoder *decoder;
    int people[FG_ATTACKS];
    int found[FG_ATTACKS][FG_LIGHTS]; /* in every view */
    int alive[FG_ATTACKS][FG_LIGHTS];
    fg_error error;
} survey;

/* The face where the film has one; an error of -ENOENT where it is not found. */
static int find_face(survey *of, const fg_frame *frame, const fg_box *place, fg_box *ret_box)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count = 0;
    double most = SAME_FACE;
    int result = fg_engine_detect(of->engine, frame, MIN_FACE, 0, faces, &count, &of->error);
    int found = -ENOENT;
    for (int i = 0; result == 0 && i < count; i++) {
        double overlap = fg_box_overlap(&faces[i].box, place);
        if (overlap >= most) {
            most = overlap;
            *ret_box = faces[i].box;
            found = 0;
        }
    }
    return result != 0 ? result : found;
}

/* One view in one light: its score. */
static int look(survey *of, const char *path, int light, const fg_box *place, double *ret_score)
{
    fg_box box;
    fg_frame frame = {0};
    int result = fg_picture_load(of->decoder, path, false, &frame, &of->error);
    if (result == 0) {
        fg_light_change((enum fg_light)light, &frame);
        result = find_face(of, &frame, place, &box);
    }
    if (result == 0) {
        result = fg_liveness_score(of->liveness, &frame, &box, ret_score, &of->error);
    }
    fg_frame_release(&frame);
    return result;
}

static int visit(survey *of, fg_attack attack, const fg_film *film, const fg_box *place)
{
    char path[128];
    double sums[FG_LIGHTS] = {0};
    int seen[FG_LIGHTS] = {0};
    for (int i = 0; i < COUNT(views); i++) {
        snprintf(path, sizeof(path), "%s/frame-%04d.jpg", of->folder, views[i]);
        int result = fg_film_make(film, of->pictures, views[i], 1, of->folder, &of->error);
        for (int light = 0; result == 0 && light < FG_LIGHTS; light++) {
            double score = 0;
            result = look(of, path, light, place, &score);
            seen[light] += result == 0;
            sums[light] += score;
            result = result == -ENOENT ? 0 : result;
        }
        unlink(path);
        if (result != 0) {
            return result;
        }
    }
    of->people[attack]++;
    for (int light = 0; light < FG_LIGHTS; light++) {
        of->found[attack][light] += seen[light] == COUNT(views);
        of->alive[attack][light] += seen[light] > 0 && sums[light] / seen[light] >= THRESHOLD;
    }
    return 0;
}

static int survey_all(survey *of)
{
    int result = 0;
    for (int attack = 0; attack < FG_ATTACKS; attack++) {
        for (int i = 0; result == 0 && i < FG_KNOWN_FACES; i++) {
            double x, y, width;
            fg_film film;
            if (fg_known_faces[i].is_none) {
                continue;
            }
            fg_attack_film((fg_attack)attack, &fg_known_faces[i], &film);
            fg_attack_place(&film, &fg_known_faces[i], &x, &y, &width);
            const fg_box place = {(int)(x - width / 2), (int)(y - width / 2), (int)width,
                                  (int)width};
            result = visit(of, (fg_attack)attack, &film, &place);
        }
    }
    return result;
}

static void print(const survey *of)
{
    printf("%-40s", "found in every view; taken for living");
    for (int attack = 0; attack < FG_ATTACKS; attack++) {
        printf("%14s", fg_attack_name((fg_attack)attack));
    }
    for (int light = 0; light < FG_LIGHTS; light++) {
        printf("\n%-40s", fg_light_name((enum fg_light)light));
        for (int attack = 0; attack < FG_ATTACKS; attack++) {
            printf("   %2d; %2d of %2d", of->found[attack][light], of->alive[attack][light],
                   of->people[attack]);
        }
    }
    putchar('\n');
}

static int open_all(survey *of, const char *models)
{
    strcpy(of->folder, "/dev/shm/fg-light-XXXXXX");
    if (mkdtemp(of->folder) == NULL) {
        of->folder[0] = '\0';
        return fg_error_set(&of->error, -errno, "/dev/shm cannot be written to");
    }
    int result = fg_engine_create(models, &of->engine, &of->error);
    if (result == 0) {
        result = fg_liveness_create(models, "", &of->liveness, NULL, &of->error);
    }
    return result == 0 ? fg_decoder_create(&of->decoder) : result;
}

int main(int argc, char **argv)
{
    static survey all;
    if (argc != 3) {
        fprintf(stderr, "Usage: fg_light MODELS_DIR PICTURES_DIR\n");
        return 2;
    }
    all.pictures = argv[2];
    int result = open_all(&all, argv[1]);
    if (result == 0) {
        result = survey_all(&all);
    }
    if (result == 0) {
        print(&all);
    } else {
        fprintf(stderr, "fg_light: %s\n", all.error.text);
    }
    if (all.folder[0] != '\0') {
        rmdir(all.folder);
    }
    fg_decoder_free(all.decoder);
    fg_liveness_free(all.liveness);
    fg_engine_free(all.engine);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
