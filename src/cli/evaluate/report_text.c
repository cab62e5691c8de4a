/* Lays out sentences, and writes rates with their intervals. */
#include "evaluate/report_text.h"

#include "common/format.h"
#include "facegate/base/wrap.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define CELL     24
#define DECIMALS 3

const char *fg_report_text(const fg_buffer *sentences)
{
    return sentences->failed ? "(not enough memory for what stands here)" : sentences->data;
}

void fg_report_print(fg_buffer *sentences)
{
    fg_wrap_print(stdout, fg_report_text(sentences), 0, 0);
    fg_buffer_free(sentences);
}

void fg_report_say_rate(fg_buffer *to, const fg_rate *rate, const char *trials)
{
    char low[FG_FORMAT_PERCENT];
    char high[FG_FORMAT_PERCENT];
    fg_format_percent(rate->low, low);
    fg_format_percent(rate->high, high);
    fg_buffer_print(to, "%" PRId64 " of %s", rate->hits, trials);
    if (rate->hits == 0) {
        fg_buffer_print(to, " (95 %%: at most %s)", high);
    } else if (rate->hits == rate->trials) {
        fg_buffer_print(to, " (95 %%: at least %s)", low);
    } else {
        fg_buffer_print(to, " (95 %%: %s to %s)", low, high);
    }
}

/* Digits after the point that a percentage needs to have two that tell. */
static int decimals_of(double percent)
{
    if (percent <= 0 || percent >= 99.95) {
        return 0;
    }
    int decimals = 1 - (int)floor(log10(percent));
    if (decimals < 0) {
        return 0;
    }
    return decimals > DECIMALS ? DECIMALS : decimals;
}

void fg_report_put_rate(const fg_rate *rate)
{
    char seen[CELL] = "-";
    char interval[CELL] = "-";
    if (rate->trials > 0) {
        int decimals = decimals_of(100 * rate->high);
        snprintf(seen, CELL, "%.*f", decimals_of(100 * rate->rate), 100 * rate->rate);
        snprintf(interval, CELL, "%.*f-%.*f", decimals, 100 * rate->low, decimals,
                 100 * rate->high);
    }
    printf("%6s%12s", seen, interval);
}
