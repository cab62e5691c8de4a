#include "report.h"

#include <inttypes.h>
#include <string.h>

bool fg_fault_line_good(const fg_fault_line *line)
{
    return line->result->is_finished && line->result->is_counted && line->end[0] == '\0' &&
           line->result->complaint_count == 0;
}

/* Each complaint on a line of its own, indented. */
static void print_complaints(FILE *file, const fg_fault_line *line)
{
    const char *at = line->result->complaints;
    if (line->end[0] != '\0') {
        fprintf(file, "      ! %s\n", line->end);
    }
    while (*at != '\0') {
        int length = (int)strcspn(at, "\n");
        fprintf(file, "      ! %.*s\n", length, at);
        at += length + (at[length] == '\n' ? 1 : 0);
    }
}

void fg_fault_print_progress(const fg_fault_line *line, int number, int count)
{
    printf("%3d/%d  %-34s %-8s %6.1f s  %s\n", number, count, line->row->name,
           fg_fault_line_good(line) ? "adds up" : "WRONG", line->seconds, line->result->note);
    print_complaints(stdout, line);
    fflush(stdout);
}

/* A receiver that knows no keys is reported the same again; that is its doubling, not ours. */
static void print_doubled(FILE *file, const fg_fault_result *result)
{
    if (result->forgiven > 0) {
        fprintf(file, " %5" PRId64 "*", result->doubled);
    } else {
        fprintf(file, " %5" PRId64 " ", result->doubled);
    }
}

static void print_row(FILE *file, const fg_fault_line *line)
{
    const fg_fault_result *result = line->result;
    const fg_ledger *ledger = &result->ledger;
    fprintf(file, "%-34s %6" PRId64 " %6" PRId64 " %6" PRId64 " %6" PRId64 " %6" PRId64,
            line->row->name, ledger->made, ledger->sent, ledger->set_aside, ledger->dropped,
            ledger->waiting);
    fprintf(file, " %8" PRId64, result->received);
    print_doubled(file, result);
    fprintf(file, " %5" PRId64 "  %-8s %6.1f\n", result->lost,
            fg_fault_line_good(line) ? "adds up" : "WRONG", line->seconds);
}

/* What the rows add up to together. */
static void print_sums(FILE *file, const fg_fault_line *lines, int count, double seconds)
{
    int64_t made = 0, received = 0, lost = 0, doubled = 0;
    int good = 0, forgiven = 0;
    for (int i = 0; i < count; i++) {
        const fg_fault_result *result = lines[i].result;
        made += result->ledger.made;
        received += result->received;
        lost += result->lost;
        doubled += result->doubled - result->forgiven;
        forgiven += result->forgiven > 0 ? 1 : 0;
        good += fg_fault_line_good(&lines[i]) ? 1 : 0;
    }
    fprintf(file,
            "\n%d of %d rows add up, in %.0f s. Events made: %" PRId64 ", entries at the receiver: "
            "%" PRId64 ".\nCommitted events lost: %" PRId64
            ". Doubled at a backend that knows the key: %" PRId64 ".\n",
            good, count, seconds, made, received, lost, doubled);
    if (forgiven > 0) {
        fprintf(file, "* a backend that knows no Idempotency-Key: one for each answer it lost\n");
    }
}

void fg_fault_print_table(FILE *file, const fg_fault_line *lines, int count, uint64_t seed,
                          double seconds)
{
    fprintf(file, "%-34s %6s %6s %6s %6s %6s %8s %5s  %5s  %-8s %6s\n", "", "", "", "set", "", "",
            "at the", "", "", "", "");
    fprintf(file, "%-34s %6s %6s %6s %6s %6s %8s %5s  %5s  %-8s %6s\n", "fault", "made", "sent",
            "aside", "drop", "wait", "receiver", "twice", "lost", "verdict", "s");
    for (int i = 0; i < count; i++) {
        print_row(file, &lines[i]);
        if (!fg_fault_line_good(&lines[i])) {
            print_complaints(file, &lines[i]);
        }
    }
    print_sums(file, lines, count, seconds);
    fprintf(file, "Made again with FG_SEED=%" PRIu64 ".\n", seed);
}

/* RFC 4180: quotes are doubled inside quotes. */
static void print_quoted(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            fputc('"', file);
        }
        fputc(*text == '\n' ? ' ' : *text, file);
    }
    fputc('"', file);
}

void fg_fault_print_csv(FILE *file, const fg_fault_line *lines, int count, uint64_t seed)
{
    fprintf(file,
            "fault,part,made,sent,set_aside,dropped,waiting,reported,received,doubled,forgiven,"
            "lost,verdict,seconds,seed,note,complaints\n");
    for (int i = 0; i < count; i++) {
        const fg_fault_result *result = lines[i].result;
        const fg_ledger *ledger = &result->ledger;
        print_quoted(file, lines[i].row->name);
        fprintf(file,
                ",%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
                ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%s,%.2f,%" PRIu64 ",",
                lines[i].row->part, ledger->made, ledger->sent, ledger->set_aside, ledger->dropped,
                ledger->waiting, result->reported, result->received, result->doubled,
                result->forgiven, result->lost, fg_fault_line_good(&lines[i]) ? "adds up" : "wrong",
                lines[i].seconds, seed);
        print_quoted(file, result->note);
        fputc(',', file);
        print_quoted(file, lines[i].end[0] != '\0' ? lines[i].end : result->complaints);
        fputc('\n', file);
    }
}
