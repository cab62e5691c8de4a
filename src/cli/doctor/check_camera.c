/*
 * The camera as the daemon would use it: opened, watched for two seconds, closed. All on a thread
 * of its own, since a driver that hangs holds whoever called it: doctor goes on without it then.
 */
#include "doctor/check_camera.h"

#include "facegate/camera/camera.h"
#include "facegate/clock.h"
#include "facegate/daemon/camera_options.h"
#include "facegate/text.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Together less than FG_CHECK_CAMERA_PATIENCE, with a second for the end. */
#define OPENING (5 * FG_NS_PER_S) /* for the first frame */
#define WATCHED (2 * FG_NS_PER_S) /* from the first frame on */

/*
 * Mean of the Y plane, 0 to 255. Three of the test pictures, made darker and brighter step by step,
 * lost faces below 20 and above 230 and none between 35 and 210.
 */
#define DARK       20
#define DARKISH    35
#define BRIGHTISH  210
#define BRIGHT     230
#define FEW_FRAMES 5 /* too few to say that a picture stands still */

typedef struct open_state {
    fg_camera_options options;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* Under the mutex. */
    bool done;
    bool abandoned; /* nobody waits any more: the thread frees it */
    /* The thread's until it is done. */
    int result;   /* a negative errno, with the text */
    bool refused; /* the source cannot be: nothing was opened */
    fg_error error;
    int frames, width, height;
    int repeated; /* frames that were the one before to the pixel */
    int64_t first, last;
    double brightness; /* of the last */
    fg_camera_view view;
    uint64_t print;
} open_state;

static bool hangs;

static open_state *state_free(open_state *state)
{
    if (state != NULL) {
        pthread_cond_destroy(&state->changed);
        pthread_mutex_destroy(&state->mutex);
        free(state);
    }
    return NULL;
}

static void measure(open_state *state, const fg_frame *frame)
{
    uint64_t sum = 0;
    uint64_t print = UINT64_C(14695981039346656037); /* FNV-1a, byte by byte */
    for (int row = 0; row < frame->height; row++) {
        const uint8_t *line = frame->plane[0] + (ptrdiff_t)row * frame->stride[0];
        for (int column = 0; column < frame->width; column++) {
            sum += line[column];
            print = (print ^ line[column]) * UINT64_C(1099511628211);
        }
    }
    int64_t now = fg_clock_monotonic();
    state->first = state->frames == 0 ? now : state->first;
    state->last = now;
    state->repeated += state->frames > 0 && print == state->print ? 1 : 0;
    state->print = print;
    state->width = frame->width;
    state->height = frame->height;
    state->brightness = (double)sum / ((double)frame->width * frame->height);
    state->frames++;
}

static int enough(open_state *state)
{
    return state->frames > 0 ? 0 : fg_error_set(&state->error, -ETIMEDOUT, "no frame arrived");
}

/* Until enough was seen, or what keeps it from being seen is known. */
static int watch(open_state *state, fg_camera *camera, fg_slot *slot)
{
    int64_t give_up = fg_clock_monotonic() + OPENING;
    for (;;) {
        const fg_frame *frame = NULL;
        int64_t now = fg_clock_monotonic();
        int64_t until = state->frames > 0 ? state->first + WATCHED : give_up;
        int64_t next = now + FG_NS_PER_S / 10;
        if (now >= until) {
            return enough(state);
        }
        int result = fg_slot_take(slot, next < until ? next : until, &frame);
        if (result == 0) {
            measure(state, frame);
            continue;
        }
        int trouble = fg_camera_trouble(camera, &state->error);
        if (trouble != 0 || result != -ETIMEDOUT) {
            return trouble != 0 ? trouble : enough(state);
        }
    }
}

static int run_state(open_state *state)
{
    fg_slot *slot = NULL;
    fg_camera *camera = NULL;
    int result = fg_slot_create(&slot);
    if (result != 0) {
        return fg_error_set(&state->error, result, "not enough memory");
    }
    result = fg_camera_create(&state->options, slot, &camera, &state->error);
    state->refused = result != 0;
    if (result == 0) {
        result = fg_camera_start(camera, &state->error);
    }
    if (result == 0) {
        result = watch(state, camera, slot);
        fg_camera_view_get(camera, &state->view);
    }
    if (fg_camera_free(camera) == NULL) {
        fg_slot_free(slot);
    }
    return result;
}

