/* Enrolling in front of a camera: the sitting, from the first frame to the last view. */
#include "enroll/enroll_camera.h"

#include "common/options.h"
#include "enroll/guide.h"
#include "enroll/preview.h"
#include "facegate/base/signals.h"
#include "facegate/base/slot.h"
#include "facegate/base/wrap.h"
#include "facegate/camera/camera.h"
#include "facegate/clock.h"
#include "facegate/daemon/camera_options.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* How long to wait for a frame and for the next view; by then somebody has to be reported. */
#define FRAME_PATIENCE (20 * FG_NS_PER_S)
#define VIEW_PATIENCE  (60 * FG_NS_PER_S)

#define SMALLEST_FACE  40  /* pixels: the engine finds none below */
#define LINE           100 /* bytes of the live line */

typedef struct fg_sitting {
    fg_enrolment *enrolment;
    fg_guide guide;
    fg_quality_limits limits;
    fg_slot *slot;
    fg_camera *camera;
    fg_preview *preview;
    int signals_fd;
    bool live;          /* stderr is a terminal: one line that changes */
    char shown[LINE];   /* what it says */
    int64_t last_taken; /* frame time; before the first view the first frame's */
} fg_sitting;

/* What is wider than the terminal would go on in a second line, which stays. */
static void show_live(const char *text)
{
    struct winsize size = {.ws_col = 0};
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    if (!known || fg_wrap_width(text, strlen(text)) <= size.ws_col) {
        fprintf(stderr, "\r\033[K%s", text);
    } else {
        int columns = 0;
        size_t bytes = fg_wrap_fit(text, size.ws_col - 1, &columns);
        fprintf(stderr, "\r\033[K%.*s\u2026", (int)bytes, text);
    }
}

/* The live line; without a terminal a line for each change. */
static void show(fg_sitting *sitting, const char *hint)
{
    char text[LINE];
    snprintf(text, sizeof(text), "%d of %d  %s", sitting->enrolment->added,
             sitting->enrolment->count, hint);
    if (strcmp(text, sitting->shown) == 0) {
        return;
    }
    strcpy(sitting->shown, text);
    if (sitting->live) {
        show_live(text);
    } else {
        fprintf(stderr, "%s\n", text);
    }
}

/* Ends the live line, so that what follows stands below it. */
static void end_line(fg_sitting *sitting)
{
    if (sitting->live && sitting->shown[0] != '\0') {
        fputc('\n', stderr);
    }
    sitting->shown[0] = '\0';
}

static int open_sitting(fg_sitting *sitting, fg_error *error)
{
    const fg_enrolment *enrolment = sitting->enrolment;
    const fg_config *config = enrolment->config;
    const fg_camera_options options = fg_camera_options_of(config);
    sitting->limits = fg_quality_limits_for(config->vision.min_face);
    int result = fg_guide_init(&sitting->guide, enrolment->force ? NULL : &sitting->limits,
                               config->access.tolerance);
    if (result == 0) {
        result = fg_slot_create(&sitting->slot);
    }
    if (result != 0) {
        return fg_error_set(error, result, "not enough memory");
    }
    sitting->signals_fd = fg_signals_open();
    if (sitting->signals_fd < 0) {
        return fg_error_set(error, sitting->signals_fd, "signals: %s",
                            strerror(-sitting->signals_fd));
    }
    if (enrolment->preview != NULL) {
        result = fg_preview_create(enrolment->preview, &sitting->preview, error);
    }
    if (result == 0) {
        result = fg_camera_create(&options, sitting->slot, &sitting->camera, error);
    }
    return result == 0 ? fg_camera_start(sitting->camera, error) : result;
}

