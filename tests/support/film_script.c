#include "film.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_SIDE   2048
#define MOST_FRAMES 100000
#define MOST_FPS    120
#define MOST_NOISE  50
#define FAR         16384
#define MOST_BELOW  45
#define MOST_MARGIN 200
#define MOST_TILT   45

/* What sscanf read is the line when it read this far. */
static bool is_over(const char *line, int end)
{
    return end > 0 && line[end] == '\0';
}

static bool is_side(int side)
{
    return side >= 1 && side <= MOST_SIDE;
}

static bool is_cut(const fg_film_cut *cut)
{
    return cut->x >= 0 && cut->y >= 0 && is_side(cut->width) && is_side(cut->height);
}

/* Not true of NAN either. */
static bool is_between(double value, double least, double most)
{
    return value >= least && value <= most;
}

static bool read_film(const char *line, fg_film *film)
{
    int end = 0;
    return sscanf(line, "film %dx%d %d frames %d fps %n", &film->width, &film->height,
                  &film->frames, &film->fps, &end) == 4 &&
           is_over(line, end) && is_side(film->width) && is_side(film->height) &&
           film->frames >= 1 && film->frames <= MOST_FRAMES && film->fps >= 1 &&
           film->fps <= MOST_FPS;
}

static bool read_light(const char *line, fg_film *film)
{
    int end = 0;
    return sscanf(line, "light %lf %n", &film->light, &end) == 1 && is_over(line, end) &&
           is_between(film->light, 0, 1);
}

static bool read_blur(const char *line, fg_film *film)
{
    int end = 0;
    return sscanf(line, "blur %lf %n", &film->blur, &end) == 1 && is_over(line, end) &&
           is_between(film->blur, 0, MOST_NOISE);
}

static bool read_noise(const char *line, fg_film *film)
{
    int end = 0;
    return sscanf(line, "noise %lf %lf %n", &film->noise[0], &film->noise[1], &end) == 2 &&
           is_over(line, end) && is_between(film->noise[0], 0, MOST_NOISE) &&
           is_between(film->noise[1], 0, MOST_NOISE);
}

static bool read_room(const char *line, fg_film *film)
{
    int end = 0;
    fg_film_cut *cut = &film->room;
    return sscanf(line, "room %63s %d,%d %dx%d %n", cut->picture, &cut->x, &cut->y, &cut->width,
                  &cut->height, &end) == 5 &&
           is_over(line, end) && is_cut(cut);
}

static bool read_person(const char *line, fg_film *film)
{
    int end = 0;
    if (film->count == FG_FILM_PEOPLE) {
        return false;
    }
    fg_film_person *person = &film->people[film->count++];
    fg_film_cut *cut = &person->cut;
    return sscanf(line, "person %63s %d,%d %dx%d soft %lf %n", cut->picture, &cut->x, &cut->y,
                  &cut->width, &cut->height, &person->soft, &end) == 6 &&
           is_over(line, end) && is_cut(cut) && is_between(person->soft, 0, MOST_SIDE);
}

static bool read_key(const char *line, fg_film *film)
{
    int end = 0;
    fg_film_person *person = film->count > 0 ? &film->people[film->count - 1] : NULL;
    if (person == NULL || person->count == FG_FILM_KEYS) {
        return false;
    }
    fg_film_key *key = &person->keys[person->count++];
    double before = person->count > 1 ? key[-1].time : 0;
    return sscanf(line, "at %lf %lf,%lf %lf %n", &key->time, &key->x, &key->y, &key->width, &end) ==
               4 &&
           is_over(line, end) && is_between(key->time, before, MOST_FRAMES) &&
           is_between(key->x, -FAR, FAR) && is_between(key->y, -FAR, FAR) &&
           is_between(key->width, 1, MOST_SIDE);
}

static bool read_sway(const char *line, fg_film *film)
{
    int end = 0;
    fg_film_person *person = film->count > 0 ? &film->people[film->count - 1] : NULL;
    return person != NULL &&
           sscanf(line, "sway %lf %lf %n", &person->sway, &person->period, &end) == 2 &&
           is_over(line, end) && is_between(person->sway, 0, MOST_SIDE) &&
           is_between(person->period, 0.1, MOST_FRAMES);
}

