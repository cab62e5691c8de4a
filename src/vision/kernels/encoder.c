/* The encoder: the network's layers, their weights and maps, and the order in which they run. */
#include "kernels/encoder.h"

#include "kernels/encoder_kernels.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const fg_dat_convolution shapes[FG_SHAPES] = {
    /* filters, channels, side, stride, padding */
    [FG_FIRST] = {32, 3, 7, 2, 0},     [FG_SAME_35] = {32, 32, 3, 1, 1},
    [FG_DOWN_17] = {64, 32, 3, 2, 0},  [FG_SAME_17] = {64, 64, 3, 1, 1},
    [FG_DOWN_8] = {128, 64, 3, 2, 0},  [FG_SAME_8] = {128, 128, 3, 1, 1},
    [FG_DOWN_3] = {256, 128, 3, 2, 0}, [FG_SAME_3] = {256, 256, 3, 1, 1},
    [FG_SAME_4] = {256, 256, 3, 1, 1}, [FG_DOWN_1] = {256, 256, 3, 2, 0},
    [FG_SAME_1] = {256, 256, 3, 1, 1},
};

/* Two convolutions and the shortcut around them. Where the first goes down, so does the shortcut,
 * by the mean of 2x2 positions and with zeros for the channels it has not. */
typedef struct unit {
    fg_shape first, second;
} unit;

static const unit units[] = {
    {FG_SAME_35, FG_SAME_35}, {FG_SAME_35, FG_SAME_35}, {FG_SAME_35, FG_SAME_35},
    {FG_DOWN_17, FG_SAME_17}, {FG_SAME_17, FG_SAME_17}, {FG_SAME_17, FG_SAME_17},
    {FG_SAME_17, FG_SAME_17}, {FG_DOWN_8, FG_SAME_8},   {FG_SAME_8, FG_SAME_8},
    {FG_SAME_8, FG_SAME_8},   {FG_DOWN_3, FG_SAME_3},   {FG_SAME_4, FG_SAME_4},
    {FG_SAME_4, FG_SAME_4},   {FG_DOWN_1, FG_SAME_1},
};
#define UNITS        ((int)(sizeof(units) / sizeof(units[0])))
#define CONVOLUTIONS (1 + 2 * UNITS)

/* The same as dlib has it, see fg_dat_network: each unit's tag, convolutions and sum. */
#define UNIT      "tcarca+r"
#define UNIT_DOWN "tcarcattp+r"
static const char layers[] = "carm" UNIT UNIT UNIT /* 35x35 */
    UNIT_DOWN UNIT UNIT UNIT                       /* 17x17 */
        UNIT_DOWN UNIT UNIT                        /* 8x8 */
            UNIT_DOWN UNIT UNIT                    /* 4x4 */
                UNIT_DOWN "ef";

/* dlib's input_rgb_image: the mean of its training pictures, which is taken from each pixel. */
static const float means[3] = {122.782F, 117.001F, 104.298F};
#define MEANS_DIVISOR 256.0F

/* The maps of one size: what a unit gets, what is between its convolutions, what it makes. */
typedef struct stage {
    int side, channels;
    int middle; /* the side of what its first unit's convolutions make, which may be less */
} stage;

static const stage stages[] = {{35, 32, 35}, {17, 64, 17}, {8, 128, 8}, {4, 256, 3}, {2, 256, 1}};
#define STAGES ((int)(sizeof(stages) / sizeof(stages[0])))

#define INPUTS 256 /* of the last layer */

struct fg_encoder {
    const fg_encoder_kernels *kernels;
    float *memory; /* of all that follows */
    size_t floats;
    float *weights[CONVOLUTIONS];
    float *bias[CONVOLUTIONS];
    float *last; /* [INPUTS][FG_ENCODING_SIZE] */
    float *tiles, *products;
    fg_map picture;
    fg_map first;             /* 72x72 */
    fg_map maps[STAGES][3];   /* by turns */
    fg_map narrow[STAGES];    /* between the convolutions of a stage's first unit */
    fg_map shortcuts[STAGES]; /* of a stage's first unit */
};

/* The shape of a convolution, counted from 0 at the input. */
static fg_shape shape_of(int index)
{
    const unit *of = &units[index > 0 ? (index - 1) / 2 : 0];
    return index == 0 ? FG_FIRST : index % 2 == 1 ? of->first : of->second;
}

