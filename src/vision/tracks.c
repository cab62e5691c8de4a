/* Matches the faces of a frame with those of the frame before. */
#include "facegate/vision/tracks.h"

#include "facegate/clock.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Seconds in which a speed wears off, and how much of a surprise goes into it. */
#define SPEED_LASTS 0.3
#define SPEED_GAIN  0.3

typedef struct place {
    double x, y; /* pixels; or pixels a second */
} place;

struct fg_tracks {
    int64_t timeout;
    int64_t time;
    uint64_t next_id;
    int count;
    fg_track list[FG_TRACKS_MAX];
    place speed[FG_TRACKS_MAX];
};

/* A face that could be a track's. */
typedef struct pair {
    double cost;
    int track, face;
} pair;

int fg_tracks_create(int64_t timeout, fg_tracks **ret_tracks)
{
    fg_tracks *tracks = calloc(1, sizeof(*tracks));
    if (tracks == NULL) {
        return -ENOMEM;
    }
    tracks->timeout = timeout;
    tracks->next_id = 1;
    *ret_tracks = tracks;
    return 0;
}

fg_tracks *fg_tracks_free(fg_tracks *tracks)
{
    free(tracks);
    return NULL;
}

void fg_tracks_clear(fg_tracks *tracks)
{
    tracks->count = 0;
}

const fg_track *fg_tracks_list(const fg_tracks *tracks, int *ret_count)
{
    *ret_count = tracks->count;
    return tracks->list;
}

double fg_box_overlap(const fg_box *one, const fg_box *other)
{
    double width =
        fmin((double)one->x + one->width, (double)other->x + other->width) - fmax(one->x, other->x);
    double height = fmin((double)one->y + one->height, (double)other->y + other->height) -
                    fmax(one->y, other->y);
    if (width <= 0 || height <= 0) {
        return 0;
    }
    double both = width * height;
    return both / ((double)one->width * one->height + (double)other->width * other->height - both);
}

static place middle(const fg_box *box)
{
    return (place){box->x + box->width / 2.0, box->y + box->height / 2.0};
}

static double seconds(int64_t from, int64_t to)
{
    return (double)(to - from) / FG_NS_PER_S;
}

static fg_box expect(const fg_track *track, const place *speed, int64_t time)
{
    double way = SPEED_LASTS * (1 - exp(-seconds(track->last_seen, time) / SPEED_LASTS));
    fg_box box = track->face.box;
    box.x += (int)lround(speed->x * way);
    box.y += (int)lround(speed->y * way);
    return box;
}

void fg_tracks_advance(fg_tracks *tracks, int64_t time)
{
    int kept = 0;
    for (int i = 0; i < tracks->count; i++) {
        const fg_track *track = &tracks->list[i];
        int64_t unseen = time - track->last_seen;
        int64_t most = track->missed > 0 || tracks->timeout > FG_TRACKS_BLIND ? tracks->timeout
                                                                              : FG_TRACKS_BLIND;
        if (time >= tracks->time && unseen <= most) {
            tracks->list[kept] = tracks->list[i];
            tracks->speed[kept] = tracks->speed[i];
            kept++;
        }
    }
    tracks->count = kept;
    tracks->time = time;
    for (int i = 0; i < kept; i++) {
        tracks->list[i].seen = false;
        tracks->list[i].expected = expect(&tracks->list[i], &tracks->speed[i], time);
    }
}

/* In widths of the larger face. */
static double distance(const fg_box *one, const fg_box *other)
{
    place from = middle(one);
    place to = middle(other);
    return hypot(to.x - from.x, to.y - from.y) / fmax(one->width, other->width);
}

static double growth(const fg_box *one, const fg_box *other)
{
    return fmax(one->width, other->width) / fmin(one->width, other->width);
}

/* Whether a face may be the track's, the limits taken this many times. */
static bool could_be(const fg_track *track, const fg_face *face, int64_t time, double times,
                     double growth_times)
{
    double limit =
        fmin(FG_TRACKS_STEP + FG_TRACKS_SPEED * seconds(track->last_seen, time), FG_TRACKS_STRIDE);
    double way =
        fmin(distance(&track->face.box, &face->box), distance(&track->expected, &face->box));
    return way <= limit * times &&
           growth(&track->face.box, &face->box) <= FG_TRACKS_GROWTH * growth_times;
}

static bool is_plausible(const fg_tracks *tracks, int track, const fg_face *face)
{
    return could_be(&tracks->list[track], face, tracks->time, 1, 1);
}

static bool is_possible(const fg_tracks *tracks, int track, const fg_face *face)
{
    return could_be(&tracks->list[track], face, tracks->time, FG_TRACKS_JUMP,
                    FG_TRACKS_JUMP_GROWTH);
}

static double cost_of(const fg_track *track, const fg_face *face)
{
    return distance(&track->expected, &face->box) + log(growth(&track->face.box, &face->box)) + 1 -
           fg_box_overlap(&track->expected, &face->box);
}

static int compare(double one, double other)
{
    return (one > other) - (one < other);
}

