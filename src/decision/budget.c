/* Lets so many events a second through. Source: the token bucket of RFC 2697. */
#include "facegate/decision/budget.h"

#include "facegate/clock.h"

#include <math.h>

/* Sums of parts of a second are not exact. */
#define ROUNDING 1e-6

fg_budget fg_budget_of(double rate, int64_t time)
{
    return (fg_budget){.rate = rate, .left = rate, .time = time};
}

bool fg_budget_take(fg_budget *budget, int64_t time)
{
    if (time > budget->time) {
        double passed = ((double)time - (double)budget->time) / FG_NS_PER_S;
        budget->left = fmin(budget->rate, budget->left + passed * budget->rate);
        budget->time = time;
    }
    if (budget->left < 1 - ROUNDING) {
        return false;
    }
    budget->left -= 1;
    return true;
}
