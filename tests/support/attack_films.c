/*
 * fg_attack_films: the films of attack.h, as FOLDER/KIND-PICTURE-FACE/frame-NNNN.jpg, the faces of
 * a picture counted from 1 as known_faces.h has them; of all kinds, or of those that are named.
 * For each it prints the folder's name and where the face is: its middle and its width, in pixels.
 */
#include "attack.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int make(fg_attack attack, const fg_known_face *face, int number, const char *pictures_dir,
                const char *folder, fg_error *error)
{
    char path[PATH_MAX];
    double x, y, width;
    fg_film film;
    fg_attack_film(attack, face, &film);
    fg_attack_place(&film, face, &x, &y, &width);
    int start = snprintf(path, sizeof(path), "%s/", folder);
    snprintf(path + start, sizeof(path) - (size_t)start, "%s-%d-%d", fg_attack_name(attack),
             face->picture, number);
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        return fg_error_set(error, -errno, "%s: %s", path, strerror(errno));
    }
    printf("%s %.0f,%.0f %.0f\n", path + start, x, y, width);
    return fg_film_make(&film, pictures_dir, 0, film.frames, path, error);
}

static int make_all(fg_attack attack, const char *pictures_dir, const char *folder, fg_error *error)
{
    int number = 0;
    int result = 0;
    for (int i = 0; i < FG_KNOWN_FACES && result == 0; i++) {
        const fg_known_face *face = &fg_known_faces[i];
        number = i > 0 && face[-1].picture == face->picture ? number + 1 : 1;
        if (!face->is_none) {
            result = make(attack, face, number, pictures_dir, folder, error);
        }
    }
    return result;
}

int main(int argc, char **argv)
{
    fg_error error = {""};
    int made = 0;
    int result = 0;
    for (int attack = 0; argc > 2 && attack < FG_ATTACKS && result == 0; attack++) {
        bool wanted = argc == 3;
        for (int i = 3; i < argc; i++) {
            wanted = wanted || strcmp(argv[i], fg_attack_name((fg_attack)attack)) == 0;
        }
        if (wanted) {
            result = make_all((fg_attack)attack, argv[1], argv[2], &error);
            made++;
        }
    }
    if (made == 0 || made < argc - 3) {
        fputs("Usage: fg_attack_films PICTURES_DIR FOLDER [KIND...]\n"
              "Kinds: living living_large print print_large phone\n",
              stderr);
        return 2;
    }
    if (result != 0) {
        fprintf(stderr, "fg_attack_films: %s\n", error.text);
    }
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
