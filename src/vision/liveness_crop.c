/* Cuts out of a frame what a liveness model looks at. */
#include "liveness_crop.h"

#include "face_box.h"

#include <errno.h>
#include <math.h>

/* The models were trained with boxes of another detector, which are larger than dlib's by this. */
#define WIDER 1.08

/* From the first to the last pixel of a stretch of `length` about a middle, shifted to lie within
 * 0 and `last`. */
static void shift_inward(double middle, double length, int last, int *ret_first, int *ret_length)
{
    double start = fmax(middle - length / 2, 0);
    if (start + length > last) {
        start = fmax(last - length, 0);
    }
    *ret_first = (int)start;
    *ret_length = (int)(start + length) - *ret_first + 1;
}

int fg_liveness_place_crop(const fg_frame *frame, const fg_box *box, double crop,
                           fg_liveness_place *ret_place, fg_error *error)
{
    if (!fg_box_can_hold_face(box)) {
        return fg_error_set(error, -EINVAL, "no face can be in a box of %d x %d pixels at %d,%d",
                            box->width, box->height, box->x, box->y);
    }
    double box_width = WIDER * box->width, box_height = WIDER * box->height;
    double scale =
        fmin(fmin((frame->width - 1) / box_width, (frame->height - 1) / box_height), crop);
    shift_inward(box->x + box->width / 2.0, box_width * scale, frame->width - 1, &ret_place->x,
                 &ret_place->width);
    shift_inward(box->y + box->height / 2.0, box_height * scale, frame->height - 1, &ret_place->y,
                 &ret_place->height);
    return 0;
}

/* Where a row or column of the crop lies among the pixels of a plane: between two of them. */
typedef struct between {
    int first, second;
    float rest; /* how far from the first */
} between;

/* Past the edges the outermost pixels go on. */
static between lie_between(double at, int least, int most)
{
    double inside = fmin(fmax(at, least), most);
    int first = (int)inside;
    return (between){first, first < most ? first + 1 : first, (float)(inside - first)};
}

static int within(int at, int last)
{
    return at < 0 ? 0 : at > last ? last : at;
}

/* Blue or red of a pixel: of the four chroma pixels around it the one that it shares counts three
 * quarters both ways, as libjpeg has it. */
static float chroma(const fg_frame *frame, int plane, int y, int x)
{
    int last_x = (frame->width + 1) / 2 - 1, last_y = (frame->height + 1) / 2 - 1;
    int beside = within(x / 2 + (x % 2 == 0 ? -1 : 1), last_x);
    const uint8_t *own = frame->plane[plane] + (y / 2) * frame->stride[plane];
    const uint8_t *other =
        frame->plane[plane] + within(y / 2 + (y % 2 == 0 ? -1 : 1), last_y) * frame->stride[plane];
    int here = 3 * own[x / 2] + other[x / 2], there = 3 * own[beside] + other[beside];
    int mean = (3 * here + there + 8) / 16;
    return (float)(mean - 128);
}

static float to_byte(float value)
{
    return value < 0 ? 0 : value > 255 ? 255 : (float)(uint8_t)(value + 0.5F);
}

/* By JPEG's matrix, ITU-T T.871. In whole numbers, as every RGB picture has them: the models are
 * that particular about faces of which they are not sure. */
static void read_pixel(const fg_frame *frame, int y, int x, float ret_bgr[3])
{
    float luma = (float)frame->plane[0][y * frame->stride[0] + x];
    float blue = chroma(frame, 1, y, x), red = chroma(frame, 2, y, x);
    ret_bgr[0] = to_byte(luma + 1.772F * blue);
    ret_bgr[1] = to_byte(luma - 0.344136F * blue - 0.714136F * red);
    ret_bgr[2] = to_byte(luma + 1.402F * red);
}

static void read_between(const fg_frame *frame, const between *y, const between *x,
                         float ret_bgr[3])
{
    float pixels[4][3];
    read_pixel(frame, y->first, x->first, pixels[0]);
    read_pixel(frame, y->first, x->second, pixels[1]);
    read_pixel(frame, y->second, x->first, pixels[2]);
    read_pixel(frame, y->second, x->second, pixels[3]);
    for (int i = 0; i < 3; i++) {
        float above = pixels[0][i] + x->rest * (pixels[1][i] - pixels[0][i]);
        float below = pixels[2][i] + x->rest * (pixels[3][i] - pixels[2][i]);
        ret_bgr[i] = above + y->rest * (below - above);
    }
}

int fg_liveness_crop(const fg_frame *frame, const fg_box *box, double crop, int side,
                     float *ret_picture, fg_error *error)
{
    fg_liveness_place place = {0};
    int result = fg_liveness_place_crop(frame, box, crop, &place, error);
    if (result != 0) {
        return result;
    }
    double step_x = (double)place.width / side, step_y = (double)place.height / side;
    for (int i = 0; i < side; i++) {
        const between y =
            lie_between(place.y + (i + 0.5) * step_y - 0.5, place.y, place.y + place.height - 1);
        for (int j = 0; j < side; j++, ret_picture += 3) {
            const between x =
                lie_between(place.x + (j + 0.5) * step_x - 0.5, place.x, place.x + place.width - 1);
            read_between(frame, &y, &x, ret_picture);
        }
    }
    return 0;
}
