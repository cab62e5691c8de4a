/* The source that takes pictures with libcamera. */
#include "libcamera_source.h"

#include "convert.h"
#include "decode.h"
#include "environment.h"
#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "libcamera_configure.h"
#include "libcamera_controls.h"
#include "libcamera_list.h"
#include "libcamera_version.h"
#include "mapping.h"
#include "pace.h"
#include "turn.h"

#include <libcamera/libcamera.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace
{

using libcamera::Camera;
using libcamera::FrameBuffer;
using libcamera::Request;

/* The process's one CameraManager: a second one would abort it. */
class Manager
{
  public:
    ~Manager()
    {
        if (manager_) {
            manager_->stop();
            manager_.reset();
        }
        if (owner_) {
            taken.store(false);
        }
    }

    int start(fg_error *error)
    {
        if (taken.exchange(true)) {
            return fg_error_set(error, -EBUSY, "libcamera is in use by another part of facegate");
        }
        owner_ = true;
        manager_ = std::make_unique<libcamera::CameraManager>();
        int result = manager_->start();
        if (result != 0) {
            return fg_error_set(error, result < 0 ? result : -EIO, "libcamera does not start: %s",
                                std::strerror(std::abs(result)));
        }
        return 0;
    }

    std::vector<std::shared_ptr<Camera>> cameras() const
    {
        return manager_->cameras();
    }

    /* -ENODEV without any, -ENXIO without it. `id` empty takes the first. */
    int find(const std::string &id, std::shared_ptr<Camera> &ret_camera, fg_error *error) const
    {
        std::string others;
        for (const std::shared_ptr<Camera> &camera : manager_->cameras()) {
            if (id.empty() || camera->id() == id) {
                ret_camera = camera;
                return 0;
            }
            others += (others.empty() ? "" : ", ") + camera->id();
        }
        if (others.empty()) {
            return fg_error_set(error, -ENODEV, "No camera found");
        }
        return fg_error_set(error, -ENXIO, "No camera \"%s\" among the cameras found (%s)",
                            id.c_str(), others.c_str());
    }

  private:
    static std::atomic<bool> taken;
    bool owner_ = false;
    std::unique_ptr<libcamera::CameraManager> manager_;
};

std::atomic<bool> Manager::taken{false};

/* As a number: libcamera 0.4's virtual pipeline leaves the status unset. */
auto status_of(const libcamera::FrameMetadata &metadata)
{
    std::underlying_type_t<libcamera::FrameMetadata::Status> status;
    static_assert(sizeof(status) == sizeof(metadata.status));
    std::memcpy(&status, &metadata.status, sizeof(status));
    return status;
}

/* By the two values that say so alone. */
bool is_damaged(const libcamera::FrameMetadata &metadata)
{
    const auto status = status_of(metadata);
    return status == libcamera::FrameMetadata::FrameError ||
           status == libcamera::FrameMetadata::FrameCancelled;
}

/* Whether exposure and colours are not settled yet. */
template <typename Metadata> bool is_settling([[maybe_unused]] const Metadata &metadata)
{
    if constexpr (facegate::has_startup_frames<Metadata>) {
        return status_of(metadata) == Metadata::FrameStartup;
    } else {
        return false;
    }
}

/* Frames after a start that may be left out for that; a camera that never settles is used. */
constexpr unsigned int most_settling = 30;

} // namespace

struct fg_libcamera {
    fg_libcamera(const char *id, const fg_camera_options &options)
        : id_(id == nullptr ? "" : id), options_(options)
    {
    }

    ~fg_libcamera()
    {
        fg_converter_free(converter_);
        fg_decoder_free(decoder_);
        fg_frame_release(&lying_);
    }

    int open(char *ret_description, fg_error *error);
    int start(fg_slot *slot, struct fg_camera *supervisor, fg_error *error);
    void stop();
    void close();

