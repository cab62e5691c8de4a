#include "film.h"

#include "degrade.h"
#include "dice.h"
#include "facegate/camera/picture.h"
#include "held.h"
#include "stills.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define QUALITY 92

/* A picture that a script names; several cuts may be of one. */
typedef struct picture {
    const char *name;
    fg_frame frame;
} picture;

typedef struct studio {
    const fg_film *film;
    const char *pictures_dir;
    picture pictures[FG_FILM_PEOPLE + 1];
    int count;
    fg_frame below[FG_FILM_PEOPLE]; /* cut-outs as a lower camera sees them */
    fg_decoder *decoder;
    fg_jpeg *jpeg;
    fg_frame room;
    fg_frame frame; /* that is being made */
    fg_frame layer; /* a person, scaled */
    fg_frame photograph;
} studio;

static int find_picture(studio *in, const fg_film_cut *cut, const fg_frame **ret_frame,
                        fg_error *error)
{
    char path[PATH_MAX];
    int i = 0;
    while (i < in->count && strcmp(in->pictures[i].name, cut->picture) != 0) {
        i++;
    }
    picture *found = &in->pictures[i];
    if (i == in->count) {
        snprintf(path, sizeof(path), "%s/%s", in->pictures_dir, cut->picture);
        int result = fg_picture_load(in->decoder, path, true, &found->frame, error);
        if (result != 0) {
            return result;
        }
        found->name = cut->picture;
        in->count++;
    }
    if (cut->width > found->frame.width || cut->x > found->frame.width - cut->width ||
        cut->height > found->frame.height || cut->y > found->frame.height - cut->height) {
        return fg_error_set(
            error, -EINVAL, "%dx%d at %d,%d reaches past %s, which has %dx%d pixels", cut->width,
            cut->height, cut->x, cut->y, cut->picture, found->frame.width, found->frame.height);
    }
    *ret_frame = &found->frame;
    return 0;
}

static int build_room(studio *in, fg_error *error)
{
    const fg_film_cut *cut = &in->film->room;
    const fg_frame *frame = NULL;
    int result = find_picture(in, cut, &frame, error);
    if (result == 0 && fg_frame_resize(&in->room, in->film->width, in->film->height) != 0) {
        result = fg_error_set(error, -ENOMEM, "not enough memory");
    }
    for (int plane = 0; plane < 3 && result == 0; plane++) {
        double half = plane == 0 ? 1 : 2;
        fg_still from = fg_still_plane(frame, plane);
        fg_still to = fg_still_plane(&in->room, plane);
        fg_still_scale(&from, cut->x / half, cut->y / half, cut->width / half / to.width,
                       cut->height / half / to.height, &to);
    }
    return result;
}

/* How much of a pixel whose middle is so far inside of an edge is covered. */
static double cover(double inside, double soft)
{
    return soft < 1 ? fmin(fmax(inside + 0.5, 0), 1) : fmin(fmax(inside / soft, 0), 1);
}

/* Where a cut-out comes to lie in a plane, in its pixels. */
typedef struct patch {
    double left, top, width, height;
    double soft;
} patch;

/* Lays the layer, whose first pixel is the plane's at x, y, over the plane. */
static void blend(const fg_still *layer, int x, int y, const patch *at, const fg_still *plane)
{
    for (int row = 0; row < layer->height; row++) {
        double v = y + row + 0.5 - at->top;
        double rows = cover(fmin(v, at->height - v), at->soft);
        for (int column = 0; column < layer->width; column++) {
            double u = x + column + 0.5 - at->left;
            double covered = rows * cover(fmin(u, at->width - u), at->soft);
            uint8_t *below = &plane->pixels[(y + row) * plane->stride + x + column];
            int above = layer->pixels[row * layer->stride + column];
            *below = (uint8_t)lround(*below + covered * (above - *below));
        }
    }
}

/* Lays a person into one plane of the frame, at a place between its pixels. */
static void paste_plane(studio *in, const fg_film_person *person, const fg_film_key *place,
                        const fg_frame *source, int plane)
{
    double half = plane == 0 ? 1 : 2;
    double step = person->cut.width / place->width;
    const patch at = {.left = place->x / half,
                      .top = place->y / half,
                      .width = place->width / half,
                      .height = person->cut.height / step / half,
                      .soft = person->soft / half};
    fg_still onto = fg_still_plane(&in->frame, plane);
    int left = (int)fmax(floor(at.left), 0);
    int top = (int)fmax(floor(at.top), 0);
    int right = (int)fmin(ceil(at.left + at.width), onto.width);
    int bottom = (int)fmin(ceil(at.top + at.height), onto.height);
    if (left >= right || top >= bottom) {
        return;
    }
    fg_still from = fg_still_plane(source, plane);
    fg_still layer = fg_still_plane(&in->layer, plane);
    layer.width = right - left;
    layer.height = bottom - top;
    fg_still_scale(&from, person->cut.x / half + (left - at.left) * step,
                   person->cut.y / half + (top - at.top) * step, step, step, &layer);
    blend(&layer, left, top, &at, &onto);
}

