/*
 * The soak: the daemon lives through a day, in which its backend fails in every way in turn and its
 * gallery changes, and what it takes of memory, descriptors, threads and files is measured all the
 * time. Then it goes on for a while and is made to leak, to see that the measurement notices.
 *
 * Everything happens in rounds, each of which is like every other.
 */
#include "simulated_day.h"
#include "soak_report.h"
#include "troubles.h"

#include "facegate/clock.h"
#include "sandbox.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Of a round; a sample at the end of each. */
#define STEPS FG_TROUBLES_STEPS

/* Real seconds after which nothing that works is still under way. */
#define LONGEST   7200

#define LOG_SHOWN 3000 /* bytes */

/* The daemon's settings, apart from its paths: a look around every 5 s instead of 2. */
#define SETTINGS "[camera]\nfps = 2\n[vision]\nrescan_interval = 5\n"

typedef struct soak_plan {
    const char *name;
    double round_minutes;
    int warming, measured, leaking; /* rounds */
    int visits;                     /* of a round */
    int leak_bytes;                 /* for each event sent: few in an hour, thousands in a day */
    int rounds_a_line;              /* of progress */
} soak_plan;

/* What is made, filled or grown once is so after a round, in which all happens; the allocator comes
 * to rest some rounds later. */
static const soak_plan long_plan = {.name = "long",
                                    .round_minutes = 30,
                                    .warming = 4,
                                    .measured = 44,
                                    .leaking = 4,
                                    .visits = 6,
                                    .leak_bytes = 4096,
                                    .rounds_a_line = 4};
static const soak_plan short_plan = {.name = "short",
                                     .round_minutes = 6,
                                     .warming = 2,
                                     .measured = 4,
                                     .leaking = 3,
                                     .visits = 2,
                                     .leak_bytes = 16384,
                                     .rounds_a_line = 5};

/* A soak under way. */
typedef struct soak_run {
    const soak_plan *plan;
    const char *folder;
    FILE *out; /* the output of `make soak`; stdout is the log */
    fg_fault *fault;
    fg_watchman *man;
    fg_day *day;
    fg_samples samples;
    fg_soak_course course;
    fg_troubles troubles;
    double started;
} soak_run;

/* --- The day --- */

static fg_ledger read_ledger(const soak_run *soak)
{
    fg_ledger ledger = {0};
    fg_outbox *outbox = NULL;
    fg_outbox_options options = {.path = soak->man->door.outbox};
    if (fg_outbox_open(&options, &outbox, NULL) == 0) {
        fg_outbox_ledger(outbox, &ledger, NULL);
        fg_outbox_free(outbox);
    }
    return ledger;
}

static void print_progress(const soak_run *soak, double seconds)
{
    fg_ledger ledger = read_ledger(soak);
    const double *of = soak->samples.all[soak->samples.count - 1].of;
    int minutes = (int)(seconds / 60);
    fprintf(soak->out,
            "%2d:%02d h  %.0f KiB, %.0f anonymous; %.0f descriptors, %.0f threads; %" PRId64
            " events, %" PRId64 " waiting  (%.0f s)\n",
            minutes / 60, minutes % 60, of[FG_FIGURE_RESIDENT], of[FG_FIGURE_ANONYMOUS],
            of[FG_FIGURE_DESCRIPTORS], of[FG_FIGURE_THREADS], ledger.made, ledger.waiting,
            fg_testing_now() - soak->started);
    fflush(soak->out);
}

static void live_round(soak_run *soak, int round)
{
    double step_seconds = soak->plan->round_minutes * 60 / STEPS;
    double seconds = 0;
    for (int step = 0; step < STEPS; step++) {
        fg_troubles_step(&soak->troubles, step);
        seconds = (round * STEPS + step + 1) * step_seconds;
        fg_day_pass(soak->day, soak->man, seconds);
        fg_samples_take(&soak->samples, seconds / 3600, soak->man->door.daemon.pid,
                        soak->man->door.outbox);
    }
    if ((round + 1) % soak->plan->rounds_a_line == 0) {
        print_progress(soak, seconds);
    }
}

static void live(soak_run *soak)
{
    const soak_plan *plan = soak->plan;
    int leaks_from = plan->warming + plan->measured;
    for (int round = 0; round < leaks_from + plan->leaking; round++) {
        if (round == leaks_from) {
            fprintf(soak->out,
                    "The day is over. From here on it is made to leak %d bytes for each "
                    "event sent and a descriptor for each reading of the gallery.\n",
                    plan->leak_bytes);
            soak->day->leak_bytes = plan->leak_bytes;
            soak->day->leak_descriptors = 1;
        }
        live_round(soak, round);
    }
}

