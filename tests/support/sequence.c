/*
 * fg_sequence: cuts a moving picture out of a still one, as a camera that pans over it would see
 * it. A window of --size goes from --from to --to (its top left corners, pixels of the picture) in
 * --frames steps; each step is scaled down to --out-size by averaging areas and written as
 * DIR/frame-NNNN.jpg, counted from --first. --light is how many percent of the light there is,
 * --blur how many pixels are averaged both ways.
 */
#include "facegate/camera/picture.h"
#include "stills.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define QUALITY  95
#define MAX_BLUR 64

static const char usage[] =
    "Usage: fg_sequence --from X,Y --to X,Y --size WxH --out-size WxH --frames N [--first N] "
    "[--light PERCENT] [--blur PIXELS] IMAGE DIR\n";

typedef struct pair {
    int a, b;
} pair;

typedef struct pan {
    pair from, to, size, out;
    int frames, first;
    int light, blur;
    const char *image, *folder;
} pan;

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "fg_sequence: %s: %s\n", what, why);
    return EXIT_FAILURE;
}

/* A number of 0 to INT_MAX up to `end`. */
static bool parse_number(const char *text, char end, const char **ret_rest, int *ret_number)
{
    char *rest = NULL;
    errno = 0;
    long number = strtol(text, &rest, 10);
    if (rest == text || *rest != end || errno != 0 || number < 0 || number > INT_MAX) {
        return false;
    }
    *ret_number = (int)number;
    *ret_rest = rest + (end != '\0');
    return true;
}

static bool parse_pair(const char *text, char between, pair *ret_pair)
{
    return parse_number(text, between, &text, &ret_pair->a) &&
           parse_number(text, '\0', &text, &ret_pair->b);
}

static bool parse(int argc, char **argv, pan *ret_plan)
{
    static const struct option options[] = {
        {"from", required_argument, NULL, 'f'},
        {"to", required_argument, NULL, 't'},
        {"size", required_argument, NULL, 's'},
        {"out-size", required_argument, NULL, 'o'},
        {"frames", required_argument, NULL, 'n'},
        {"first", required_argument, NULL, '1'},
        {"light", required_argument, NULL, 'l'},
        {"blur", required_argument, NULL, 'b'},
        {NULL, 0, NULL, 0},
    };
    const char *rest;
    bool good = true;
    int option;
    while (good && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'f':
            good = parse_pair(optarg, ',', &ret_plan->from);
            break;
        case 't':
            good = parse_pair(optarg, ',', &ret_plan->to);
            break;
        case 's':
            good = parse_pair(optarg, 'x', &ret_plan->size);
            break;
        case 'o':
            good = parse_pair(optarg, 'x', &ret_plan->out);
            break;
        case 'n':
            good = parse_number(optarg, '\0', &rest, &ret_plan->frames);
            break;
        case '1':
            good = parse_number(optarg, '\0', &rest, &ret_plan->first);
            break;
        case 'l':
            good = parse_number(optarg, '\0', &rest, &ret_plan->light) && ret_plan->light <= 100;
            break;
        case 'b':
            good = parse_number(optarg, '\0', &rest, &ret_plan->blur) && ret_plan->blur >= 1 &&
                   ret_plan->blur <= MAX_BLUR;
            break;
        default:
            good = false;
        }
    }
    if (!good || argc - optind != 2 || ret_plan->frames < 1 || ret_plan->out.a < 1 ||
        ret_plan->out.b < 1) {
        return false;
    }
    ret_plan->image = argv[optind];
    ret_plan->folder = argv[optind + 1];
    return true;
}

static bool window_fits(const fg_frame *picture, pair at, pair size)
{
    return size.a <= picture->width && size.b <= picture->height &&
           at.a <= picture->width - size.a && at.b <= picture->height - size.b;
}