/* The next floats of the memory; NULL as long as it is only counted. */
static float *take(fg_encoder *encoder, size_t floats)
{
    size_t at = encoder->floats;
    encoder->floats += (floats + 15) & ~(size_t)15;
    return encoder->memory != NULL ? encoder->memory + at : NULL;
}

/* A map with room for whole tiles and a border around them, all zero. */
static fg_map take_map(fg_encoder *encoder, int side, int channels)
{
    fg_map map = {.side = side, .pitch = FG_PITCH(side), .channels = channels};
    size_t floats = (size_t)map.pitch * (size_t)map.pitch * (size_t)channels;
    float *from = take(encoder, floats);
    if (from != NULL) {
        memset(from, 0, floats * sizeof(*from));
        map.at = from + (size_t)(map.pitch + 1) * (size_t)channels;
    }
    return map;
}

static fg_map take_bare_map(fg_encoder *encoder, int side, int channels)
{
    return (fg_map){.at = take(encoder, (size_t)side * (size_t)side * (size_t)channels),
                    .side = side,
                    .pitch = side,
                    .channels = channels};
}

static void lay_out_weights(fg_encoder *encoder)
{
    for (int i = 0; i < CONVOLUTIONS; i++) {
        fg_shape shape = shape_of(i);
        fg_packing packing = encoder->kernels->convolvers[shape].packing;
        encoder->weights[i] = take(encoder, fg_encoder_packed(&shapes[shape], packing));
        encoder->bias[i] = take(encoder, (size_t)shapes[shape].filters);
    }
    encoder->last = take(encoder, (size_t)INPUTS * FG_ENCODING_SIZE);
}

static void lay_out_maps(fg_encoder *encoder)
{
    size_t most = 0;
    encoder->picture = take_bare_map(encoder, FG_ENCODER_SIDE, 3);
    encoder->first = take_bare_map(encoder, 72, shapes[FG_FIRST].filters);
    for (int i = 0; i < STAGES; i++) {
        const stage *now = &stages[i];
        for (int j = 0; j < 3; j++) {
            encoder->maps[i][j] = take_map(encoder, now->side, now->channels);
        }
        if (i > 0) {
            encoder->narrow[i] = take_map(encoder, now->middle, now->channels);
            encoder->shortcuts[i] = take_bare_map(encoder, now->side, stages[i - 1].channels);
        }
    }
    for (int i = 0; i < FG_SHAPES; i++) {
        if (encoder->kernels->convolvers[i].packing == FG_WINOGRAD &&
            (size_t)shapes[i].filters > most) {
            most = (size_t)shapes[i].filters;
        }
    }
    encoder->tiles = take(encoder, (size_t)FG_TILE_NUMBERS * FG_TILES * most);
    encoder->products = take(encoder, (size_t)FG_TILE_NUMBERS * FG_TILES * most);
}

static void take_weights(void *context, const fg_dat_weights *weights)
{
    fg_encoder *encoder = context;
    int index = weights->index;
    if (index == CONVOLUTIONS) {
        memcpy(encoder->last, weights->filters, sizeof(float) * INPUTS * FG_ENCODING_SIZE);
        return;
    }
    fg_shape shape = shape_of(index);
    fg_encoder_pack(&shapes[shape], &encoder->kernels->convolvers[shape], weights,
                    encoder->weights[index]);
    for (int i = 0; i < shapes[shape].filters; i++) {
        encoder->bias[index][i] = weights->bias[i] * weights->gamma[i] + weights->beta[i];
    }
}

static int load(fg_encoder *encoder, FILE *dat, fg_error *error)
{
    fg_dat_convolution convolutions[CONVOLUTIONS];
    for (int i = 0; i < CONVOLUTIONS; i++) {
        convolutions[i] = shapes[shape_of(i)];
    }
    const fg_dat_network network = {
        .layers = layers,
        .convolutions = convolutions,
        .input_side = FG_ENCODER_SIDE,
        .input_means = {means[0], means[1], means[2]},
        .inputs = INPUTS,
        .outputs = FG_ENCODING_SIZE,
    };
    return fg_dat_read(dat, &network, take_weights, encoder, error);
}

static void lay_out(fg_encoder *encoder)
{
    encoder->floats = 0;
    lay_out_weights(encoder);
    lay_out_maps(encoder);
}

/* Weights that the cache has lost come back a tenth to a fifth faster by huge pages. Only whole
 * ones are asked for, so that they take no more than what is used. */
