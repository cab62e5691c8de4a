/* How often different people match, as a table. */
#include "people/people_rates.h"

#include "common/format.h"
#include "facegate/text.h"
#include "people/people_check.h"

#include <inttypes.h>
#include <stdio.h>

#define WANTED 1e-4 /* a rate people ask for: one in ten thousand */
#define FEW    30   /* fewer pairs say nothing at all */

static void print_rate(const fg_review_rate *rate)
{
    char seen[FG_FORMAT_PERCENT];
    char low[FG_FORMAT_PERCENT];
    char high[FG_FORMAT_PERCENT];
    printf("  %9.*f%s  %7" PRId64 "  %10s  %10s to %s\n", fg_review_digits(rate->tolerance),
           rate->tolerance, rate->configured ? " *" : "  ", rate->seen.hits,
           fg_format_percent(rate->seen.rate, seen), fg_format_percent(rate->seen.low, low),
           fg_format_percent(rate->seen.high, high));
}

static void print_too_few(int64_t pairs)
{
    printf("\n%s too few to say how rare a false match is",
           fg_text_count(pairs, "pair is", "pairs are").text);
    if (pairs >= FEW) {
        printf(": even without\none among them the rate may be 1 in %" PRId64, pairs / 3);
    }
    puts(". To show a rate below\n1 in 10,000 you need 30,000 pairs, which is 246 people.");
}

void fg_people_print_rates(const fg_people *people)
{
    int count = 0;
    const fg_review_rate *rates = fg_review_rates(people->review, &count);
    int64_t pairs = rates[0].seen.trials;
    if (pairs == 0) {
        puts("False matches: there are fewer than two people to compare.");
        return;
    }
    printf("False matches among %s of different people:\n\n",
           fg_text_count(pairs, "pair", "pairs").text);
    printf("  %9s    %7s  %10s  %s\n", "TOLERANCE", "MATCHED", "RATE", "95 % INTERVAL");
    for (int i = 0; i < count; i++) {
        print_rate(&rates[i]);
    }
    puts("  * is the configured one. A pair counts once, by the nearest of their encodings.");
    if (pairs < fg_rate_trials_for(WANTED)) {
        print_too_few(pairs);
    }
    if (fg_people_at_fault(people)) {
        puts("\nThe findings above are counted here, but a mix-up and one person under two\n"
             "names are not false matches: fix them, then check again.");
    }
}
