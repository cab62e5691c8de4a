#include "attack.h"

#include <math.h>
#include <stdio.h>

#define WIDTH    640
#define HEIGHT   480
#define FRAMES   24
#define FPS      10
#define PICTURES 6

/* Of tests/pictures/sample1.jpg to sample6.jpg. */
#define PICTURE_WIDTH 1920
static const int picture_heights[PICTURES] = {1280, 1367, 1350, 1448, 1398, 1537};

/* Parts of them without anybody. */
static const fg_film_cut rooms[] = {
    {"sample3.jpg", 0, 0, 540, 405},
    {"sample5.jpg", 0, 60, 560, 420},
    {"sample6.jpg", 0, 40, 400, 300},
};
#define ROOMS (int)(sizeof(rooms) / sizeof(rooms[0]))

/* How a face is shown. */
typedef struct manner {
    const char *name;
    double face; /* pixels of the film */
    double across, down,
        high; /* the cut-out in widths of the face, and how far down in it that is */
    fg_film_held held;
    double margin, tilt;
    double sway, period;
} manner;

static const manner manners[FG_ATTACKS] = {
    {"living", 110, 2.4, 3.4, 0.36, FG_FILM_NOT_HELD, 0, 0, 4, 2.6},
    {"living_large", 190, 2.0, 2.4, 0.42, FG_FILM_NOT_HELD, 0, 0, 4, 2.6},
    {"print", 110, 2.2, 2.8, 0.45, FG_FILM_PRINT, 12, 4, 4, 2.4},
    {"print_large", 190, 1.9, 2.2, 0.46, FG_FILM_PRINT, 12, 2, 3, 2.2},
    {"phone", 120, 1.7, 3.2, 0.38, FG_FILM_PHONE, 8, 3, 3, 2},
};

const char *fg_attack_name(fg_attack attack)
{
    return manners[attack].name;
}

/* A window of the face's picture, the face's middle at a part of its height; moved into the
 * picture where it reaches past it. */
static fg_film_cut cut_out(const fg_known_face *face, double width, double height, double high)
{
    double right = PICTURE_WIDTH - floor(width);
    double below = picture_heights[face->picture - 1] - floor(height);
    double x = face->box.x + face->box.width / 2.0 - width / 2;
    double y = face->box.y + face->box.height / 2.0 - height * high;
    fg_film_cut cut = {.x = (int)fmin(fmax(x, 0), right),
                       .y = (int)fmin(fmax(y, 0), below),
                       .width = (int)width,
                       .height = (int)height};
    snprintf(cut.picture, sizeof(cut.picture), "sample%d.jpg", face->picture);
    return cut;
}

void fg_attack_film(fg_attack attack, const fg_known_face *face, fg_film *ret_film)
{
    const manner *as = &manners[attack];
    double box = face->box.width;
    double scale = as->face / box;
    fg_film film = {.width = WIDTH,
                    .height = HEIGHT,
                    .frames = FRAMES,
                    .fps = FPS,
                    .noise = {2.5, 2},
                    .light = 1,
                    .count = 1};
    fg_film_person *person = &film.people[0];
    *person = (fg_film_person){.cut = cut_out(face, as->across * box, as->down * box, as->high),
                               .soft = 25,
                               .sway = as->sway,
                               .period = as->period,
                               .held = as->held,
                               .margin = as->margin,
                               .tilt = as->tilt,
                               .count = 2};
    fg_film_key key = {.width = person->cut.width * scale};
    if (as->held == FG_FILM_NOT_HELD) {
        film.room = cut_out(face, WIDTH / scale, HEIGHT / scale, 0.45);
        key.x = (person->cut.x - film.room.x) * scale;
        key.y = (person->cut.y - film.room.y) * scale;
    } else {
        film.room = rooms[face->picture % ROOMS];
        key.x = (WIDTH - key.width) / 2;
        key.y = (HEIGHT - 24 - person->cut.height * scale) / 2; /* a hand is below */
        key.y = fmax(key.y, as->margin + 12);
    }
    person->keys[0] = key;
    key.time = FRAMES;
    person->keys[1] = key;
    *ret_film = film;
}

void fg_attack_place(const fg_film *film, const fg_known_face *face, double *ret_x, double *ret_y,
                     double *ret_width)
{
    const fg_film_person *person = &film->people[0];
    const fg_film_key *key = &person->keys[0];
    double scale = key->width / person->cut.width;
    *ret_x = key->x + (face->box.x + face->box.width / 2.0 - person->cut.x) * scale;
    *ret_y = key->y + (face->box.y + face->box.height / 2.0 - person->cut.y) * scale;
    *ret_width = face->box.width * scale;
}
