#include "cli/doorkeeper.h"

#include "facegate/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What is kept of a track from frame to frame. */
typedef struct dossier {
    uint64_t track; /* 0: free */
    uint32_t epoch;
    bool again; /* somebody asked for another view */
    fg_evidence evidence;
} dossier;

struct fg_doorkeeper {
    fg_engine *engine;
    fg_finder *finder;
    const fg_gallery *gallery;
    fg_judge_rules rules;
    fg_quality_limits limits;
    int64_t send_interval;
    dossier dossiers[FG_TRACKS_MAX];
    fg_sighting sightings[FG_TRACKS_MAX];
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

/* The dossier of a track, empty where it is new or the face may have become somebody else's. */
static dossier *open_dossier(fg_doorkeeper *doorkeeper, const fg_track *track)
{
    dossier *file = find_dossier(doorkeeper, track->id);
    if (file == NULL) {
        file = find_dossier(doorkeeper, 0); /* there are as many as tracks */
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

static int judge_track(fg_doorkeeper *doorkeeper, const fg_frame *frame, fg_sighting *sighting,
                       fg_error *error)
{
    const fg_track *track = &sighting->track;
    dossier *file = open_dossier(doorkeeper, track);
    bool wanted = file->again || fg_judge_wants_view(&doorkeeper->rules, &file->evidence,
                                                     frame->monotonic, doorkeeper->send_interval);
    if (track->seen && wanted) {
        file->again = false;
        return look_closely(doorkeeper, frame, &file->evidence, sighting, error);
    }
    sighting->decision = fg_judge_time(&doorkeeper->rules, &file->evidence, frame->monotonic);
    return 0;
}

int fg_doorkeeper_look(fg_doorkeeper *doorkeeper, const fg_frame *frame,
                       const fg_sighting **ret_sightings, int *ret_count, fg_error *error)
{
    const fg_track *tracks = NULL;
    int count = 0;
    int result =
        fg_finder_look(doorkeeper->finder, doorkeeper->engine, frame, &tracks, &count, error);
    if (result != 0) {
        return result;
    }
    close_dossiers(doorkeeper, tracks, count);
    for (int i = 0; i < count; i++) {
        doorkeeper->sightings[i] = (fg_sighting){.track = tracks[i], .limits = &doorkeeper->limits};
        int one = judge_track(doorkeeper, frame, &doorkeeper->sightings[i], error);
        result = one != 0 ? one : result;
    }
    *ret_sightings = doorkeeper->sightings;
    *ret_count = count;
    return result;
}

fg_finder_effort fg_doorkeeper_last_effort(const fg_doorkeeper *doorkeeper)
{
    return fg_finder_last_effort(doorkeeper->finder);
}
