/* Random numbers that are the same in every run. Source: Marsaglia, "Xorshift RNGs". */
#ifndef FACEGATE_DICE_H
#define FACEGATE_DICE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct fg_dice {
    uint64_t state; /* starts as a seed, not 0 */
} fg_dice;

/* 0 to `sides` - 1. */
static inline int fg_dice_roll(fg_dice *dice, int sides)
{
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 7;
    dice->state ^= dice->state << 17;
    return (int)((dice->state >> 32) % (uint64_t)sides);
}

static inline bool fg_dice_chance(fg_dice *dice, int percent)
{
    return fg_dice_roll(dice, 100) < percent;
}

#endif