/* --- What it came to --- */

/* That its clock did what it was reported: a line of status for each minute that passed. */
static void check_clock(const soak_run *soak)
{
    const soak_plan *plan = soak->plan;
    double minutes = (plan->warming + plan->measured + plan->leaking) * plan->round_minutes;
    int reported = fg_door_count(&soak->man->door, "Status: ");
    int loaded = fg_door_count(&soak->man->door, "Encodings reloaded.");
    fprintf(soak->out,
            "The daemon looked at %" PRId64
            " pictures, reported its status %d times in %.0f minutes "
            "of its clock, and reloaded %d times.\n",
            soak->day->pictures, reported, minutes, loaded);
    fg_fault_expect(soak->fault, reported >= minutes * 0.97,
                    "its clock stood at %d minutes of %.0f", reported, minutes);
    fg_fault_expect(soak->fault, loaded >= soak->troubles.orders, "of %d changes it took %d",
                    soak->troubles.orders, loaded);
}

static void count_events(soak_run *soak)
{
    fg_watchman *man = soak->man;
    fg_fault *fault = soak->fault;
    fg_day_release(soak->day);
    int code = fg_watchman_stop(man);
    fg_fault_expect(fault, code == 0 || code == 1, "the run ended with %d", code);
    fg_watchman_deliver(man);
    fg_watchman_add_outbox(man);
    fg_watchman_close(man);
    fg_fault_expect_delivered(fault);
    const fg_fault_result *result = fault->result;
    fprintf(soak->out,
            "Events made: %" PRId64 " = sent %" PRId64 " + waiting %" PRId64 " + set aside %" PRId64
            " + dropped %" PRId64 ". At the receiver: %" PRId64 ". Committed events lost: %" PRId64
            ", doubled: %" PRId64 ".\n",
            result->ledger.made, result->ledger.sent, result->ledger.waiting,
            result->ledger.set_aside, result->ledger.dropped, result->received, result->lost,
            result->doubled);
}

static void judge(soak_run *soak)
{
    const soak_plan *plan = soak->plan;
    fg_soak_course *course = &soak->course;
    bool is_long = plan == &long_plan;
    *course = (fg_soak_course){.samples = &soak->samples,
                               .per_round = STEPS,
                               .measured = plan->warming * STEPS,
                               .leaking = (plan->warming + plan->measured) * STEPS};
    /* The leaks have less time than the day, and are held against as much of its bound. */
    double part = (double)plan->leaking / plan->measured;
    for (int i = 0; i < FG_FIGURES; i++) {
        enum fg_figure figure = (enum fg_figure)i;
        double bound = is_long ? fg_figure_kinds[i].long_bound : fg_figure_kinds[i].short_bound;
        course->day[i] =
            fg_trend_of(&soak->samples, course->measured, course->leaking, STEPS, figure, bound);
        course->leaks[i] = fg_trend_of(&soak->samples, course->leaking, soak->samples.count, STEPS,
                                       figure, bound * part);
        fg_fault_expect(soak->fault, course->day[i].verdict == FG_VERDICT_FLAT, "%s: %s",
                        fg_figure_kinds[i].title, fg_verdict_text(course->day[i].verdict));
    }
}

/* The same judgement over the rounds with leaks must find them. */
static void check_leaks(const soak_run *soak)
{
    static const enum fg_figure leaking[] = {FG_FIGURE_ANONYMOUS, FG_FIGURE_DESCRIPTORS};
    for (size_t i = 0; i < sizeof(leaking) / sizeof(leaking[0]); i++) {
        const fg_trend *trend = &soak->course.leaks[leaking[i]];
        const char *title = fg_figure_kinds[leaking[i]].title;
        bool is_caught = trend->verdict == FG_VERDICT_GROWS;
        fprintf(soak->out, "Made to leak: %s %+.1f ± %.1f per hour, %s\n", title, trend->slope,
                trend->error, is_caught ? "caught" : "NOT CAUGHT");
        fg_fault_expect(soak->fault, is_caught, "%s leaked on purpose, and it was not noticed",
                        title);
    }
}

