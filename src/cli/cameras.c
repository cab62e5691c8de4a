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
        return fg_cli_usage(&fg_command_cameras, "unexpected argument \"%s\"", argv[first]);
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
    .details = "Use the printed name as the ID in --source libcamera:ID. Below it are the formats "
               "and sizes the camera offers, the modes of its sensor with the part of the view "
               "that each shows, what can be set on it in [camera], and what of your "
               "configuration it does not support. Some cameras know this only once they are set "
               "up, so each camera is opened briefly. If another program uses a camera, it is "
               "listed without being opened.",
    .run = run,
};
