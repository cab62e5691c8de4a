/*
 * fg_film: makes a film from a script (see film.h) and the test pictures, as DIR/frame-NNNN.jpg.
 * The same script gives the same pictures every time; with --first and --frames only those.
 */
#include "film.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"first", required_argument, NULL, '1'},
        {"frames", required_argument, NULL, 'n'},
        {NULL, 0, NULL, 0},
    };
    static fg_film film;
    fg_error error = {""};
    int first = 0;
    int frames = INT_MAX;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        char *rest = NULL;
        long number = option == '?' ? -1 : strtol(optarg, &rest, 10);
        if (number < 0 || number > INT_MAX || *rest != '\0') {
            optind = argc;
            break;
        }
        *(option == '1' ? &first : &frames) = (int)number;
    }
    if (argc - optind != 3) {
        fputs("Usage: fg_film [--first N] [--frames N] SCRIPT PICTURES_DIR DIR\n", stderr);
        return 2;
    }
    int result = fg_film_load(argv[optind], &film, &error);
    if (result == 0) {
        result = fg_film_make(&film, argv[optind + 1], first, frames, argv[optind + 2], &error);
    }
    if (result != 0) {
        fprintf(stderr, "fg_film: %s\n", error.text);
    }
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
