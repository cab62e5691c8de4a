/* `facegate enroll`: its options, the pictures, and what is saved in the end. */
#include "enroll/enroll.h"

#include "common/few_encodings.h"
#include "common/gallery_access.h"
#include "enroll/enroll_camera.h"
#include "enroll/enroll_folder.h"
#include "enroll/enroll_pictures.h"
#include "enroll/enrolment.h"
#include "facegate/base/camera_source.h"
#include "facegate/daemon/liveness_check.h"
#include "facegate/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *name;
static const char *badge;
static const char *count_text;
static const char *preview;
static const char *face_text;
static const char *folder;
static bool camera;
static bool force;

static const fg_option enroll_options[] = {
    {.name = "name",
     .argument = "NAME",
     .text = &name,
     .help = "the person's name (required without --folder)"},
    {.name = "badge",
     .alias = "rfid",
     .argument = "ID",
     .text = &badge,
     .help = "the person's badge: 1 to 64 of A-Z a-z 0-9 - _ :"},
    {.name = "force",
     .flag = &force,
     .help = "accept bad views, photographs, and faces that match another person"},
    FG_OPTION_MIN_FACE,
    {.name = "face",
     .argument = "N",
     .text = &face_text,
     .help = "which face of the image, by its number, if there are several"},
    {.name = "folder",
     .argument = "DIR",
     .text = &folder,
     .help = "take everybody in this folder: a folder of pictures for each person, named as they "
             "are"},
    {.name = "camera", .flag = &camera, .help = "take the views from the camera"},
    {.name = "count",
     .argument = "N",
     .text = &count_text,
     .help = "with --camera: number of views, 1 to 20; default 5"},
    {.name = "preview",
     .argument = "FILE",
     .text = &preview,
     .help = "with --camera: show what the camera sees in this JPEG file meanwhile"},
    {.name = "source",
     .argument = "SPEC",
     .section = "camera",
     .key = "source",
     .help = "with --camera: " FG_CAMERA_SOURCE_FORMS},
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(enroll_options) / sizeof(enroll_options[0]);
    return enroll_options;
}

