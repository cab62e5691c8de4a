#include "soak_report.h"

#include <errno.h>
#include <string.h>

#define PATH_SIZE 4096

static bool is_size(const fg_figure_kind *kind)
{
    return strcmp(kind->unit, "KiB") == 0;
}

void fg_soak_print_table(FILE *file, const fg_soak_course *course)
{
    fprintf(file, "%-22s %7s %7s %7s  %-18s %7s  %s\n", "figure", "first", "last", "max",
            "slope per hour", "bound", "verdict");
    for (int i = 0; i < FG_FIGURES; i++) {
        const fg_figure_kind *kind = &fg_figure_kinds[i];
        const fg_trend *trend = &course->day[i];
        char title[64], slope[64];
        snprintf(title, sizeof(title), is_size(kind) ? "%s, KiB" : "%s", kind->title);
        snprintf(slope, sizeof(slope), is_size(kind) ? "%+.2f ± %.2f" : "%+.4f ± %.4f",
                 trend->slope, trend->error);
        /* One byte more, since the sign in it has two. */
        fprintf(file, "%-22s %7.0f %7.0f %7.0f  %-19s %7.1f  %s\n", title, trend->first,
                trend->last, trend->max, slope, trend->bound, fg_verdict_text(trend->verdict));
    }
    fprintf(file,
            "From %.1f to %.1f simulated hours, the slope with its standard error. Flat: over that "
            "time no growth\nbeyond the bound, three standard errors included, and of the outbox "
            "and its log never more than\n%.0f and %.0f KiB.\n",
            course->day[0].begins, course->day[0].ends, fg_figure_kinds[FG_FIGURE_OUTBOX].most,
            fg_figure_kinds[FG_FIGURE_LOG].most);
}

static bool write_samples(const fg_soak_course *course, const char *path)
{
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        return false;
    }
    fprintf(file, "hours");
    for (int i = 0; i < FG_FIGURES; i++) {
        fprintf(file, ",%s", fg_figure_kinds[i].key);
    }
    for (int at = 0; at < course->samples->count; at++) {
        const fg_sample *sample = &course->samples->all[at];
        fprintf(file, "\n%.4f", sample->hours);
        for (int i = 0; i < FG_FIGURES; i++) {
            fprintf(file, ",%.0f", sample->of[i]);
        }
    }
    fprintf(file, "\n");
    return fclose(file) == 0;
}

/* A stretch of the day in another colour, with its name in it. */
static void shade(FILE *gnuplot, int number, double from, double to, const char *colour,
                  const char *name)
{
    fprintf(gnuplot,
            "set object %d rectangle from %.4f, graph 0 to %.4f, graph 1 fillcolor rgb '%s' "
            "fillstyle solid noborder behind\n"
            "set label %d '%s' at %.4f, graph 0.04 left rotate by 90 textcolor rgb '#777777'\n",
            number, from, to, colour, number, name, (from + to) / 2);
}

/* The rounds' means, as the data `means`. */
static void give_means(FILE *gnuplot, const fg_soak_course *course, int figure)
{
    int per_round = course->per_round;
    fprintf(gnuplot, "$means << END\n");
    for (int at = course->measured; at + per_round <= course->leaking; at += per_round) {
        double hours = 0, value = 0;
        fg_samples_mean(course->samples->all + at, per_round, (enum fg_figure)figure, &hours,
                        &value);
        fprintf(gnuplot, "%.4f,%.4f\n", hours, value);
    }
    fprintf(gnuplot, "END\n");
}

/* What gnuplot is to do for one figure. */
static void plot(FILE *gnuplot, const fg_soak_course *course, const char *folder, int figure)
{
    const fg_figure_kind *kind = &fg_figure_kinds[figure];
    const fg_trend *trend = &course->day[figure];
    const fg_sample *all = course->samples->all;
    double end = all[course->samples->count - 1].hours;
    fprintf(gnuplot, "reset\nset datafile separator ','\nset output '%s/%s.svg'\n", folder,
            kind->key);
    fprintf(gnuplot, "set title 'facegate run over simulated time: %s'\n", kind->title);
    fprintf(gnuplot, "set xlabel 'simulated time (hours)'\nset ylabel '%s (%s)'\n", kind->title,
            is_size(kind) ? kind->unit : "number");
    fprintf(gnuplot, "set xrange [0:%.4f]\nset yrange [%s:*]\nset offsets 0, 0, graph 0.2, %s\n",
            end, figure <= FG_FIGURE_ANONYMOUS ? "*" : "0",
            figure <= FG_FIGURE_ANONYMOUS ? "graph 0.1" : "0");
    fprintf(gnuplot, "set key outside top center horizontal samplen 2\nset grid ytics\nset tics "
                     "out nomirror\nset format y '%%.0f'\n");
    shade(gnuplot, 1, 0, trend->begins, "#e8e8e8", "warming up");
    shade(gnuplot, 2, all[course->leaking].hours, end, "#f8dcd6", "leaks on purpose");
    give_means(gnuplot, course, figure);
    fprintf(
        gnuplot,
        "plot '%s/soak.csv' skip 1 using 1:%d with lines linecolor rgb '#9dbcd4' title 'sampled', "
        "$means with points pointtype 7 pointsize 0.4 linecolor rgb '#1f4e79' title 'mean of "
        "a round', [%.4f:%.4f] %.6f + %.8f * (x - %.6f) with lines linewidth 2 linecolor rgb "
        "'#c0392b' title '%+.2f ± %.2f %s per hour'\n",
        folder, figure + 2, trend->begins, trend->ends, trend->mean, trend->slope, trend->middle,
        trend->slope, trend->error, kind->unit);
}

bool fg_soak_draw(FILE *file, const fg_soak_course *course, const char *folder)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "%s/soak.csv", folder);
    if (!write_samples(course, path)) {
        fprintf(file, "cannot write %s: %s\n", path, strerror(errno));
        return false;
    }
    FILE *gnuplot = popen("gnuplot", "we");
    if (gnuplot != NULL) {
        fprintf(gnuplot, "set terminal svg size 960,420 font 'sans-serif,13' background 'white'\n"
                         "set encoding utf8\n");
        for (int i = 0; i < FG_FIGURES; i++) {
            plot(gnuplot, course, folder, i);
        }
    }
    if (gnuplot == NULL || pclose(gnuplot) != 0) {
        fprintf(file, "gnuplot drew no curves: install gnuplot-nox\n");
        return false;
    }
    return true;
}
