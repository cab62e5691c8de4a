/* Which boxes a face can be in at all. Pure; any thread. */
#ifndef FACEGATE_VISION_FACE_BOX_H
#define FACEGATE_VISION_FACE_BOX_H

#include "facegate/vision/engine.h"

#include <stdbool.h>

/* Boxes beyond this are nobody's, and could not be reckoned with. */
#define FG_FAR_AWAY (2 * FG_FRAME_MAX_SIDE)

static inline bool fg_box_can_hold_face(const fg_box *box)
{
    return box->width >= 2 && box->height >= 2 && box->width <= FG_FAR_AWAY &&
           box->height <= FG_FAR_AWAY && box->x >= -FG_FAR_AWAY && box->x <= FG_FAR_AWAY &&
           box->y >= -FG_FAR_AWAY && box->y <= FG_FAR_AWAY;
}

#endif