/* Less light on all of it. */
static void darken(fg_frame *frame, int percent)
{
    for (int row = 0; row < frame->height; row++) {
        uint8_t *pixels = frame->plane[0] + (ptrdiff_t)row * frame->stride[0];
        for (int column = 0; column < frame->width; column++) {
            pixels[column] = (uint8_t)(pixels[column] * percent / 100);
        }
    }
}

/* Replaces `count` pixels, `step` bytes apart, by the mean of the `width` up to each. */
static void blur_line(uint8_t *pixels, int count, ptrdiff_t step, int width)
{
    uint8_t before[MAX_BLUR];
    int sum = 0;
    for (int i = 0; i < width; i++) {
        before[i] = pixels[0];
        sum += pixels[0];
    }
    for (int i = 0; i < count; i++) {
        uint8_t *pixel = pixels + i * step;
        sum += *pixel - before[i % width];
        before[i % width] = *pixel;
        *pixel = (uint8_t)(sum / width);
    }
}

static void blur(fg_frame *frame, int width)
{
    for (int row = 0; row < frame->height; row++) {
        blur_line(frame->plane[0] + (ptrdiff_t)row * frame->stride[0], frame->width, 1, width);
    }
    for (int column = 0; column < frame->width; column++) {
        blur_line(frame->plane[0] + column, frame->height, frame->stride[0], width);
    }
}

static int cut(const pan *plan, const fg_frame *picture, fg_jpeg *jpeg, fg_frame *out,
               fg_error *error)
{
    int result = 0;
    for (int i = 0; i < plan->frames && result == 0; i++) {
        double part = plan->frames > 1 ? (double)i / (plan->frames - 1) : 0;
        double x = plan->from.a + part * (plan->to.a - plan->from.a);
        double y = plan->from.b + part * (plan->to.b - plan->from.b);
        for (int plane = 0; plane < 3; plane++) {
            fg_still from = fg_still_plane(picture, plane);
            fg_still to = fg_still_plane(out, plane);
            int half = plane == 0 ? 1 : 2;
            fg_still_scale(&from, x / half, y / half, (double)plan->size.a / half / to.width,
                           (double)plan->size.b / half / to.height, &to);
        }
        darken(out, plan->light);
        blur(out, plan->blur);
        result = fg_still_write(jpeg, out, plan->folder, plan->first + i, error);
    }
    return result;
}

int main(int argc, char **argv)
{
    pan plan = {.light = 100, .blur = 1};
    fg_error error = {.text = "not enough memory"};
    fg_decoder *decoder = NULL;
    fg_jpeg *jpeg = NULL;
    fg_frame picture = {0};
    fg_frame out = {0};
    int result = EXIT_FAILURE;

    if (!parse(argc, argv, &plan)) {
        fputs(usage, stderr);
        return 2;
    }
    if (fg_decoder_create(&decoder) != 0 || fg_jpeg_create(QUALITY, &jpeg) != 0 ||
        fg_frame_resize(&out, plan.out.a, plan.out.b) != 0) {
        fail("set-up", "not enough memory, or --out-size is too large");
        goto finish;
    }
    if (fg_picture_load(decoder, plan.image, true, &picture, &error) != 0) {
        fail("cannot read the picture", error.text);
        goto finish;
    }
    if (plan.size.a < plan.out.a || plan.size.b < plan.out.b) {
        fail("--size", "must not be smaller than --out-size");
        goto finish;
    }
    if (!window_fits(&picture, plan.from, plan.size) ||
        !window_fits(&picture, plan.to, plan.size)) {
        fail(plan.image, "the window reaches past the picture");
        goto finish;
    }
    if (cut(&plan, &picture, jpeg, &out, &error) != 0) {
        fail("cannot write a frame", error.text);
        goto finish;
    }
    result = EXIT_SUCCESS;
finish:
    fg_frame_release(&out);
    fg_frame_release(&picture);
    fg_jpeg_free(jpeg);
    fg_decoder_free(decoder);
    return result;
}
