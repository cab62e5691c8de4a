/*
 * dlib behind fg_engine. This translation unit takes half a minute and over a gigabyte to compile,
 * because of the network's type: keep everything else out of it.
 */
#include "facegate/engine.h"

#include "vision/models.h"

#include <algorithm>
#include <cblas.h>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <dlib/dnn.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_processing/shape_predictor.h>
#include <dlib/image_transforms.h>
#include <exception>
#include <memory>
#include <new>
#include <turbojpeg.h>
#include <vector>

/* What the network was trained on: a square chip, the face with a quarter of its size around it. */
static constexpr unsigned long chip_side = 150;
static constexpr double chip_padding = 0.25;

namespace facegate
{

/* The recognition network of dlib's model file, whose layers must match it one by one. */
template <template <int, template <typename> class, int, typename> class Block, int N,
          template <typename> class BN, typename SUBNET>
using residual = dlib::add_prev1<Block<N, BN, 1, dlib::tag1<SUBNET>>>;

template <template <int, template <typename> class, int, typename> class Block, int N,
          template <typename> class BN, typename SUBNET>
using residual_down = dlib::add_prev2<
    dlib::avg_pool<2, 2, 2, 2, dlib::skip1<dlib::tag2<Block<N, BN, 2, dlib::tag1<SUBNET>>>>>>;

template <int N, template <typename> class BN, int Stride, typename SUBNET>
using block =
    BN<dlib::con<N, 3, 3, 1, 1, dlib::relu<BN<dlib::con<N, 3, 3, Stride, Stride, SUBNET>>>>>;

template <int N, typename SUBNET> using unit = dlib::relu<residual<block, N, dlib::affine, SUBNET>>;

template <int N, typename SUBNET>
using unit_down = dlib::relu<residual_down<block, N, dlib::affine, SUBNET>>;

template <typename SUBNET> using level0 = unit_down<256, SUBNET>;
template <typename SUBNET> using level1 = unit<256, unit<256, unit_down<256, SUBNET>>>;
template <typename SUBNET> using level2 = unit<128, unit<128, unit_down<128, SUBNET>>>;
template <typename SUBNET> using level3 = unit<64, unit<64, unit<64, unit_down<64, SUBNET>>>>;
template <typename SUBNET> using level4 = unit<32, unit<32, unit<32, SUBNET>>>;

using network = dlib::loss_metric<dlib::fc_no_bias<
    FG_ENCODING_SIZE, dlib::avg_pool_everything<level0<level1<level2<level3<level4<dlib::max_pool<
                          3, 3, 2, 2,
                          dlib::relu<dlib::affine<dlib::con<
                              32, 7, 7, 2, 2, dlib::input_rgb_image_sized<chip_side>>>>>>>>>>>>>;

/* Pixels that belong to somebody else, as dlib's generic image interface wants to see them. */
template <typename Pixel> struct view {
    const Pixel *pixels;
    long rows;
    long columns;
    long stride; /* bytes */
};

template <typename Pixel> long num_rows(const view<Pixel> &image)
{
    return image.rows;
}

template <typename Pixel> long num_columns(const view<Pixel> &image)
{
    return image.columns;
}

template <typename Pixel> long width_step(const view<Pixel> &image)
{
    return image.stride;
}

template <typename Pixel> const void *image_data(const view<Pixel> &image)
{
    return image.pixels;
}

} // namespace facegate

namespace dlib
{
template <typename Pixel> struct image_traits<facegate::view<Pixel>> {
    typedef Pixel pixel_type;
};
} // namespace dlib

/* The size in pixels of the smallest face the detector is trained to find. */
static constexpr double detector_face = 80;

struct fg_engine {
    dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
    dlib::shape_predictor predictor;
    facegate::network network;
    tjhandle colour = nullptr;
    std::vector<dlib::rect_detection> found;
    dlib::array2d<unsigned char> halved[2]; /* two, to halve from one into the other */
    dlib::array2d<unsigned char> scaled;
    std::vector<dlib::rgb_pixel> window;
    dlib::matrix<dlib::rgb_pixel> chip;
    bool has_chip = false;

    fg_engine() = default;
    fg_engine(const fg_engine &) = delete;
    fg_engine &operator=(const fg_engine &) = delete;
    ~fg_engine()
    {
        if (colour != nullptr) {
            tjDestroy(colour);
        }
    }
};

