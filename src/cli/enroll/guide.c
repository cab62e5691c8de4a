/* What the person in front of the camera has to do next, from frame to frame. */
#include "enroll/guide.h"

#include "facegate/gallery/review.h"

#include <math.h>

/* The views are a gallery with one person in it, for its match. */
#define WHO "the person"

int fg_guide_init(fg_guide *guide, const fg_quality_limits *limits, double tolerance)
{
    *guide = (fg_guide){.limits = limits, .far = fmin(tolerance, FG_REVIEW_FAR)};
    return fg_gallery_create(&guide->views);
}

void fg_guide_release(fg_guide *guide)
{
    guide->views = fg_gallery_free(guide->views);
}

int fg_guide_choose(fg_guide *guide, const fg_face *faces, int count, enum fg_hint *ret_hint)
{
    int largest = -1;
    int second = 0; /* its width */
    for (int i = 0; i < count; i++) {
        if (largest < 0 || faces[i].box.width > faces[largest].box.width) {
            second = largest < 0 ? 0 : faces[largest].box.width;
            largest = i;
        } else if (faces[i].box.width > second) {
            second = faces[i].box.width;
        }
    }
    if (largest >= 0 && 2 * second <= faces[largest].box.width) {
        return largest;
    }
    guide->is_there = false;
    *ret_hint = largest < 0 ? FG_HINT_NO_FACE : FG_HINT_SEVERAL;
    return -1;
}

/* Whether the face has stayed where it is for long enough. */
static bool is_still(fg_guide *guide, int64_t time, const fg_landmarks *at)
{
    /* Two corners of one eye, two of the other: their mean jitters least. */
    double x = (at->x[0] + at->x[1] + at->x[2] + at->x[3]) / 4.0;
    double y = (at->y[0] + at->y[1] + at->y[2] + at->y[3]) / 4.0;
    double between = hypot((at->x[0] + at->x[1] - at->x[2] - at->x[3]) / 2.0,
                           (at->y[0] + at->y[1] - at->y[2] - at->y[3]) / 2.0);
    if (!guide->is_there || hypot(x - guide->x, y - guide->y) > FG_GUIDE_WANDER * between) {
        guide->is_there = true;
        guide->x = x;
        guide->y = y;
        guide->since = time;
    }
    return time - guide->since >= FG_GUIDE_STILL;
}

enum fg_hint fg_guide_assess(fg_guide *guide, int64_t time, const fg_landmarks *landmarks,
                             const fg_quality *quality)
{
    bool still = is_still(guide, time, landmarks);
    guide->fault = FG_QUALITY_GOOD;
    if (guide->limits != NULL) {
        guide->fault = fg_quality_check(quality, guide->limits, NULL);
    }
    /* A face that moves is blurred by that: one thing to do is enough. */
    if (guide->fault == FG_QUALITY_BLURRED && !still) {
        return FG_HINT_STILL;
    }
    if (guide->fault != FG_QUALITY_GOOD) {
        return FG_HINT_QUALITY;
    }
    return still ? FG_HINT_GOOD : FG_HINT_STILL;
}

enum fg_hint fg_guide_compare(const fg_guide *guide, const float encoding[FG_ENCODING_SIZE],
                              double *ret_distance)
{
    fg_match match;
    fg_gallery_match(guide->views, encoding, &match);
    *ret_distance = match.distance;
    if (match.person < 0) {
        return FG_HINT_GOOD;
    }
    if (match.distance > guide->far) {
        return FG_HINT_STRANGER;
    }
    return match.distance < FG_GUIDE_DIFFERENT ? FG_HINT_SAME : FG_HINT_GOOD;
}

int fg_guide_keep(fg_guide *guide, const float encoding[FG_ENCODING_SIZE], fg_error *error)
{
    guide->is_there = false;
    return fg_gallery_add(guide->views, WHO, NULL, encoding, error);
}

const char *fg_hint_text(enum fg_hint hint, enum fg_quality_fault fault)
{
    switch (hint) {
    case FG_HINT_NO_FACE:
        return "no face: look at the camera";
    case FG_HINT_SEVERAL:
        return "more than one face: only one person, please";
    case FG_HINT_QUALITY:
        return fg_quality_advice(fault);
    case FG_HINT_STILL:
        return "hold still";
    case FG_HINT_PHOTO:
        return "this looks like a photograph, not a person: come in person, or use --force";
    case FG_HINT_STRANGER:
        return "this is not the same face as before";
    case FG_HINT_SAME:
        return "turn your head a little";
    case FG_HINT_ENROLLED:
        return "too similar to an enrolled view: turn your head a little";
    case FG_HINT_GOOD:
        break;
    }
    return "good";
}
