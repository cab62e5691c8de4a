/*
 * fg_light_verdicts MODELS_DIR PICTURES_DIR: how many of the people in the test pictures are found,
 * seen well, and accepted, by day and by night, and how many strangers are. The tables of light in
 * docs/detection.md and docs/decisions.md are what it prints. About a minute.
 */
#include "light_views.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct row {
    fg_light_count count;
    fg_light_verdicts from_day;  /* enrolled as is, seen in this light */
    fg_light_verdicts from_same; /* both in this light */
    fg_light_verdicts by_day;    /* enrolled in this light, seen as is */
} row;

static int survey(fg_light_studio *studio, row rows[FG_LIGHTS], fg_error *error)
{
    static fg_light_views day, here;
    int result = fg_light_survey(studio, FG_LIGHT_AS_IS, &day, error);
    for (int i = 0; result == 0 && i < FG_LIGHTS; i++) {
        result = fg_light_survey(studio, (enum fg_light)i, &here, error);
        if (result == 0) {
            rows[i].count = fg_light_count_visits(&here);
            result = fg_light_judge(studio, &day, &here, &rows[i].from_day, error);
        }
        if (result == 0) {
            result = fg_light_judge(studio, &here, &here, &rows[i].from_same, error);
        }
        if (result == 0) {
            result = fg_light_judge(studio, &here, &day, &rows[i].by_day, error);
        }
    }
    return result;
}

static void print_verdicts(const char *name, const fg_light_verdicts *of)
{
    printf("%-40s %9d  %3d of %2d  %8d  %4.2f   %-8s %4.2f  %3d of %2d  %4.2f  %5.2f\n", name,
           of->encodings, of->accepted, of->visits, of->mistaken, of->distance,
           of->accepted_again ? "yes" : "no", of->again_distance, of->let_in, of->strangers,
           of->stranger_distance, of->stranger_margin);
}

static void print(const char *title, const row rows[FG_LIGHTS],
                  const fg_light_verdicts *(*of)(const row *))
{
    printf("\n%-40s encodings  accepted  as other   own   another picture   strangers  nearest  "
           "margin\n",
           title);
    for (int i = 0; i < FG_LIGHTS; i++) {
        print_verdicts(fg_light_name((enum fg_light)i), of(&rows[i]));
    }
}

static const fg_light_verdicts *from_day(const row *of)
{
    return &of->from_day;
}

static const fg_light_verdicts *from_same(const row *of)
{
    return &of->from_same;
}

static const fg_light_verdicts *by_day(const row *of)
{
    return &of->by_day;
}

int main(int argc, char **argv)
{
    static row rows[FG_LIGHTS];
    fg_light_studio *studio = NULL;
    fg_error error = {"not enough memory"};
    if (argc != 3) {
        fputs("Usage: fg_light_verdicts MODELS_DIR PICTURES_DIR\n", stderr);
        return 2;
    }
    int result = fg_light_studio_open(argv[1], argv[2], 6, &studio, &error);
    if (result == 0) {
        result = survey(studio, rows, &error);
    }
    if (result == 0) {
        printf("%-40s found  good, of %d views\n", "", rows[0].count.views);
        for (int i = 0; i < FG_LIGHTS; i++) {
            printf("%-40s %5d %5d\n", fg_light_name((enum fg_light)i), rows[i].count.found,
                   rows[i].count.good);
        }
        print("enrolled as is, seen", rows, from_day);
        print("enrolled and seen", rows, from_same);
        print("seen as is, enrolled", rows, by_day);
    } else {
        fprintf(stderr, "fg_light_verdicts: %s\n", error.text);
    }
    fg_light_studio_close(studio);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