static void *run_thread(void *context)
{
    open_state *state = context;
    int result = run_state(state);
    pthread_mutex_lock(&state->mutex);
    state->result = result;
    state->done = true;
    bool abandoned = state->abandoned;
    pthread_cond_signal(&state->changed);
    pthread_mutex_unlock(&state->mutex);
    if (abandoned) {
        state_free(state);
    }
    return NULL;
}

/* True once it is through, false where it hangs; then it is the thread's. */
static bool wait_for(open_state *state, int64_t patience)
{
    int64_t until = fg_clock_monotonic() + patience;
    int result = 0;
    pthread_mutex_lock(&state->mutex);
    while (!state->done && result == 0) {
        result = fg_clock_wait(&state->changed, &state->mutex, until);
    }
    bool done = state->done;
    state->abandoned = !done;
    pthread_t thread = state->thread;
    pthread_mutex_unlock(&state->mutex);
    if (done) {
        pthread_join(thread, NULL);
    } else {
        pthread_detach(thread);
    }
    return done;
}

static void skip_rest(fg_checkup *checkup, const char *why)
{
    static const char *const rest[] = {"camera.view", "camera.rate", "camera.light",
                                       "camera.moves"};
    for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++) {
        fg_checkup_say(checkup, rest[i], FG_VERDICT_NOT_CHECKED, "not checked: %s", why);
    }
}

static void say_trouble(fg_checkup *checkup, const open_state *state, bool service_runs)
{
    static const char check[] = "camera.open";
    if (state->result == -EBUSY && service_runs) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "the daemon is using it");
        skip_rest(checkup, "the daemon is using the camera (see \"journalctl -u facegate\")");
        return;
    }
    fg_checkup_say(checkup, check, FG_VERDICT_ERROR, "%s", state->error.text);
    if (state->result == -EBUSY) {
        fg_checkup_fix(checkup, "stop that program; \"sudo fuser -v /dev/video* /dev/media*\" "
                                "shows which it is");
    } else if (fg_camera_is_images(state->options.source)) {
        fg_checkup_fix(checkup, "set [camera] source to images:PATH; PATH is a JPEG, a folder of "
                                "them, or a quoted pattern");
    } else if (state->refused && state->options.tuning[0] != '\0') {
        fg_checkup_fix(checkup, "set [camera] tuning to a file that can be read, or remove it");
    } else if (state->refused || state->result == -ENXIO) {
        fg_checkup_fix(checkup, "set [camera] source: \"facegate cameras\" lists the cameras");
    } else if (state->result == -ENODEV) {
        fg_checkup_fix(checkup, "check the cable (with the power off), the group video (see "
                                "rights.user), and \"sudo dmesg | grep -iE 'camera|video|uvc'\"; "
                                "\"facegate cameras\" lists what libcamera sees");
    } else {
        fg_checkup_fix(checkup, "unplug it and plug it in again (with the power off if it has a "
                                "ribbon cable), then see \"sudo dmesg | tail -n 30\"");
    }
    skip_rest(checkup, "no picture");
}

static const char *widen(const open_state *state)
{
    const fg_camera_options *options = &state->options;
    if (state->view.refused) {
        return "\"facegate cameras\" lists the sensor modes; see \"journalctl -u facegate\" for "
               "why "
               "this one is not used";
    }
    if (options->view.kind != FG_VIEW_FULL) {
        return "remove [camera] view, or set it to full, to see all of it";
    }
    if (options->wished[FG_SETTING_WIDTH] && options->wished[FG_SETTING_HEIGHT]) {
        return "set only one of [camera] width and height, so that the other follows the view";
    }
    return "\"facegate cameras\" lists the sensor modes; a lower [camera] min_fps allows one that "
           "shows more";
}

static void say_view(fg_checkup *checkup, const open_state *state)
{
    static const char check[] = "camera.view";
    const fg_camera_view *view = &state->view;
    char shown[FG_CAMERA_VIEW_TEXT];
    char mode[48] = "";
    fg_camera_view_describe(view, shown);
    if (view->mode_width > 0) {
        snprintf(mode, sizeof(mode), " (sensor mode %dx%d)", view->mode_width, view->mode_height);
    }
    if (fg_camera_is_images(state->options.source)) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_APPLICABLE,
                       "the source is pictures, not a camera");
    } else if (fg_camera_view_is_cropped(view) || view->refused) {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING,
                       "the picture shows %s of what the camera can see%s", shown, mode);
        fg_checkup_fix(checkup, "%s", widen(state));
    } else if (!(view->across > 0)) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_APPLICABLE,
                       "the camera has no sensor modes to choose from");
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_OK,
                       "the picture shows all that the camera can see%s", mode);
    }
}

