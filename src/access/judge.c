#include "facegate/judge.h"

#include <limits.h>
#include <math.h>

const char *fg_status_text(enum fg_status status)
{
    switch (status) {
    case FG_ACCEPTED:
        return "Accepted";
    case FG_REFUSED:
        return "Refused";
    case FG_UNDECIDED:
        break;
    }
    return "Undecided";
}

fg_decision fg_judge_view(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time,
                          const fg_match *match)
{
    if (evidence->views == 0) {
        evidence->first_view = time;
    }
    evidence->last_view = time;
    if (evidence->views < INT_MAX) {
        evidence->views++;
    }
    /* A comparison with NAN is false, so that what cannot be compared is never let in. */
    if (match->person >= 0 && match->distance <= rules->tolerance) {
        return (fg_decision){
            .status = FG_ACCEPTED, .person = match->person, .distance = match->distance};
    }
    return (fg_decision){.status = FG_REFUSED,
                         .person = -1,
                         .distance = isnan(match->distance) ? INFINITY : match->distance};
}