  private:
    int configure(fg_error *error);
    int prepare_buffers(fg_error *error);
    void plan_controls();
    int convert(const FrameBuffer &buffer, const fg_mapping &mapping, fg_frame *frame,
                fg_error *error);
    int convert_upright(const FrameBuffer &buffer, const fg_mapping &mapping, fg_frame *frame,
                        fg_error *error);
    void completed(Request *request);
    static void queue(void *source, void *request) noexcept;
    void disconnected();

    const std::string id_;
    const fg_camera_options options_; /* but for the source and tuning, which may be gone */
    fg_converter *converter_ = nullptr;
    fg_decoder *decoder_ = nullptr;
    fg_control_plan reported_ = {};
    fg_error reported_note_ = {};
    facegate::Sensor sensor_; /* of the camera that was opened last */
    fg_frame lying_ = {};     /* the picture before it is turned */

    /* In the order they come to be; closed in the reverse. */
    std::unique_ptr<Manager> manager_;
    std::shared_ptr<Camera> camera_;
    bool acquired_ = false;
    facegate::Setup setup_;
    std::unique_ptr<libcamera::FrameBufferAllocator> allocator_;
    std::map<const FrameBuffer *, fg_mapping> mappings_;
    std::vector<std::unique_ptr<Request>> requests_;

    libcamera::Stream *stream_ = nullptr;
    bool limited_ = false;
    int real_width_ = 0, real_height_ = 0, stride_ = 0;
    fg_control_plan plan_ = {};
    int turn_ = FG_TURN_NONE; /* what the camera leaves to be turned */

    fg_slot *slot_ = nullptr;
    struct fg_camera *supervisor_ = nullptr;
    fg_pace *pace_ = nullptr; /* from start to stop */
    std::atomic<bool> stopping_{false};
    unsigned int settling_ = 0; /* frames left out since the start */
    uint64_t sequence_ = 0;     /* goes on over losses, so that it never runs backwards */
};

int fg_libcamera::configure(fg_error *error)
{
    int result = facegate::configure(*camera_, options_, sensor_, setup_, error);
    if (result != 0) {
        return result;
    }
    if (setup_.note.text[0] != '\0' && std::strcmp(setup_.note.text, reported_note_.text) != 0) {
        fg_log(FG_LOG_WARNING, "Camera %s: %s", camera_->id().c_str(), setup_.note.text);
    }
    reported_note_ = setup_.note;
    const libcamera::StreamConfiguration &given = setup_.configuration->at(0);
    stream_ = given.stream();
    real_width_ = static_cast<int>(given.size.width);
    real_height_ = static_cast<int>(given.size.height);
    stride_ = static_cast<int>(given.stride);
    turn_ = fg_turn_then(fg_turn_back(facegate::given_turn(*setup_.configuration)),
                         fg_controls_turn(&options_));
    limited_ = given.colorSpace.has_value() &&
               given.colorSpace->range == libcamera::ColorSpace::Range::Limited;
    return 0;
}

int fg_libcamera::prepare_buffers(fg_error *error)
{
    allocator_ = std::make_unique<libcamera::FrameBufferAllocator>(camera_);
    int result = allocator_->allocate(stream_);
    if (result < 0) {
        return fg_error_set(error, result, "%s provides no buffers: %s", camera_->id().c_str(),
                            std::strerror(-result));
    }
    for (const std::unique_ptr<FrameBuffer> &buffer : allocator_->buffers(stream_)) {
        const auto &planes = buffer->planes(); /* a vector; from libcamera 0.6 on a Span */
        if (planes.size() < setup_.format->planes) {
            return fg_error_set(error, -EINVAL, "%s gives %zu planes of %s, not %u",
                                camera_->id().c_str(), planes.size(),
                                setup_.format->name.toString().c_str(), setup_.format->planes);
        }
        std::vector<fg_mapping_span> spans;
        for (const FrameBuffer::Plane &plane : planes) {
            bool whole = plane.offset == FrameBuffer::Plane::kInvalidOffset;
            spans.push_back({plane.fd.get(), whole ? 0 : plane.offset, plane.length});
        }
        result = fg_mapping_open(&mappings_[buffer.get()], spans.data(), spans.size(), error);
        if (result != 0) {
            return fg_error_prefix(error, result, "%s", camera_->id().c_str());
        }
        std::unique_ptr<Request> request = camera_->createRequest(requests_.size());
        if (!request) {
            return fg_error_set(error, -ENOMEM, "%s accepts no requests", camera_->id().c_str());
        }
        result = request->addBuffer(stream_, buffer.get());
        if (result != 0) {
            return fg_error_set(error, result, "%s does not accept its buffer: %s",
                                camera_->id().c_str(), std::strerror(-result));
        }
        requests_.push_back(std::move(request));
    }
    return 0;
}

