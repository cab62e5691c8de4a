/* Follows, measures, encodes and judges the faces of each frame. */
#include "recognizer.h"

#include "check_scores.h"
#include "facegate/clock.h"
#include "kept_frames.h"
#include "track_state.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Frames that come no faster than this are rare, ns: a slow machine, or a low rate. */
#define RARE (FG_NS_PER_S / 10)

/* Encodings of such a frame: all faces of a crowd would take longer than a face may wait. */
#define RARE_MOST 8

/* A face that was not looked at for longer than this comes before others, ns. */
#define OVERDUE FG_NS_PER_S

/* So long a face with a verdict is left alone after a look, ns. */
#define REST (300 * FG_NS_PER_MS)

/* A thing that never moves is reported again after this, ns. */
#define STILL_INTERVAL (60 * FG_NS_PER_S)

/* A view of a face is worth keeping if it is better than the one that is kept by this weight. */
#define BETTER 0.05

struct fg_recognizer {
    fg_engine *engine;
    const fg_check *checks;
    int check_count;
    fg_finder *finder;
    const fg_cohort *cohort;
    const fg_gallery *gallery;
    fg_judge_rules rules;
    fg_quality_limits limits;
    int64_t send_interval;
    bool put_off; /* looking closely was left to the next frame */
    bool has_frame;
    int64_t last_frame; /* its time */
    fg_track_states states;
    fg_kept_frames kept;
    fg_observation observations[FG_OBSERVATIONS_MAX];
    fg_track_state *of_observation[FG_TRACKS_MAX]; /* of those of tracks that live */
    int lent[FG_TRACKS_MAX]; /* places of kept frames that observations show */
    int lent_count;
};

int fg_recognizer_create(const fg_recognizer_parts *parts, fg_recognizer **ret_recognizer,
                         fg_error *error)
{
    const fg_config *config = parts->config;
    const fg_finder_options options = {
        .min_face = config->vision.min_face,
        .scan_interval = fg_clock_seconds(config->vision.scan_interval),
        .rescan_interval = fg_clock_seconds(config->vision.rescan_interval),
        .track_timeout = fg_clock_seconds(config->vision.track_timeout),
    };
    if (parts->check_count > FG_CHECKS_MAX) {
        return fg_error_set(error, -EINVAL, "%d checks: a view has at most %d", parts->check_count,
                            FG_CHECKS_MAX);
    }
    fg_recognizer *recognizer = calloc(1, sizeof(*recognizer));
    if (recognizer == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for the recognizer");
    }
    int result = fg_finder_create(&options, &recognizer->finder);
    if (result != 0) {
        fg_recognizer_free(recognizer);
        return fg_error_set(error, result, "the finder of faces: %s", strerror(-result));
    }
    recognizer->engine = parts->engine;
    recognizer->cohort = parts->cohort;
    recognizer->checks = parts->checks;
    recognizer->check_count = parts->check_count;
    recognizer->limits = fg_quality_limits_for(config->vision.min_face);
    recognizer->send_interval = fg_clock_seconds(config->delivery.send_interval);
    recognizer->rules = (fg_judge_rules){
        .visit = {.tolerance = config->access.tolerance,
                  .margin = config->access.margin,
                  .lead = config->access.lead},
        .confirm = config->access.confirm,
        .window = config->access.window,
        .refuse_after = config->access.refuse_after,
        .decide_within = fg_clock_seconds(config->access.decide_within),
    };
    fg_check_scores_rules(parts->checks, parts->check_count, &recognizer->rules);
    *ret_recognizer = recognizer;
    return 0;
}

fg_recognizer *fg_recognizer_free(fg_recognizer *recognizer)
{
    if (recognizer != NULL) {
        fg_finder_free(recognizer->finder);
        fg_kept_frames_release(&recognizer->kept);
        free(recognizer);
    }
    return NULL;
}

void fg_recognizer_set_gallery(fg_recognizer *recognizer, const fg_gallery *gallery)
{
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        fg_track_state *state = &recognizer->states.states[i];
        if (state->track != 0) {
            fg_judge_carry_over(&recognizer->rules, &state->evidence, recognizer->gallery, gallery,
                                recognizer->last_frame);
        }
    }
    recognizer->gallery = gallery;
}

