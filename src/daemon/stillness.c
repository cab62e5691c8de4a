/* Compares a part of the picture with how it was. */
#include "stillness.h"

#include <math.h>
#include <string.h>

#define CELLS (FG_STILLNESS_CELLS * FG_STILLNESS_CELLS)

/* Below this correlation of the cells it has moved: noise of 5 levels leaves 0.9995 at a face, a
 * face that sways by a thirtieth of its width 0.98. */
#define ALIKE 0.995

/* At most so many pixels across and down in each cell are looked at. */
#define SAMPLES 8

static fg_box clip(const fg_box *box, const fg_frame *frame)
{
    int left = box->x > 0 ? box->x : 0;
    int top = box->y > 0 ? box->y : 0;
    int right = box->x + box->width < frame->width ? box->x + box->width : frame->width;
    int bottom = box->y + box->height < frame->height ? box->y + box->height : frame->height;
    return (fg_box){left, top, right - left, bottom - top};
}

static float mean_of(const fg_frame *frame, int left, int top, int right, int bottom)
{
    int across = (right - left) / SAMPLES + 1;
    int down = (bottom - top) / SAMPLES + 1;
    long sum = 0, count = 0;
    for (int y = top; y < bottom; y += down) {
        const uint8_t *row = frame->plane[0] + (ptrdiff_t)y * frame->stride[0];
        for (int x = left; x < right; x += across) {
            sum += row[x];
            count++;
        }
    }
    return (float)sum / (float)count;
}

/* The means of the cells of the box, less their mean, to a length of 1; what is flat is all 0. */
static void measure(const fg_frame *frame, const fg_box *box, float ret_cells[CELLS])
{
    double mean = 0, square = 0;
    for (int i = 0; i < CELLS; i++) {
        int column = i % FG_STILLNESS_CELLS, row = i / FG_STILLNESS_CELLS;
        ret_cells[i] = mean_of(frame, box->x + box->width * column / FG_STILLNESS_CELLS,
                               box->y + box->height * row / FG_STILLNESS_CELLS,
                               box->x + box->width * (column + 1) / FG_STILLNESS_CELLS,
                               box->y + box->height * (row + 1) / FG_STILLNESS_CELLS);
        mean += (double)ret_cells[i] / CELLS;
    }
    for (int i = 0; i < CELLS; i++) {
        ret_cells[i] -= (float)mean;
        square += (double)ret_cells[i] * (double)ret_cells[i];
    }
    for (int i = 0; i < CELLS && square > 0; i++) {
        ret_cells[i] /= (float)sqrt(square);
    }
}

void fg_stillness_note(fg_stillness *stillness, const fg_frame *frame, const fg_box *box)
{
    stillness->box = clip(box, frame);
    /* Of less there are not even cells. */
    stillness->noted =
        stillness->box.width >= FG_STILLNESS_CELLS && stillness->box.height >= FG_STILLNESS_CELLS;
    stillness->moved = false;
    if (stillness->noted) {
        measure(frame, &stillness->box, stillness->cells);
    }
}

bool fg_stillness_moved(fg_stillness *stillness, const fg_frame *frame)
{
    if (!stillness->noted || stillness->moved) {
        return true;
    }
    float now[CELLS];
    double alike = 0;
    measure(frame, &stillness->box, now);
    for (int i = 0; i < CELLS; i++) {
        alike += (double)stillness->cells[i] * (double)now[i];
    }
    stillness->moved = alike < ALIKE;
    return stillness->moved;
}
