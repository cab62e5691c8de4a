/* A trial as a drawing: axes, bands, curves, and the margins that count. */
#include "evaluate/evaluate_svg.h"

#include "common/format.h"
#include "facegate/base/buffer.h"
#include "facegate/base/file.h"
#include "facegate/gallery/review.h"
#include "facegate/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The drawing, in pixels. */
#define WIDTH         800
#define HEIGHT        520
#define LEFT          84
#define RIGHT         776
#define LEGEND        54
#define LEGEND_STEP   178
#define TOP           110
#define BOTTOM        430 /* of the logarithmic axis */
#define ZERO          454 /* where a rate of 0 is drawn */
#define NAME_HALF     56  /* half of a margin's name */

#define LEAST_DECADES 3
#define MOST_DECADES  8

/* Okabe and Ito's vermillion and blue, distinguished by people who see fewer colours too. */
#define MATCH     "#d55e00"
#define NON_MATCH "#0072b2"

/* Their bluish green, darkened to be read as text. */
#define RECOMMENDED "#00795a"

typedef struct drawing {
    fg_buffer *out;
    const fg_trial *trial;
    int decades; /* from 1 down */
} drawing;

/* Which of the rates of a margin. */
typedef fg_rate pick_rate(const fg_trial *trial, int step);

static fg_rate pick_match(const fg_trial *trial, int step)
{
    return fg_evaluation_at(fg_trial_shown(trial), step).false_match;
}

static fg_rate pick_non_match(const fg_trial *trial, int step)
{
    return fg_evaluation_at(fg_trial_shown(trial), step).false_non_match;
}

static fg_rate pick_cohort(const fg_trial *trial, int step)
{
    return fg_evaluation_at(&trial->members_of_cohort, step).false_match;
}

static double across(double margin)
{
    return LEFT + margin / fg_evaluation_margin(FG_EVALUATION_STEPS - 1) * (RIGHT - LEFT);
}

static double up(const drawing *to, double rate)
{
    if (rate <= 0) {
        return ZERO;
    }
    return fmin(TOP - log10(rate) / to->decades * (BOTTOM - TOP), BOTTOM);
}

/* So many that the wanted rate and the least one that can be seen have room. */
static int choose_decades(const fg_trial *trial)
{
    double least = trial->wanted;
    int64_t trials = fg_trial_shown(trial)->strangers.trials;
    if (trials > 0) {
        least = fmin(least, 1 / (double)trials);
    }
    double decades = ceil(-log10(least) - 1e-9);
    return (int)fmin(fmax(decades, LEAST_DECADES), MOST_DECADES);
}

/* To the right along the upper end of the interval and back along the lower. */
static void draw_band(const drawing *to, pick_rate *pick, const char *colour)
{
    fg_buffer_print(to->out, "<path fill=\"%s\" fill-opacity=\"0.16\" d=\"", colour);
    for (int i = 0; i < 2 * FG_EVALUATION_STEPS; i++) {
        int step = i < FG_EVALUATION_STEPS ? i : 2 * FG_EVALUATION_STEPS - 1 - i;
        fg_rate rate = pick(to->trial, step);
        fg_buffer_print(to->out, "%c%.1f %.1f", i == 0 ? 'M' : 'L',
                        across(fg_evaluation_margin(step)),
                        up(to, i < FG_EVALUATION_STEPS ? rate.high : rate.low));
    }
    fg_buffer_print(to->out, "Z\"/>\n");
}

static void draw_line(const drawing *to, pick_rate *pick, const char *colour, const char *style)
{
    fg_buffer_print(to->out, "<path fill=\"none\" stroke=\"%s\" %s stroke-linejoin=\"round\" d=\"",
                    colour, style);
    for (int step = 0; step < FG_EVALUATION_STEPS; step++) {
        fg_buffer_print(to->out, "%c%.1f %.1f", step == 0 ? 'M' : 'L',
                        across(fg_evaluation_margin(step)), up(to, pick(to->trial, step).rate));
    }
    fg_buffer_print(to->out, "\"/>\n");
}

/* The colour and line of a curve; without a band for what would only hide the others. */
typedef struct curve {
    pick_rate *pick;
    const char *colour, *style, *name;
    bool has_band;
} curve;

static const curve curves[] = {
    {pick_cohort, MATCH, "stroke-width=\"1.5\" stroke-dasharray=\"2 4\"", "cohort let in", false},
    {pick_non_match, NON_MATCH, "stroke-width=\"2.5\" stroke-dasharray=\"9 3\"", "not recognised",
     true},
    {pick_match, MATCH, "stroke-width=\"2.5\"", "strangers let in", true},
};
#define CURVES ((int)(sizeof(curves) / sizeof(curves[0])))

/* What nothing was compared for has no rate and is left out, with its name. */
static bool is_known(const drawing *to, const curve *of)
{
    return of->pick(to->trial, 0).trials > 0;
}

static void draw_curves(const drawing *to)
{
    int x = LEFT;
    for (int i = 0; i < CURVES; i++) {
        if (is_known(to, &curves[i]) && curves[i].has_band) {
            draw_band(to, curves[i].pick, curves[i].colour);
        }
    }
    for (int i = 0; i < CURVES; i++) {
        if (is_known(to, &curves[i])) {
            draw_line(to, curves[i].pick, curves[i].colour, curves[i].style);
        }
    }
    for (int i = CURVES - 1; i >= 0; i--) {
        if (is_known(to, &curves[i])) {
            fg_buffer_print(to->out, "<path stroke=\"%s\" %s d=\"M%d %dh34\"/>\n", curves[i].colour,
                            curves[i].style, x, LEGEND - 4);
            fg_buffer_print(to->out, "<text x=\"%d\" y=\"%d\">%s</text>\n", x + 40, LEGEND,
                            curves[i].name);
            x += LEGEND_STEP;
        }
    }
    fg_buffer_print(to->out,
                    "<text x=\"%d\" y=\"%d\" fill=\"#666\">shaded: 95 %% confidence</text>\n", x,
                    LEGEND);
}

