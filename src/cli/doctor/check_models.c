/* What the daemon knows faces by: dlib's models, and the people. */
#include "doctor/check_models.h"

#include "common/few_encodings.h"
#include "common/options.h"
#include "doctor/account.h"
#include "facegate/gallery/cohort.h"
#include "facegate/gallery/file_permissions.h"
#include "facegate/gallery/gallery.h"
#include "facegate/gallery/review.h"
#include "facegate/text.h"
#include "facegate/vision/engine.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

/* Every encoding is compared with every other: a Pi takes seconds for as many. */
#define REVIEWED 5000

/* The script that fetches the models: where this program was installed, or where it was built. */
static void find_fetch(char ret_path[PATH_MAX])
{
    static const char *const places[] = {"share/facegate/models/fetch.sh", "models/fetch.sh"};
    char folder[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
    folder[length > 0 ? length : 0] = '\0';
    for (char *slash = strrchr(folder, '/'); slash != NULL; slash = strrchr(folder, '/')) {
        *slash = '\0';
        for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
            int size = snprintf(ret_path, PATH_MAX, "%s/%s", folder, places[i]);
            if (size < PATH_MAX && access(ret_path, X_OK) == 0) {
                return;
            }
        }
    }
    snprintf(ret_path, PATH_MAX, "%s", places[1]);
}

void fg_check_models(fg_checkup *checkup, const fg_config *config)
{
    static const char check[] = "models";
    fg_error error;
    fg_engine *engine = NULL;
    const char *folder = config->vision.models;
    fg_checkup_progress("loading the models ...");
    int result = fg_engine_create(folder, &engine, &error);
    fg_engine_free(engine);
    if (result == 0) {
        fg_cohort *cohort = NULL;
        result = fg_cohort_load(folder, &cohort, &error);
        fg_cohort_free(cohort);
        if (result == 0) {
            fg_checkup_say(checkup, check, FG_VERDICT_OK,
                           "both and the cohort are in %s, with the right checksums", folder);
        } else {
            fg_checkup_say(checkup, check, FG_VERDICT_ERROR, "%s", error.text);
            fg_checkup_fix(checkup, "\"sudo apt install --reinstall facegate-models\", or copy "
                                    "models/cohort.f32 of facegate's sources there");
        }
        return;
    }
    result = fg_engine_find_fault(folder, &error);
    fg_checkup_say(checkup, check, FG_VERDICT_ERROR, "%s", error.text);
    if (result == -ENOENT || result == -ENOTDIR || result == -EBADMSG) {
        char script[PATH_MAX];
        find_fetch(script);
        fg_checkup_fix(
            checkup,
            "\"%s%s %s\" fetches what is missing or damaged; or name another folder with --models",
            fg_account_sudo(folder), script, folder);
    } else if (result != 0) {
        fg_checkup_fix(checkup, "check with \"ls -l %s\" that you can read it", folder);
    }
}

static void check_mode(fg_checkup *checkup, const char *path, bool for_service)
{
    static const char check[] = "encodings.mode";
    fg_error error;
    char fix[FG_GALLERY_FIX];
    const struct passwd *service = for_service ? getpwnam(FG_ACCOUNT_SERVICE) : NULL;
    uid_t daemon = service != NULL ? service->pw_uid : geteuid();
    int result = fg_gallery_check_permissions(path, daemon, fix, &error);
    if (result == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "only its owner can read it");
    } else if (result == -EPERM) {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING, "%s", error.text);
        fg_checkup_fix(checkup, "\"%s\"", fix);
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_CHECKED, "not checked: %s", error.text);
    }
}

/* "2 mix-ups, 1 pair too near": what there is none of is left out. */
static void add_count(char *text, size_t size, int64_t count, const char *one, const char *more)
{
    size_t used = strlen(text);
    if (count > 0 && used < size) {
        snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "",
                 fg_text_count(count, one, more).text);
    }
}

static const char *call_enroll(const fg_config *config, char ret_text[FG_CHECKUP_COMMAND])
{
    return fg_checkup_command(config, "enroll", FG_COMMAND_LINE_ENCODINGS | FG_COMMAND_LINE_MODELS,
                              ret_text);
}

