/* What the reports of `evaluate` are written with: sentences and rates. Main thread. */
#ifndef FACEGATE_CLI_EVALUATE_REPORT_TEXT_H
#define FACEGATE_CLI_EVALUATE_REPORT_TEXT_H

#include "facegate/base/buffer.h"
#include "facegate/gallery/rate.h"

/* What was put together in a buffer, or that memory ran out; the buffer's. */
const char *fg_report_text(const fg_buffer *sentences);

/* Lays the sentences out on stdout and frees them. */
void fg_report_print(fg_buffer *sentences);

/* "3 of 400 visits of strangers (95 %: 0.15 to 2.2 %)"; `trials` is how many of what. */
void fg_report_say_rate(fg_buffer *to, const fg_rate *rate, const char *trials);

/* "  0.14   0.02-0.50", in 18 columns on stdout: the rate and its interval in percent. */
void fg_report_put_rate(const fg_rate *rate);

#endif
