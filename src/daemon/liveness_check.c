/* Keeps photographs of people out, and says where it does not. */
#include "facegate/daemon/liveness_check.h"

#include <errno.h>

#define ACCEPTED "a photograph of somebody enrolled will be accepted"

/* What to do about a model that cannot be used. */
static const char *fix_of(const fg_config *config, int result)
{
    if (config->access.liveness_models[0] != '\0') {
        return "check [access] liveness_models";
    }
    return result == -ENOENT || result == -ENOTDIR || result == -EBADMSG
               ? "install the package facegate-models-liveness, or run models/fetch.sh of "
                 "facegate's "
                 "sources with the folder of the models"
               : "check the file and its permissions";
}

int fg_liveness_check_open(const fg_config *config, fg_liveness **ret_liveness,
                           fg_error *ret_notice, fg_error *error)
{
    fg_liveness *liveness = NULL;
    fg_error why;
    *ret_liveness = NULL;
    fg_error_set(ret_notice, 0, "%s", "");
    if (config->access.liveness == FG_LIVENESS_OFF) {
        fg_error_set(ret_notice, 0, "liveness is off: " ACCEPTED);
        return 0;
    }
    int result =
        fg_liveness_create(config->vision.models, config->access.liveness_models, &liveness, &why);
    if (result == 0) {
        *ret_liveness = liveness;
        if (config->access.liveness == FG_LIVENESS_WARN) {
            fg_error_set(ret_notice, 0, "liveness only warns: " ACCEPTED ", and logged");
        }
        return 0;
    }
    if (config->access.liveness == FG_LIVENESS_ON) {
        return fg_error_set(error, result, "%s; fix: %s, or do not set [access] liveness to on",
                            why.text, fix_of(config, result));
    }
    fg_error_set(ret_notice, 0, "%s: " ACCEPTED "; fix: %s", why.text, fix_of(config, result));
    return 0;
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
