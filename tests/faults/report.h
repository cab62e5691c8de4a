/* What the rows came to: a table for people and the same for programs. */
#ifndef FACEGATE_TESTS_FAULT_REPORT_H
#define FACEGATE_TESTS_FAULT_REPORT_H

#include "fault.h"

#include <stdio.h>

typedef struct fg_fault_line {
    const fg_fault_row *row;
    const fg_fault_result *result;
    double seconds;
    char end[64]; /* how its process ended, where that was not its own end; empty else */
} fg_fault_line;

/* Whether it adds up. */
bool fg_fault_line_good(const fg_fault_line *line);

/* One line as its row ends, with what was found wrong below it. */
void fg_fault_print_progress(const fg_fault_line *line, int number, int count);

void fg_fault_print_table(FILE *file, const fg_fault_line *lines, int count, uint64_t seed,
                          double seconds);
void fg_fault_print_csv(FILE *file, const fg_fault_line *lines, int count, uint64_t seed);

#endif