void fg_recognizer_ask_again(fg_recognizer *recognizer, uint64_t track)
{
    fg_track_state *state = fg_track_states_find(&recognizer->states, track);
    if (state != NULL) {
        state->again = true;
        state->owed = true;
    }
}

void fg_recognizer_held_back(fg_recognizer *recognizer, uint64_t track)
{
    fg_track_state *state = fg_track_states_find(&recognizer->states, track);
    if (state != NULL) {
        state->owed = true;
    }
}

void fg_recognizer_made(fg_recognizer *recognizer, uint64_t track)
{
    fg_track_state *state = fg_track_states_find(&recognizer->states, track);
    if (state != NULL) {
        state->owed = false;
    }
}

/* Which checks there are, and which of them keeps the face out. */
static void add_checks(const fg_recognizer *recognizer, fg_observation *observation)
{
    observation->checks = recognizer->checks;
    observation->check_count = recognizer->check_count;
    int failed = observation->decision.failed_check;
    observation->failed_check = failed >= 0 ? &recognizer->checks[failed] : NULL;
}

double fg_observation_score(const fg_observation *observation, const char *check)
{
    for (int i = 0; i < observation->check_count; i++) {
        if (strcmp(observation->checks[i].name, check) == 0) {
            return observation->decision.scores[i];
        }
    }
    return (double)NAN;
}

/* A view: whom is it like, what do the checks say, and what does the judge make of that? One that
 * could not be compared or checked does not count. */
static int weigh_view(fg_recognizer *recognizer, const fg_check_view *seen, fg_track_state *state,
                      fg_observation *observation, fg_error *error)
{
    const fg_gallery *gallery = recognizer->gallery;
    int64_t time = seen->frame->monotonic;
    float encoding[FG_ENCODING_SIZE];
    fg_view view = {.weight = fg_quality_weight(&observation->quality)};
    fg_visit alone;
    int result = fg_engine_encode(recognizer->engine, encoding, error);
    if (result == 0) {
        fg_comparison_make(gallery, recognizer->cohort, encoding, &view.comparison);
        alone = fg_visit_weigh(gallery, &view, 1);
        bool helps = fg_judge_may_help(&recognizer->rules, gallery, &view, &alone);
        result = fg_check_scores_make(recognizer->checks, recognizer->check_count, seen, helps,
                                      &view.scores, error);
    }
    if (result != 0) {
        observation->decision = fg_judge_time(&recognizer->rules, &state->evidence, time);
        return result;
    }
    observation->encoded = true;
    observation->alone = alone;
    observation->decision =
        fg_judge_view(&recognizer->rules, gallery, &state->evidence, time, &view);
    return 0;
}

/* Looks closely at a face: measures the view, and has it weighed unless it says nothing. */
static int measure_face(fg_recognizer *recognizer, const fg_frame *frame, fg_track_state *state,
                        fg_observation *observation, fg_error *error)
{
    const fg_judge_rules *rules = &recognizer->rules;
    const fg_box *box = &observation->track.face.box;
    fg_landmarks landmarks;
    observation->looked = true;
    state->looked_at = frame->monotonic;
    int result = fg_engine_align(recognizer->engine, frame, box, &landmarks, error);
    if (result != 0) {
        observation->decision = fg_judge_time(rules, &state->evidence, frame->monotonic);
        return result;
    }
    observation->quality = fg_quality_measure(frame, box, &landmarks);
    observation->fault = fg_quality_check(&observation->quality, &recognizer->limits, NULL);
    observation->measured = true;
    fg_track_state_note_fault(state, observation->fault);
    if (!fg_quality_is_view(&observation->quality)) {
        observation->decision = fg_judge_time(rules, &state->evidence, frame->monotonic);
        return 0;
    }
    const fg_check_view view = {.frame = frame,
                                .box = box,
                                .landmarks = &landmarks,
                                .chip = fg_engine_chip(recognizer->engine)};
    return weigh_view(recognizer, &view, state, observation, error);
}

/* Whether a face is to be looked at: until it is decided, now and then after that, and where an
 * event of it is to be made up for. */
