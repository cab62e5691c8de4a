/* Which boxes a face can be in at all. Pure; any thread. */
#ifndef FACEGATE_VISION_FACE_BOX_H
#define FACEGATE_VISION_FACE_BOX_H

#include "facegate/vision/engine.h"

#include <stdbool.h>

/* Boxes beyond this are nobody's, and could not be reckoned with. */
#define FG_FACE_BOX_FAR (2 * FG_FRAME_MAX_SIDE)

static inline bool fg_box_can_hold_face(const fg_box *box)
{
    return box->width >= 2 && box->height >= 2 && box->width <= FG_FACE_BOX_FAR &&
           box->height <= FG_FACE_BOX_FAR && box->x >= -FG_FACE_BOX_FAR &&
           box->x <= FG_FACE_BOX_FAR && box->y >= -FG_FACE_BOX_FAR && box->y <= FG_FACE_BOX_FAR;
}

#endif
