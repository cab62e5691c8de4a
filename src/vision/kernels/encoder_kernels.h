/*
 * What the encoder asks of an instruction set: its convolutions, each for one shape, and the little
 * between them. Maps are floats in the order rows, columns, channels, so that a vector holds
 * channels of one position.
 */
#ifndef FACEGATE_VISION_KERNELS_ENCODER_KERNELS_H
#define FACEGATE_VISION_KERNELS_ENCODER_KERNELS_H

#include "facegate/encoding.h"
#include "kernels/dat.h"

#include <stdint.h>

/* The shapes of the network's 29 convolutions. SAME keeps a map's size, DOWN halves it; the number
 * is the side of what it makes. */
typedef enum fg_shape {
    FG_FIRST,   /* 7x7, 3 to 32 channels, 150 to 72 */
    FG_SAME_35, /* 3x3, as all below; 32 channels */
    FG_DOWN_17, /* 32 to 64 */
    FG_SAME_17, /* 64 */
    FG_DOWN_8,  /* 64 to 128 */
    FG_SAME_8,  /* 128 */
    FG_DOWN_3,  /* 128 to 256; the shortcut beside it has 4 */
    FG_SAME_3,  /* 256 */
    FG_SAME_4,  /* 256 */
    FG_DOWN_1,  /* 256; the shortcut beside it has 2 */
    FG_SAME_1,  /* 256 */
    FG_SHAPES
} fg_shape;

/* Winograd's transforms work on tiles of 4x4 outputs, which they make of 6x6 inputs. */
#define FG_TILE         4
#define FG_TILE_IN      6
#define FG_TILE_NUMBERS (FG_TILE_IN * FG_TILE_IN)
/* Tiles at a time, so that what is made of them stays in the cache: a third of the largest map. */
#define FG_TILES 27

/*
 * From one row to the next a map has room for whole tiles and a border of one position on either
 * side. Beyond its side it is zero.
 */
#define FG_PITCH(side) (((side) + FG_TILE - 1) / FG_TILE * FG_TILE + 2)

typedef struct fg_map {
    float *at; /* [side][pitch][channels], of which [side][side][channels] is the map */
    int side;
    int pitch; /* positions from one row to the next */
    int channels;
} fg_map;

/* One convolution with its affine layer in it, and what comes after. */
typedef struct fg_step {
    const fg_map *in;
    const fg_map *out;      /* larger than what the convolution makes of FG_SAME_3 and FG_SAME_1 */
    const fg_map *shortcut; /* added to its first channels; or NULL */
    const float *weights;   /* packed */
    const float *bias;      /* [filters] */
    float *tiles;           /* [FG_TILE_NUMBERS][FG_TILES][channels] for Winograd's input */
    float *products;        /* [FG_TILE_NUMBERS][FG_TILES][filters] for its output */
} fg_step;

/* How the weights lie, always in blocks of filters side by side. */
typedef enum fg_packing {
    FG_TAPS,       /* [filters / block][side][side][channels][block] */
    FG_MIDDLE_TAP, /* [filters / block][channels][block], where a map of 1x1 meets no other */
    FG_WINOGRAD,   /* [FG_TILE_NUMBERS][filters / block][channels][block] */
} fg_packing;

typedef struct fg_convolver {
    void (*run)(const fg_step *step); /* all but FG_FIRST end with a relu */
    fg_packing packing;
    int block; /* filters */
} fg_convolver;

typedef struct fg_encoder_kernels {
    fg_convolver convolvers[FG_SHAPES];
    /* The largest of 3x3 positions, one step of 2 after the other, and 0. */
    void (*max_pool)(const fg_map *in, const fg_map *out);
    /* The mean of 2x2 positions, likewise. */
    void (*average)(const fg_map *in, const fg_map *out);
    /* The mean of all positions times weights [channels][FG_ENCODING_SIZE]. */
    void (*finish)(const fg_map *in, const float *weights, float ret_encoding[FG_ENCODING_SIZE]);
} fg_encoder_kernels;

/* Floats of a convolution's weights once they are packed. */
size_t fg_encoder_packed(const fg_dat_convolution *shape, fg_packing packing);

/* Packs them for a convolver, with the affine layer's factor in them. */
void fg_encoder_pack(const fg_dat_convolution *shape, const fg_convolver *convolver,
                     const fg_dat_weights *weights, float *packed);

#endif