static bool wants_view(const fg_recognizer *recognizer, const fg_observation *observation,
                       const fg_track_state *state, int64_t time)
{
    if (!observation->track.seen || observation->looked) {
        return false;
    }
    /* A face with a verdict whose views say nothing is not looked at in every frame. */
    bool is_resting = fg_judge_is_decided(&state->evidence) && state->looked_at != INT64_MIN &&
                      time - state->looked_at < REST;
    return state->again || (!is_resting && fg_judge_wants_view(&recognizer->rules, &state->evidence,
                                                               time, recognizer->send_interval));
}

static bool is_overdue(const fg_track_state *state, int64_t time)
{
    return state->looked_at != INT64_MIN && time - state->looked_at >= OVERDUE;
}

/*
 * Whoever was never looked at comes first, then whoever was not for long, so that nobody is left
 * out; then who is nearest to a decision, so that one after the other gets theirs; then those who
 * have one, whoever was not looked at for longest. Of equals the older track.
 */
static bool is_more_urgent(const fg_track_state *one, const fg_track_state *other, int64_t time)
{
    bool is_decided = fg_judge_is_decided(&one->evidence);
    bool is_new = one->looked_at == INT64_MIN;
    bool is_late = is_overdue(one, time);
    if (is_new != (other->looked_at == INT64_MIN)) {
        return is_new;
    }
    if (is_late != is_overdue(other, time)) {
        return is_late;
    }
    if (is_late) {
        return one->looked_at < other->looked_at;
    }
    if (is_decided != fg_judge_is_decided(&other->evidence)) {
        return !is_decided;
    }
    return is_decided ? one->evidence.last_view < other->evidence.last_view
                      : one->evidence.weight > other->evidence.weight;
}

/*
 * Looks closely at faces, the most urgent first and of equals the oldest, until as many as are
 * allowed were encoded, whatever came of that. One takes as long as the rest of the frame's
 * work together: two in one frame would delay the report of the first and cost the next frames.
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
                (state == NULL || is_more_urgent(of, state, frame->monotonic))) {
                observation = one;
                state = of;
            }
        }
        if (observation == NULL) {
            return result;
        }
        int one = measure_face(recognizer, frame, state, observation, error);
        result = one != 0 ? one : result;
        /* Each view was given to the network, which is what takes long. */
        allowed -= observation->measured && fg_quality_is_view(&observation->quality);
        if (allowed == 0) {
            return result;
        }
    }
}

/* Somebody who stays has an event in each interval; what does not even breathe is a thing. */
static void hold_back_still(const fg_frame *frame, fg_track_state *state,
                            fg_observation *observation)
{
    fg_decision *decision = &observation->decision;
    if (decision->status != FG_REFUSED || !observation->track.seen) {
        return;
    }
    bool moved = fg_stillness_moved(&state->still, frame);
    if (decision->report && !moved && frame->monotonic - state->reported < STILL_INTERVAL) {
        decision->report = false;
    }
    if (decision->report) {
        fg_stillness_note(&state->still, frame, &observation->track.face.box);
        state->reported = frame->monotonic;
    }
}

/* Adds what is known of each face by now: a decision for those that were not looked at closely, and
 * what speaks against it. */
