/* Turns a face upright with dlib, as Python's face_recognition does. */
#include "dlib_face.h"

#include "dlib_view.h"

#include <algorithm>
#include <dlib/image_transforms/interpolation.h>

/* What the network was trained on: the face with a quarter of its size around it. */
static constexpr double padding = 0.25;

int fg_dlib_cut_chip(const fg_rgb *picture, const fg_points *points,
                     uint8_t ret_chip[FG_CHIP_SIDE * FG_CHIP_SIDE * 3], fg_error *error) noexcept
try {
    std::vector<dlib::point> parts;
    for (int i = 0; i < 5; i++) {
        parts.emplace_back(points->x[i], points->y[i]);
    }
    dlib::full_object_detection shape(dlib::rectangle(), parts);
    dlib::array2d<dlib::rgb_pixel> chip;
    dlib::extract_image_chip(facegate::view_of(picture),
                             dlib::get_face_chip_details(shape, FG_CHIP_SIDE, padding), chip);
    std::copy_n(reinterpret_cast<const uint8_t *>(&chip[0][0]), FG_CHIP_SIDE * FG_CHIP_SIDE * 3,
                ret_chip);
    return 0;
} catch (...) {
    return facegate::thrown(error, "turning a face upright");
}