void fg_libcamera::plan_controls()
{
    std::array<fg_control_offer, FG_CONTROLS> offers;
    facegate::read_offers(camera_->controls(), offers.data());
    fg_controls_choose(offers.data(), &options_, &plan_);
    fg_controls_tell(&plan_, camera_->id().c_str(), turn_, &reported_);
}

namespace
{

/* Nothing of a camera that does not tell. */
std::string describe_view(const fg_camera_view &view)
{
    char text[FG_CAMERA_VIEW_TEXT];
    fg_camera_view_describe(&view, text);
    return view.across > 0 ? std::string(", view ") + text : "";
}

} // namespace

int fg_libcamera::open(char *ret_description, fg_error *error)
{
    if ((converter_ == nullptr && fg_converter_create(&converter_) != 0) ||
        (decoder_ == nullptr && fg_decoder_create(&decoder_) != 0)) {
        return fg_error_set(error, -ENOMEM, "not enough memory to convert pictures");
    }
    manager_ = std::make_unique<Manager>();
    int result = manager_->start(error);
    if (result != 0) {
        return result;
    }
    result = manager_->find(id_, camera_, error);
    if (result != 0) {
        return result;
    }
    result = facegate::acquire(*camera_, error);
    acquired_ = result == 0;
    if (result == 0) {
        result = configure(error);
    }
    if (result == 0) {
        result = prepare_buffers(error);
    }
    if (result != 0) {
        return result == -ENODEV ? -EIO : result;
    }
    plan_controls();
    const fg_control_choice &duration = plan_.choice[FG_CONTROL_FRAME_DURATIONS];
    std::string rate = duration.count > 0
                           ? " at " + std::to_string(std::lround(1e6 / duration.value[0])) + " fps"
                           : "";
    bool sideways = (turn_ & FG_TURN_TRANSPOSE) != 0;
    std::snprintf(ret_description, FG_SOURCE_DESCRIPTION, "%.128s %dx%d %s%s%s%s",
                  camera_->id().c_str(), real_width_, real_height_,
                  setup_.format->name.toString().c_str(), sideways ? " turned upright" : "",
                  rate.c_str(), describe_view(setup_.view).c_str());
    return 0;
}

int fg_libcamera::start(fg_slot *slot, struct fg_camera *supervisor, fg_error *error)
{
    slot_ = slot;
    supervisor_ = supervisor;
    stopping_ = false;
    settling_ = 0;
    int result = fg_pace_create(options_.fps, static_cast<int>(requests_.size()), queue, this,
                                &pace_, error);
    if (result != 0) {
        return result;
    }
    fg_supervisor_view(supervisor, &setup_.view);
    libcamera::ControlList controls = facegate::to_list(camera_->controls(), plan_);
    if (!requests_.empty()) {
        requests_[0]->controls().merge(controls); /* some pipelines take none at their start */
    }
    camera_->requestCompleted.connect(this, &fg_libcamera::completed);
    camera_->disconnected.connect(this, &fg_libcamera::disconnected);
    result = camera_->start(&controls);
    for (size_t i = 0; i < requests_.size() && result == 0; i++) {
        result = camera_->queueRequest(requests_[i].get());
    }
    if (result != 0) {
        return fg_error_set(error, result == -ENODEV ? -EIO : result, "%s does not start: %s",
                            camera_->id().c_str(), std::strerror(-result));
    }
    return 0;
}