static int save(const fg_enrolment *enrolment, const char *old_badge)
{
    fg_error error;
    const char *path = enrolment->config->access.encodings;
    const fg_gallery *gallery = enrolment->gallery;
    if (fg_gallery_save(gallery, path, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    int person = fg_gallery_find(gallery, enrolment->name);
    if (enrolment->nearest >= 0) {
        printf("The nearest other person is %s, at distance %.2f (tolerance %.2f).\n",
               fg_gallery_name(gallery, enrolment->nearest), enrolment->nearest_distance,
               enrolment->config->access.tolerance);
    }
    if (old_badge != NULL && badge != NULL && strcmp(old_badge, badge) != 0) {
        printf("The badge of %s was %s and is now %s.\n", name, old_badge, badge);
    }
    printf("Enrolled %s: %s, %d in all, in %s. A running daemon uses it within about a second.\n",
           name, fg_text_count(enrolment->added, "new encoding", "new encodings").text,
           fg_gallery_person_encodings(gallery, person), path);
    fg_few_print(enrolment->config, gallery, person, "");
    return FG_EXIT_DONE;
}

/* Whether name and badge may be given to somebody. */
static int check_words(const fg_config *config)
{
    fg_error error;
    if (fg_cli_check_name(config, name, &error) != 0 ||
        (badge != NULL && fg_gallery_check_badge(badge, &error) != 0)) {
        return fg_cli_fail(FG_EXIT_USAGE, "%s", error.text);
    }
    return 0;
}

/* A badge opens for one person. */
static int check_badge(const fg_gallery *gallery)
{
    const char *holder = badge != NULL && !force ? fg_cli_badge_holder(gallery, name, badge) : NULL;
    return holder == NULL
               ? 0
               : fg_cli_fail(FG_EXIT_FAILED,
                             "the badge %s already belongs to %s: use --force if they share it",
                             badge, holder);
}

static int check_usage(const fg_config *config, int images)
{
    if (folder != NULL) {
        bool alone = name == NULL && badge == NULL && face_text == NULL && count_text == NULL &&
                     preview == NULL && !camera && images == 0;
        return alone ? 0
                     : fg_cli_usage(&fg_command_enroll,
                                    "--folder takes no --name, --badge, --face or --camera, and no "
                                    "images");
    }
    if (name == NULL) {
        return fg_cli_usage(&fg_command_enroll, "--name is required");
    }
    if (camera == (images > 0)) {
        return fg_cli_usage(&fg_command_enroll, camera ? "use --camera or images, not both"
                                                       : "give at least one image, or --camera");
    }
    if (preview != NULL && preview[0] == '\0') {
        return fg_cli_usage(&fg_command_enroll, "--preview needs the name of a file");
    }
    if (!camera && (count_text != NULL || preview != NULL)) {
        return fg_cli_usage(&fg_command_enroll, "--count and --preview work with --camera only");
    }
    if (face_text != NULL && images != 1) {
        return fg_cli_usage(&fg_command_enroll, "--face works with one image");
    }
    return check_words(config);
}

/* The numbers of faces begin at 0, as `identify` has them. */
static int read_face(int *ret_face)
{
    char *end = NULL;
    long face = face_text != NULL ? strtol(face_text, &end, 10) : -1;
    if (face_text == NULL) {
        return 0;
    }
    if (face_text[0] < '0' || face_text[0] > '9' || *end != '\0' || face >= FG_ENGINE_MAX_FACES) {
        return fg_cli_fail(FG_EXIT_USAGE, "--face \"%s\" is not a number of 0 to %d", face_text,
                           FG_ENGINE_MAX_FACES - 1);
    }
    *ret_face = (int)face;
    return 0;
}

/* Before a camera nobody enrols a photograph by mistake. If the model that would notice is missing,
 * that is said; if it is off by choice, nothing is. */
static int open_liveness(fg_enrolment *enrolment)
{
    fg_liveness_state state;
    const fg_config *config = enrolment->config;
    if (force || config->access.liveness == FG_LIVENESS_OFF) {
        return 0;
    }
    if (fg_liveness_check_open(config, &enrolment->liveness, &state) != 0) {
        return fg_cli_fail(FG_EXIT_CONFIG, "%s; fix: %s", state.text.text, state.fix.text);
    }
    if (enrolment->liveness == NULL) {
        fg_cli_fail(0, "%s", state.text.text);
    }
    return 0;
}

static int enroll(fg_enrolment *enrolment, char **images, int count)
{
    int person = fg_gallery_find(enrolment->gallery, name);
    const char *old = person >= 0 ? fg_gallery_badge(enrolment->gallery, person) : NULL;
    char old_badge[FG_BADGE_SIZE] = "";
    if (old != NULL) {
        strcpy(old_badge, old);
    }
    int result = check_badge(enrolment->gallery);
    if (result == 0) {
        result = fg_face_encoder_open(&enrolment->encoder, enrolment->config);
    }
    if (result != 0) {
        return result;
    }
    if (camera) {
        result = open_liveness(enrolment);
    }
    if (result == 0) {
        result = camera ? fg_enroll_from_camera(enrolment)
                        : fg_enroll_pictures(enrolment, images, count);
    }
    fg_liveness_free(enrolment->liveness);
    fg_face_encoder_close(&enrolment->encoder);
    return result == 0 ? save(enrolment, old != NULL ? old_badge : NULL) : result;
}

static int enroll_folder(fg_enrolment *enrolment)
{
    int result = fg_face_encoder_open(&enrolment->encoder, enrolment->config);
    if (result == 0) {
        result = fg_enroll_folder(enrolment, folder);
        fg_face_encoder_close(&enrolment->encoder);
    }
    return result;
}

static int run(int argc, char **argv)
{
    fg_config config;
    fg_error error;
    int first = 0;
    int result = fg_cli_parse(&fg_command_enroll, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    fg_enrolment enrolment = {.config = &config,
                              .name = name,
                              .badge = badge,
                              .preview = preview,
                              .count = FG_ENROLMENT_COUNT,
                              .face = -1,
                              .force = force,
                              .nearest = -1};
    result = check_usage(&config, argc - first);
    if (result == 0) {
        result = read_face(&enrolment.face);
    }
    if (result == 0) {
        result = count_text == NULL
                     ? 0
                     : fg_cli_whole("count", count_text, FG_ENROLMENT_MAX_COUNT, &enrolment.count);
    }
    if (result != 0) {
        return result;
    }
    if (!fg_cli_own_gallery(&config)) {
        return FG_EXIT_FAILED;
    }
    /* The first enrolment makes the file; any other fault of it must not be written over. */
    result = fg_gallery_load(config.access.encodings, &enrolment.gallery, &error);
    if (result == -ENOENT) {
        result = fg_gallery_create(&enrolment.gallery);
        fg_error_set(&error, result, "not enough memory");
    }
    if (result != 0) {
        return fg_cli_fail(FG_EXIT_CONFIG, "%s", error.text);
    }
    result =
        folder != NULL ? enroll_folder(&enrolment) : enroll(&enrolment, argv + first, argc - first);
    fg_gallery_free(enrolment.gallery);
    return result;
}

const fg_command fg_command_enroll = {
    .name = "enroll",
    .alias = "enrol",
    .arguments = "[OPTION...] --name NAME IMAGE...|--camera | --folder DIR",
    .summary = "Enrols a person, or adds views, from pictures or the camera",
    .details =
        "Pictures are JPEG, or PNG, WebP, HEIC and AVIF if the package of the library that "
        "reads them is installed: libpng16-16, libwebp7 or libheif1.\n"
        "\n"
        "Each picture must show one face, from the front. If there are several, it says "
        "where each is, and --face chooses one; a face that is both far smaller and far "
        "weaker than the main one is ignored. If one picture is rejected, none is saved. "
        "With --camera, a line on the terminal guides the person until there are "
        "enough good views that differ. Enrol at least three views of each person; with "
        "fewer, it says what that costs.\n"
        "\n"
        "With --folder, everybody in a folder is enrolled, from DIR/Ada/1.jpg, DIR/Bob/1.jpg "
        "and so on, which is how evaluate reads a folder too. A picture that is rejected is "
        "named and left out. The exit code is 1 if somebody has no encoding in the end. "
        "\"facegate people badge\" sets badges.\n"
        "\n"
        "A view is rejected if it is too small, cut off, dark, bright, flat, blurred or "
        "turned, if the face matches another person, or if it is far from the person's "
        "other views. Before a camera a photograph of somebody is rejected too, if the "
        "liveness model is installed and [access] liveness is not off. --force accepts "
        "all of these.\n"
        "\n"
        "Only you can read the file of --preview, and it is removed at the end. To watch it "
        "from another machine: ssh DOOR cat FILE >now.jpg",
    .run = run,
    .options = options,
};
