#include "virtual_camera.h"

#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define VARIABLE "FG_VIRTUAL_CAMERA"

void fg_virtual_camera_plug(const char *folder, const fg_virtual_camera *cameras, size_t count)
{
    const char *preloaded = getenv("LD_PRELOAD");
    if (preloaded == NULL || strstr(preloaded, "fg_virtual_preload") == NULL) {
        fail_msg("run it with ctest, which preloads what the virtual camera needs");
    }
    char *path = fg_testing_path(folder, "virtual.yaml");
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    for (size_t i = 0; i < count; i++) {
        /* The pipeline wants a rate, tells it, and does not keep it. */
        fprintf(file,
                "\"%s\":\n"
                "  supported_formats:\n"
                "  - width: %d\n"
                "    height: %d\n"
                "    frame_rates:\n"
                "    - 1\n"
                "    - 120\n"
                "  frames:\n"
                "    path: \"%s/\"\n"
                "  location: \"CameraLocationFront\"\n"
                "  model: \"%s\"\n",
                cameras[i].id, cameras[i].width, cameras[i].height, cameras[i].pictures,
                cameras[i].model);
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(setenv(VARIABLE, path, 1), 0);
    free(path);
}

void fg_virtual_camera_unplug(void)
{
    assert_int_equal(setenv(VARIABLE, "/nonexistent/virtual.yaml", 1), 0);
}