static void print_head(const soak_run *soak)
{
    const soak_plan *plan = soak->plan;
    int rounds = plan->warming + plan->measured;
    fprintf(soak->out,
            "The soak, %s form: %g hours of the daemon's time, and %g more with leaks on purpose.\n"
            "Simulated is the time: the daemon's clocks stand a frame later with each picture it "
            "looks at,\n%d frames a second, and no request gets more than 0.1 s of true time once "
            "they go on.\n"
            "Made are the pictures, 320x240, with %d visits in %g minutes, and the backend, which "
            "is up, down,\nslow, hanging, losing answers, and answering 500 and 503 in turns. The "
            "gallery changes every %g minutes.\n"
            "Real are the daemon, its engine with the models, its outbox, its requests. It looks "
            "around every\n5 s instead of 2; the other settings are the usual ones.\n",
            plan->name, rounds * plan->round_minutes / 60, plan->leaking * plan->round_minutes / 60,
            FG_DAY_RATE, plan->visits, plan->round_minutes, plan->round_minutes / STEPS * 2);
    fflush(soak->out);
}

/* In the sandbox. */
static int work(void *context)
{
    soak_run *soak = context;
    fg_fault *fault = soak->fault;
    soak->man = fg_watchman_open(fault, SETTINGS);
    fg_troubles_begin(&soak->troubles, &soak->man->door);
    soak->day = fg_day_begin(soak->man, soak->plan->round_minutes * 60, soak->plan->visits);
    live(soak);
    check_clock(soak);
    count_events(soak);
    judge(soak);
    check_leaks(soak);
    bool is_drawn = fg_soak_draw(soak->out, &soak->course, soak->folder);
    fg_fault_expect(fault, is_drawn, "there are no curves");
    fprintf(soak->out, "\n");
    fg_soak_print_table(soak->out, &soak->course);
    fault->result->is_finished = true;
    fg_samples_free(&soak->samples);
    fg_troubles_end(&soak->troubles);
    return EXIT_SUCCESS;
}

/* The end of what was logged, for who sees nothing but this output. */
static void show_log(const soak_run *soak, int code)
{
    size_t size = 0;
    char *path = fg_testing_path(soak->folder, "soak.log");
    char *text = fg_testing_read(path, &size);
    fprintf(soak->out, "The soak did not come to its end (%d). Its log, %s, ends with\n%s\n", code,
            path, text + (size > LOG_SHOWN ? size - LOG_SHOWN : 0));
    free(text);
    free(path);
}

static int conclude(const soak_run *soak, int code)
{
    const fg_fault_result *result = soak->fault->result;
    bool is_good = code == 0 && result->is_finished && result->complaint_count == 0;
    if (!result->is_finished) {
        show_log(soak, code);
    }
    fprintf(soak->out, "%s%s in %.0f s. Curves and samples are in %s.\n", result->complaints,
            is_good ? "Flat, and nothing lost," : "NOT GOOD,", fg_testing_now() - soak->started,
            soak->folder);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(soak_run *soak)
{
    char log[4096];
    int status = 0;
    snprintf(log, sizeof(log), "%s/soak.log", soak->folder);
    soak->started = fg_testing_now();
    print_head(soak);
    pid_t pid = fg_sandbox_run(work, soak, log);
    struct pollfd end = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    if (end.fd < 0 || poll(&end, 1, LONGEST * 1000) <= 0) {
        kill(pid, SIGKILL);
    }
    waitpid(pid, &status, 0);
    return conclude(soak, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

int main(int argc, char **argv)
{
    static fg_fault fault;
    static soak_run soak = {.plan = &short_plan, .folder = FG_BINARY_DIR "/soak", .fault = &fault};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--long") == 0) {
            soak.plan = &long_plan;
        } else if (argv[i][0] != '-') {
            soak.folder = argv[i];
        } else {
            fprintf(stderr, "fg_soak [--long] [FOLDER]\n");
            return 2;
        }
    }
    if (mkdir(soak.folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "%s: %s\n", soak.folder, strerror(errno));
        return EXIT_FAILURE;
    }
    int out = dup(STDOUT_FILENO);
    soak.out = out >= 0 ? fdopen(out, "w") : NULL;
    fault.result = mmap(NULL, sizeof(*fault.result), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (soak.out == NULL || fault.result == MAP_FAILED) {
        fprintf(stderr, "fg_soak: %s\n", strerror(errno));
        return EXIT_FAILURE;
    }
    return run(&soak);
}
