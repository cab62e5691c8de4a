/* Searches a picture, or where a face is expected in it, in colour or in grey. */
#include "search.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* More than any picture has. */
#define MOST_LEVELS 40

/* dlib surrounds a picture with cells of nothing, so that its filters fit at the edges. */
static const fg_surround picture_edge = {FG_FILTER_BEFORE - 1, FG_FILTER_BEFORE - 1,
                                         FG_FILTER_BEHIND + 1, FG_FILTER_BEHIND + 1};

/* The next window of the pyramid. */
static int scan(const fg_search *by, const fg_surround *around, int level, fg_error *error)
{
    const fg_patch patch = fg_pyramid_next(by->pyramid);
    const fg_planes planes = {.pixels = {patch.pixels[0], patch.pixels[1], patch.pixels[2]},
                              .count = patch.planes,
                              .stride = patch.stride,
                              .width = patch.window.width,
                              .height = patch.window.height};
    int result = fg_detector_scan(by->detector, &planes, around, level, patch.window.x,
                                  patch.window.y, by->least);
    return result == 0 ? 0 : fg_error_set(error, result, "finding faces: %s", strerror(-result));
}

fg_face fg_search_face(const fg_hit *hit, int min_face)
{
    double scale = fg_pyramid_scale(min_face);
    const fg_box box = {(int)lround(hit->left / scale), (int)lround(hit->top / scale),
                        (int)lround((hit->right - hit->left + 1) / scale),
                        (int)lround((hit->bottom - hit->top + 1) / scale)};
    return (fg_face){box, hit->score};
}

int fg_search_whole(const fg_search *by, const fg_frame *frame, bool in_colour, fg_error *error)
{
    fg_window wholes[MOST_LEVELS] = {{0}};
    int count = fg_pyramid_levels(frame, by->min_face);
    for (int i = 0; i < count; i++) {
        wholes[i] = fg_pyramid_level(frame, by->min_face, i);
    }
    if (wholes[0].width <= 0 || wholes[0].height <= 0) {
        return 0;
    }
    const fg_cut cut = {by->min_face, in_colour, 0, count, wholes};
    int result = fg_pyramid_begin(by->pyramid, frame, &cut, error);
    for (int i = 0; i < count && result == 0; i++) {
        result = scan(by, &picture_edge, i, error);
    }
    return result;
}

/* The detector looks at 10 cells both ways; those around a face at cell 0 are -4 to 5, of whose
 * neighbours the features tell too. */
#define CELLS_BEFORE 5
#define CELLS_AFTER  7
/* Where the middle of that face is, from the corner of cell 0. */
#define FACE_MIDDLE 9
/* Its side. A level of its own has faces six fifths as large. What level 0, a third of the work,
 * finds is too small to be judged, but without it nearly as many of those faces (94 of 100 of 70
 * pixels and more in the test pictures) would be found at level 1 and pass for larger. */
#define FACE_SIDE 73.0

/* The level at which dlib finds faces of a size in pixels of level 0. */
static int level_of(double size)
{
    double level = log(fmax(size - 1, 1.0) / (FACE_SIDE - 1)) / log(6.0 / 5.0);
    return (int)lround(fmax(level, 0.0));
}

static double clamp(double value, double least, double most)
{
    return fmin(fmax(value, least), most);
}

/* The pixels of a row or column to look at for faces whose middle is between `first` and `last`:
 * whole cells, since dlib counts them from the picture's corner. */
static void find_span(double first, double last, int whole, int *ret_at, int *ret_length)
{
    double from = (floor((first - FACE_MIDDLE) / FG_CELL) - CELLS_BEFORE) * FG_CELL;
    double to = (floor((last - FACE_MIDDLE) / FG_CELL) + 1 + CELLS_AFTER) * FG_CELL;
    int at = (int)clamp(from, 0, whole);
    *ret_at = at;
    *ret_length = (int)clamp(to, 0, whole) - at;
}

/* The levels that are searched for a face, and where: the one of its size and its neighbours. */
typedef struct plan {
    int first, count;
    fg_window wholes[3], windows[3];
} plan;

/* A place at level 0 as one of a level. */
static double lifted(double at, int level)
{
    for (int i = 0; i < level; i++) {
        at = (at - 0.3) * 5 / 6;
    }
    return at;
}

static plan plan_search(const fg_frame *frame, int min_face, const fg_box *expected, int reach)
{
    double scale = fg_pyramid_scale(min_face);
    double x = (expected->x + expected->width / 2.0) * scale;
    double y = (expected->y + expected->height / 2.0) * scale;
    int levels = fg_pyramid_levels(frame, min_face);
    int likely = level_of(expected->width * scale);
    plan made = {.first = likely > 0 ? likely - 1 : 0};
    for (; made.count < 3 && made.first + made.count < levels; made.count++) {
        int level = made.first + made.count;
        fg_window *whole = &made.wholes[made.count];
        fg_window *window = &made.windows[made.count];
        *whole = fg_pyramid_level(frame, min_face, level);
        double most = reach * scale * pow(5.0 / 6.0, level);
        find_span(lifted(x, level) - most, lifted(x, level) + most, whole->width, &window->x,
                  &window->width);
        find_span(lifted(y, level) - most, lifted(y, level) + most, whole->height, &window->y,
                  &window->height);
        if (window->width < 3 * FG_CELL || window->height < 3 * FG_CELL) {
            break;
        }
    }
    return made;
}

/* Cells of nothing around a window: only where the picture ends too, since elsewhere they would
 * hide what is there. */
static fg_surround surround_of(const fg_window *window, const fg_window *whole)
{
    bool ends_right = window->x + window->width == whole->width;
    bool ends_below = window->y + window->height == whole->height;
    return (fg_surround){.left = window->x == 0 ? picture_edge.left : 0,
                         .top = window->y == 0 ? picture_edge.top : 0,
                         .right = ends_right ? picture_edge.right : 0,
                         .bottom = ends_below ? picture_edge.bottom : 0};
}

int fg_search_near(const fg_search *by, const fg_frame *frame, bool in_colour,
                   const fg_box *expected, int reach, fg_error *error)
{
    const plan at = plan_search(frame, by->min_face, expected, reach);
    const fg_cut cut = {by->min_face, in_colour, at.first, at.count, at.windows};
    if (at.count == 0) {
        return 0;
    }
    int result = fg_pyramid_begin(by->pyramid, frame, &cut, error);
    for (int i = 0; i < at.count && result == 0; i++) {
        const fg_surround around = surround_of(&at.windows[i], &at.wholes[i]);
        result = scan(by, &around, at.first + i, error);
    }
    return result;
}