static void close_sitting(fg_sitting *sitting)
{
    fg_error error;
    if (sitting->slot != NULL) {
        fg_slot_close(sitting->slot);
    }
    if (sitting->camera != NULL && fg_camera_stop(sitting->camera) != 0) {
        fg_camera_describe(sitting->camera, &error);
        fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    if (fg_camera_free(sitting->camera) == NULL) {
        fg_slot_free(sitting->slot);
    }
    fg_preview_free(sitting->preview);
    fg_guide_release(&sitting->guide);
}

static bool asked_to_stop(const fg_sitting *sitting)
{
    struct pollfd ready = {.fd = sitting->signals_fd, .events = POLLIN};
    bool stop = false;
    bool reload;
    if (poll(&ready, 1, 0) > 0) {
        fg_signals_read(&stop, &reload);
    }
    return stop;
}

/* Puts a good view into the gallery and into the table. Once the first is taken, a view that may
 * not be enrolled is no reason to lose it. */
static int keep_view(fg_sitting *sitting, int64_t time, const fg_quality *quality, double distance,
                     const float *encoding, enum fg_hint *ret_hint, fg_error *error)
{
    char what[64];
    fg_enrolment *enrolment = sitting->enrolment;
    int result = fg_enrolment_add(enrolment, encoding, error);
    if (enrolment->added > 0 && (result == -EEXIST || result == -ERANGE)) {
        *ret_hint = result == -EEXIST ? FG_HINT_ENROLLED : FG_HINT_STRANGER;
        return 0;
    }
    if (result == 0) {
        result = fg_guide_keep(&sitting->guide, encoding, error);
    }
    if (result != 0) {
        return result;
    }
    snprintf(what, sizeof(what), "%d of %d", enrolment->added, enrolment->count);
    if (enrolment->added > 1) {
        snprintf(what + strlen(what), sizeof(what) - strlen(what), ", %.2f from the earlier ones",
                 distance);
    }
    end_line(sitting);
    fg_enrolment_show(enrolment, quality, what);
    fflush(stdout);
    sitting->last_taken = time;
    return 0;
}

/* Whether it is a picture of somebody. Where a view of a living person is taken for one, the
 * next view counts. */
static int check_liveness(fg_sitting *sitting, const fg_frame *frame, const fg_box *box,
                          enum fg_hint *ret_hint, fg_error *error)
{
    const fg_enrolment *enrolment = sitting->enrolment;
    double score = 1;
    int result = enrolment->liveness != NULL
                     ? fg_liveness_score(enrolment->liveness, frame, box, &score, error)
                     : 0;
    bool is_alive = score >= enrolment->config->access.liveness_threshold;
    *ret_hint = is_alive ? FG_HINT_GOOD : FG_HINT_PHOTO;
    return result;
}

/* Says what is to be done, and takes the view where it is a good one. */
static int assess_face(fg_sitting *sitting, const fg_frame *frame, const fg_box *box,
                       enum fg_hint *ret_hint, fg_error *error)
{
    fg_landmarks landmarks;
    float encoding[FG_ENCODING_SIZE];
    double distance = 0;
    fg_engine *engine = sitting->enrolment->encoder.engine;
    int result = fg_engine_align(engine, frame, box, &landmarks, error);
    if (result != 0) {
        return result;
    }
    fg_quality quality = fg_quality_measure(frame, box, &landmarks);
    *ret_hint = fg_guide_assess(&sitting->guide, frame->monotonic, &landmarks, &quality);
    if (*ret_hint == FG_HINT_GOOD) {
        result = check_liveness(sitting, frame, box, ret_hint, error);
    }
    if (result != 0 || *ret_hint != FG_HINT_GOOD) {
        return result;
    }
    result = fg_engine_encode(engine, encoding, error);
    if (result != 0) {
        return result;
    }
    *ret_hint = fg_guide_compare(&sitting->guide, encoding, &distance);
    return *ret_hint == FG_HINT_GOOD
               ? keep_view(sitting, frame->monotonic, &quality, distance, encoding, ret_hint, error)
               : 0;
}

/* Whether there is a face that is too small for the daemon, which would not even look for it. */
static int find_far_face(fg_sitting *sitting, const fg_frame *frame, enum fg_hint *ret_hint,
                         fg_error *error)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count = 0;
    int half = sitting->enrolment->config->vision.min_face / 2;
    int result =
        fg_engine_detect(sitting->enrolment->encoder.engine, frame,
                         half > SMALLEST_FACE ? half : SMALLEST_FACE, 0, faces, &count, error);
    if (result == 0 && count > 0) {
        sitting->guide.fault = FG_QUALITY_SMALL;
        *ret_hint = FG_HINT_QUALITY;
    }
    return result;
}