/* The strongest first, then by place, so that the order they came in does not matter. */
static int compare_faces(const void *left, const void *right)
{
    const fg_face *one = left;
    const fg_face *other = right;
    int order = compare(other->score, one->score);
    order = order != 0 ? order : compare(one->box.y, other->box.y);
    order = order != 0 ? order : compare(one->box.x, other->box.x);
    order = order != 0 ? order : compare(one->box.width, other->box.width);
    return order != 0 ? order : compare(one->box.height, other->box.height);
}

static int compare_pairs(const void *left, const void *right)
{
    const pair *one = left;
    const pair *other = right;
    int order = compare(one->cost, other->cost);
    order = order != 0 ? order : compare(one->track, other->track);
    return order != 0 ? order : compare(one->face, other->face);
}

/* Fills in for each track its face, or -1; for each face whether it has a track. */
static void match(const fg_tracks *tracks, const fg_face *faces, int count,
                  int face_of[FG_TRACKS_MAX], bool taken[FG_TRACKS_MAX])
{
    pair pairs[FG_TRACKS_MAX * FG_TRACKS_MAX];
    int pair_count = 0;
    memset(taken, 0, FG_TRACKS_MAX * sizeof(taken[0]));
    for (int i = 0; i < tracks->count; i++) {
        face_of[i] = -1;
        for (int k = 0; k < count; k++) {
            if (is_possible(tracks, i, &faces[k])) {
                pairs[pair_count++] = (pair){cost_of(&tracks->list[i], &faces[k]), i, k};
            }
        }
    }
    if (pair_count > 0) {
        qsort(pairs, (size_t)pair_count, sizeof(pairs[0]), compare_pairs);
    }
    for (int i = 0; i < pair_count; i++) {
        if (face_of[pairs[i].track] < 0 && !taken[pairs[i].face]) {
            face_of[pairs[i].track] = pairs[i].face;
            taken[pairs[i].face] = true;
        }
    }
}

/* Whether somebody else's face could be here, or this one there. */
static bool is_doubtful(const fg_tracks *tracks, int track, const fg_face *faces, int count,
                        int face)
{
    for (int i = 0; i < tracks->count; i++) {
        if (i != track && is_plausible(tracks, i, &faces[face])) {
            return true;
        }
    }
    for (int i = 0; i < count; i++) {
        if (i != face && is_plausible(tracks, track, &faces[i])) {
            return true;
        }
    }
    return false;
}

/* How fast a face now seems to move. */
static place speed_after(const fg_track *track, place speed, const fg_face *face, int64_t time)
{
    double passed = seconds(track->last_seen, time);
    if (passed <= 0) {
        return speed;
    }
    place was_expected = middle(&track->expected);
    place is = middle(&face->box);
    double most = FG_TRACKS_SPEED * face->box.width;
    double x = speed.x + SPEED_GAIN * (is.x - was_expected.x) / passed;
    double y = speed.y + SPEED_GAIN * (is.y - was_expected.y) / passed;
    double excess = fmax(hypot(x, y) / most, 1);
    return (place){x / excess, y / excess};
}

static void see(fg_tracks *tracks, int index, const fg_face *face, bool doubtful)
{
    fg_track *track = &tracks->list[index];
    bool jumped = !is_plausible(tracks, index, face);
    bool moved = distance(&track->face.box, &face->box) > FG_TRACKS_STEP;
    bool lapsed = (track->missed > 0 || moved) && tracks->time - track->last_seen > FG_TRACKS_LAPSE;
    place stands = {0};
    tracks->speed[index] =
        jumped ? stands : speed_after(track, tracks->speed[index], face, tracks->time);
    track->epoch += jumped || lapsed || doubtful;
    track->seen = true;
    track->missed = 0;
    track->last_seen = tracks->time;
    track->face = *face;
    track->expected = face->box;
}

static void start(fg_tracks *tracks, const fg_face *face)
{
    if (tracks->count < FG_TRACKS_MAX) {
        tracks->speed[tracks->count] = (place){0};
        tracks->list[tracks->count++] = (fg_track){.id = tracks->next_id++,
                                                   .epoch = 1,
                                                   .seen = true,
                                                   .first_seen = tracks->time,
                                                   .last_seen = tracks->time,
                                                   .face = *face,
                                                   .expected = face->box};
    }
}

void fg_tracks_update(fg_tracks *tracks, const fg_face *faces, int count)
{
    fg_face sorted[FG_TRACKS_MAX];
    int face_of[FG_TRACKS_MAX];
    bool taken[FG_TRACKS_MAX];
    bool doubtful[FG_TRACKS_MAX];
    int known = tracks->count;

    memcpy(sorted, faces, (size_t)count * sizeof(sorted[0]));
    qsort(sorted, (size_t)count, sizeof(sorted[0]), compare_faces);
    match(tracks, sorted, count, face_of, taken);
    /* All doubts before the first track moves. */
    for (int i = 0; i < known; i++) {
        doubtful[i] = face_of[i] >= 0 && is_doubtful(tracks, i, sorted, count, face_of[i]);
    }
    for (int i = 0; i < known; i++) {
        if (face_of[i] >= 0) {
            see(tracks, i, &sorted[face_of[i]], doubtful[i]);
        } else {
            tracks->list[i].missed++;
        }
    }
    for (int i = 0; i < count; i++) {
        if (!taken[i] && sorted[i].score >= 0) {
            start(tracks, &sorted[i]);
        }
    }
}
