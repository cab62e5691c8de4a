/* Takes a view into the gallery, unless something speaks against it. */
#include "enroll/enrolment.h"

#include "facegate/gallery/review.h"

#include <errno.h>
#include <stdio.h>

/* Remembers who else the person was nearest to so far. */
static void note_nearest(fg_enrolment *enrolment, int person, double distance)
{
    if (person >= 0 && (enrolment->nearest < 0 || distance < enrolment->nearest_distance)) {
        enrolment->nearest = person;
        enrolment->nearest_distance = distance;
    }
}

int fg_enrolment_add(fg_enrolment *enrolment, const float encoding[FG_ENCODING_SIZE],
                     fg_error *error)
{
    fg_gallery *gallery = enrolment->gallery;
    fg_match match;
    int result = 0;

    fg_gallery_match(gallery, encoding, &match);
    bool own = match.person >= 0 && match.person == fg_gallery_find(gallery, enrolment->name);
    if (!enrolment->force) {
        result = fg_review_candidate(gallery, enrolment->name, encoding,
                                     enrolment->config->access.tolerance, error);
        if (result == 0 && own && match.distance < FG_FACE_ENCODER_SAME) {
            result = fg_error_set(error, -EEXIST,
                                  "this view of %s is already enrolled: use another picture",
                                  enrolment->name);
        }
    }
    if (result == 0 && fg_gallery_check_encoding(encoding, NULL) != 0) {
        result = fg_error_set(error, -EINVAL,
                              "this cannot be compared with faces: use a better picture");
    }
    if (result == 0) {
        result = fg_gallery_add(gallery, enrolment->name, enrolment->badge, encoding, error);
    }
    if (result == 0) {
        note_nearest(enrolment, own ? match.runner_up : match.person,
                     own ? match.runner_up_distance : match.distance);
        enrolment->added++;
    }
    return result;
}

void fg_enrolment_show(const fg_enrolment *enrolment, const fg_quality *quality, const char *what)
{
    if (enrolment->added == 1) {
        puts("FACE  BRIGHTNESS  CONTRAST  SHARPNESS  TURN  VIEW");
    }
    printf("%4.0f  %10.0f  %8.0f  %9.2f  %4.2f  %s\n", quality->size, quality->brightness,
           quality->contrast, quality->sharpness, quality->turn, what);
}