static int assess_frame(fg_sitting *sitting, const fg_frame *frame, fg_error *error)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count = 0;
    enum fg_hint hint = FG_HINT_GOOD;
    const fg_enrolment *enrolment = sitting->enrolment;
    int result = fg_engine_detect(enrolment->encoder.engine, frame,
                                  enrolment->config->vision.min_face, 0, faces, &count, error);
    if (result != 0) {
        return result;
    }
    int chosen = fg_guide_choose(&sitting->guide, faces, count, &hint);
    if (chosen >= 0) {
        result = assess_face(sitting, frame, &faces[chosen].box, &hint, error);
    } else if (hint == FG_HINT_NO_FACE) {
        result = find_far_face(sitting, frame, &hint, error);
    }
    if (result == 0 && sitting->preview != NULL) {
        result = fg_preview_show(sitting->preview, frame, chosen >= 0 ? &faces[chosen].box : NULL,
                                 hint == FG_HINT_GOOD, error);
    }
    if (result == 0) {
        show(sitting, fg_hint_text(hint, sitting->guide.fault));
    }
    return result;
}

/* Why a sitting ends too early, reported with what was missing last. */
static int give_up(fg_sitting *sitting, const char *why)
{
    char last[LINE];
    strcpy(last, sitting->shown);
    end_line(sitting);
    return fg_cli_fail(FG_EXIT_FAILED, "nothing was saved: %s%s%s", why,
                       last[0] != '\0' ? "; the last line was: " : "", last);
}

static int end_of_images(fg_sitting *sitting)
{
    fg_error error;
    if (fg_camera_failed(sitting->camera, &error)) {
        return give_up(sitting, error.text);
    }
    return give_up(sitting, "the pictures ended before there were enough views");
}

/* Frame by frame until there are views enough. */
static int sit(fg_sitting *sitting)
{
    fg_error error;
    const fg_enrolment *enrolment = sitting->enrolment;
    int64_t last_frame = fg_clock_monotonic();
    bool has_frame = false;

    while (enrolment->added < enrolment->count) {
        const fg_frame *frame = NULL;
        int64_t now = fg_clock_monotonic();
        int result = fg_slot_take(sitting->slot, now + FG_NS_PER_S / 4, &frame);
        if (asked_to_stop(sitting)) {
            return give_up(sitting, "stopped");
        }
        if (result == -ETIMEDOUT && now - last_frame > FRAME_PATIENCE) {
            return give_up(
                sitting, "the camera sent no picture: \"facegate cameras\" lists the cameras; if "
                         "the daemon is using it, \"sudo systemctl stop facegate.path facegate\"");
        }
        if (result == -ETIMEDOUT) {
            show(sitting, "waiting for the camera");
            continue;
        }
        if (result != 0) {
            return end_of_images(sitting);
        }
        if (!has_frame) {
            has_frame = true;
            sitting->last_taken = frame->monotonic;
        }
        last_frame = now;
        if (assess_frame(sitting, frame, &error) != 0) {
            return give_up(sitting, error.text);
        }
        if (frame->monotonic - sitting->last_taken > VIEW_PATIENCE) {
            return give_up(
                sitting,
                "no good view in a minute: try again, or ask for fewer views with --count");
        }
    }
    return FG_EXIT_DONE;
}

int fg_enroll_from_camera(fg_enrolment *enrolment)
{
    fg_error error;
    fg_sitting sitting = {.enrolment = enrolment, .live = isatty(STDERR_FILENO) == 1};
    int result = open_sitting(&sitting, &error);
    if (result != 0) {
        result = fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    } else {
        result = sit(&sitting);
    }
    end_line(&sitting);
    close_sitting(&sitting);
    return result;
}
