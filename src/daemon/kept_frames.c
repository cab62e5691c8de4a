/* Copies of the frames in which faces were seen best. */
#include "kept_frames.h"

#include <stdbool.h>

void fg_kept_frames_release(fg_kept_frames *all)
{
    for (int i = 0; i < FG_KEPT_FRAMES; i++) {
        fg_frame_release(&all->frames[i]);
    }
}

static bool fits(const fg_frame *kept, const fg_frame *frame)
{
    return kept->width == frame->width && kept->height == frame->height;
}

void fg_kept_frames_fit(fg_kept_frames *all, const fg_frame *frame)
{
    for (int i = 0; i < FG_KEPT_FRAMES; i++) {
        if (all->users[i] == 0 && !fits(&all->frames[i], frame)) {
            fg_frame_resize(&all->frames[i], frame->width, frame->height);
        }
    }
}

int fg_kept_frames_take(fg_kept_frames *all, const fg_frame *frame)
{
    int place = -1;
    for (int i = 0; i < FG_KEPT_FRAMES; i++) {
        if (all->users[i] > 0 && all->frames[i].monotonic == frame->monotonic &&
            fits(&all->frames[i], frame)) {
            all->users[i]++;
            return i;
        }
        if (all->users[i] == 0 && fits(&all->frames[i], frame)) {
            place = i;
        }
    }
    if (place >= 0) {
        fg_frame_copy(&all->frames[place], frame);
        all->users[place] = 1;
    }
    return place;
}

void fg_kept_frames_drop(fg_kept_frames *all, int place)
{
    if (place >= 0) {
        all->users[place]--;
    }
}
