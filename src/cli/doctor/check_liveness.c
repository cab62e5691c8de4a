/* Whether the door refuses photographs of people. */
#include "doctor/check_liveness.h"

#include "facegate/daemon/liveness_check.h"

void fg_check_liveness(fg_checkup *checkup, const fg_config *config)
{
    static const char check[] = "liveness";
    fg_liveness *liveness = NULL;
    fg_liveness_state state;
    int result = fg_liveness_check_open(config, &liveness, &state);
    fg_liveness_free(liveness);
    if (result == 0 && state.refuses && state.fix.text[0] == '\0') {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "%s", state.text.text);
        return;
    }
    fg_checkup_say(checkup, check, result != 0 ? FG_VERDICT_ERROR : FG_VERDICT_WARNING, "%s",
                   state.text.text);
    if (state.fix.text[0] != '\0') {
        fg_checkup_fix(checkup, "%s", state.fix.text);
    } else {
        fg_checkup_fix(checkup, "set [access] liveness to auto");
    }
}
