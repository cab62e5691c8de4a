/* Keeps photographs of people out, and says where it does not. */
#include "facegate/daemon/liveness_check.h"

#include "facegate/text.h"

#include <errno.h>

#define FIX_NAMES "correct [access] liveness_models, or put the right file there"
#define ACCEPTED  "a photograph of somebody enrolled will be accepted"

/* What to do about a model that cannot be used. */
static const char *fix_of(const fg_config *config, int result)
{
    if (config->access.liveness_models[0] != '\0') {
        return FIX_NAMES;
    }
    return result == -ENOENT || result == -ENOTDIR || result == -EBADMSG
               ? "install the package facegate-models-liveness, or run models/fetch.sh of "
                 "facegate's sources with the folder of the models"
               : "check the file and its permissions";
}

static int say(fg_liveness_state *state, bool refuses, const char *text, const char *fix)
{
    state->refuses = refuses;
    fg_error_set(&state->text, 0, "%s", text);
    fg_error_set(&state->fix, 0, "%s", fix);
    return 0;
}

static int say_loaded(const fg_config *config, const fg_liveness *liveness,
                      const fg_error *left_out, fg_liveness_state *state)
{
    bool is_whole = left_out->text[0] == '\0';
    if (config->access.liveness == FG_LIVENESS_WARN) {
        say(state, false, "liveness only warns: " ACCEPTED ", and a warning is logged", "");
    } else {
        say(state, true, "", "");
        fg_error_set(
            &state->text, 0, "photographs of people are refused: %s, threshold %.2f",
            fg_text_count(fg_liveness_models(liveness), "liveness model", "liveness models").text,
            config->access.liveness_threshold);
    }
    if (!is_whole) {
        fg_error all = state->text;
        fg_error_set(&state->text, 0, "%s; %s, and is not used", all.text, left_out->text);
        fg_error_set(&state->fix, 0, "%s", FIX_NAMES);
    }
    return 0;
}

int fg_liveness_check_open(const fg_config *config, fg_liveness **ret_liveness,
                           fg_liveness_state *ret_state)
{
    bool must = config->access.liveness == FG_LIVENESS_ON;
    fg_liveness *liveness = NULL;
    fg_error left_out = {""}, why;
    *ret_liveness = NULL;
    if (config->access.liveness == FG_LIVENESS_OFF) {
        return say(ret_state, false, "liveness is off: " ACCEPTED, "");
    }
    int result = fg_liveness_create(config->vision.models, config->access.liveness_models,
                                    &liveness, must ? NULL : &left_out, &why);
    if (result == 0) {
        *ret_liveness = liveness;
        return say_loaded(config, liveness, &left_out, ret_state);
    }
    say(ret_state, false, why.text, fix_of(config, result));
    return must ? result : fg_error_set(&ret_state->text, 0, "%s: " ACCEPTED, why.text);
}

static int score(void *context, const fg_check_view *view, double *ret_score, fg_error *error)
{
    return fg_liveness_score(context, view->frame, view->box, ret_score, error);
}

fg_check fg_liveness_check_of(const fg_config *config, fg_liveness *liveness)
{
    return (fg_check){
        .name = FG_LIVENESS_CHECK,
        .reason = config->access.photo_reason,
        .threshold = config->access.liveness_threshold,
        .named_only = true,
        .warns = config->access.liveness == FG_LIVENESS_WARN,
        .run = score,
        .context = liveness,
    };
}
