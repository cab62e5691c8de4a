/* Follows, measures, encodes and judges the faces of each frame. */
#include "recognizer.h"

#include "facegate/clock.h"
#include "track_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Frames that come no faster than this are rare, ns: a slow machine, or a low rate. */
#define RARE (FG_NS_PER_S / 10)

struct fg_recognizer {
    fg_engine *engine;
    fg_finder *finder;
    const fg_gallery *gallery;
    fg_judge_rules rules;
    fg_quality_limits limits;
    int64_t send_interval;
    bool put_off; /* looking closely was left to the next frame */
    bool has_frame;
    int64_t last_frame; /* its time */
    fg_track_states states;
    fg_observation observations[FG_TRACKS_MAX];
    fg_track_state *of_observation[FG_TRACKS_MAX]; /* of the observations, one for each */
};

int fg_recognizer_create(const fg_config *config, fg_engine *engine, fg_recognizer **ret_recognizer,
                         fg_error *error)
{
    const fg_finder_options options = {
        .min_face = config->vision.min_face,
        .scan_interval = fg_clock_seconds(config->vision.scan_interval),
        .rescan_interval = fg_clock_seconds(config->vision.rescan_interval),
        .track_timeout = fg_clock_seconds(config->vision.track_timeout),
    };
    fg_recognizer *recognizer = calloc(1, sizeof(*recognizer));
    if (recognizer == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for the recognizer");
    }
    int result = fg_finder_create(&options, &recognizer->finder);
    if (result != 0) {
        fg_recognizer_free(recognizer);
        return fg_error_set(error, result, "the finder of faces: %s", strerror(-result));
    }
    recognizer->engine = engine;
    recognizer->limits = fg_quality_limits_for(config->vision.min_face);
    recognizer->send_interval = fg_clock_seconds(config->delivery.send_interval);
    recognizer->rules = (fg_judge_rules){
        .tolerance = config->access.tolerance,
        .margin = config->access.margin,
        .confirm = config->access.confirm,
        .window = config->access.window,
        .refuse_after = config->access.refuse_after,
        .decide_within = fg_clock_seconds(config->access.decide_within),
    };
    *ret_recognizer = recognizer;
    return 0;
}

fg_recognizer *fg_recognizer_free(fg_recognizer *recognizer)
{
    if (recognizer != NULL) {
        fg_finder_free(recognizer->finder);
        free(recognizer);
    }
    return NULL;
}

void fg_recognizer_set_gallery(fg_recognizer *recognizer, const fg_gallery *gallery)
{
    recognizer->rules.gallery++;
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        fg_track_state *state = &recognizer->states.states[i];
        if (state->track != 0) {
            fg_judge_carry_over(&state->evidence, recognizer->gallery, gallery,
                                recognizer->rules.gallery);
        }
    }
    recognizer->gallery = gallery;
}

void fg_recognizer_ask_again(fg_recognizer *recognizer, uint64_t track)
{
    fg_track_state *state = fg_track_states_find(&recognizer->states, track);
    if (state != NULL) {
        state->again = true;
    }
}

/* Measures a face and, if it is a good view, has the judge weigh it. */
static int measure_face(fg_recognizer *recognizer, const fg_frame *frame, fg_track_state *state,
                        fg_observation *observation, fg_error *error)
{
    fg_landmarks landmarks;
    float encoding[FG_ENCODING_SIZE];
    const fg_box *box = &observation->track.face.box;
    int64_t time = frame->monotonic;
    observation->looked = true;
    int result = fg_engine_align(recognizer->engine, frame, box, &landmarks, error);
    if (result == 0) {
        observation->quality = fg_quality_measure(frame, box, &landmarks);
        observation->fault = fg_quality_check(&observation->quality, &recognizer->limits, NULL);
        observation->measured = true;
    }
    if (result == 0 && observation->fault == FG_QUALITY_GOOD) {
        result = fg_engine_encode(recognizer->engine, encoding, error);
    }
    if (result != 0) {
        observation->decision = fg_judge_time(&recognizer->rules, &state->evidence, time);
        return result;
    }
    if (observation->fault != FG_QUALITY_GOOD) {
        observation->decision =
            fg_track_state_note_fault(state, &recognizer->rules, time, observation->fault);
        return 0;
    }
    fg_gallery_match(recognizer->gallery, encoding, &observation->match);
    observation->encoded = true;
    observation->decision =
        fg_judge_view(&recognizer->rules, &state->evidence, time, &observation->match);
    return 0;
}

