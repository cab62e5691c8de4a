/* What the daemon knows faces by: dlib's models, and the people. */
#include "cli/doctor.h"
#include "facegate/engine.h"
#include "facegate/gallery.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void fg_doctor_models(fg_report *report, const fg_config *config)
{
    static const char check[] = "models";
    fg_error error;
    fg_engine *engine = NULL;
    const char *folder = config->vision.models;
    fg_report_progress("loading the models ...");
    int result = fg_engine_create(folder, &engine, &error);
    fg_engine_free(engine);
    if (result == 0) {
        fg_report_say(report, check, FG_VERDICT_OK, "both in %s, with the right sums", folder);
        return;
    }
    /* The text ends with the mend, which has a line of its own here. */
    char *advice = strstr(error.text, ": fetch it ");
    advice = advice != NULL ? advice : strstr(error.text, ": remove it and fetch it ");
    advice = advice != NULL ? advice : strstr(error.text, ": check the file ");
    if (advice != NULL) {
        *advice = '\0';
    }
    fg_report_say(report, check, FG_VERDICT_WRONG, "%s", error.text);
    if (advice != NULL) {
        fg_report_mend(report, "%s", advice + 2);
    } else {
        fg_report_mend(report, "\"models/fetch.sh %s\"", folder);
    }
}

static void check_mode(fg_report *report, const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        fg_report_say(report, "encodings.mode", FG_VERDICT_NOT_CHECKED, "not checked: %s",
                      strerror(errno));
        return;
    }
    unsigned mode = info.st_mode & 07777;
    if ((mode & 077) == 0) {
        fg_report_say(report, "encodings.mode", FG_VERDICT_OK, "for its owner alone (%04o)", mode);
        return;
    }
    fg_report_say(report, "encodings.mode", FG_VERDICT_WARNING,
                  "mode %04o: others can %s these biometric data", mode,
                  (mode & 022) != 0 ? "change" : "read");
    fg_report_mend(report, "\"sudo chmod 600 %s\"", path);
}

void fg_doctor_encodings(fg_report *report, const fg_config *config)
{
    static const char check[] = "encodings.file";
    fg_error error;
    fg_gallery *gallery = NULL;
    const char *path = config->access.encodings;
    int result = fg_gallery_load(path, &gallery, &error);
    if (result == -EACCES && geteuid() != 0) {
        fg_report_say(report, check, FG_VERDICT_NOT_CHECKED,
                      "not checked: this user may not read %s", path);
        fg_report_mend(report, "\"sudo facegate doctor\"");
        return;
    }
    if (result == -ENOENT) {
        fg_report_say(report, check, FG_VERDICT_WRONG, "there is no %s: nobody is enrolled", path);
        fg_report_mend(report, "\"sudo facegate enroll --name NAME IMAGE...\"");
        return;
    }
    if (result != 0) {
        fg_report_say(report, check, FG_VERDICT_WRONG, "%s", error.text);
        fg_report_mend(report, "put back a copy that was good, or move it away and enrol anew");
        check_mode(report, path);
        return;
    }
    int people = fg_gallery_people(gallery);
    int encodings = fg_gallery_encodings(gallery);
    fg_report_say(report, check, people > 0 ? FG_VERDICT_OK : FG_VERDICT_WARNING,
                  "%d %s, %d encoding%s in %s", people, people == 1 ? "person" : "people",
                  encodings, encodings == 1 ? "" : "s", path);
    if (people == 0) {
        fg_report_mend(report, "\"sudo facegate enroll --name NAME IMAGE...\"");
    }
    check_mode(report, path);
    fg_gallery_free(gallery);
}
