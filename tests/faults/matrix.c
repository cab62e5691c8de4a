/*
 * Runs the fault matrix and prints its table: fg_faults [--long] [--jobs N] [--only TEXT] [FOLDER]
 * FOLDER gets faults.txt, faults.csv, and for each row that is wrong the log of its process.
 */
#include "report.h"
#include "sandbox.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_ROWS  64
#define MAX_JOBS  16
#define LOG_SHOWN 3000 /* bytes */

/* A line of this many bytes takes one line of every terminal. */
#define TERMINAL_LINE 79

static const fg_fault_row *const kinds[] = {
    fg_fault_backend_rows, fg_fault_network_rows, fg_fault_daemon_rows,
    fg_fault_outbox_rows,  fg_fault_clock_rows,
};

typedef struct row_job {
    fg_fault_line *line; /* NULL: free */
    pid_t pid;
    int watch; /* pidfd */
    double started;
    char log[4096];
} row_job;

typedef struct all_rows {
    bool is_long;
    int jobs;
    const char *only;
    const char *folder;
    uint64_t seed;
    fg_fault_result *results; /* shared with the rows' processes */
    fg_fault_line lines[MAX_ROWS];
    int count, done;
    row_job running[MAX_JOBS];
} all_rows;

/* What a row's process is given. */
typedef struct assignment {
    const all_rows *matrix;
    const fg_fault_line *line;
    int place;
} assignment;

static int work(void *context)
{
    const assignment *given = context;
    fg_fault fault = {
        .result = (fg_fault_result *)(uintptr_t)given->line->result,
        .is_long = given->matrix->is_long,
        .dice = {.state = given->matrix->seed * 1000003 + (uint64_t)given->place + 1},
    };
    given->line->row->run(&fault);
    fault.result->is_finished = true;
    free(fault.reported.ids);
    free(fault.held.ids);
    return EXIT_SUCCESS;
}

static bool is_wanted(const all_rows *matrix, const fg_fault_row *row)
{
    return (matrix->is_long || !row->only_long) &&
           (matrix->only == NULL || strstr(row->name, matrix->only) != NULL);
}

static int collect_rows(all_rows *matrix)
{
    size_t size = MAX_ROWS * sizeof(*matrix->results);
    matrix->results = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (matrix->results == MAP_FAILED) {
        return -errno;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        for (const fg_fault_row *row = kinds[i]; row->name != NULL; row++) {
            if (is_wanted(matrix, row) && matrix->count < MAX_ROWS) {
                matrix->lines[matrix->count] =
                    (fg_fault_line){.row = row, .result = &matrix->results[matrix->count]};
                matrix->count++;
            }
        }
    }
    return 0;
}

static void start_row(all_rows *matrix, row_job *job, int place)
{
    assignment given = {.matrix = matrix, .line = &matrix->lines[place], .place = place};
    snprintf(job->log, sizeof(job->log), "%s/row-%d.log", matrix->folder, place + 1);
    job->line = &matrix->lines[place];
    job->started = fg_testing_now();
    job->pid = fg_sandbox_run(work, &given, job->log);
    job->watch = pidfd_open(job->pid, 0);
}

/* The end of what its process said, for who sees nothing but this output. */
static void show_log(const char *path)
{
    size_t size = 0;
    char *text = fg_testing_read(path, &size);
    printf("      its log, %s, ends with\n", path);
    for (char *line = strtok(text + (size > LOG_SHOWN ? size - LOG_SHOWN : 0), "\n"); line != NULL;
         line = strtok(NULL, "\n")) {
        printf("      | %s\n", line);
    }
    free(text);
}