static void complete_observations(fg_recognizer *recognizer, const fg_frame *frame, int count)
{
    for (int i = 0; i < count; i++) {
        fg_observation *observation = &recognizer->observations[i];
        fg_track_state *state = recognizer->of_observation[i];
        if (!observation->track.seen) {
            observation->decision = fg_judge_standing(&state->evidence);
        } else if (!observation->looked) {
            observation->decision =
                fg_judge_time(&recognizer->rules, &state->evidence, frame->monotonic);
        }
        if (state->owed && observation->track.seen && fg_judge_is_decided(&state->evidence)) {
            observation->decision.report = true;
        } else {
            hold_back_still(frame, state, observation);
        }
        state->again = state->again && !observation->looked;
        observation->commonest_fault = fg_track_state_commonest_fault(state);
        add_checks(recognizer, observation);
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
    return rare ? RARE_MOST : 1;
}

static void drop_picture(fg_recognizer *recognizer, fg_track_state *state)
{
    fg_kept_frames_drop(&recognizer->kept, state->picture);
    state->picture = -1;
    state->merit = 0;
}

/* Keeps the frame where a face that waits for its verdict is to be seen better than before. */
static void keep_pictures(fg_recognizer *recognizer, const fg_frame *frame, int count)
{
    for (int i = 0; i < count; i++) {
        const fg_observation *observation = &recognizer->observations[i];
        fg_track_state *state = recognizer->of_observation[i];
        double merit = observation->measured ? 1 + fg_quality_weight(&observation->quality) : 1;
        bool is_better = observation->track.seen && merit > state->merit + BETTER;
        /* One of before a new epoch may show somebody else. */
        if (fg_judge_is_decided(&state->evidence) || state->merit <= 0) {
            drop_picture(recognizer, state);
        }
        if (!fg_judge_is_decided(&state->evidence) && is_better &&
            fg_kept_frames_change(&recognizer->kept, &state->picture, frame)) {
            state->merit = merit;
            state->pictured = observation->track.face;
        }
    }
}

/* What is to be said of a track that is gone, if it was a face and had no verdict. */
static bool end_track(fg_recognizer *recognizer, fg_track_state *state, fg_observation *observation)
{
    fg_decision decision = fg_judge_end(&state->evidence);
    bool is_due = decision.report && fg_track_state_is_face(state);
    if (is_due) {
        *observation = (fg_observation){.track = state->last,
                                        .gone = true,
                                        .limits = &recognizer->limits,
                                        .commonest_fault = fg_track_state_commonest_fault(state),
                                        .decision = decision};
        observation->track.seen = false;
        add_checks(recognizer, observation);
        if (state->picture >= 0) {
            observation->picture = &recognizer->kept.frames[state->picture];
            observation->track.face = state->pictured;
            recognizer->lent[recognizer->lent_count++] = state->picture;
        }
    } else {
        drop_picture(recognizer, state);
    }
    state->track = 0;
    return is_due;
}

/* Ends the tracks that are not among these; the number of observations that this makes. */
static int end_tracks(fg_recognizer *recognizer, const fg_track *tracks, int count,
                      fg_observation *observations)
{
    int made = 0;
    fg_track_state *gone;
    while ((gone = fg_track_states_gone(&recognizer->states, tracks, count)) != NULL) {
        made += end_track(recognizer, gone, &observations[made]);
    }
    return made;
}

/* The observations of the call before are good no more. */
static void take_back_pictures(fg_recognizer *recognizer)
{
    for (int i = 0; i < recognizer->lent_count; i++) {
        fg_kept_frames_drop(&recognizer->kept, recognizer->lent[i]);
    }
    recognizer->lent_count = 0;
}

int fg_recognizer_process(fg_recognizer *recognizer, const fg_frame *frame,
                          const fg_observation **ret_observations, int *ret_count, fg_error *error)
{
    const fg_track *tracks = NULL;
    int count = 0;
    *ret_observations = recognizer->observations;
    *ret_count = 0;
    take_back_pictures(recognizer);
    int result =
        fg_finder_look(recognizer->finder, recognizer->engine, frame, &tracks, &count, error);
    if (result != 0) {
        return result;
    }
    int gone = end_tracks(recognizer, tracks, count, &recognizer->observations[count]);
    for (int i = 0; i < count; i++) {
        recognizer->observations[i] =
            (fg_observation){.track = tracks[i], .limits = &recognizer->limits};
        recognizer->of_observation[i] =
            fg_track_states_open(&recognizer->states, &tracks[i], frame->monotonic);
    }
    int allowed = encodings_allowed(recognizer, frame->monotonic);
    if (allowed > 0) {
        result = measure_most_urgent(recognizer, frame, count, allowed, error);
    }
    complete_observations(recognizer, frame, count);
    keep_pictures(recognizer, frame, count);
    *ret_count = count + gone;
    return result;
}

void fg_recognizer_end(fg_recognizer *recognizer, const fg_observation **ret_observations,
                       int *ret_count)
{
    take_back_pictures(recognizer);
    *ret_observations = recognizer->observations;
    *ret_count = end_tracks(recognizer, NULL, 0, recognizer->observations);
}

fg_finder_effort fg_recognizer_last_effort(const fg_recognizer *recognizer)
{
    return fg_finder_last_effort(recognizer->finder);
}
