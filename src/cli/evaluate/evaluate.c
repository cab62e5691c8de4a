/* `facegate evaluate`: its options, and in which ways a trial is reported. */
#include "evaluate/evaluate.h"

#include "evaluate/attacks.h"
#include "evaluate/attacks_report.h"
#include "evaluate/evaluate_json.h"
#include "evaluate/evaluate_report.h"
#include "evaluate/evaluate_svg.h"
#include "evaluate/evaluate_trial.h"
#include "evaluate/photo_folder.h"
#include "facegate/base/file.h"
#include "facegate/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENROLL      2
#define ENROLL_MAX  100
#define VIEWS       3
#define WANTED      0.001
#define WANTED_MIN  1e-9
#define WANTED_MOST 0.5

static const char *attacks_folder;
static const char *enroll_text;
static const char *views_text;
static const char *rate_text;
static const char *svg;
static bool as_json;
static bool all;

static const fg_option evaluate_options[] = {
    {.name = "attacks",
     .argument = "ATTACKS",
     .text = &attacks_folder,
     .help = "measure the liveness check instead, on this folder of pictures of attacks"},
    {.name = "enroll",
     .argument = "N",
     .text = &enroll_text,
     .help = "number of pictures to enrol of each person, the first by name; default 2"},
    {.name = "views",
     .argument = "N",
     .text = &views_text,
     .help = "number of pictures that make a visit, 1 to 10; default 3"},
    {.name = "rate",
     .argument = "RATE",
     .text = &rate_text,
     .help = "largest share of visits of strangers to let in, as 0.001, 0.1% or 1/1000; default "
             "1/1000"},
    {.name = "svg",
     .argument = "FILE",
     .text = &svg,
     .help = "draw the error rates as a curve into this SVG file"},
    {.name = "json", .flag = &as_json, .help = "print one JSON object with all figures"},
    {.name = "all", .flag = &all, .help = "use bad views too, by how much they say"},
    FG_OPTION_MIN_FACE,
    FG_OPTION_TOLERANCE,
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(evaluate_options) / sizeof(evaluate_options[0]);
    return evaluate_options;
}

/* "0.001", "0.1%" or "1/1000". */
static int parse_rate(const char *text, double *ret_rate)
{
    char percent[32];
    char *rest = NULL;
    errno = 0;
    double rate = strtod(text, &rest);
    size_t digits = strspn(text, "0123456789.");
    if (strcmp(rest, "%") == 0 && digits + 1 == strlen(text)) {
        /* Read as it would be without the sign: 0.7% is to be the same number as 0.007. */
        snprintf(percent, sizeof(percent), "%.*se-2", (int)digits, text);
        rate = strtod(percent, NULL);
    } else if (rest[0] == '/' && rest != text && rest[1] >= '0' && rest[1] <= '9') {
        rate /= strtod(rest + 1, &rest);
        rate = *rest == '\0' ? rate : NAN;
    } else if (rest == text || *rest != '\0') {
        rate = NAN;
    }
    if (errno != 0 || !(rate >= WANTED_MIN && rate <= WANTED_MOST)) {
        return fg_cli_fail(
            FG_EXIT_USAGE,
            "--rate: \"%s\" is not a rate from 1/1000000000 to 1/2, such as 0.001, 0.1%% or 1/1000",
            text);
    }
    *ret_rate = rate;
    return 0;
}

/* Before the long work, not behind it. */
static int check_svg(void)
{
    char folder[PATH_MAX];
    if (svg == NULL) {
        return 0;
    }
    int result = fg_file_folder(svg, folder);
    if (result == 0 && access(folder, W_OK) != 0) {
        result = -errno;
    }
    return result == 0 ? 0
                       : fg_cli_fail(FG_EXIT_FAILED, "--svg %s: cannot write to its folder: %s",
                                     svg, strerror(-result));
}

static int tell(const fg_trial *trial, const char *folder)
{
    fg_error error;
    int result = FG_EXIT_DONE;
    if (trial->fates.counts[FG_FATE_PROBE] == 0) {
        if (!as_json) {
            fg_trial_print_album(trial);
        }
        return fg_cli_fail(FG_EXIT_FAILED,
                           "%s: nothing to evaluate: nobody has more good pictures than the %d to "
                           "enrol: add pictures%s",
                           folder, trial->enroll,
                           trial->enroll > 1 ? ", or enrol fewer with --enroll 1" : "");
    }
    if (as_json) {
        result = fg_trial_print_json(trial);
    } else {
        fg_trial_print_album(trial);
        fg_trial_print(trial);
    }
    if (svg != NULL && fg_trial_write_svg(trial, svg, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    if (svg != NULL && !as_json) {
        printf("\nThe curve is in %s.\n", svg);
    }
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "cannot write to standard output");
    }
    return result;
}

