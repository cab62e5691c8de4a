#include "reference_detector.h"

#include <cstdio>
#include <dlib/image_processing/frontal_face_detector.h>
#include <exception>

void *fg_reference_detector_create() noexcept
try {
    return new dlib::frontal_face_detector(dlib::get_frontal_face_detector());
} catch (const std::exception &e) {
    std::fprintf(stderr, "reference: %s\n", e.what());
    return nullptr;
}

void fg_reference_detector_free(void *detector) noexcept
{
    delete static_cast<dlib::frontal_face_detector *>(detector);
}

template <typename Pixel>
static int detect(void *detector, const unsigned char *pixels, int width, int height, double least,
                  fg_face *faces)
{
    dlib::array2d<Pixel> image(height, width);
    const std::size_t row_size = static_cast<std::size_t>(width) * sizeof(Pixel);
    for (long row = 0; row < height; row++) {
        std::memcpy(&image[row][0], pixels, row_size);
        pixels += row_size;
    }
    std::vector<dlib::rect_detection> found;
    (*static_cast<dlib::frontal_face_detector *>(detector))(image, found, least);
    int count = static_cast<int>(std::min<size_t>(found.size(), FG_ENGINE_MAX_FACES));
    for (int i = 0; i < count; i++) {
        const dlib::rectangle &box = found[static_cast<size_t>(i)].rect;
        faces[i] = {{static_cast<int>(box.left()), static_cast<int>(box.top()),
                     static_cast<int>(box.width()), static_cast<int>(box.height())},
                    found[static_cast<size_t>(i)].detection_confidence};
    }
    return count;
}

int fg_reference_detect(void *detector, const unsigned char *pixels, int channels, int width,
                        int height, double least, fg_face *faces) noexcept
try {
    return channels == 1 ? detect<unsigned char>(detector, pixels, width, height, least, faces)
                         : detect<dlib::rgb_pixel>(detector, pixels, width, height, least, faces);
} catch (const std::exception &e) {
    std::fprintf(stderr, "reference: %s\n", e.what());
    return -1;
}