/* What could go wrong with these people at the door. */
static void check_people(fg_checkup *checkup, const fg_config *config, const fg_gallery *gallery)
{
    char check_call[FG_CHECKUP_COMMAND];
    fg_checkup_command(config, "people check", FG_COMMAND_LINE_ENCODINGS, check_call);
    static const char check[] = "encodings.people";
    fg_review *review = NULL;
    char text[256] = "";
    if (fg_gallery_encodings(gallery) > REVIEWED) {
        fg_checkup_say(
            checkup, check, FG_VERDICT_NOT_CHECKED,
            "not checked: comparing more than %d encodings takes long; \"sudo %s\" does it",
            REVIEWED, check_call);
        return;
    }
    fg_checkup_progress("comparing the people ...");
    int result = fg_review_create(gallery, config->access.tolerance, NULL, NULL, &review);
    if (result != 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_CHECKED, "not checked: %s",
                       strerror(-result));
        return;
    }
    const fg_review_counts *counts = fg_review_counts_of(review);
    add_count(text, sizeof(text), counts->mix_ups, "likely mix-up", "likely mix-ups");
    add_count(text, sizeof(text), counts->pairs, "pair that can be taken for each other",
              "pairs that can be taken for each other");
    add_count(text, sizeof(text), counts->close, "pair that nearly can", "pairs that nearly can");
    add_count(text, sizeof(text), counts->nones, "person without encodings",
              "people without encodings");
    if (text[0] == '\0') {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "nobody can be taken for someone else");
    } else {
        /* As people check has it: these two let the wrong one in, the rest is advice. */
        bool wrong = counts->mix_ups > 0 || counts->pairs > 0;
        fg_checkup_say(checkup, check, wrong ? FG_VERDICT_ERROR : FG_VERDICT_WARNING, "%s", text);
        char enroll[FG_CHECKUP_COMMAND];
        fg_checkup_fix(checkup,
                       "\"sudo %s\" names them; \"sudo %s --name NAME IMAGE...\" adds pictures",
                       check_call, call_enroll(config, enroll));
    }
    fg_review_free(review);
}

/* Who is known by too few pictures. */
static void check_few(fg_checkup *checkup, const fg_config *config, const fg_gallery *gallery)
{
    static const char check[] = "encodings.few";
    char text[FG_FEW_TEXT];
    char enroll[FG_CHECKUP_COMMAND];
    if (!fg_few_describe(gallery, FG_FEW_EVERYBODY, text)) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "nobody has only one or two encodings");
        return;
    }
    fg_checkup_say(checkup, check, FG_VERDICT_WARNING, "%s", text);
    fg_checkup_fix(checkup, "\"sudo %s --name NAME IMAGE...\" adds pictures",
                   call_enroll(config, enroll));
}

void fg_check_encodings(fg_checkup *checkup, const fg_config *config, bool for_service)
{
    static const char check[] = "encodings.file";
    char call[FG_CHECKUP_COMMAND];
    fg_error error;
    fg_gallery *gallery = NULL;
    const char *path = config->access.encodings;
    int result = fg_gallery_load(path, &gallery, &error);
    if (result == -EACCES && geteuid() != 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_CHECKED, "not checked: you may not read %s",
                       path);
        fg_checkup_fix(checkup, "\"sudo %s\"", fg_checkup_command(config, "doctor", ~0u, call));
        return;
    }
    if (result == -ENOENT) {
        fg_checkup_say(checkup, check, FG_VERDICT_ERROR, "%s does not exist: nobody is enrolled",
                       path);
        fg_checkup_fix(checkup, "\"sudo %s --name NAME IMAGE...\"", call_enroll(config, call));
        return;
    }
    if (result != 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_ERROR, "%s", error.text);
        fg_checkup_fix(checkup, "restore a good copy, or move it away and enrol everybody again");
        check_mode(checkup, path, for_service);
        return;
    }
    int people = fg_gallery_people(gallery);
    int encodings = fg_gallery_encodings(gallery);
    fg_checkup_say(checkup, check, people > 0 ? FG_VERDICT_OK : FG_VERDICT_WARNING, "%s, %s in %s",
                   fg_text_count(people, "person", "people").text,
                   fg_text_count(encodings, "encoding", "encodings").text, path);
    if (people == 0) {
        fg_checkup_fix(checkup, "\"sudo %s --name NAME IMAGE...\"", call_enroll(config, call));
    }
    check_mode(checkup, path, for_service);
    if (people > 0) {
        check_people(checkup, config, gallery);
        check_few(checkup, config, gallery);
    }
    fg_gallery_free(gallery);
}
