/* Places the landmarks of a face with dlib's shape predictor. */
#include "dlib_face.h"

#include "dlib_view.h"

#include <dlib/image_processing/shape_predictor.h>
#include <memory>

struct fg_predictor {
    dlib::shape_predictor shape;
};

int fg_predictor_create(const char *path, fg_predictor **ret_predictor, fg_error *error) noexcept
try {
    auto made = std::make_unique<fg_predictor>();
    dlib::deserialize(path) >> made->shape;
    if (made->shape.num_parts() != 5) {
        return fg_error_set(error, -EIO, "%s has %lu landmarks, not 5", path,
                            made->shape.num_parts());
    }
    *ret_predictor = made.release();
    return 0;
} catch (...) {
    return facegate::thrown(error, "loading the model of landmarks");
}

fg_predictor *fg_predictor_free(fg_predictor *predictor) noexcept
{
    delete predictor;
    return nullptr;
}

int fg_predictor_place(const fg_predictor *predictor, const fg_rgb *picture, const fg_box *box,
                       fg_points *ret_points, fg_error *error) noexcept
try {
    dlib::rectangle inside(box->x, box->y, box->x + box->width - 1, box->y + box->height - 1);
    dlib::full_object_detection shape = predictor->shape(facegate::view_of(picture), inside);
    for (unsigned long i = 0; i < 5; i++) {
        ret_points->x[i] = static_cast<int>(shape.part(i).x());
        ret_points->y[i] = static_cast<int>(shape.part(i).y());
    }
    return 0;
} catch (...) {
    return facegate::thrown(error, "placing landmarks");
}
