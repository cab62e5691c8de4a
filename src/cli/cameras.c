/* `facegate cameras`: lists what libcamera sees. */
#include "cameras.h"

#include "common/options.h"

#include "facegate/camera/camera.h"
#include "facegate/daemon/camera_options.h"

#include <stdio.h>

static int run(int argc, char **argv)
{
    fg_config config;
    fg_error error;
    int first = 0;
    int result = fg_cli_parse(&fg_command_cameras, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    if (first != argc) {
        return fg_cli_usage(&fg_command_cameras, "it takes no arguments");
    }
    const fg_camera_options options = fg_camera_options_of(&config);
    result = fg_camera_list(&options, stdout, &error);
    if (result < 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    if (result == 0) {
        return fg_cli_fail(
            FG_EXIT_FAILED,
            "libcamera sees no camera: check the cable, that this user is in the group "
            "\"video\" (groups), and what \"sudo dmesg | grep -iE 'camera|video|uvc'\" says");
    }
    return FG_EXIT_DONE;
}

const fg_command fg_command_cameras = {
    .name = "cameras",
    .arguments = "[OPTION...]",
    .summary = "Lists the cameras libcamera sees, and what can be set on each",
    .details =
        "The name printed for a camera is what --source libcamera:ID takes. Below it stand the "
        "formats and sizes that it offers, what can be set on it in [camera], and what of "
        "the configuration it would not take. Some cameras know that only once they are set up, so "
        "each is taken briefly; one that another program has is listed as it is at rest.",
    .run = run,
};
