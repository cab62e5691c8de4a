#include "recognizer.h"

#include "facegate/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Frames that come no faster than this are rare, ns: a slow machine, or a low rate. */
#define RARE (FG_NS_PER_S / 10)

/* What is kept of a track from frame to frame. */
typedef struct dossier {
    uint64_t track; /* 0: free */
    uint32_t epoch;
    bool again; /* another view was asked for, and there was none since */
    fg_evidence evidence;
} dossier;

struct fg_doorkeeper {
    fg_engine *engine;
    fg_finder *finder;
    const fg_gallery *gallery;
    fg_judge_rules rules;
    fg_quality_limits limits;
    int64_t send_interval;
    bool put_off; /* looking closely was left to the next frame */
    bool has_frame;
    int64_t last_frame; /* its time */
    dossier dossiers[FG_TRACKS_MAX];
    fg_sighting sightings[FG_TRACKS_MAX];
    dossier *files[FG_TRACKS_MAX]; /* of the sightings, one for each */
};

int fg_doorkeeper_create(const fg_config *config, fg_engine *engine, fg_doorkeeper **ret_doorkeeper)
{
    const fg_finder_options options = {
        .min_face = config->vision.min_face,
        .scan_interval = fg_clock_seconds(config->vision.scan_interval),
        .rescan_interval = fg_clock_seconds(config->vision.rescan_interval),
        .track_timeout = fg_clock_seconds(config->vision.track_timeout),
    };
    fg_doorkeeper *doorkeeper = calloc(1, sizeof(*doorkeeper));
    if (doorkeeper == NULL) {
        return -ENOMEM;
    }
    int result = fg_finder_create(&options, &doorkeeper->finder);
    if (result != 0) {
        fg_doorkeeper_free(doorkeeper);
        return result;
    }
    doorkeeper->engine = engine;
    doorkeeper->limits = fg_quality_limits_for(config->vision.min_face);
    doorkeeper->send_interval = fg_clock_seconds(config->delivery.send_interval);
    doorkeeper->rules = (fg_judge_rules){
        .tolerance = config->access.tolerance,
        .margin = config->access.margin,
        .confirm = config->access.confirm,
        .window = config->access.window,
        .refuse_after = config->access.refuse_after,
        .decide_within = fg_clock_seconds(config->access.decide_within),
    };
    *ret_doorkeeper = doorkeeper;
    return 0;
}

fg_doorkeeper *fg_doorkeeper_free(fg_doorkeeper *doorkeeper)
{
    if (doorkeeper != NULL) {
        fg_finder_free(doorkeeper->finder);
        free(doorkeeper);
    }
    return NULL;
}

void fg_doorkeeper_set_gallery(fg_doorkeeper *doorkeeper, const fg_gallery *gallery)
{
    doorkeeper->rules.gallery++;
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        if (doorkeeper->dossiers[i].track != 0) {
            fg_judge_carry_over(&doorkeeper->dossiers[i].evidence, doorkeeper->gallery, gallery,
                                doorkeeper->rules.gallery);
        }
    }
    doorkeeper->gallery = gallery;
}

static dossier *find_dossier(fg_doorkeeper *doorkeeper, uint64_t track)
{
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        if (doorkeeper->dossiers[i].track == track) {
            return &doorkeeper->dossiers[i];
        }
    }
    return NULL;
}

void fg_doorkeeper_ask_again(fg_doorkeeper *doorkeeper, uint64_t track)
{
    dossier *file = find_dossier(doorkeeper, track);
    if (file != NULL) {
        file->again = true;
    }
}

/* Closes the dossiers of tracks that have ended. */
static void close_dossiers(fg_doorkeeper *doorkeeper, const fg_track *tracks, int count)
{
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        bool lives = false;
        for (int j = 0; j < count && !lives; j++) {
            lives = tracks[j].id == doorkeeper->dossiers[i].track;
        }
        if (!lives) {
            doorkeeper->dossiers[i] = (dossier){.track = 0};
        }
    }
}

/* One without a track. There are as many as tracks, so one is free where a track has none. */
static dossier *free_dossier(fg_doorkeeper *doorkeeper)
{
    int i = 0;
    while (i < FG_TRACKS_MAX - 1 && doorkeeper->dossiers[i].track != 0) {
        i++;
    }
    return &doorkeeper->dossiers[i];
}

/* The dossier of a track, empty where it is new or the face may be somebody else's now. */
static dossier *open_dossier(fg_doorkeeper *doorkeeper, const fg_track *track)
{
    dossier *file = find_dossier(doorkeeper, track->id);
    if (file == NULL) {
        file = free_dossier(doorkeeper);
    }
    if (file->track != track->id || file->epoch != track->epoch) {
        *file = (dossier){.track = track->id,
                          .epoch = track->epoch,
                          .evidence.gallery = doorkeeper->rules.gallery};
    }
    return file;
}