/* Turns whatever is being thrown into an errno and a text. */
static int thrown(fg_error *error, const char *doing) noexcept
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

int fg_engine_create(const char *models_dir, fg_engine **ret_engine, fg_error *error) noexcept
{
    char landmarks[FG_MODEL_PATH];
    char recognition[FG_MODEL_PATH];
    int result = fg_models_check(models_dir, landmarks, recognition, error);
    if (result != 0) {
        return result;
    }
    /* Two BLAS threads cost more than twice the CPU for the same work. */
    openblas_set_num_threads(1);
    try {
        auto engine = std::make_unique<fg_engine>();
        dlib::deserialize(landmarks) >> engine->predictor;
        dlib::deserialize(recognition) >> engine->network;
        engine->chip.set_size(chip_side, chip_side);
        engine->colour = tjInitDecompress();
        if (engine->colour == nullptr) {
            return fg_error_set(error, -ENOMEM, "TurboJPEG: %s", tjGetErrorStr2(nullptr));
        }
        *ret_engine = engine.release();
        return 0;
    } catch (...) {
        return thrown(error, "loading the models");
    }
}

fg_engine *fg_engine_free(fg_engine *engine) noexcept
{
    delete engine;
    return nullptr;
}

/* Half the size, each pixel the mean of four: plain sampling of a large picture would alias. */
template <typename Image> static void halve(const Image &from, dlib::array2d<unsigned char> &to)
{
    dlib::const_image_view<Image> in(from);
    to.set_size(in.nr() / 2, in.nc() / 2);
    for (long row = 0; row < to.nr(); row++) {
        const unsigned char *above = &in[2 * row][0];
        const unsigned char *below = &in[2 * row + 1][0];
        unsigned char *out = &to[row][0];
        for (long column = 0; column < to.nc(); column++) {
            int sum = above[2 * column] + above[2 * column + 1] + below[2 * column] +
                      below[2 * column + 1];
            out[column] = static_cast<unsigned char>((sum + 2) / 4);
        }
    }
}

/* Detects in a picture in which the wanted faces are at least detector_face, and larger by `scale`
 * than there. */
template <typename Image> static void detect_at(fg_engine *engine, const Image &image, double scale)
{
    dlib::const_image_view<Image> in(image);
    long rows = std::lround(static_cast<double>(in.nr()) * scale);
    long columns = std::lround(static_cast<double>(in.nc()) * scale);
    if (rows == in.nr() && columns == in.nc()) {
        engine->detector(image, engine->found);
        return;
    }
    engine->scaled.set_size(std::max(rows, 1L), std::max(columns, 1L));
    dlib::resize_image(image, engine->scaled, dlib::interpolate_bilinear());
    engine->detector(engine->scaled, engine->found);
}

int fg_engine_detect(fg_engine *engine, const fg_frame *frame, int min_face, fg_face *faces,
                     int *ret_count, fg_error *error) noexcept
try {
    double scale = detector_face / min_face;
    facegate::view<unsigned char> luma{frame->plane[0], frame->height, frame->width,
                                       frame->stride[0]};
    double remaining = scale;
    const dlib::array2d<unsigned char> *smaller = nullptr;
    for (int into = 0; remaining <= 0.5; into ^= 1) {
        if (smaller == nullptr) {
            halve(luma, engine->halved[into]);
        } else {
            halve(*smaller, engine->halved[into]);
        }
        smaller = &engine->halved[into];
        remaining *= 2;
    }
    engine->found.clear();
    if (smaller == nullptr) {
        detect_at(engine, luma, remaining);
    } else if (smaller->size() > 0) {
        detect_at(engine, *smaller, remaining);
    }

    int count = static_cast<int>(std::min<size_t>(engine->found.size(), FG_ENGINE_MAX_FACES));
    for (int i = 0; i < count; i++) {
        const dlib::rect_detection &one = engine->found[static_cast<size_t>(i)];
        auto to_frame = [scale](double value) {
            return static_cast<int>(std::lround(value / scale));
        };
        faces[i].box = fg_box{to_frame(static_cast<double>(one.rect.left())),
                              to_frame(static_cast<double>(one.rect.top())),
                              to_frame(static_cast<double>(one.rect.width())),
                              to_frame(static_cast<double>(one.rect.height()))};
        faces[i].score = one.detection_confidence;
    }
    *ret_count = count;
    return 0;
} catch (...) {
    return thrown(error, "finding faces");
}

