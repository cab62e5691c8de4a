/* Draws what was seen onto a frame, as SVG. */
#include "debug/annotate.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define LINES_MAX 7
#define LINE      (FG_NAME_SIZE + 64)
#define ID_SHOWN  8 /* of an event's id; the trace has all of it */

/* What stands beside a face. */
typedef struct label {
    char lines[LINES_MAX][LINE];
    int count;
} label;

static const char *colour_of(enum fg_status status)
{
    switch (status) {
    case FG_ACCEPTED:
        return "#4cd964";
    case FG_REFUSED:
        return "#ff5a4f";
    case FG_UNDECIDED:
        break;
    }
    return "#ffc53d";
}

static void add_line(label *text, const char *before, double distance, const char *after)
{
    char *line = text->lines[text->count++];
    if (isfinite(distance)) {
        snprintf(line, LINE, "%s%.3f%s%s", before, distance, after[0] != '\0' ? " " : "", after);
    } else {
        snprintf(line, LINE, "%s%s", before, after);
    }
}

/* A name stands last in its line: one that is written from right to left turns nothing else round.
 */
static void add_view(label *text, const fg_gallery *gallery, const fg_observation *observation)
{
    const fg_visit *alone = &observation->alone;
    if (observation->encoded && alone->person >= 0) {
        add_line(text, "view: ", alone->distance, fg_gallery_name(gallery, alone->person));
        add_line(text, "margin: ", alone->margin, "");
        if (alone->next >= 0) {
            add_line(text, "next: ", alone->next_distance, fg_gallery_name(gallery, alone->next));
        }
    } else if (observation->encoded) {
        add_line(text, "view: nobody is enrolled", NAN, "");
    } else if (observation->measured) {
        add_line(text, "view: ", NAN, fg_quality_advice(observation->fault));
    }
}

static void fill_label(label *text, const fg_gallery *gallery, const fg_observation *observation,
                       const fg_report *report)
{
    const fg_decision *decision = &observation->decision;
    const fg_track *track = &observation->track;
    char status[32];
    text->count = 0;
    if (decision->person >= 0) {
        add_line(text, "", NAN, fg_gallery_name(gallery, decision->person));
    }
    snprintf(status, sizeof(status), "%s%s", fg_status_text(decision->status),
             isfinite(decision->distance) ? " " : "");
    add_line(text, status, decision->distance, "");
    add_view(text, gallery, observation);
    if (report->event[0] != '\0') {
        snprintf(text->lines[text->count++], LINE, "event %.*s", ID_SHOWN, report->event);
    }
    snprintf(text->lines[text->count++], LINE, "track %" PRIu64 ".%" PRIu32 "%s", track->id,
             track->epoch, track->seen ? "" : ", not seen");
}

/* The first line's base: above the box, else below it, else from its top on. */
static int place_label(const fg_frame *frame, const fg_box *box, int lines, int step)
{
    int above = box->y - (lines - 1) * step - step / 2;
    int below = box->y + box->height + step;
    if (above >= 2 * step) { /* the first line is the frame's */
        return above;
    }
    if (below + (lines - 1) * step < frame->height) {
        return below;
    }
    return (box->y > step ? box->y : step) + step;
}

static void draw_label(fg_buffer *svg, const fg_frame *frame, const fg_box *box, const label *text,
                       int step)
{
    int y = place_label(frame, box, text->count, step);
    bool right = box->x + box->width / 2 > frame->width / 2;
    int x = right ? box->x + box->width : box->x;
    if (x < 2) {
        x = 2;
    } else if (x > frame->width - 2) {
        x = frame->width - 2;
    }
    for (int i = 0; i < text->count; i++) {
        fg_buffer_print(svg, "<text x=\"%d\" y=\"%d\"%s>", x, y + i * step,
                        right ? " text-anchor=\"end\"" : "");
        fg_buffer_xml(svg, text->lines[i]);
        fg_buffer_print(svg, "</text>\n");
    }
}

static void draw_box(fg_buffer *svg, const fg_box *box, bool seen, int line)
{
    fg_buffer_print(svg,
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" "
                    "stroke=\"#000\" stroke-opacity=\"0.6\" stroke-width=\"%d\"/>\n",
                    box->x, box->y, box->width, box->height, 2 * line);
    fg_buffer_print(svg,
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" "
                    "stroke=\"currentColor\" stroke-width=\"%d\"",
                    box->x, box->y, box->width, box->height, line);
    if (!seen) {
        fg_buffer_print(svg, " stroke-dasharray=\"%d\"", 4 * line);
    }
    fg_buffer_print(svg, "/>\n");
}

static void draw_observation(fg_buffer *svg, const fg_frame_result *frame_result, int index,
                             int step)
{
    label text;
    const fg_observation *observation = &frame_result->observations[index];
    const fg_track *track = &observation->track;
    const fg_box *box = track->seen ? &track->face.box : &track->expected;
    fill_label(&text, frame_result->gallery, observation, &frame_result->reports[index]);
    fg_buffer_print(svg, "<g color=\"%s\" fill=\"%s\">\n", colour_of(observation->decision.status),
                    colour_of(observation->decision.status));
    draw_box(svg, box, track->seen, step / 8 + 1);
    draw_label(svg, frame_result->frame, box, &text, step);
    fg_buffer_print(svg, "</g>\n");
}

static void draw_caption(fg_buffer *svg, const fg_frame_result *frame_result, int step)
{
    static const char *const searches[] = {
        [FG_SEARCH_NONE] = "not searched",
        [FG_SEARCH_WINDOWS] = "searched around tracks",
        [FG_SEARCH_WHOLE] = "searched everywhere",
    };
    fg_buffer_print(
        svg, "<text x=\"4\" y=\"%d\" fill=\"#fff\">frame %" PRIu64 ", %.3f s: %s, %s</text>\n",
        step, frame_result->frame->sequence, frame_result->time,
        frame_result->effort.moves ? "motion" : "no motion", searches[frame_result->effort.search]);
    if (frame_result->error != NULL) {
        fg_buffer_print(svg, "<text x=\"4\" y=\"%d\" fill=\"%s\">", 2 * step,
                        colour_of(FG_REFUSED));
        fg_buffer_xml(svg, frame_result->error);
        fg_buffer_print(svg, "</text>\n");
    }
}

void fg_annotate(fg_buffer *svg, const fg_frame_result *frame_result, const void *jpeg, size_t size)
{
    int width = frame_result->frame->width;
    int height = frame_result->frame->height;
    int step = height / 32 > 10 ? height / 32 : 10; /* from line to line, pixels */
    fg_buffer_print(svg,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                    "xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
                    "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
                    width, height, width, height);
    fg_buffer_print(svg,
                    "<image width=\"%d\" height=\"%d\" "
                    "xlink:href=\"data:image/jpeg;base64,",
                    width, height);
    fg_buffer_base64(svg, jpeg, size);
    /* The outline is painted first, so that letters are not eaten by it. */
    fg_buffer_print(svg,
                    "\"/>\n<g font-family=\"sans-serif\" font-size=\"%d\">\n"
                    "<g stroke=\"#000\" stroke-width=\"3\" stroke-linejoin=\"round\" "
                    "paint-order=\"stroke\">\n",
                    step - 1);
    draw_caption(svg, frame_result, step);
    for (int i = 0; i < frame_result->count; i++) {
        draw_observation(svg, frame_result, i, step);
    }
    fg_buffer_print(svg, "</g>\n</g>\n</svg>\n");
}
