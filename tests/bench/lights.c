#include "lights.h"

#include "degrade.h"

enum grey { IN_COLOUR, GREY_OF_ALL, GREY_OF_RED };

/* Red, green and blue times these, then all; or no colours. */
static const struct {
    const char *name;
    double red, green, blue, gain;
    enum grey grey;
} lights[FG_LIGHTS] = {
    [FG_LIGHT_AS_IS] = {"as is", 1, 1, 1, 1, IN_COLOUR},
    [FG_LIGHT_GREY] = {"grey, as with infrared lamps", 1, 1, 1, 1, GREY_OF_ALL},
    [FG_LIGHT_RED_GREY] = {"grey of red alone, nearer to infrared", 1, 1, 1, 1, GREY_OF_RED},
    [FG_LIGHT_MAGENTA] = {"magenta, as without an infrared filter", 1.15, 0.75, 1.1, 1, IN_COLOUR},
    [FG_LIGHT_DEEP_MAGENTA] = {"deep magenta", 1.3, 0.5, 1.2, 1, IN_COLOUR},
    [FG_LIGHT_HALF] = {"dimmed to 1/2", 1, 1, 1, 0.5, IN_COLOUR},
    [FG_LIGHT_QUARTER] = {"dimmed to 1/4", 1, 1, 1, 0.25, IN_COLOUR},
    [FG_LIGHT_GREY_QUARTER] = {"grey, dimmed to 1/4", 1, 1, 1, 0.25, GREY_OF_ALL},
};

const char *fg_light_name(enum fg_light light)
{
    return lights[light].name;
}

void fg_light_change(enum fg_light light, fg_frame *frame)
{
    if (lights[light].grey == GREY_OF_RED) {
        fg_degrade_to_red(frame);
    }
    fg_degrade_tint(frame, lights[light].red, lights[light].green, lights[light].blue);
    fg_degrade_expose(frame, lights[light].gain);
    if (lights[light].grey != IN_COLOUR) {
        fg_degrade_to_grey(frame);
    }
}
