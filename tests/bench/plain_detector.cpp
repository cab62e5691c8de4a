#include "plain_detector.h"

#include <algorithm>
#include <cerrno>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>
#include <memory>
#include <turbojpeg.h>
#include <vector>

struct plain_detector {
    dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
    dlib::array2d<dlib::rgb_pixel> picture;
    tjhandle colour = tjInitDecompress();

    plain_detector() = default;
    plain_detector(const plain_detector &) = delete;
    plain_detector &operator=(const plain_detector &) = delete;
    ~plain_detector()
    {
        if (colour != nullptr) {
            tjDestroy(colour);
        }
    }
};

plain_detector *plain_detector_create() noexcept
try {
    auto made = std::make_unique<plain_detector>();
    return made->colour == nullptr ? nullptr : made.release();
} catch (...) {
    return nullptr;
}

plain_detector *plain_detector_free(plain_detector *detector) noexcept
{
    delete detector;
    return nullptr;
}

int plain_detector_find(plain_detector *detector, const fg_frame *frame, fg_box *boxes) noexcept
try {
    dlib::array2d<dlib::rgb_pixel> &picture = detector->picture;
    const unsigned char *planes[3] = {frame->plane[0], frame->plane[1], frame->plane[2]};
    int strides[3] = {frame->stride[0], frame->stride[1], frame->stride[2]};
    picture.set_size(frame->height, frame->width);
    if (tjDecodeYUVPlanes(detector->colour, planes, strides, TJSAMP_420,
                          reinterpret_cast<unsigned char *>(&picture[0][0]), frame->width,
                          static_cast<int>(picture.width_step()), frame->height, TJPF_RGB,
                          0) != 0) {
        return -EIO;
    }
    dlib::pyramid_up(picture);
    std::vector<dlib::rectangle> found = detector->detector(picture);
    int count = static_cast<int>(std::min<size_t>(found.size(), FG_ENGINE_MAX_FACES));
    dlib::pyramid_down<2> halve;
    for (int i = 0; i < count; i++) {
        dlib::rectangle box = halve.rect_down(found[static_cast<size_t>(i)]);
        boxes[i] = fg_box{static_cast<int>(box.left()), static_cast<int>(box.top()),
                          static_cast<int>(box.width()), static_cast<int>(box.height())};
    }
    return count;
} catch (...) {
    return -ENOMEM;
}
