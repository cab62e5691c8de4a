/*
 * dlib and the encoder behind fg_engine.
 */
#include "facegate/vision/engine.h"

#include "kernels/encoder.h"
#include "models.h"
#include "pyramid.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_processing/shape_predictor.h>
#include <dlib/image_transforms.h>
#include <exception>
#include <memory>
#include <new>
#include <turbojpeg.h>
#include <vector>

/* What the network was trained on: a square chip, the face with a quarter of its size around it. */
static constexpr unsigned long chip_side = FG_CHIP_SIDE;
static constexpr double chip_padding = 0.25;

namespace facegate
{

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

/* Cells of nothing around a window of a picture: only where the picture ends too, since elsewhere
 * they would hide what is there. */
struct surround {
    long left, top, right, bottom;
};

/* dlib's features of a window, where dlib's own extractor surrounds every picture. */
struct window_features {
    const surround *around;

    dlib::rectangle image_to_feats(const dlib::rectangle &rect, int cell, int, int) const
    {
        return dlib::image_to_fhog(rect, cell);
    }

    dlib::rectangle feats_to_image(const dlib::rectangle &rect, int cell, int, int) const
    {
        return dlib::fhog_to_image(dlib::translate_rect(rect, -around->left, -around->top), cell);
    }

    template <typename Image>
    void operator()(const Image &image, dlib::array<dlib::array2d<float>> &features, int cell, int,
                    int) const
    {
        if (around->left + around->top + around->right + around->bottom == 0) {
            /* The picture ends nowhere here, as around most faces. */
            dlib::extract_fhog_features(image, features, cell);
            features.resize(get_num_planes());
            return;
        }
        dlib::array<dlib::array2d<float>> bare;
        dlib::extract_fhog_features(image, bare, cell);
        features.resize(get_num_planes());
        for (unsigned long i = 0; i < features.size(); i++) {
            long rows = bare.size() > 0 ? bare[i].nr() : 0;
            long columns = bare.size() > 0 ? bare[i].nc() : 0;
            features[i].set_size(rows + around->top + around->bottom,
                                 columns + around->left + around->right);
            dlib::assign_all_pixels(features[i], 0);
            for (long row = 0; row < rows; row++) {
                std::copy_n(&bare[i][row][0], columns,
                            &features[i][row + around->top][around->left]);
            }
        }
    }

    static unsigned long get_num_planes()
    {
        return 31;
    }
};

using window_scanner = dlib::scan_fhog_pyramid<dlib::pyramid_down<6>, window_features>;

} // namespace facegate

namespace dlib
{
template <typename Pixel> struct image_traits<facegate::view<Pixel>> {
    typedef Pixel pixel_type;
};
} // namespace dlib

struct fg_engine {
    dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
    /* The same detector once more, for windows of one level. */
    facegate::surround around = {};
    facegate::window_scanner scanner{facegate::window_features{&around}};
    std::vector<facegate::window_scanner::fhog_filterbank> filters;
    std::vector<double> thresholds;
    std::vector<std::pair<double, dlib::rectangle>> hits;
    std::vector<dlib::rect_detection> candidates;
    fg_pyramid *pyramid = nullptr;
    dlib::shape_predictor predictor;
    fg_encoder *encoder = nullptr;
    tjhandle colour = nullptr;
    std::vector<dlib::rect_detection> found;
    std::vector<dlib::rgb_pixel> window;
    dlib::matrix<dlib::rgb_pixel> chip;
    bool has_chip = false;

