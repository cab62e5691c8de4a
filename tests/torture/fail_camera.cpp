/*
 * libcamera, as the program itself calls it. Each way in which a call can fail it is counted by
 * itself. In C++, as tests/support/camera_faults.cpp is, and with the real libcamera below: what
 * comes after the fault is what libcamera makes of it.
 */
#include "fail.h"

#include <libcamera/libcamera.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <dlfcn.h>

#define FAILS(kind) fg_fail_ours(kind, __func__, __builtin_return_address(0))

namespace
{

using libcamera::CameraConfiguration;
using libcamera::Request;

/* The method that this one stands before: of the same name to the linker. */
template <typename Method> Method real(Method ours)
{
    void *address = nullptr;
    Dl_info info;
    static_assert(sizeof(ours) >= sizeof(address));
    std::memcpy(&address, &ours, sizeof(address));
    if (dladdr(address, &info) == 0 || info.dli_sname == nullptr) {
        std::abort();
    }
    address = fg_fail_real(info.dli_sname);
    std::memcpy(&ours, &address, sizeof(address));
    return ours;
}

/* What a method takes third: a fence by value, and from libcamera 0.6 on by reference. */
template <typename Method> struct Third;
template <typename Result, typename Class, typename First, typename Second, typename Last>
struct Third<Result (Class::*)(First, Second, Last)> {
    using type = Last;
};

class Empty : public CameraConfiguration
{
  public:
    Status validate() override
    {
        return Invalid;
    }
};

/* A camera's own configuration, which says what this one is given: to validate is a virtual call,
 * which the linker does not see. */
class Checked : public CameraConfiguration
{
  public:
    explicit Checked(std::unique_ptr<CameraConfiguration> own) : own_(std::move(own))
    {
        config_.assign(own_->begin(), own_->end());
        take_rest(*own_, *this);
    }

    /* Whoever holds a reference to one of the streams keeps it. */
    template <typename Body> auto with_own(Body body)
    {
        copy(*this, *own_);
        auto result = body(own_.get());
        copy(*own_, *this);
        return result;
    }

    Status validate() override
    {
        if (FAILS(FG_FAIL_CAMERA_INVALID)) {
            return Invalid;
        }
        if (FAILS(FG_FAIL_CAMERA_ADJUSTED)) {
            at(0).pixelFormat = libcamera::formats::R8;
            return Adjusted;
        }
        return with_own([](CameraConfiguration *own) { return own->validate(); });
    }

  private:
    static void take_rest(const CameraConfiguration &from, CameraConfiguration &to)
    {
#if __has_include(<libcamera/orientation.h>)
        to.orientation = from.orientation;
#else
        to.transform = from.transform;
#endif
    }

    static void copy(const CameraConfiguration &from, CameraConfiguration &to)
    {
        unsigned int i = 0;
        for (const libcamera::StreamConfiguration &stream : from) {
            to.at(i++) = stream;
        }
        take_rest(from, to);
    }

    std::unique_ptr<CameraConfiguration> own_;
};

/* A request tells its status without a call. That a class is made of a private name is allowed. */
Request::Status &status_of(Request &request);

template <Request::Status Request::*member> class Opened
{
    friend Request::Status &status_of(Request &request)
    {
        return request.*member;
    }
};

template class Opened<&Request::status_>;

void cancel(Request *request)
{
    if (request->status() == Request::RequestComplete &&
        fg_fail_now(FG_FAIL_CAMERA_CANCELLED, "requestCompleted")) {
        status_of(*request) = Request::RequestCancelled;
    }
}

} // namespace

