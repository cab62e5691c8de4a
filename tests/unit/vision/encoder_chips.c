#include "encoder_chips.h"

#include "dice.h"
#include "engine_pictures.h"
#include "known_faces.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

uint8_t (*chips)[CHIP_SIZE];
int chip_count;
int flat_chip;
fg_encoder *encoders[MOST_BUILDS];
int build_count;

double distance(const float *one, const float *other)
{
    double sum = 0;
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        double difference = (double)one[i] - (double)other[i];
        sum += difference * difference;
    }
    return sqrt(sum);
}

static int take_faces(void)
{
    for (int i = 0; i < FG_KNOWN_FACES; i++) {
        const fg_known_face *face = &fg_known_faces[i];
        fg_landmarks landmarks;
        fg_error error = {""};
        if (pictures[face->picture].plane[0] == NULL) {
            continue;
        }
        if (fg_engine_align(engine, &pictures[face->picture], &face->box, &landmarks, &error) !=
            0) {
            print_error("%s\n", error.text);
            return -1;
        }
        memcpy(chips[chip_count++], fg_engine_chip(engine), CHIP_SIZE);
    }
    return 0;
}

static void make_chips(void)
{
    fg_dice dice = {1};
    for (int i = 0; i < CHIP_SIZE; i++) {
        chips[chip_count][i] = (uint8_t)fg_dice_roll(&dice, 256);
    }
    flat_chip = ++chip_count;
    memset(chips[chip_count++], 0, CHIP_SIZE);
    memset(chips[chip_count++], 255, CHIP_SIZE);
    /* Only where the last windows of a row and a column reach. */
    memset(chips[chip_count], 0, CHIP_SIZE);
    chips[chip_count++][CHIP_SIZE - 1 - 3 * (FG_ENCODER_SIDE + 1)] = 255;
}

int load_encoders(void **state)
{
    const fg_kernels *kernels;
    fg_error error = {""};
    chips = calloc(MOST_CHIPS, CHIP_SIZE);
    if (chips == NULL || load(state) != 0 || take_faces() != 0) {
        return -1;
    }
    make_chips();
    for (; (kernels = fg_kernels_here(build_count)) != NULL; build_count++) {
        FILE *dat = fopen(RECOGNITION, "rbe");
        if (dat == NULL || fg_encoder_create(kernels, dat, &encoders[build_count], &error) != 0) {
            print_error("%s\n", error.text);
            return -1;
        }
        fclose(dat);
    }
    return 0;
}

int unload_encoders(void **state)
{
    for (int i = 0; i < build_count; i++) {
        fg_encoder_free(encoders[i]);
    }
    free(chips);
    return unload(state);
}