    fg_engine() = default;
    fg_engine(const fg_engine &) = delete;
    fg_engine &operator=(const fg_engine &) = delete;
    ~fg_engine()
    {
        fg_encoder_free(encoder);
        fg_pyramid_free(pyramid);
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

static void prepare_windows(fg_engine *engine)
{
    const auto &scanner = engine->detector.get_scanner();
    engine->scanner.set_detection_window_size(scanner.get_detection_window_width(),
                                              scanner.get_detection_window_height());
    engine->scanner.set_cell_size(scanner.get_cell_size());
    engine->scanner.set_padding(scanner.get_padding());
    engine->scanner.set_max_pyramid_levels(1);
    for (unsigned long i = 0; i < engine->detector.num_detectors(); i++) {
        const auto &weights = engine->detector.get_w(i);
        engine->filters.push_back(engine->scanner.build_fhog_filterbank(weights));
        engine->thresholds.push_back(weights(engine->scanner.get_num_dimensions()));
    }
}

static int load_encoder(const char *path, fg_encoder **ret_encoder, fg_error *error) noexcept
{
    const fg_kernels *kernels = nullptr;
    int result = fg_kernels_choose(std::getenv("FACEGATE_ISA"), &kernels, error);
    if (result != 0) {
        return result;
    }
    FILE *file = std::fopen(path, "rbe");
    if (file == nullptr) {
        result = -errno;
        return fg_error_set(error, result, "model %s: %s", path, std::strerror(-result));
    }
    result = fg_encoder_create(kernels, file, ret_encoder, error);
    if (result != 0) {
        fg_error_prefix(error, result, "model %s", path);
    }
    std::fclose(file);
    return result;
}

int fg_engine_create(const char *models_dir, fg_engine **ret_engine, fg_error *error) noexcept
{
    char landmarks[FG_MODEL_PATH];
    char recognition[FG_MODEL_PATH];
    int result = fg_models_check(models_dir, landmarks, recognition, error);
    if (result != 0) {
        return result;
    }
    try {
        auto engine = std::make_unique<fg_engine>();
        dlib::deserialize(landmarks) >> engine->predictor;
        result = load_encoder(recognition, &engine->encoder, error);
        if (result != 0) {
            return result;
        }
        engine->chip.set_size(chip_side, chip_side);
        prepare_windows(engine.get());
        if (fg_pyramid_create(&engine->pyramid) != 0) {
            throw std::bad_alloc();
        }
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

static facegate::view<unsigned char> view_of(const fg_patch &patch)
{
    return {patch.pixels, patch.window.height, patch.window.width, patch.stride};
}

/* What was found at level 0, in pixels of the frame. */
static int give_faces(const fg_engine *engine, int min_face, fg_face *faces)
{
    double scale = fg_pyramid_scale(min_face);
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
    return count;
}

int fg_engine_beyond(const fg_engine *engine) noexcept
{
    return static_cast<int>(engine->found.size() -
                            std::min<size_t>(engine->found.size(), FG_ENGINE_MAX_FACES));
}

int fg_engine_detect(fg_engine *engine, const fg_frame *frame, int min_face, fg_face *faces,
                     int *ret_count, fg_error *error) noexcept
try {
    fg_window whole{};
    fg_patch patch{};
    engine->found.clear();
    if (fg_pyramid_level(frame, min_face, 0, &whole) && whole.width > 0 && whole.height > 0) {
        if (fg_pyramid_cut(engine->pyramid, frame, min_face, 0, 1, &whole, &patch) != 0) {
            throw std::bad_alloc();
        }
        engine->detector(view_of(patch), engine->found);
    }
    *ret_count = give_faces(engine, min_face, faces);
    return 0;
} catch (...) {
    return thrown(error, "finding faces");
}

/* The detector looks at cells of 8 pixels, and at 10 of them both ways; those around a face at cell
 * 0 are -4 to 5, of whose neighbours the features tell too. */
static constexpr int cell_side = 8;
static constexpr int cells_before = 5;
static constexpr int cells_after = 7;
/* Where the middle of that face is, from the corner of cell 0. */
static constexpr int face_middle = 9;
/* Its side. A level of its own has faces six fifths as large. What level 0, a third of the work,
 * finds is too small to be judged, but without it nearly as many of those faces (94 of 100 of 70
 * pixels and more in the test pictures) would be found at level 1 and pass for larger. */
static constexpr double face_side = 73;

/* The level at which dlib finds faces of a size in pixels of level 0. */
static int level_of(double size)
{
    double level = std::log(std::max(size - 1, 1.0) / (face_side - 1)) / std::log(6.0 / 5.0);
    return static_cast<int>(std::lround(std::max(level, 0.0)));
}

/* The pixels of a row or column to look at for faces whose middle is between `first` and `last`:
 * whole cells, since dlib counts them from the picture's corner. */
static void find_span(double first, double last, int whole, int *ret_at, int *ret_length)
{
    auto cell = [](double middle) { return std::floor((middle - face_middle) / cell_side); };
    double from = (cell(first) - cells_before) * cell_side;
    double to = (cell(last) + 1 + cells_after) * cell_side;
    int at = static_cast<int>(std::clamp(from, 0.0, static_cast<double>(whole)));
    *ret_at = at;
    *ret_length = static_cast<int>(std::clamp(to, 0.0, static_cast<double>(whole))) - at;
}

/* Scans one window of a level for hits, in pixels of level 0. */
static void scan_window(fg_engine *engine, const fg_patch &patch, const fg_window &whole,
                        unsigned level)
{
    const fg_window &window = patch.window;
    const long before = static_cast<long>(engine->scanner.get_fhog_window_width() - 1) / 2;
    const long after = static_cast<long>(engine->scanner.get_fhog_window_width()) / 2;
    engine->around = {window.x == 0 ? before : 0, window.y == 0 ? before : 0,
                      window.x + window.width == whole.width ? after : 0,
                      window.y + window.height == whole.height ? after : 0};
    engine->scanner.load(view_of(patch));
    for (size_t i = 0; i < engine->filters.size(); i++) {
        engine->scanner.detect(engine->filters[i], engine->hits, engine->thresholds[i]);
        for (const auto &hit : engine->hits) {
            dlib::rect_detection one;
            one.detection_confidence = hit.first - engine->thresholds[i];
            one.weight_index = i;
            one.rect = dlib::pyramid_down<6>().rect_up(
                dlib::translate_rect(hit.second, window.x, window.y), level);
            engine->candidates.push_back(one);
        }
    }
}

/* Of candidates that overlap the strongest stays, as where dlib searches a whole picture. */
static void settle(fg_engine *engine)
{
    const dlib::test_box_overlap &overlap = engine->detector.get_overlap_tester();
    std::sort(engine->candidates.rbegin(), engine->candidates.rend());
    engine->found.clear();
    for (const dlib::rect_detection &one : engine->candidates) {
        auto hides = [&](const dlib::rect_detection &other) {
            return overlap(other.rect, one.rect);
        };
        if (std::none_of(engine->found.begin(), engine->found.end(), hides)) {
            engine->found.push_back(one);
        }
    }
}

/* Boxes beyond this are nobody's, and could not be reckoned with. */
static constexpr int far_away = 2 * FG_FRAME_MAX_SIDE;

static bool can_hold_face(const fg_box *box)
{
    return box->width >= 2 && box->height >= 2 && box->width <= far_away &&
           box->height <= far_away && box->x >= -far_away && box->x <= far_away &&
           box->y >= -far_away && box->y <= far_away;
}

/* The levels that are searched for a face, and where: the one of its size and its neighbours. */
struct search {
    int first, count;
    fg_window wholes[3], windows[3];
};

static search plan_search(const fg_frame *frame, int min_face, const fg_box *expected, int reach)
{
    double scale = fg_pyramid_scale(min_face);
    dlib::dpoint middle((expected->x + expected->width / 2.0) * scale,
                        (expected->y + expected->height / 2.0) * scale);
    search plan{};
    plan.first = std::max(level_of(expected->width * scale) - 1, 0);
    for (; plan.count < 3; plan.count++) {
        fg_window &whole = plan.wholes[plan.count];
        fg_window &window = plan.windows[plan.count];
        int level = plan.first + plan.count;
        if (!fg_pyramid_level(frame, min_face, level, &whole)) {
            break;
        }
        auto at = dlib::pyramid_down<6>().point_down(middle, static_cast<unsigned>(level));
        double most = reach * scale * std::pow(5.0 / 6.0, level);
        find_span(at.x() - most, at.x() + most, whole.width, &window.x, &window.width);
        find_span(at.y() - most, at.y() + most, whole.height, &window.y, &window.height);
        if (window.width < 3 * cell_side || window.height < 3 * cell_side) {
            break;
        }
    }
    return plan;
}

int fg_engine_detect_near(fg_engine *engine, const fg_frame *frame, int min_face,
                          const fg_box *expected, int reach, fg_face *faces, int *ret_count,
                          fg_error *error) noexcept
try {
    if (!can_hold_face(expected) || reach < 0 || reach > far_away) {
        return fg_error_set(error, -EINVAL,
                            "no face can be within %d pixels of a box of %d x %d pixels at %d,%d",
                            reach, expected->width, expected->height, expected->x, expected->y);
    }
    const search plan = plan_search(frame, min_face, expected, reach);
    fg_patch patches[3];
    engine->candidates.clear();
    if (plan.count > 0 && fg_pyramid_cut(engine->pyramid, frame, min_face, plan.first, plan.count,
                                         plan.windows, patches) != 0) {
        throw std::bad_alloc();
    }
    for (int i = 0; i < plan.count; i++) {
        scan_window(engine, patches[i], plan.wholes[i], static_cast<unsigned>(plan.first + i));
    }
    settle(engine);
    *ret_count = give_faces(engine, min_face, faces);
    return 0;
} catch (...) {
    return thrown(error, "finding faces in a window");
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
    if (!can_hold_face(box)) {
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

const uint8_t *fg_engine_chip(const fg_engine *engine) noexcept
{
    static_assert(sizeof(dlib::rgb_pixel) == 3, "a chip has no gaps");
    return engine->has_chip ? &engine->chip(0, 0).red : nullptr;
}

int fg_engine_encode(fg_engine *engine, float ret_encoding[FG_ENCODING_SIZE],
                     fg_error *error) noexcept
{
    if (!engine->has_chip) {
        return fg_error_set(error, -EINVAL, "no aligned face to encode");
    }
    fg_encoder_run(engine->encoder, fg_engine_chip(engine), ret_encoding);
    return 0;
}
