/* What came of attacks and living people, on stdout. Main thread. */
#ifndef FACEGATE_CLI_EVALUATE_ATTACKS_REPORT_H
#define FACEGATE_CLI_EVALUATE_ATTACKS_REPORT_H

#include "evaluate/attacks.h"

/* What was looked at and left out; then the rates, by kind and by threshold, and the visits that
 * stand out. At most 80 columns but for names. */
void fg_attacks_print_albums(const fg_attacks *attacks);
void fg_attacks_print(const fg_attacks *attacks);

/* All figures as JSON. Returns the exit code. */
int fg_attacks_print_json(const fg_attacks *attacks);

#endif
