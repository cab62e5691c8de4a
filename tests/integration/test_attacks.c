/*
 * In the films of attack.h the detector finds every face where they say it is: an attack that is
 * not even seen would test nothing.
 */
#include "attack.h"
#include "facegate/base/config.h"
#include "facegate/camera/picture.h"
#include "facegate/vision/finder.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* The boxes of the detector come in steps of a fifth, and by frame 8 a face has swayed. */
#define SAME 0.4
#define LOOK 8

static fg_engine *engine;
static fg_decoder *decoder;
static char *folder;

static int load(void **state)
{
    (void)state;
    fg_error error = {""};
    folder = fg_testing_folder();
    int result = fg_engine_create(FG_SOURCE_DIR "/models", &engine, &error);
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

/* How much the box that fits best overlaps where the film says the face is. */
static double look(fg_attack attack, const fg_known_face *face, int min_face)
{
    char path[600];
    double x, y, width;
    double most = 0;
    int count = 0;
    fg_film film;
    fg_frame frame = {0};
    fg_face faces[FG_ENGINE_MAX_FACES];
    fg_error error = {""};
    fg_attack_film(attack, face, &film);
    fg_attack_place(&film, face, &x, &y, &width);
    const fg_box place = {.x = (int)(x - width / 2),
                          .y = (int)(y - width / 2),
                          .width = (int)width,
                          .height = (int)width};
    snprintf(path, sizeof(path), "%s/frame-%04d.jpg", folder, LOOK);
    if (fg_film_make(&film, FG_SOURCE_DIR "/tests/pictures", LOOK, 1, folder, &error) != 0 ||
        fg_picture_load(decoder, path, false, &frame, &error) != 0 ||
        fg_engine_detect(engine, &frame, min_face, 0, faces, &count, &error) != 0) {
        fail_msg("%s", error.text);
    }
    for (int i = 0; i < count; i++) {
        double overlap = fg_box_overlap(&faces[i].box, &place);
        most = overlap > most ? overlap : most;
    }
    fg_frame_release(&frame);
    return most;
}

static void every_face_is_found_living_on_paper_and_on_a_phone(void **state)
{
    (void)state;
    fg_config config;
    fg_config_init(&config);
    for (int attack = 0; attack < FG_ATTACKS; attack++) {
        for (int i = 0; i < FG_KNOWN_FACES; i++) {
            const fg_known_face *face = &fg_known_faces[i];
            if (!is_tested(face)) {
                continue;
            }
            double overlap = look((fg_attack)attack, face, config.vision.min_face);
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
        cmocka_unit_test(all_of_what_is_held_is_in_the_picture),
    };
    return cmocka_run_group_tests_name("attacks", tests, load, unload);
}
