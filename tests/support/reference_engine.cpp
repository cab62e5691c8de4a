#include "reference_engine.h"

#include <cstdio>
#include <dlib/dnn.h>
#include <dlib/image_processing/shape_predictor.h>
#include <dlib/image_transforms.h>
#include <exception>

using namespace dlib;

/* From here to anet_type as in dnn_face_recognition_ex.cpp. */
template <template <int, template <typename> class, int, typename> class block, int N,
          template <typename> class BN, typename SUBNET>
using residual = add_prev1<block<N, BN, 1, tag1<SUBNET>>>;

template <template <int, template <typename> class, int, typename> class block, int N,
          template <typename> class BN, typename SUBNET>
using residual_down = add_prev2<avg_pool<2, 2, 2, 2, skip1<tag2<block<N, BN, 2, tag1<SUBNET>>>>>>;

template <int N, template <typename> class BN, int stride, typename SUBNET>
using block = BN<con<N, 3, 3, 1, 1, relu<BN<con<N, 3, 3, stride, stride, SUBNET>>>>>;

template <int N, typename SUBNET> using ares = relu<residual<block, N, affine, SUBNET>>;
template <int N, typename SUBNET> using ares_down = relu<residual_down<block, N, affine, SUBNET>>;

template <typename SUBNET> using alevel0 = ares_down<256, SUBNET>;
template <typename SUBNET> using alevel1 = ares<256, ares<256, ares_down<256, SUBNET>>>;
template <typename SUBNET> using alevel2 = ares<128, ares<128, ares_down<128, SUBNET>>>;
template <typename SUBNET> using alevel3 = ares<64, ares<64, ares<64, ares_down<64, SUBNET>>>>;
template <typename SUBNET> using alevel4 = ares<32, ares<32, ares<32, SUBNET>>>;

using anet_type = loss_metric<fc_no_bias<
    128, avg_pool_everything<alevel0<alevel1<alevel2<alevel3<alevel4<max_pool<
             3, 3, 2, 2, relu<affine<con<32, 7, 7, 2, 2, input_rgb_image_sized<150>>>>>>>>>>>>>;

struct reference {
    shape_predictor sp;
    anet_type net;
};

void *fg_reference_create(const char *landmarks, const char *recognition) noexcept
try {
    auto made = std::make_unique<reference>();
    deserialize(landmarks) >> made->sp;
    deserialize(recognition) >> made->net;
    return made.release();
} catch (const std::exception &e) {
    std::fprintf(stderr, "reference: %s\n", e.what());
    return nullptr;
}

void fg_reference_free(void *made) noexcept
{
    delete static_cast<reference *>(made);
}

int fg_reference_encode(void *made, const unsigned char *rgb, int width, int height, int left,
                        int top, int right, int bottom, float ret_encoding[128]) noexcept
try {
    auto *with = static_cast<reference *>(made);
    matrix<rgb_pixel> img(height, width);
    for (long row = 0; row < height; row++) {
        for (long column = 0; column < width; column++, rgb += 3) {
            img(row, column) = rgb_pixel(rgb[0], rgb[1], rgb[2]);
        }
    }
    auto shape = with->sp(img, rectangle(left, top, right, bottom));
    matrix<rgb_pixel> face_chip;
    extract_image_chip(img, get_face_chip_details(shape, 150, 0.25), face_chip);
    return fg_reference_encode_chip(made, &face_chip(0, 0).red, ret_encoding);
} catch (const std::exception &e) {
    std::fprintf(stderr, "reference: %s\n", e.what());
    return -1;
}

int fg_reference_encode_chip(void *made, const unsigned char *rgb, float ret_encoding[128]) noexcept
try {
    auto *with = static_cast<reference *>(made);
    matrix<rgb_pixel> face_chip(150, 150);
    for (rgb_pixel &pixel : face_chip) {
        pixel = rgb_pixel(rgb[0], rgb[1], rgb[2]);
        rgb += 3;
    }
    matrix<float, 0, 1> face_descriptor = with->net(face_chip);
    std::copy(face_descriptor.begin(), face_descriptor.end(), ret_encoding);
    return 0;
} catch (const std::exception &e) {
    std::fprintf(stderr, "reference: %s\n", e.what());
    return -1;
}