static bool read_below(const char *line, fg_film *film)
{
    int end = 0;
    fg_film_person *person = film->count > 0 ? &film->people[film->count - 1] : NULL;
    if (person == NULL) {
        return false;
    }
    double(*eyes)[2] = person->eyes;
    return sscanf(line, "below %lf eyes %lf,%lf %lf,%lf %n", &person->below, &eyes[0][0],
                  &eyes[0][1], &eyes[1][0], &eyes[1][1], &end) == 5 &&
           is_over(line, end) && is_between(person->below, 0, MOST_BELOW) &&
           is_between(eyes[0][0], 0, FAR) && is_between(eyes[0][1], 0, FAR) &&
           is_between(eyes[1][0], eyes[0][0] + 1, FAR) && is_between(eyes[1][1], 0, FAR);
}

static bool read_held(const char *line, fg_film *film)
{
    int end = 0;
    char word[6];
    fg_film_person *person = film->count > 0 ? &film->people[film->count - 1] : NULL;
    if (person == NULL ||
        sscanf(line, "%5s %lf tilt %lf %n", word, &person->margin, &person->tilt, &end) != 3) {
        return false;
    }
    person->held = strcmp(word, "print") == 0 ? FG_FILM_PRINT : FG_FILM_PHONE;
    return is_over(line, end) && is_between(person->margin, 1, MOST_MARGIN) &&
           is_between(person->tilt, -MOST_TILT, MOST_TILT);
}

static bool read_line(const char *line, fg_film *film)
{
    return line[0] == '\0' || line[0] == '#' || read_film(line, film) || read_noise(line, film) ||
           read_light(line, film) || read_blur(line, film) || read_room(line, film) ||
           (strncmp(line, "person ", 7) == 0 && read_person(line, film)) ||
           (strncmp(line, "at ", 3) == 0 && read_key(line, film)) || read_sway(line, film) ||
           read_below(line, film) ||
           ((strncmp(line, "print ", 6) == 0 || strncmp(line, "phone ", 6) == 0) &&
            read_held(line, film));
}

int fg_film_load(const char *path, fg_film *ret_film, fg_error *error)
{
    char line[256];
    fg_film film = {.light = 1};
    int number = 0;
    int result = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        result = -errno;
        return fg_error_set(error, result, "%s: %s", path, strerror(-result));
    }
    while (result == 0 && fgets(line, sizeof(line), file) != NULL) {
        number++;
        line[strcspn(line, "\n")] = '\0';
        if (!read_line(line, &film)) {
            result = fg_error_set(error, -EINVAL,
                                  "%s:%d: \"%s\" is no line of a script, or a number in it is out "
                                  "of range: film.h has the form",
                                  path, number, line);
        }
    }
    fclose(file);
    if (result == 0 && (film.frames == 0 || film.room.picture[0] == '\0')) {
        result =
            fg_error_set(error, -EINVAL, "%s: needs a line \"film\" and a line \"room\"", path);
    }
    if (result == 0) {
        *ret_film = film;
    }
    return result;
}

bool fg_film_place(const fg_film_person *person, double time, fg_film_key *ret_place)
{
    const double turn = 2 * 3.14159265358979;
    for (int i = 0; i + 1 < person->count; i++) {
        const fg_film_key *from = &person->keys[i];
        const fg_film_key *to = from + 1;
        if (time < from->time || time >= to->time) {
            continue;
        }
        double part = (time - from->time) / (to->time - from->time);
        double sway = person->period > 0 ? person->sway * sin(turn * time / person->period) : 0;
        *ret_place = (fg_film_key){.time = time,
                                   .x = from->x + part * (to->x - from->x) + sway,
                                   .y = from->y + part * (to->y - from->y) + sway / 2,
                                   .width = from->width + part * (to->width - from->width)};
        return true;
    }
    return false;
}