/* Of what was started in part too. */
void fg_libcamera::stop()
{
    stopping_ = true;
    if (pace_ != nullptr) {
        fg_pace_stop(pace_);
    }
    int result = camera_->stop();
    if (result != 0) {
        fg_log(FG_LOG_WARNING, "Camera not stopped: %s: %s", camera_->id().c_str(),
               std::strerror(-result));
    }
    camera_->requestCompleted.disconnect(this);
    camera_->disconnected.disconnect(this);
    pace_ = fg_pace_free(pace_);
}

void fg_libcamera::close()
{
    requests_.clear();
    for (auto &[buffer, mapping] : mappings_) {
        fg_mapping_close(&mapping);
    }
    mappings_.clear();
    allocator_.reset();
    stream_ = nullptr;
    setup_ = {};
    if (acquired_) {
        facegate::release(*camera_);
        acquired_ = false;
    }
    camera_.reset();
    manager_.reset();
}

int fg_libcamera::convert_upright(const FrameBuffer &buffer, const fg_mapping &mapping,
                                  fg_frame *frame, fg_error *error)
{
    if (turn_ == FG_TURN_NONE) {
        return convert(buffer, mapping, frame, error);
    }
    int result = convert(buffer, mapping, &lying_, error);
    return result != 0 || fg_turn_frame(&lying_, turn_, frame) == 0
               ? result
               : fg_error_set(error, -ENOMEM, "not enough memory to turn the picture");
}

int fg_libcamera::convert(const FrameBuffer &buffer, const fg_mapping &mapping, fg_frame *frame,
                          fg_error *error)
{
    if (setup_.format->mjpeg) {
        /* The virtual pipeline and some drivers leave bytesused at 0. */
        const auto filled = buffer.metadata().planes();
        size_t used = filled.empty() ? 0 : filled[0].bytesused;
        size_t size = used > 0 ? std::min(used, mapping.plane[0].size) : mapping.plane[0].size;
        return fg_decoder_decode_stream(decoder_, mapping.plane[0].data, size, frame, error);
    }
    fg_raster raster = {};
    raster.pixels = setup_.format->pixels;
    raster.limited = limited_;
    raster.width = real_width_;
    raster.height = real_height_;
    for (unsigned int i = 0; i < setup_.format->planes; i++) {
        /* libcamera tells the first plane's stride alone; only YUV420's other planes have another.
         */
        bool halved = i > 0 && setup_.format->pixels == FG_PIXELS_YUV420;
        raster.plane[i].data = mapping.plane[i].data;
        raster.plane[i].size = mapping.plane[i].size;
        raster.plane[i].stride = halved ? stride_ / 2 : stride_;
    }
    return fg_converter_convert(converter_, &raster, frame, error);
}

/* In libcamera's thread, one call at a time. */
void fg_libcamera::completed(Request *request)
{
    bool cancelled = request->status() == Request::RequestCancelled;
    if (cancelled && stopping_) {
        return;
    }
    try {
        int64_t monotonic = fg_clock_monotonic();
        int64_t realtime = fg_clock_realtime();
        const FrameBuffer *buffer = request->findBuffer(stream_);
        const auto mapping = mappings_.find(buffer);
        const bool is_ours = !cancelled && mapping != mappings_.end();
        const libcamera::FrameMetadata *metadata = is_ours ? &buffer->metadata() : nullptr;
        fg_error error = {};
        if (cancelled) {
            fg_supervisor_damaged(supervisor_, "the driver cancelled it");
        } else if (metadata == nullptr || is_damaged(*metadata)) {
            fg_supervisor_damaged(supervisor_, "the driver reports an error");
        } else if (settling_ < most_settling && is_settling(*metadata)) {
            settling_++;
        } else {
            fg_frame *frame = fg_slot_frame(slot_);
            fg_mapping_begin(&mapping->second);
            int result = convert_upright(*buffer, mapping->second, frame, &error);
            fg_mapping_end(&mapping->second);
            if (result != 0) {
                fg_supervisor_damaged(supervisor_, error.text);
            } else {
                frame->sequence = sequence_++;
                frame->monotonic = monotonic;
                frame->realtime = realtime;
                fg_slot_publish(slot_);
                fg_supervisor_frame(supervisor_);
            }
        }
        fg_pace_give(pace_, request);
    } catch (...) {
        fg_supervisor_lost(supervisor_, "libcamera failed while a picture was taken");
    }
}