static void draw_axes(const drawing *to)
{
    for (int i = 0; i <= to->decades; i++) {
        char percent[FG_FORMAT_PERCENT];
        double y = up(to, pow(10, -i));
        fg_buffer_print(to->out, "<path stroke=\"#ddd\" d=\"M%d %.1fH%d\"/>\n", LEFT, y, RIGHT);
        snprintf(percent, sizeof(percent), "%.*f %%", i > 2 ? i - 2 : 0, 100 * pow(10, -i));
        fg_buffer_print(to->out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                        LEFT - 8, y + 4, percent);
    }
    fg_buffer_print(to->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">none</text>\n", LEFT - 8,
                    ZERO + 4);
    for (int step = 0; step < FG_EVALUATION_STEPS; step += 5) {
        double x = across(fg_evaluation_margin(step));
        fg_buffer_print(to->out, "<path stroke=\"#ddd\" d=\"M%.1f %dV%d\"/>\n", x, TOP, ZERO);
        fg_buffer_print(to->out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.2f</text>\n",
                        x, ZERO + 20, fg_evaluation_margin(step));
    }
    fg_buffer_print(to->out, "<path stroke=\"#666\" fill=\"none\" d=\"M%d %dV%dH%d\"/>\n", LEFT,
                    TOP, ZERO, RIGHT);
    fg_buffer_print(to->out,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">margin (distance)</text>\n",
                    (LEFT + RIGHT) / 2, ZERO + 44);
    fg_buffer_print(
        to->out,
        "<text transform=\"translate(18 %d) rotate(-90)\" text-anchor=\"middle\">how often "
        "(logarithmic)</text>\n",
        (TOP + ZERO) / 2);
}

/* A margin; its name stands above, on a line of its own so that two that are near can be read.
 */
static void draw_margin(const drawing *to, double margin, const char *name, int y,
                        const char *colour, const char *dashes)
{
    double x = across(margin);
    fg_buffer_print(to->out, "<path stroke=\"%s\" stroke-width=\"1.5\" %s d=\"M%.1f %dV%d\"/>\n",
                    colour, dashes, x, TOP, ZERO);
    fg_buffer_print(to->out,
                    "<text x=\"%.1f\" y=\"%d\" fill=\"%s\" text-anchor=\"middle\">%s %.*f</text>\n",
                    fmin(fmax(x, LEFT + NAME_HALF), RIGHT - NAME_HALF), y, colour, name,
                    fg_review_digits(margin), margin);
}

static void draw_margins(const drawing *to)
{
    double recommended = fg_trial_recommended(to->trial);
    double y = up(to, to->trial->wanted);
    fg_buffer_print(
        to->out, "<path stroke=\"" RECOMMENDED "\" stroke-dasharray=\"5 4\" d=\"M%d %.1fH%d\"/>\n",
        LEFT, y, RIGHT);
    fg_buffer_print(to->out,
                    "<text x=\"%d\" y=\"%.1f\" fill=\"" RECOMMENDED
                    "\" text-anchor=\"end\">wanted at "
                    "most</text>\n",
                    RIGHT - 4, y - 5);
    if (isfinite(recommended)) {
        draw_margin(to, recommended, "recommended", TOP - 24, RECOMMENDED,
                    "stroke-dasharray=\"5 4\"");
    }
    draw_margin(to, to->trial->config->access.margin, "configured", TOP - 8, "#333", "");
}

static void draw(const drawing *to)
{
    const fg_evaluation *of = fg_trial_shown(to->trial);
    const fg_visit_rules rules = fg_evaluation_at(of, 0).rules;
    bool is_visit = of->views > 1;
    fg_buffer_print(
        to->out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d "
        "%d\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">\n"
        "<title>How often each margin errs</title>\n"
        "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
        WIDTH, HEIGHT, WIDTH, HEIGHT, WIDTH, HEIGHT);
    fg_buffer_print(to->out,
                    "<text x=\"%d\" y=\"28\" font-size=\"16\" font-weight=\"bold\">How often each "
                    "margin errs: %s of %s, tolerance %.*f</text>\n",
                    LEFT,
                    fg_text_count(of->own.trials, is_visit ? "visit" : "single view",
                                  is_visit ? "visits" : "single views")
                        .text,
                    fg_text_count(fg_gallery_people(to->trial->gallery), "person", "people").text,
                    fg_review_digits(rules.tolerance), rules.tolerance);
    draw_axes(to);
    draw_curves(to);
    draw_margins(to);
    fg_buffer_print(to->out, "</svg>\n");
}

int fg_trial_write_svg(const fg_trial *trial, const char *path, fg_error *error)
{
    fg_buffer text = {0};
    drawing to = {.trial = trial, .decades = choose_decades(trial), .out = &text};
    draw(&to);
    int result = !text.failed ? fg_file_write(path, text.data, text.size, error)
                              : fg_error_set(error, -ENOMEM,
                                             "%s: not enough memory to draw the curve", path);
    fg_buffer_free(&text);
    return result;
}