/* Measures a face and, if it is a good view, has the judge weigh it. */
static int look_closely(fg_doorkeeper *doorkeeper, const fg_frame *frame, fg_evidence *evidence,
                        fg_sighting *sighting, fg_error *error)
{
    fg_landmarks landmarks;
    float encoding[FG_ENCODING_SIZE];
    const fg_box *box = &sighting->track.face.box;
    int64_t time = frame->monotonic;
    sighting->looked = true;
    int result = fg_engine_align(doorkeeper->engine, frame, box, &landmarks, error);
    if (result == 0) {
        sighting->quality = fg_quality_measure(frame, box, &landmarks);
        sighting->fault = fg_quality_check(&sighting->quality, &doorkeeper->limits, NULL);
        sighting->measured = true;
    }
    if (result == 0 && sighting->fault == FG_QUALITY_GOOD) {
        result = fg_engine_encode(doorkeeper->engine, encoding, error);
    }
    if (result != 0) {
        sighting->decision = fg_judge_time(&doorkeeper->rules, evidence, time);
        return result;
    }
    if (sighting->fault != FG_QUALITY_GOOD) {
        sighting->decision =
            fg_judge_bad_view(&doorkeeper->rules, evidence, time, (int)sighting->fault);
        return 0;
    }
    fg_gallery_match(doorkeeper->gallery, encoding, &sighting->match);
    sighting->encoded = true;
    sighting->decision = fg_judge_view(&doorkeeper->rules, evidence, time, &sighting->match);
    return 0;
}

/* Whether a face is to be looked at: until it is decided, now and then after that, and where an
 * event of it is to be made up for. */
static bool wants_view(const fg_doorkeeper *doorkeeper, const fg_sighting *sighting,
                       const dossier *file, int64_t time)
{
    return sighting->track.seen && !sighting->looked &&
           (file->again || fg_judge_wants_view(&doorkeeper->rules, &file->evidence, time,
                                               doorkeeper->send_interval));
}

/* Who is nearest to a decision comes first, so that one after the other gets theirs; then those who
 * have one, whoever was not looked at for longest. Of equals the older track. */
static bool is_more_urgent(const dossier *one, const dossier *other)
{
    bool is_decided = fg_judge_is_decided(&one->evidence);
    if (is_decided != fg_judge_is_decided(&other->evidence)) {
        return !is_decided;
    }
    return is_decided ? one->evidence.last_view < other->evidence.last_view
                      : one->evidence.views > other->evidence.views;
}

/*
 * Looks closely at faces, the most urgent first and of equals the oldest, until as many as are
 * allowed were worth encoding. One takes as long as the rest of the frame's work together: two in
 * one frame would delay the report of the first and cost the next frames.
 */
static int look_at_most_urgent(fg_doorkeeper *doorkeeper, const fg_frame *frame, int count,
                               int allowed, fg_error *error)
{
    int result = 0;
    for (;;) {
        fg_sighting *sighting = NULL;
        dossier *file = NULL;
        for (int i = 0; i < count; i++) {
            fg_sighting *one = &doorkeeper->sightings[i];
            dossier *of = doorkeeper->files[i];
            if (wants_view(doorkeeper, one, of, frame->monotonic) &&
                (file == NULL || is_more_urgent(of, file))) {
                sighting = one;
                file = of;
            }
        }
        if (sighting == NULL) {
            return result;
        }
        int one = look_closely(doorkeeper, frame, &file->evidence, sighting, error);
        result = one != 0 ? one : result;
        if (sighting->encoded) {
            file->again = false;
            allowed--;
        }
        if (allowed == 0) {
            return result;
        }
    }
}

/* What is known of those who were not looked at closely. */
static void judge_others(fg_doorkeeper *doorkeeper, const fg_frame *frame, int count)
{
    for (int i = 0; i < count; i++) {
        fg_sighting *sighting = &doorkeeper->sightings[i];
        fg_evidence *evidence = &doorkeeper->files[i]->evidence;
        if (!sighting->track.seen) {
            sighting->decision = fg_judge_standing(evidence);
        } else if (!sighting->looked) {
            sighting->decision = fg_judge_time(&doorkeeper->rules, evidence, frame->monotonic);
        }
    }
}

/*
 * How many faces may be encoded in this frame. A whole search takes about as long as an encoding,
 * so they take turns where frames come fast; where they are rare every face of each counts.
 */
static int encodings_allowed(fg_doorkeeper *doorkeeper, int64_t time)
{
    bool searched = fg_finder_last_effort(doorkeeper->finder).search == FG_SEARCH_WHOLE;
    bool rare = doorkeeper->has_frame && time - doorkeeper->last_frame >= RARE;
    doorkeeper->put_off = searched && !doorkeeper->put_off && !rare;
    doorkeeper->has_frame = true;
    doorkeeper->last_frame = time;
    return doorkeeper->put_off ? 0 : rare ? FG_TRACKS_MAX : 1;
}

int fg_doorkeeper_look(fg_doorkeeper *doorkeeper, const fg_frame *frame,
                       const fg_sighting **ret_sightings, int *ret_count, fg_error *error)
{
    const fg_track *tracks = NULL;
    int count = 0;
    *ret_sightings = doorkeeper->sightings;
    *ret_count = 0;
    int result =
        fg_finder_look(doorkeeper->finder, doorkeeper->engine, frame, &tracks, &count, error);
    if (result != 0) {
        return result;
    }
    close_dossiers(doorkeeper, tracks, count);
    for (int i = 0; i < count; i++) {
        doorkeeper->sightings[i] = (fg_sighting){.track = tracks[i], .limits = &doorkeeper->limits};
        doorkeeper->files[i] = open_dossier(doorkeeper, &tracks[i]);
    }
    int allowed = encodings_allowed(doorkeeper, frame->monotonic);
    if (allowed > 0) {
        result = look_at_most_urgent(doorkeeper, frame, count, allowed, error);
    }
    judge_others(doorkeeper, frame, count);
    *ret_count = count;
    return result;
}

fg_finder_effort fg_doorkeeper_last_effort(const fg_doorkeeper *doorkeeper)
{
    return fg_finder_last_effort(doorkeeper->finder);
}