/* The cut-out as a lower camera sees it. The person's cut becomes that of the new frame. */
static const fg_frame *see_from_below(const fg_frame *source, fg_film_person *person,
                                      fg_frame *made)
{
    fg_film_cut *cut = &person->cut;
    fg_frame part = *source;
    fg_landmarks landmarks = {0};
    int x = cut->x & ~1;
    int y = cut->y & ~1;
    cut->x -= x;
    cut->y -= y;
    part.width = cut->x + cut->width;
    part.height = cut->y + cut->height;
    for (int plane = 0; plane < 3; plane++) {
        int half = plane == 0 ? 1 : 2;
        part.plane[plane] += y / half * part.stride[plane] + x / half;
    }
    for (int i = 0; i < 4; i++) {
        const double *eye = person->eyes[i < 2]; /* the landmarks begin with the right one */
        landmarks.x[i] = (float)(eye[0] - x);
        landmarks.y[i] = (float)(eye[1] - y);
    }
    if (made->width == 0) {
        fg_degrade_below(&part, &landmarks, person->below, made);
    }
    return made;
}

static int paste(studio *in, int number, double time, fg_error *error)
{
    fg_film_person person = in->film->people[number];
    fg_film_key place;
    const fg_frame *source = NULL;
    if (!fg_film_place(&person, time, &place)) {
        return 0;
    }
    int result = find_picture(in, &in->film->people[number].cut, &source, error);
    if (result != 0 || source == NULL) {
        return result;
    }
    if (person.below > 0) {
        source = see_from_below(source, &person, &in->below[number]);
    }
    if (person.held != FG_FILM_NOT_HELD) {
        result = fg_held_draw(&person, &place, source, &in->photograph, &in->frame);
        return result == 0
                   ? 0
                   : fg_error_set(error, result, "cannot scale %s to a width of %.0f pixels: %s",
                                  person.cut.picture, place.width, strerror(-result));
    }
    for (int plane = 0; plane < 3; plane++) {
        paste_plane(in, &person, &place, source, plane);
    }
    return 0;
}

/* The sum of three even dice is nearly normal; these have a standard deviation of 128. */
static int roll_noise(fg_dice *dice)
{
    int roll = fg_dice_roll(dice, 1 << 24);
    return 2 * ((roll & 0xff) + (roll >> 8 & 0xff) + (roll >> 16)) - 765;
}

static void add_noise(fg_frame *frame, const double noise[2], int number)
{
    /* Of each frame's own, so that a part of a film is like the whole. */
    fg_dice dice = {.state = UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(number + 1)};
    for (int i = 0; i < 3; i++) {
        fg_still plane = fg_still_plane(frame, i);
        float scale = (float)noise[i > 0] / 256;
        for (int row = 0; row < plane.height && scale > 0; row++) {
            uint8_t *pixels = plane.pixels + row * plane.stride;
            for (int column = 0; column < plane.width; column++) {
                float value = (float)pixels[column] + scale * (float)roll_noise(&dice);
                pixels[column] = (uint8_t)(fminf(fmaxf(value, 0), 255) + 0.5F);
            }
        }
    }
}

static int make_frame(studio *in, int number, fg_error *error)
{
    int result = 0;
    memcpy(in->frame.memory, in->room.memory, in->room.capacity);
    for (int i = 0; i < in->film->count && result == 0; i++) {
        result = paste(in, i, (double)number / in->film->fps, error);
    }
    if (in->film->light < 1) {
        fg_degrade_expose(&in->frame, in->film->light);
    }
    if (in->film->blur > 0) {
        fg_degrade_blur(&in->frame, in->film->blur);
    }
    add_noise(&in->frame, in->film->noise, number);
    return result;
}

static void close_studio(studio *in)
{
    for (int i = 0; i < in->count; i++) {
        fg_frame_release(&in->pictures[i].frame);
    }
    for (int i = 0; i < FG_FILM_PEOPLE; i++) {
        fg_frame_release(&in->below[i]);
    }
    fg_frame_release(&in->room);
    fg_frame_release(&in->frame);
    fg_frame_release(&in->layer);
    fg_frame_release(&in->photograph);
    fg_jpeg_free(in->jpeg);
    fg_decoder_free(in->decoder);
}

int fg_film_make(const fg_film *film, const char *pictures_dir, int first, int frames,
                 const char *folder, fg_error *error)
{
    studio in = {.film = film, .pictures_dir = pictures_dir};
    int end = first < film->frames - frames ? first + frames : film->frames;
    int result = fg_error_set(error, -ENOMEM, "not enough memory");
    if (fg_decoder_create(&in.decoder) == 0 && fg_jpeg_create(QUALITY, &in.jpeg) == 0 &&
        fg_frame_resize(&in.frame, film->width, film->height) == 0 &&
        fg_frame_resize(&in.layer, film->width, film->height) == 0) {
        result = build_room(&in, error);
    }
    for (int i = first; i < end && result == 0; i++) {
        result = make_frame(&in, i, error);
        if (result == 0) {
            result = fg_still_write(in.jpeg, &in.frame, folder, i, error);
        }
    }
    close_studio(&in);
    return result;
}