/* Gives a request back to the camera, for its next picture. */
void fg_libcamera::queue(void *source, void *request) noexcept
{
    fg_libcamera *self = static_cast<fg_libcamera *>(source);
    Request *again = static_cast<Request *>(request);
    try {
        again->reuse(Request::ReuseBuffers);
        int result = self->camera_->queueRequest(again);
        if (result != 0) {
            fg_error why;
            fg_error_set(&why, 0, "it takes no more requests: %s", std::strerror(-result));
            fg_supervisor_lost(self->supervisor_, why.text);
        }
    } catch (...) {
        fg_supervisor_lost(self->supervisor_, "libcamera failed while it was asked for a picture");
    }
}

void fg_libcamera::disconnected()
{
    fg_supervisor_lost(supervisor_, "it was unplugged");
}

namespace
{

/* Runs what may throw behind a C boundary. */
template <typename Body> int guarded(fg_error *error, Body body) noexcept
{
    try {
        return body();
    } catch (const std::exception &exception) {
        return fg_error_set(error, -EIO, "libcamera failed: %s", exception.what());
    } catch (...) {
        return fg_error_set(error, -EIO, "libcamera failed");
    }
}

} // namespace

extern "C" {

int fg_libcamera_create(const char *id, const fg_camera_options *options,
                        fg_libcamera **ret_libcamera, fg_error *error) noexcept
{
    return guarded(error, [&] {
        fg_environment_quieten("*:ERROR");
        int result = fg_environment_tune(options->tuning, error);
        if (result != 0) {
            return result;
        }
        *ret_libcamera = std::make_unique<fg_libcamera>(id, *options).release();
        return 0;
    });
}

int fg_libcamera_list(const fg_camera_options *options, FILE *output, fg_error *error) noexcept
{
    return guarded(error, [&] {
        /* The list says itself which cameras are taken. Of two levels that fit, libcamera 0.4 takes
         * the first and 0.7 the last. */
        fg_environment_quieten("Camera:FATAL,*:ERROR,Camera:FATAL");
        int result = fg_environment_tune(options->tuning, error);
        if (result != 0) {
            return result;
        }
        Manager manager;
        result = manager.start(error);
        if (result != 0) {
            return result;
        }
        const std::vector<std::shared_ptr<Camera>> cameras = manager.cameras();
        for (const std::shared_ptr<Camera> &camera : cameras) {
            facegate::print_camera(*camera, *options, output);
        }
        return static_cast<int>(cameras.size());
    });
}

static int libcamera_open(void *source, char *ret_description, fg_error *error) noexcept
{
    fg_libcamera *self = static_cast<fg_libcamera *>(source);
    int result = guarded(error, [&] { return self->open(ret_description, error); });
    if (result != 0) {
        guarded(nullptr, [&] { return self->close(), 0; });
    }
    return result;
}

static int libcamera_start(void *source, fg_slot *slot, struct fg_camera *supervisor,
                           fg_error *error) noexcept
{
    fg_libcamera *self = static_cast<fg_libcamera *>(source);
    int result = guarded(error, [&] { return self->start(slot, supervisor, error); });
    if (result != 0) {
        guarded(nullptr, [&] { return self->stop(), 0; });
    }
    return result;
}

static void libcamera_stop(void *source) noexcept
{
    guarded(nullptr, [&] { return static_cast<fg_libcamera *>(source)->stop(), 0; });
}

static void libcamera_close(void *source) noexcept
{
    guarded(nullptr, [&] { return static_cast<fg_libcamera *>(source)->close(), 0; });
}

static void libcamera_free(void *source) noexcept
{
    delete static_cast<fg_libcamera *>(source);
}

const fg_source_ops fg_libcamera_ops = {
    false, libcamera_open, libcamera_start, libcamera_stop, libcamera_close, libcamera_free,
};
}