namespace libcamera
{

int CameraManager::start()
{
    return FAILS(FG_FAIL_CAMERA_MANAGER) ? -ENOMEM : (this->*real(&CameraManager::start))();
}

std::vector<std::shared_ptr<Camera>> CameraManager::cameras() const
{
    if (FAILS(FG_FAIL_CAMERA_NONE)) {
        return {};
    }
    return (this->*real(&CameraManager::cameras))();
}

int Camera::acquire()
{
    if (FAILS(FG_FAIL_CAMERA_ACQUIRE)) {
        return -EBUSY;
    }
    int result = (this->*real(&Camera::acquire))();
    if (result == 0) {
        requestCompleted.connect(cancel); /* before the program's own */
    }
    return result;
}

#if LIBCAMERA_VERSION_MAJOR == 0 && LIBCAMERA_VERSION_MINOR == 0
using Roles = const StreamRoles &;
#else
using Roles = Span<const StreamRole>;
#endif

std::unique_ptr<CameraConfiguration> Camera::generateConfiguration(Roles roles)
{
    using Method = std::unique_ptr<CameraConfiguration> (Camera::*)(Roles);
    /* A camera without video has none in another role either. */
    static thread_local bool none, empty;
    bool other = !roles.empty() && roles[0] != StreamRole::Viewfinder;
    none = (other && none) || FAILS(FG_FAIL_CAMERA_NO_CONFIG);
    empty = (other && empty) || FAILS(FG_FAIL_CAMERA_NO_STREAM);
    if (none || empty) {
        return none ? nullptr : std::make_unique<Empty>();
    }
    Method method = &Camera::generateConfiguration;
    std::unique_ptr<CameraConfiguration> own = (this->*real(method))(roles);
    return own ? std::make_unique<Checked>(std::move(own)) : nullptr;
}

int Camera::configure(CameraConfiguration *configuration)
{
    if (FAILS(FG_FAIL_CAMERA_CONFIGURE)) {
        return -EINVAL;
    }
    return dynamic_cast<Checked &>(*configuration).with_own([this](CameraConfiguration *own) {
        return (this->*real(&Camera::configure))(own);
    });
}

int FrameBufferAllocator::allocate(Stream *stream)
{
    return FAILS(FG_FAIL_CAMERA_ALLOCATE) ? -ENOMEM
                                          : (this->*real(&FrameBufferAllocator::allocate))(stream);
}

const std::vector<std::unique_ptr<FrameBuffer>> &FrameBufferAllocator::buffers(Stream *stream) const
{
    static const std::vector<std::unique_ptr<FrameBuffer>> none;
    return FAILS(FG_FAIL_CAMERA_NO_BUFFERS) ? none
                                            : (this->*real(&FrameBufferAllocator::buffers))(stream);
}

/* A reference to a vector, and from libcamera 0.6 on a Span. */
decltype(std::declval<const FrameBuffer &>().planes()) FrameBuffer::planes() const
{
    static const std::vector<Plane> none;
    if (FAILS(FG_FAIL_CAMERA_NO_PLANES)) {
        return none;
    }
    return (this->*real(&FrameBuffer::planes))();
}

std::unique_ptr<Request> Camera::createRequest(uint64_t cookie)
{
    if (FAILS(FG_FAIL_CAMERA_NO_REQUEST)) {
        return nullptr;
    }
    return (this->*real(&Camera::createRequest))(cookie);
}

int Request::addBuffer(const Stream *stream, FrameBuffer *buffer,
                       Third<decltype(&Request::addBuffer)>::type fence)
{
    return FAILS(FG_FAIL_CAMERA_ADD)
               ? -EEXIST
               : (this->*real(&Request::addBuffer))(stream, buffer, std::move(fence));
}

int Camera::start(const ControlList *controls)
{
    return FAILS(FG_FAIL_CAMERA_START) ? -EIO : (this->*real(&Camera::start))(controls);
}

int Camera::queueRequest(Request *request)
{
    if (FAILS(FG_FAIL_CAMERA_QUEUE)) {
        return -EIO;
    }
    if (FAILS(FG_FAIL_CAMERA_UNPLUGGED)) {
        disconnected.emit();
        return -ENODEV;
    }
    return (this->*real(&Camera::queueRequest))(request);
}

FrameBuffer *Request::findBuffer(const Stream *stream) const
{
    return FAILS(FG_FAIL_CAMERA_NO_PICTURE) ? nullptr : (this->*real(&Request::findBuffer))(stream);
}

const FrameMetadata &FrameBuffer::metadata() const
{
    const FrameMetadata &metadata = (this->*real(&FrameBuffer::metadata))();
    if (FAILS(FG_FAIL_CAMERA_DAMAGED)) {
        thread_local FrameMetadata damaged;
        damaged = metadata;
        damaged.status = FrameMetadata::FrameError;
        return damaged;
    }
    return metadata;
}

/* It has stopped all the same: no libcamera comes back from this with a camera that runs. */
int Camera::stop()
{
    int result = (this->*real(&Camera::stop))();
    return FAILS(FG_FAIL_CAMERA_STOP) ? -ENODEV : result;
}

int Camera::release()
{
    return FAILS(FG_FAIL_CAMERA_RELEASE) ? -EBUSY : (this->*real(&Camera::release))();
}

} // namespace libcamera