/* A part of the frame, edges even because chroma is halved. */
struct window_place {
    int x, y, width, height;
};

static window_place place_window(const fg_frame *frame, const fg_box *box)
{
    int margin_x = box->width / 2;
    int margin_y = box->height / 2;
    int left = std::max(box->x - margin_x, 0) & ~1;
    int top = std::max(box->y - margin_y, 0) & ~1;
    int right = std::min(box->x + box->width + margin_x, frame->width);
    int bottom = std::min(box->y + box->height + margin_y, frame->height);
    return window_place{left, top, right - left, bottom - top};
}

int fg_engine_align(fg_engine *engine, const fg_frame *frame, const fg_box *box,
                    fg_landmarks *ret_landmarks, fg_error *error) noexcept
try {
    engine->has_chip = false;
    constexpr int far = 2 * FG_FRAME_MAX_SIDE;
    if (box->width < 2 || box->height < 2 || box->width > far || box->height > far ||
        box->x < -far || box->x > far || box->y < -far || box->y > far) {
        return fg_error_set(error, -EINVAL, "no face can be in a box of %d x %d pixels at %d,%d",
                            box->width, box->height, box->x, box->y);
    }
    window_place place = place_window(frame, box);
    if (place.width < 2 || place.height < 2) {
        return fg_error_set(error, -EINVAL, "the box at %d,%d lies outside the picture", box->x,
                            box->y);
    }
    size_t pixels = static_cast<size_t>(place.width) * static_cast<size_t>(place.height);
    if (engine->window.size() < pixels) {
        engine->window.resize(pixels);
    }
    const unsigned char *planes[3] = {
        frame->plane[0] + static_cast<ptrdiff_t>(place.y) * frame->stride[0] + place.x,
        frame->plane[1] + static_cast<ptrdiff_t>(place.y / 2) * frame->stride[1] + place.x / 2,
        frame->plane[2] + static_cast<ptrdiff_t>(place.y / 2) * frame->stride[2] + place.x / 2,
    };
    int strides[3] = {frame->stride[0], frame->stride[1], frame->stride[2]};
    if (tjDecodeYUVPlanes(engine->colour, planes, strides, TJSAMP_420,
                          reinterpret_cast<unsigned char *>(engine->window.data()), place.width,
                          place.width * 3, place.height, TJPF_RGB, 0) != 0) {
        return fg_error_set(error, -EIO, "the window around a face: %s",
                            tjGetErrorStr2(engine->colour));
    }
    facegate::view<dlib::rgb_pixel> window{engine->window.data(), place.height, place.width,
                                           place.width * 3L};
    dlib::rectangle inside(box->x - place.x, box->y - place.y, box->x - place.x + box->width - 1,
                           box->y - place.y + box->height - 1);
    dlib::full_object_detection shape = engine->predictor(window, inside);
    dlib::extract_image_chip(window, dlib::get_face_chip_details(shape, chip_side, chip_padding),
                             engine->chip);
    engine->has_chip = true;
    for (unsigned long i = 0; i < 5; i++) {
        ret_landmarks->x[i] = static_cast<float>(shape.part(i).x() + place.x);
        ret_landmarks->y[i] = static_cast<float>(shape.part(i).y() + place.y);
    }
    return 0;
} catch (...) {
    return thrown(error, "placing landmarks");
}

int fg_engine_encode(fg_engine *engine, float ret_encoding[FG_ENCODING_SIZE],
                     fg_error *error) noexcept
try {
    if (!engine->has_chip) {
        return fg_error_set(error, -EINVAL, "no aligned face to encode");
    }
    const dlib::matrix<float, 0, 1> &encoding = engine->network(engine->chip);
    if (encoding.size() != FG_ENCODING_SIZE) {
        return fg_error_set(error, -EIO, "the network gave %ld numbers, not %d", encoding.size(),
                            FG_ENCODING_SIZE);
    }
    std::copy(encoding.begin(), encoding.end(), ret_encoding);
    return 0;
} catch (...) {
    return thrown(error, "encoding a face");
}