static float *allocate(size_t size)
{
    const size_t huge_page = (size_t)2 << 20;
    void *memory;
    if (posix_memalign(&memory, huge_page, size) != 0) {
        return NULL;
    }
    /* Where the system has none, they are small ones. */
    (void)madvise(memory, size / huge_page * huge_page, MADV_HUGEPAGE);
    return memory;
}

int fg_encoder_create(const fg_kernels *kernels, FILE *dat, fg_encoder **ret_encoder,
                      fg_error *error)
{
    int result;
    fg_encoder *encoder = calloc(1, sizeof(*encoder));
    if (encoder == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for the network");
    }
    encoder->kernels = kernels->encoder;
    lay_out(encoder);
    encoder->memory = allocate(encoder->floats * sizeof(float));
    if (encoder->memory == NULL) {
        result = fg_error_set(error, -ENOMEM, "not enough memory for the network");
        goto fail;
    }
    lay_out(encoder);
    result = load(encoder, dat, error);
    if (result != 0) {
        goto fail;
    }
    *ret_encoder = encoder;
    return 0;

fail:
    fg_encoder_free(encoder);
    return result;
}

fg_encoder *fg_encoder_free(fg_encoder *encoder)
{
    if (encoder != NULL) {
        free(encoder->memory);
        free(encoder);
    }
    return NULL;
}

static void convolve(const fg_encoder *encoder, int index, const fg_map *in, const fg_map *out,
                     const fg_map *shortcut)
{
    const fg_step step = {
        .in = in,
        .out = out,
        .shortcut = shortcut,
        .weights = encoder->weights[index],
        .bias = encoder->bias[index],
        .tiles = encoder->tiles,
        .products = encoder->products,
    };
    encoder->kernels->convolvers[shape_of(index)].run(&step);
}

/* Where the convolutions do not reach, what a unit makes is its shortcut alone. dlib's add_prev
 * takes what a map has not for zero. */
static void pass_by(const fg_map *shortcut, int reached, const fg_map *out)
{
    size_t common = (size_t)shortcut->channels * sizeof(float);
    size_t rest = (size_t)(out->channels - shortcut->channels) * sizeof(float);
    for (int y = 0; y < out->side; y++) {
        for (int x = y < reached ? reached : 0; x < out->side; x++) {
            float *to = out->at + (size_t)(y * out->pitch + x) * (size_t)out->channels;
            memcpy(to, shortcut->at + (size_t)(y * shortcut->side + x) * (size_t)shortcut->channels,
                   common);
            memset(to + shortcut->channels, 0, rest);
        }
    }
}

/* A stage's first unit, of what the stage before made; `index` is its first convolution. */
static void run_down(fg_encoder *encoder, int level, int index, const fg_map *in)
{
    const fg_map *shortcut = &encoder->shortcuts[level];
    const fg_map *middle = &encoder->narrow[level];
    const fg_map *out = &encoder->maps[level][0];
    encoder->kernels->average(in, shortcut);
    convolve(encoder, index, in, middle, NULL);
    convolve(encoder, index + 1, middle, out, shortcut);
    pass_by(shortcut, middle->side, out);
}

static void read_picture(fg_encoder *encoder, const uint8_t *chip)
{
    float *to = encoder->picture.at;
    for (int i = 0; i < FG_ENCODER_SIDE * FG_ENCODER_SIDE * 3; i += 3) {
        for (int j = 0; j < 3; j++) {
            to[i + j] = ((float)chip[i + j] - means[j]) / MEANS_DIVISOR;
        }
    }
}

void fg_encoder_run(fg_encoder *encoder, const uint8_t *chip, float ret_encoding[FG_ENCODING_SIZE])
{
    int level = 0;
    const fg_map *in = &encoder->maps[0][0];
    read_picture(encoder, chip);
    convolve(encoder, 0, &encoder->picture, &encoder->first, NULL);
    encoder->kernels->max_pool(&encoder->first, in);
    for (int i = 0; i < UNITS; i++) {
        int index = 1 + 2 * i;
        if (units[i].first != units[i].second) {
            level++;
            run_down(encoder, level, index, in);
            in = &encoder->maps[level][0];
        } else {
            const fg_map *out = &encoder->maps[level][in == &encoder->maps[level][0] ? 1 : 0];
            convolve(encoder, index, in, &encoder->maps[level][2], NULL);
            convolve(encoder, index + 1, &encoder->maps[level][2], out, in);
            in = out;
        }
    }
    encoder->kernels->finish(in, encoder->last, ret_encoding);
}