static void say_rate(fg_checkup *checkup, const open_state *state)
{
    static const char check[] = "camera.rate";
    int64_t span = state->last - state->first;
    if (state->frames < 2 || span <= 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING, "only %s arrived",
                       fg_text_count(state->frames, "frame", "frames").text);
        fg_checkup_fix(checkup, "see \"sudo dmesg | tail -n 30\", and run doctor again");
        return;
    }
    double rate = (double)(state->frames - 1) * (double)FG_NS_PER_S / (double)span;
    const fg_camera_options *options = &state->options;
    int least = options->min_fps < options->fps ? options->min_fps : options->fps;
    bool slow = rate < 0.9 * least; /* at its slowest it may still be a little slower */
    fg_checkup_say(checkup, check, slow ? FG_VERDICT_WARNING : FG_VERDICT_OK,
                   "%.1f frames per second, %d requested", rate, state->options.fps);
    if (slow) {
        fg_checkup_fix(checkup, "add light, because in the dark a camera needs longer for each "
                                "frame, or lower [camera] min_fps");
    }
}

static enum fg_verdict judge_light(double brightness)
{
    if (brightness < DARK || brightness > BRIGHT) {
        return FG_VERDICT_ERROR;
    }
    if (brightness < DARKISH || brightness > BRIGHTISH) {
        return FG_VERDICT_WARNING;
    }
    return FG_VERDICT_OK;
}

static void say_light(fg_checkup *checkup, const open_state *state)
{
    double value = state->brightness;
    bool dark = value < DARKISH;
    enum fg_verdict verdict = judge_light(value);
    const char *fault = "";
    if (verdict != FG_VERDICT_OK) {
        fault = dark ? ": too dark" : ": too bright";
    }
    fg_checkup_say(checkup, "camera.light", verdict,
                   "mean brightness %.0f of 255%s (%d to %d is good)", value, fault, DARKISH,
                   BRIGHTISH);
    if (verdict != FG_VERDICT_OK) {
        fg_checkup_fix(checkup, dark ? "put more light on the faces, or take the cap off the lens"
                                     : "turn the camera away from the light, or shade it");
    }
}

static void say_moves(fg_checkup *checkup, const open_state *state)
{
    static const char check[] = "camera.moves";
    if (fg_camera_is_images(state->options.source)) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_APPLICABLE,
                       "the source is pictures, not a camera");
    } else if (state->frames < FEW_FRAMES) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_CHECKED, "not checked: too few frames");
    } else if (state->repeated < state->frames - 1) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "frames differ from each other");
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_ERROR,
                       "all %d frames are identical: the picture is frozen", state->frames);
        fg_checkup_fix(checkup, "unplug the camera and plug it in again, or \"sudo reboot\"");
    }
}

static open_state *start(const fg_config *config)
{
    open_state *state = calloc(1, sizeof(*state));
    if (state == NULL) {
        return NULL;
    }
    fg_clock_condition(&state->changed);
    pthread_mutex_init(&state->mutex, NULL);
    /* The configuration lives as long as the process, a thread that hangs too. */
    state->options = fg_camera_options_of(config);
    state->options.paced = true;
    state->options.loop = true;
    return pthread_create(&state->thread, NULL, run_thread, state) == 0 ? state : state_free(state);
}

void fg_check_camera(fg_checkup *checkup, const fg_config *config, bool service_runs,
                     int64_t patience)
{
    static const char check[] = "camera.open";
    fg_checkup_progress("checking the camera for two seconds ...");
    open_state *state = start(config);
    if (state == NULL) {
        fg_checkup_say(checkup, check, FG_VERDICT_ERROR, "not enough memory");
        skip_rest(checkup, "no picture");
        return;
    }
    if (!wait_for(state, patience)) {
        hangs = true;
        fg_checkup_say(checkup, check, FG_VERDICT_ERROR, "%s does not answer: no reply for %d s",
                       config->camera.source, (int)(patience / FG_NS_PER_S));
        fg_checkup_fix(checkup,
                       "\"sudo reboot\", then see \"sudo dmesg | grep -iE 'camera|video|uvc'\"");
        skip_rest(checkup, "no picture");
        return;
    }
    if (state->result != 0) {
        say_trouble(checkup, state, service_runs);
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "%s gives %dx%d pixels",
                       config->camera.source, state->width, state->height);
        say_view(checkup, state);
        say_rate(checkup, state);
        say_light(checkup, state);
        say_moves(checkup, state);
    }
    state_free(state);
}

bool fg_check_camera_hangs(void)
{
    return hangs;
}
