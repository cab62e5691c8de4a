/*
 * In the films of attack.h the detector finds every face where they say it is: an attack that is
 * not even seen would test nothing. What the liveness model makes of each is in docs/security.md.
 */
#include "attack.h"
#include "facegate/base/config.h"
#include "facegate/camera/picture.h"
#include "facegate/vision/finder.h"
#include "facegate/vision/liveness.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* The boxes of the detector come in steps of a fifth, and by frame 8 a face has swayed. */
#define SAME 0.4
#define LOOK 8

/* A visit's views, as far apart as the daemon looks at a face that waits for its verdict. */
static const int views[] = {3, 11, 19};
#define VIEWS ((int)(sizeof(views) / sizeof(views[0])))

/* The living whom the model does not take for such, in docs/security.md too: by the kind, the
 * picture, and which of its faces. Each has to be refused, so that neither list goes stale. */
static const struct {
    fg_attack attack;
    int picture, face;
} misjudged[] = {
    {FG_ATTACK_NONE, 2, 1},       {FG_ATTACK_NONE, 4, 1}, {FG_ATTACK_NONE, 5, 4},
    {FG_ATTACK_NONE, 5, 5},       {FG_ATTACK_NONE, 6, 2}, {FG_ATTACK_NONE_LARGE, 5, 4},
    {FG_ATTACK_NONE_LARGE, 6, 2},
};

static fg_engine *engine;
static fg_liveness *liveness;
static fg_config config;
static fg_decoder *decoder;
static char *folder;

static int load(void **state)
{
    (void)state;
    fg_error error = {""};
    folder = fg_testing_folder();
    fg_config_init(&config);
    int result = fg_engine_create(FG_SOURCE_DIR "/models", &engine, &error);
    if (result == 0) {
        result = fg_liveness_create(FG_SOURCE_DIR "/models", "", &liveness, NULL, &error);
    }
    if (result != 0) {
        print_error("%s\n", error.text);
        return result;
    }
    return fg_decoder_create(&decoder);
}

static int unload(void **state)
{
    (void)state;
    fg_decoder_free(decoder);
    fg_engine_free(engine);
    fg_liveness_free(liveness);
    fg_testing_remove(folder);
    return 0;
}

static bool is_tested(const fg_known_face *face)
{
    bool found = false;
    for (int i = 0; i < FG_TEST_PICTURES; i++) {
        found = found || fg_test_pictures[i] == face->picture;
    }
    return found && !face->is_none;
}

/* The box that overlaps most where the film says the face is, and by how much. */
static double look(fg_attack attack, const fg_known_face *face, int number, fg_frame *ret_frame,
                   fg_box *ret_box)
{
    char path[600];
    double x, y, width;
    double most = 0;
    int count = 0;
    fg_film film;
    fg_face faces[FG_ENGINE_MAX_FACES];
    fg_error error = {""};
    fg_attack_film(attack, face, &film);
    fg_attack_place(&film, face, &x, &y, &width);
    const fg_box place = {.x = (int)(x - width / 2),
                          .y = (int)(y - width / 2),
                          .width = (int)width,
                          .height = (int)width};
    snprintf(path, sizeof(path), "%s/frame-%04d.jpg", folder, number);
    if (fg_film_make(&film, FG_SOURCE_DIR "/tests/pictures", number, 1, folder, &error) != 0 ||
        fg_picture_load(decoder, path, false, ret_frame, &error) != 0 ||
        fg_engine_detect(engine, ret_frame, config.vision.min_face, 0, faces, &count, &error) !=
            0) {
        fail_msg("%s", error.text);
    }
    for (int i = 0; i < count; i++) {
        double overlap = fg_box_overlap(&faces[i].box, &place);
        if (overlap > most) {
            most = overlap;
            *ret_box = faces[i].box;
        }
    }
    return most;
}

/* The mean of the scores of a visit. */
static double score(fg_attack attack, const fg_known_face *face)
{
    double sum = 0;
    for (int i = 0; i < VIEWS; i++) {
        double value = 0;
        fg_box box = {0};
        fg_frame frame = {0};
        fg_error error = {""};
        look(attack, face, views[i], &frame, &box);
        if (fg_liveness_score(liveness, &frame, &box, &value, &error) != 0) {
            fail_msg("%s", error.text);
        }
        fg_frame_release(&frame);
        sum += value;
    }
    return sum / VIEWS;
}

