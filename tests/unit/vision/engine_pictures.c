#include "engine_pictures.h"

#include "facegate/camera/picture.h"
#include "known_faces.h"
#include "testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

fg_engine *engine;
static fg_decoder *decoder;
fg_frame pictures[7];

int load(void **state)
{
    (void)state;
    fg_error error = {""};
    int result = fg_engine_create(MODELS, &engine, &error);
    if (result == 0) {
        result = fg_decoder_create(&decoder);
    }
    for (int i = 0; i < FG_TEST_PICTURES && result == 0; i++) {
        char path[512];
        int number = fg_test_pictures[i];
        snprintf(path, sizeof(path), "%s/tests/pictures/sample%d.jpg", FG_SOURCE_DIR, number);
        result = fg_picture_load(decoder, path, false, &pictures[number], &error);
    }
    if (result != 0) {
        print_error("%s\n", error.text);
    }
    return result;
}

int unload(void **state)
{
    (void)state;
    for (int i = 0; i < 7; i++) {
        fg_frame_release(&pictures[i]);
    }
    fg_decoder_free(decoder);
    fg_engine_free(engine);
    return 0;
}

int detect(const fg_frame *frame, int min_face, fg_face faces[FG_ENGINE_MAX_FACES])
{
    int count = -1;
    fg_error error = {""};
    if (fg_engine_detect(engine, frame, min_face, 0, faces, &count, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return count;
}

double off_by(const fg_box *box, const fg_box *known, double scale, int x, int y)
{
    double left = fabs(box->x - (known->x * scale - x));
    double top = fabs(box->y - (known->y * scale - y));
    double right = fabs(box->x + box->width - ((known->x + known->width) * scale - x));
    double bottom = fabs(box->y + box->height - ((known->y + known->height) * scale - y));
    return fmax(fmax(left, right), fmax(top, bottom));
}

fg_frame part_of(const fg_frame *frame, int x, int y, int width, int height)
{
    fg_frame part = *frame;
    part.width = width;
    part.height = height;
    part.plane[0] += (ptrdiff_t)y * part.stride[0] + x;
    for (int plane = 1; plane < 3; plane++) {
        part.plane[plane] += (ptrdiff_t)(y / 2) * part.stride[plane] + x / 2;
    }
    return part;
}

fg_frame part_with_a_face(int width, int height, fg_box *ret_box)
{
    const fg_box *known = &fg_known_faces[0].box;
    int x = (known->x - 200) & ~1, y = (known->y - 120) & ~1;
    *ret_box = (fg_box){known->x - x, known->y - y, known->width, known->height};
    return part_of(&pictures[1], x, y, width, height);
}