/* What says something of recognition alone. */
static int refuse_with_attacks(void)
{
    if (svg != NULL) {
        return fg_cli_usage(&fg_command_evaluate, "--attacks draws no curve: leave out --svg; the "
                                                  "table, and --json, have its figures");
    }
    if (enroll_text != NULL || rate_text != NULL) {
        return fg_cli_usage(&fg_command_evaluate,
                            "--attacks enrols nobody and recommends nothing: "
                            "leave out --%s",
                            enroll_text != NULL ? "enroll" : "rate");
    }
    return 0;
}

static int tell_attacks(const fg_attacks *attacks)
{
    if (!as_json) {
        fg_attacks_print_albums(attacks);
    }
    if (attacks->attacks.count == 0) {
        return fg_cli_fail(FG_EXIT_FAILED,
                           "%s: nothing to evaluate: no kind of attack has %s: add pictures%s, or "
                           "use bad views too with --all",
                           attacks_folder,
                           fg_text_count(attacks->views, "usable picture", "usable pictures").text,
                           attacks->views > 1 ? ", try fewer with --views 1" : "");
    }
    if (as_json) {
        return fg_attacks_print_json(attacks);
    }
    fg_attacks_print(attacks);
    return FG_EXIT_DONE;
}

static int run_attacks(const fg_config *config, int views, const char *people)
{
    fg_attacks attacks = {.config = config, .views = views, .all = all};
    int result = fg_attacks_run(&attacks, attacks_folder, people);
    if (result == 0) {
        result = tell_attacks(&attacks);
    }
    fg_attacks_close(&attacks);
    return result;
}

static int run(int argc, char **argv)
{
    fg_config config;
    fg_error error;
    int first = 0;
    int result = fg_cli_parse(&fg_command_evaluate, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    if (argc - first > 1 || (argc - first < 1 && attacks_folder == NULL)) {
        return fg_cli_usage(&fg_command_evaluate, attacks_folder != NULL
                                                      ? "give at most one folder of people"
                                                      : "give one folder");
    }
    const char *folder = argc > first ? argv[first] : NULL;
    fg_trial trial = {
        .config = &config, .all = all, .wanted = WANTED, .enroll = ENROLL, .views = VIEWS};
    if (attacks_folder != NULL) {
        result = refuse_with_attacks();
    }
    if (result == 0 && enroll_text != NULL) {
        result = fg_cli_whole("enroll", enroll_text, ENROLL_MAX, &trial.enroll);
    }
    if (result == 0 && views_text != NULL) {
        result = fg_cli_whole("views", views_text, FG_TRIAL_VIEWS, &trial.views);
    }
    if (result == 0 && rate_text != NULL) {
        result = parse_rate(rate_text, &trial.wanted);
    }
    if (result == 0) {
        result = check_svg();
    }
    if (result != 0) {
        return result;
    }
    if (attacks_folder != NULL) {
        return run_attacks(&config, trial.views, folder);
    }
    if (fg_photo_folder_open(&trial.album, folder, FG_PHOTO_FOLDER_PEOPLE, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    result = fg_trial_run(&trial);
    if (result == 0) {
        result = tell(&trial, folder);
    }
    fg_trial_close(&trial);
    return result;
}

const fg_command fg_command_evaluate = {
    .name = "evaluate",
    .arguments = "[OPTION...] [--attacks ATTACKS] [DIR]",
    .summary = "Measures on your own pictures of people how often a door would be wrong",
    .details = "DIR has a folder for each person, with pictures in it, one face in each. The "
               "first pictures in each folder are enrolled, for this run only. The others make "
               "visits of several views, which are judged as at the door: with everybody enrolled, "
               "and as a stranger's, with their own person left out. For a range of margins it "
               "prints how often that was wrong, and recommends the smallest margin that meets the "
               "target, but nothing looser than the default.\n"
               "\n"
               "Enrol as many pictures of each person as at the door. Pictures that enroll would "
               "reject are left out, and named with the reason; a door lets them count for less.\n"
               "\n"
               "Strangers are also the members of the cohort, each left out of it. They are blends "
               "of people and have one view each, so this is only a rough check.\n"
               "\n"
               "Visits that share a person are not independent, so the intervals are a little too "
               "narrow, above all with few people. Pictures from the door's own camera give the "
               "best answer.\n"
               "\n"
               "With --attacks it measures the liveness check instead, in the terms of ISO/IEC "
               "30107-3. ATTACKS has pictures of attacks: photographs, phones and the like, held "
               "before the door's camera. They lie right in it, as \"facegate run --record\" "
               "makes them, or in a folder for each kind of attack. DIR has the living people, "
               "and may be left out. The largest face of each picture gets a liveness score, and "
               "pictures of a folder that follow each other make visits, which pass if their "
               "mean score is at least liveness_threshold. It prints how often attacks of each "
               "kind pass for living (APCER) and how often living people do not (BPCER), both "
               "for a range of thresholds too, and the visits that stand out.\n"
               "\n"
               "Nobody is enrolled or recognised with --attacks: only liveness is judged. Visits "
               "of one recording are not independent, so the intervals are too narrow.\n"
               "\n"
               "Nothing is sent, and only the curve is written.",
    .run = run,
    .options = options,
};