/* Which of its picture's faces it is, from 1. */
static int number_of(const fg_known_face *face)
{
    int number = 1;
    for (const fg_known_face *before = fg_known_faces; before < face; before++) {
        number += before->picture == face->picture;
    }
    return number;
}

static bool is_misjudged(fg_attack attack, const fg_known_face *face)
{
    bool found = false;
    for (size_t i = 0; i < sizeof(misjudged) / sizeof(misjudged[0]); i++) {
        found = found || (misjudged[i].attack == attack && misjudged[i].picture == face->picture &&
                          misjudged[i].face == number_of(face));
    }
    return found;
}

static void photographs_are_known_from_the_living_but_for_those_that_the_manual_lists(void **state)
{
    (void)state;
    int living = 0, refused = 0, attacks = 0;
    for (int attack = 0; attack < FG_ATTACKS; attack++) {
        for (int i = 0; i < FG_KNOWN_FACES; i++) {
            const fg_known_face *face = &fg_known_faces[i];
            if (!is_tested(face)) {
                continue;
            }
            bool is_alive = attack <= FG_ATTACK_NONE_LARGE;
            double mean = score((fg_attack)attack, face);
            bool passes = mean >= config.access.liveness_threshold;
            living += is_alive;
            refused += is_alive && !passes;
            attacks += !is_alive;
            print_message("%s-%d-%d %.2f\n", fg_attack_name((fg_attack)attack), face->picture,
                          number_of(face), mean);
            bool is_listed = is_misjudged((fg_attack)attack, face);
            if (passes != (is_alive && !is_listed)) {
                fail_msg("this visit should not be %s%s", passes ? "accepted" : "refused",
                         is_listed ? ": take it off this list and that of docs/security.md" : "");
            }
        }
    }
    print_message("%d of %d living refused, 0 of %d attacks accepted\n", refused, living, attacks);
}

static void every_face_is_found_living_on_paper_and_on_a_phone(void **state)
{
    (void)state;
    for (int attack = 0; attack < FG_ATTACKS; attack++) {
        for (int i = 0; i < FG_KNOWN_FACES; i++) {
            const fg_known_face *face = &fg_known_faces[i];
            if (!is_tested(face)) {
                continue;
            }
            fg_box box = {0};
            fg_frame frame = {0};
            double overlap = look((fg_attack)attack, face, LOOK, &frame, &box);
            fg_frame_release(&frame);
            if (overlap < SAME) {
                fail_msg("%s: the face at %d,%d of sample%d.jpg is found to %.2f",
                         fg_attack_name((fg_attack)attack), face->box.x, face->box.y, face->picture,
                         overlap);
            }
        }
    }
}

static void all_of_what_is_held_is_in_the_picture(void **state)
{
    (void)state;
    for (int attack = FG_ATTACK_PRINT; attack < FG_ATTACKS; attack++) {
        for (int i = 0; i < FG_KNOWN_FACES; i++) {
            fg_film film;
            fg_attack_film((fg_attack)attack, &fg_known_faces[i], &film);
            const fg_film_person *person = &film.people[0];
            const fg_film_key *at = &person->keys[0];
            double height = at->width * person->cut.height / person->cut.width;
            double turned = person->tilt / 57.3 * at->width / 2; /* how far a corner rises */
            double around = person->margin + person->sway / 2 + turned;
            assert_true(at->y - around >= 0);
            assert_true(at->y + height + around <= film.height);
            assert_true(at->x - around >= 0 && at->x + at->width + around <= film.width);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_face_is_found_living_on_paper_and_on_a_phone),
        cmocka_unit_test(photographs_are_known_from_the_living_but_for_those_that_the_manual_lists),
        cmocka_unit_test(all_of_what_is_held_is_in_the_picture),
    };
    return cmocka_run_group_tests_name("attacks", tests, load, unload);
}
