/* Reckons which columns of a picture those of a smaller one are made of. */
#include "pyramid_columns.h"

#include <errno.h>
#include <stdlib.h>

/* dlib makes so many columns at a time. */
#define DLIB_COLUMNS 4

void fg_columns_release(fg_columns *columns)
{
    free(columns->left);
    free(columns->part);
    free(columns->exact);
    free(columns->pick);
    *columns = (fg_columns){0};
}

/* Those that dlib makes four at a time: each adds four paces to its own place, rounded to single
 * precision every time, until the last of the four has no column to its right. */
static void find_blended(fg_columns *columns, double pace)
{
    float at[DLIB_COLUMNS];
    float four = (float)(DLIB_COLUMNS * pace);
    for (int i = 0; i < DLIB_COLUMNS; i++) {
        at[i] = (float)((i - DLIB_COLUMNS) * pace);
    }
    for (;;) {
        for (int i = 0; i < DLIB_COLUMNS; i++) {
            at[i] += four;
        }
        if ((int)at[DLIB_COLUMNS - 1] + 1 >= columns->below ||
            columns->blended + DLIB_COLUMNS > columns->count) {
            return;
        }
        for (int i = 0; i < DLIB_COLUMNS; i++) {
            int left = (int)at[i];
            columns->left[columns->blended] = left;
            columns->part[columns->blended++] = at[i] - (float)left;
        }
    }
}

static void find_exact(fg_columns *columns, double pace)
{
    double at = -pace + columns->blended * pace;
    for (int i = columns->blended; i < columns->count; i++) {
        at += pace;
        int left = (int)at < columns->below ? (int)at : columns->below - 1;
        columns->left[i] = left;
        columns->exact[i - columns->blended] = at - left;
    }
}

int fg_columns_prepare(fg_columns *columns, int below, int count)
{
    if (columns->below == below && columns->count == count) {
        return 0;
    }
    fg_columns_release(columns);
    size_t room = (size_t)count + FG_SHRINK_GROUP;
    columns->left = calloc(room, sizeof(*columns->left));
    columns->part = calloc(room, sizeof(*columns->part));
    columns->exact = calloc(room, sizeof(*columns->exact));
    columns->pick = calloc(room, sizeof(*columns->pick));
    if (columns->left == NULL || columns->part == NULL || columns->exact == NULL ||
        columns->pick == NULL) {
        fg_columns_release(columns);
        return -ENOMEM;
    }
    columns->below = below;
    columns->count = count;
    double pace = (below - 1) / (double)(count > 1 ? count - 1 : 1);
    find_blended(columns, pace);
    find_exact(columns, pace);
    columns->is_dense = true;
    for (int i = 0; i < columns->blended; i++) {
        int pick = columns->left[i] - columns->left[i / FG_SHRINK_GROUP * FG_SHRINK_GROUP];
        columns->pick[i] = FG_SHRINK_NONE | (uint32_t)pick;
        columns->is_dense = columns->is_dense && pick + 1 < 16;
    }
    return 0;
}
