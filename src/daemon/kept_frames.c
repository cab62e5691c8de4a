/* Copies of the frames in which faces were seen best. */
#include "kept_frames.h"

void fg_kept_frames_release(fg_kept_frames *all)
{
    for (int i = 0; i < FG_KEPT_FRAMES; i++) {
        fg_frame_release(&all->frames[i]);
    }
}

static bool is_copy(const fg_frame *kept, const fg_frame *frame)
{
    return kept->monotonic == frame->monotonic && kept->width == frame->width &&
           kept->height == frame->height;
}

int fg_kept_frames_take(fg_kept_frames *all, const fg_frame *frame)
{
    int place = -1;
    for (int i = 0; i < FG_KEPT_FRAMES; i++) {
        if (all->users[i] > 0 && is_copy(&all->frames[i], frame)) {
            all->users[i]++;
            return i;
        }
        /* Of the free ones one that has memory. */
        if (all->users[i] == 0 && (place < 0 || all->frames[place].memory == NULL)) {
            place = i;
        }
    }
    if (place < 0 || fg_frame_copy(&all->frames[place], frame) != 0) {
        return -1;
    }
    all->users[place] = 1;
    return place;
}

bool fg_kept_frames_change(fg_kept_frames *all, int *place, const fg_frame *frame)
{
    /* A place of one's own is free for the new frame. */
    bool is_own = *place >= 0 && all->users[*place] == 1;
    if (is_own) {
        all->users[*place] = 0;
    }
    int taken = fg_kept_frames_take(all, frame);
    if (taken < 0 && is_own) {
        all->users[*place] = 1;
    } else if (taken >= 0 && !is_own) {
        fg_kept_frames_drop(all, *place);
    }
    *place = taken >= 0 ? taken : *place;
    return taken >= 0;
}

void fg_kept_frames_drop(fg_kept_frames *all, int place)
{
    if (place >= 0) {
        all->users[place]--;
    }
}