/* Whether a face is to be looked at: until it is decided, now and then after that, and where an
 * event of it is to be made up for. */
static bool wants_view(const fg_recognizer *recognizer, const fg_observation *observation,
                       const fg_track_state *state, int64_t time)
{
    return observation->track.seen && !observation->looked &&
           (state->again || fg_judge_wants_view(&recognizer->rules, &state->evidence, time,
                                                recognizer->send_interval));
}

/* Who is nearest to a decision comes first, so that one after the other gets theirs; then those who
 * have one, whoever was not looked at for longest. Of equals the older track. */
static bool is_more_urgent(const fg_track_state *one, const fg_track_state *other)
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
static int measure_most_urgent(fg_recognizer *recognizer, const fg_frame *frame, int count,
                               int allowed, fg_error *error)
{
    int result = 0;
    for (;;) {
        fg_observation *observation = NULL;
        fg_track_state *state = NULL;
        for (int i = 0; i < count; i++) {
            fg_observation *one = &recognizer->observations[i];
            fg_track_state *of = recognizer->of_observation[i];
            if (wants_view(recognizer, one, of, frame->monotonic) &&
                (state == NULL || is_more_urgent(of, state))) {
                observation = one;
                state = of;
            }
        }
        if (observation == NULL) {
            return result;
        }
        int one = measure_face(recognizer, frame, state, observation, error);
        result = one != 0 ? one : result;
        if (observation->encoded) {
            state->again = false;
            allowed--;
        }
        if (allowed == 0) {
            return result;
        }
    }
}

/* What is known of those who were not looked at closely. */
static void judge_others(fg_recognizer *recognizer, const fg_frame *frame, int count)
{
    for (int i = 0; i < count; i++) {
        fg_observation *observation = &recognizer->observations[i];
        fg_evidence *evidence = &recognizer->of_observation[i]->evidence;
        if (!observation->track.seen) {
            observation->decision = fg_judge_standing(evidence);
        } else if (!observation->looked) {
            observation->decision = fg_judge_time(&recognizer->rules, evidence, frame->monotonic);
        }
        observation->commonest_fault =
            fg_track_state_commonest_fault(recognizer->of_observation[i]);
    }
}

/*
 * How many faces may be encoded in this frame. A whole search takes about as long as an encoding,
 * so they take turns where frames come fast; where they are rare every face of each counts.
 */
static int encodings_allowed(fg_recognizer *recognizer, int64_t time)
{
    bool searched = fg_finder_last_effort(recognizer->finder).search == FG_SEARCH_WHOLE;
    bool rare = recognizer->has_frame && time - recognizer->last_frame >= RARE;
    recognizer->put_off = searched && !recognizer->put_off && !rare;
    recognizer->has_frame = true;
    recognizer->last_frame = time;
    if (recognizer->put_off) {
        return 0;
    }
    return rare ? FG_TRACKS_MAX : 1;
}

int fg_recognizer_process(fg_recognizer *recognizer, const fg_frame *frame,
                          const fg_observation **ret_observations, int *ret_count, fg_error *error)
{
    const fg_track *tracks = NULL;
    int count = 0;
    *ret_observations = recognizer->observations;
    *ret_count = 0;
    int result =
        fg_finder_look(recognizer->finder, recognizer->engine, frame, &tracks, &count, error);
    if (result != 0) {
        return result;
    }
    fg_track_states_keep(&recognizer->states, tracks, count);
    for (int i = 0; i < count; i++) {
        recognizer->observations[i] =
            (fg_observation){.track = tracks[i], .limits = &recognizer->limits};
        recognizer->of_observation[i] =
            fg_track_states_open(&recognizer->states, &tracks[i], recognizer->rules.gallery);
    }
    int allowed = encodings_allowed(recognizer, frame->monotonic);
    if (allowed > 0) {
        result = measure_most_urgent(recognizer, frame, count, allowed, error);
    }
    judge_others(recognizer, frame, count);
    *ret_count = count;
    return result;
}

fg_finder_effort fg_recognizer_last_effort(const fg_recognizer *recognizer)
{
    return fg_finder_last_effort(recognizer->finder);
}
