/*
 * Preloaded into a facegate, has the real libcamera fail on demand: it defines a few of libcamera's
 * own functions, which the program then finds first, and does in them what the file
 * $FG_CAMERA_FAULT says then (nothing, where it is not there), before the real one is
 * called. In C++, so that the compiler writes the names and the calls as libcamera's callers have
 * them.
 *
 *   manager-hangs, acquire-hangs, configure-hangs, start-hangs, stop-hangs, release-hangs
 *                     that call never comes back
 *   manager-fails, acquire-busy, configure-refused, start-fails
 *                     it returns an error
 *   gone              an open camera says that it is disconnected, and there is none any more
 *   stalled           requests are taken and never completed
 *   damaged           each frame comes with an error
 *   some-damaged      every third does
 *   settling          each frame is one of a start, for which libcamera has had a word since 0.6
 *   late-rates        until it is configured a camera tells of one frame rate alone, as a Raspberry
 *                     Pi's does
 */
#include <libcamera/libcamera.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

namespace
{

bool is_reported(const char *fault)
{
    char text[64] = "";
    const char *path = std::getenv("FG_CAMERA_FAULT");
    int fd = path != nullptr ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        return false;
    }
    ssize_t size = read(fd, text, sizeof(text) - 1);
    close(fd);
    return size > 0 && std::strcmp(text, fault) == 0;
}

void hang_if(const char *fault)
{
    while (is_reported(fault)) {
        pause();
    }
}

/* The function of that name that would have been called without this file. */
template <typename Function> Function *real(const char *name)
{
    void *address = dlsym(RTLD_NEXT, name);
    if (address == nullptr) {
        std::abort();
    }
    return reinterpret_cast<Function *>(address);
}

std::atomic<bool> is_configured{false}; /* any camera */

} // namespace

namespace libcamera
{

int CameraManager::start()
{
    hang_if("manager-hangs");
    if (is_reported("manager-fails")) {
        return -ENOMEM;
    }
    return real<int(CameraManager *)>("_ZN9libcamera13CameraManager5startEv")(this);
}

std::vector<std::shared_ptr<Camera>> CameraManager::cameras() const
{
    using List = std::vector<std::shared_ptr<Camera>>;
    if (is_reported("gone")) {
        return {};
    }
    return real<List(const CameraManager *)>("_ZNK9libcamera13CameraManager7camerasEv")(this);
}

int Camera::acquire()
{
    hang_if("acquire-hangs");
    if (is_reported("acquire-busy")) {
        return -EBUSY;
    }
    return real<int(Camera *)>("_ZN9libcamera6Camera7acquireEv")(this);
}

const ControlInfoMap &Camera::controls() const
{
    static const ControlInfoMap at_rest(
        ControlInfoMap::Map{
            {&controls::FrameDurationLimits, ControlInfo(INT64_C(33333), INT64_C(33333))}},
        controls::controls);
    if (is_reported("late-rates") && !is_configured) {
        return at_rest;
    }
    return *real<const ControlInfoMap *(const Camera *)>("_ZNK9libcamera6Camera8controlsEv")(this);
}

int Camera::release()
{
    hang_if("release-hangs");
    return real<int(Camera *)>("_ZN9libcamera6Camera7releaseEv")(this);
}

int Camera::configure(CameraConfiguration *configuration)
{
    hang_if("configure-hangs");
    if (is_reported("configure-refused")) {
        return -EINVAL;
    }
    is_configured = true;
    return real<int(Camera *, CameraConfiguration *)>(
        "_ZN9libcamera6Camera9configureEPNS_19CameraConfigurationE")(this, configuration);
}

int Camera::start(const ControlList *controls)
{
    hang_if("start-hangs");
    if (is_reported("start-fails")) {
        return -EIO;
    }
    return real<int(Camera *, const ControlList *)>(
        "_ZN9libcamera6Camera5startEPKNS_11ControlListE")(this, controls);
}

int Camera::stop()
{
    hang_if("stop-hangs");
    return real<int(Camera *)>("_ZN9libcamera6Camera4stopEv")(this);
}

int Camera::queueRequest(Request *request)
{
    if (is_reported("stalled")) {
        return 0;
    }
    if (is_reported("gone")) {
        disconnected.emit();
        return -EACCES;
    }
    return real<int(Camera *, Request *)>("_ZN9libcamera6Camera12queueRequestEPNS_7RequestE")(
        this, request);
}

const FrameMetadata &FrameBuffer::metadata() const
{
    static std::atomic<unsigned int> count{0};
    const FrameMetadata &metadata = real<const FrameMetadata &(const FrameBuffer *)>(
        "_ZNK9libcamera11FrameBuffer8metadataEv")(this);
    if (is_reported("damaged") || (is_reported("some-damaged") && count.fetch_add(1) % 3 == 0)) {
        thread_local FrameMetadata damaged;
        damaged = metadata;
        damaged.status = FrameMetadata::FrameError;
        return damaged;
    }
    if (is_reported("settling")) {
        constexpr int startup = 3; /* FrameStartup, which earlier versions do not have */
        thread_local FrameMetadata settling;
        settling = metadata;
        settling.status = static_cast<FrameMetadata::Status>(startup);
        return settling;
    }
    return metadata;
}

} // namespace libcamera