static void end_row(all_rows *matrix, row_job *job, bool is_late)
{
    int status = 0;
    fg_fault_line *line = job->line;
    if (is_late) {
        kill(job->pid, SIGKILL);
    }
    waitpid(job->pid, &status, 0);
    close(job->watch);
    line->seconds = fg_testing_now() - job->started;
    if (is_late) {
        snprintf(line->end, sizeof(line->end), "did not end within %d s", line->row->seconds);
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        snprintf(line->end, sizeof(line->end), "its process ended with %d",
                 WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    }
    fg_fault_print_progress(line, ++matrix->done, matrix->count);
    if (fg_fault_line_good(line)) {
        unlink(job->log);
    } else {
        show_log(job->log);
    }
    job->line = NULL;
}

/* Waits until one of them ends, or has had more than its time. */
static void wait_for_one(all_rows *matrix)
{
    struct pollfd ends[MAX_JOBS];
    for (int i = 0; i < matrix->jobs; i++) {
        bool is_running = matrix->running[i].line != NULL;
        ends[i] =
            (struct pollfd){.fd = is_running ? matrix->running[i].watch : -1, .events = POLLIN};
    }
    poll(ends, (nfds_t)matrix->jobs, 500);
    for (int i = 0; i < matrix->jobs; i++) {
        row_job *job = &matrix->running[i];
        if (job->line == NULL) {
            continue;
        }
        bool is_late = fg_testing_now() - job->started > job->line->row->seconds;
        if ((ends[i].revents & POLLIN) != 0 || is_late) {
            end_row(matrix, job, (ends[i].revents & POLLIN) == 0);
        }
    }
}

/* On a terminal a line that goes again: what runs, and how far it is. */
static void show_running(const all_rows *matrix)
{
    char line[TERMINAL_LINE] = "";
    size_t used = 0;
    for (int i = 0; i < matrix->jobs && used < sizeof(line) - 1; i++) {
        const fg_fault_line *row = matrix->running[i].line;
        if (row != NULL) {
            snprintf(line + used, sizeof(line) - used, "%s%s %.20s", used > 0 ? "; " : "",
                     row->row->name, row->result->note);
            used = strlen(line);
        }
    }
    printf("%s\r", line);
    fflush(stdout);
    printf("%*s\r", (int)used, "");
}

static void run_rows(all_rows *matrix)
{
    int next = 0;
    while (matrix->done < matrix->count) {
        for (int i = 0; i < matrix->jobs && next < matrix->count; i++) {
            if (matrix->running[i].line == NULL) {
                start_row(matrix, &matrix->running[i], next++);
            }
        }
        if (isatty(STDOUT_FILENO)) {
            show_running(matrix);
        }
        wait_for_one(matrix);
    }
}

static bool write_report(const all_rows *matrix, const char *name, bool is_table, double seconds)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", matrix->folder, name);
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        fprintf(stderr, "cannot write %s: %s\n", path, strerror(errno));
        return false;
    }
    if (is_table) {
        fg_fault_print_table(file, matrix->lines, matrix->count, matrix->seed, seconds);
    } else {
        fg_fault_print_csv(file, matrix->lines, matrix->count, matrix->seed);
    }
    return fclose(file) == 0;
}

static int conclude(const all_rows *matrix, double seconds)
{
    bool is_good = matrix->count > 0;
    for (int i = 0; i < matrix->count; i++) {
        is_good = is_good && fg_fault_line_good(&matrix->lines[i]);
    }
    putchar('\n');
    fg_fault_print_table(stdout, matrix->lines, matrix->count, matrix->seed, seconds);
    is_good = write_report(matrix, "faults.txt", true, seconds) && is_good;
    is_good = write_report(matrix, "faults.csv", false, seconds) && is_good;
    printf("Kept as %s/faults.txt and faults.csv.\n", matrix->folder);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool parse(all_rows *matrix, int argc, char **argv)
{
    const char *seed = getenv("FG_SEED");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    matrix->seed = seed != NULL && seed[0] != '\0' ? strtoull(seed, NULL, 10)
                                                   : (uint64_t)now.tv_nsec % 1000000;
    matrix->jobs = 2;
    matrix->folder = FG_BINARY_DIR "/faults";
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--long") == 0) {
            matrix->is_long = true;
        } else if (strcmp(argv[i], "--jobs") == 0 && i + 1 < argc) {
            matrix->jobs = atoi(argv[++i]);
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            matrix->only = argv[++i];
        } else if (argv[i][0] == '-') {
            return false;
        } else {
            matrix->folder = argv[i];
        }
    }
    return matrix->jobs >= 1 && matrix->jobs <= MAX_JOBS;
}

int main(int argc, char **argv)
{
    static all_rows matrix;
    if (!parse(&matrix, argc, argv)) {
        fprintf(stderr, "fg_faults [--long] [--jobs 1 to %d] [--only TEXT] [FOLDER]\n", MAX_JOBS);
        return 2;
    }
    if ((mkdir(matrix.folder, 0777) != 0 && errno != EEXIST) || collect_rows(&matrix) != 0) {
        fprintf(stderr, "%s: %s\n", matrix.folder, strerror(errno));
        return EXIT_FAILURE;
    }
    printf("The fault matrix, %s form, %d rows, %d at a time, seed %" PRIu64 "\n",
           matrix.is_long ? "long" : "short", matrix.count, matrix.jobs, matrix.seed);
    double started = fg_testing_now();
    run_rows(&matrix);
    return conclude(&matrix, fg_testing_now() - started);
}
