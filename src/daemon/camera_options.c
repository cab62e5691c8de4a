/* The camera's options out of the configuration. */
#include "facegate/daemon/camera_options.h"

fg_camera_options fg_camera_options_of(const fg_config *config)
{
    return (fg_camera_options){
        .source = config->camera.source,
        .width = config->camera.width,
        .height = config->camera.height,
        .fps = config->camera.fps,
        .stall_timeout = config->camera.stall_timeout,
        .min_fps = config->camera.min_fps,
        .rotation = config->camera.rotation,
        .flip = config->camera.flip,
        .focus = config->camera.focus,
        .exposure = config->camera.exposure,
        .exposure_value = config->camera.exposure_value,
        .flicker = config->camera.flicker,
        .view = config->camera.view,
        .tuning = config->camera.tuning,
        .wished =
            {
                [FG_SETTING_FPS] = fg_config_is_given(config, &config->camera.fps),
                [FG_SETTING_MIN_FPS] = fg_config_is_given(config, &config->camera.min_fps),
                [FG_SETTING_FOCUS] = fg_config_is_given(config, &config->camera.focus),
                [FG_SETTING_EXPOSURE] = fg_config_is_given(config, &config->camera.exposure),
                [FG_SETTING_EXPOSURE_VALUE] =
                    fg_config_is_given(config, &config->camera.exposure_value),
                [FG_SETTING_FLICKER] = fg_config_is_given(config, &config->camera.flicker),
                [FG_SETTING_WIDTH] = fg_config_is_given(config, &config->camera.width),
                [FG_SETTING_HEIGHT] = fg_config_is_given(config, &config->camera.height),
            },
    };
}
