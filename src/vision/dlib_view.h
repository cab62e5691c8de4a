/*
 * Pixels that belong to somebody else, as dlib's generic image interface wants to see them. For the
 * shims around dlib alone.
 */
#ifndef FACEGATE_VISION_DLIB_VIEW_H
#define FACEGATE_VISION_DLIB_VIEW_H

#include "dlib_face.h"

/* Two points at a time need no library of linear algebra, and one that starts threads before main
 * least of all. Its first headers read dlib's configuration, what follows asks it. */
#include <dlib/assert.h>
#include <dlib/test_for_odr_violations.h>
#undef DLIB_USE_BLAS
#undef DLIB_USE_LAPACK

#include <dlib/image_processing/generic_image.h>
#include <dlib/pixel.h>
#include <exception>
#include <new>

namespace facegate
{
struct view {
    const dlib::rgb_pixel *pixels;
    long rows;
    long columns;
};

inline view view_of(const fg_rgb *picture)
{
    static_assert(sizeof(dlib::rgb_pixel) == 3, "pixels have no gaps");
    return {reinterpret_cast<const dlib::rgb_pixel *>(picture->pixels), picture->height,
            picture->width};
}

inline long num_rows(const view &image)
{
    return image.rows;
}

inline long num_columns(const view &image)
{
    return image.columns;
}

inline long width_step(const view &image)
{
    return image.columns * 3;
}

inline const void *image_data(const view &image)
{
    return image.pixels;
}

/* Turns whatever is being thrown into an errno and a text. */
inline int thrown(fg_error *error, const char *doing) noexcept
{
    try {
        throw;
    } catch (const std::bad_alloc &) {
        return fg_error_set(error, -ENOMEM, "%s: not enough memory", doing);
    } catch (const std::exception &e) {
        return fg_error_set(error, -EIO, "%s: dlib: %s", doing, e.what());
    } catch (...) {
        return fg_error_set(error, -EIO, "%s: dlib failed", doing);
    }
}
} // namespace facegate

namespace dlib
{
template <> struct image_traits<facegate::view> {
    typedef rgb_pixel pixel_type;
};
} // namespace dlib

#endif
