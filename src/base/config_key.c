/* The table of configuration keys, and which of them a misspelt one may mean. */
#include "config_key.h"

#include "config_url.h"
#include "facegate/text.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MIB INT64_C(1048576)

/* clang-format off */
/* NOLINTBEGIN(bugprone-macro-parentheses): the name of a member takes none. */
#define ROW(section, name, kind, standard, smallest, largest, unit, environment, description)      \
    {#section, #name, kind, offsetof(fg_config, section.name), standard, smallest, largest, unit,  \
     environment, description}
/* NOLINTEND(bugprone-macro-parentheses) */
/* clang-format on */

const fg_config_key fg_config_keys[FG_CONFIG_KEYS] = {
    ROW(camera, source, FG_KEY_SOURCE, "auto", 0, 0, NULL, NULL,
        "Source of frames: the first camera, one camera by its ID, or JPEG files"),
    ROW(camera, view, FG_KEY_VIEW, "full", 0, 0, NULL, NULL,
        "Sensor mode of a Raspberry Pi camera: the one that sees most, the fastest, or one by its "
        "size"),
    ROW(camera, width, FG_KEY_COUNT, "640", 160, 4096, "pixels", NULL,
        "Picture width requested from the camera; if only one of width and height is set, the "
        "other follows"),
    ROW(camera, height, FG_KEY_COUNT, "480", 120, 4096, "pixels", NULL,
        "Picture height requested from the camera"),
    ROW(camera, fps, FG_KEY_COUNT, "30", 1, 120, "frames per second", NULL,
        "Frame rate requested from the camera"),
    ROW(camera, min_fps, FG_KEY_COUNT, "15", 1, 120, "frames per second", NULL,
        "Lowest frame rate in the dark, where slower frames collect more light; at most fps"),
    ROW(camera, rotation, FG_KEY_CHOICE, "0", 0, 0, "0|90|180|270", NULL,
        "Clockwise rotation, in degrees, that makes the picture upright"),
    ROW(camera, flip, FG_KEY_CHOICE, "none", 0, 0, "none|horizontal|vertical|both", NULL,
        "Mirroring, applied after the rotation"),
    ROW(camera, focus, FG_KEY_AUTO, "auto", 0.05, 100, "metres", NULL,
        "Autofocus if the camera has it, or a fixed focus distance"),
    ROW(camera, exposure, FG_KEY_CHOICE, "normal", 0, 0, "normal|short", NULL,
        "Exposure mode; short blurs walking people less but adds noise"),
    ROW(camera, exposure_value, FG_KEY_NUMBER, "0", -4, 4, "stops", NULL,
        "Exposure correction: above 0 if faces are too dark, as before a bright street, below 0 if "
        "too bright"),
    ROW(camera, flicker, FG_KEY_CHOICE, "off", 0, 0, "off|50|60", NULL,
        "Mains frequency, in hertz, if lamps cause stripes in the picture"),
    ROW(camera, stall_timeout, FG_KEY_NUMBER, "5", 2, 60, "seconds", NULL,
        "Time without a frame after which the camera is reopened"),
    ROW(camera, tuning, FG_KEY_NO_PATH, "", 0, 0, "file", NULL,
        "Tuning file for a Raspberry Pi camera, used instead of the one libcamera has for it"),
    ROW(vision, min_face, FG_KEY_COUNT, "80", 40, 1000, "pixels", NULL,
        "Smallest face to look for; a larger value is faster"),
    ROW(vision, models, FG_KEY_PATH, "/usr/share/facegate/models", 0, 0, "folder", NULL,
        "Folder of the models"),
    ROW(vision, scan_interval, FG_KEY_NUMBER, "0.25", 0.05, 10, "seconds", NULL,
        "Time between searches of the whole picture while something moves; a larger value is "
        "faster"),
    ROW(vision, rescan_interval, FG_KEY_NUMBER, "2", 0.25, 60, "seconds", NULL,
        "Time after which the whole picture is searched even if nothing moves"),
    ROW(vision, track_timeout, FG_KEY_NUMBER, "0.7", 0.1, 10, "seconds", NULL,
        "How long a face may be out of sight and still count as the same face"),
    ROW(access, encodings, FG_KEY_PATH, "/var/lib/facegate/encodings.json", 0, 0, "file", NULL,
        "File of the enrolled people"),
    ROW(access, tolerance, FG_KEY_NUMBER, "0.46", 0.2, 0.8, "Euclidean distance", NULL,
        "Largest distance to the mean of a person's encodings at which a face may be theirs; a "
        "smaller value is stricter"),
    ROW(access, margin, FG_KEY_NUMBER, "0.09", 0, 0.3, "Euclidean distance", NULL,
        "How much nearer a face must be to a person than to those it is most like otherwise; a "
        "larger value is stricter"),
    ROW(access, lead, FG_KEY_NUMBER, "0.03", 0, 0.3, "Euclidean distance", NULL,
        "How much nearer a face must be to a person than to the next person enrolled"),
    ROW(access, confirm, FG_KEY_COUNT, "2", 1, 10, "good views", NULL,
        "Weight of the views that are asked for before somebody is accepted; a good one weighs 1, "
        "a poor one less"),
    ROW(access, window, FG_KEY_COUNT, "5", 1, 10, "views", NULL,
        "Number of latest views that count together"),
    ROW(access, refuse_after, FG_KEY_COUNT, "4", 1, 50, "good views", NULL,
        "Weight of the views that name nobody after which a face is refused"),
    ROW(access, decide_within, FG_KEY_NUMBER, "1.5", 0.1, 10, "seconds", NULL,
        "Time after it is first seen at which a face that is not accepted is refused"),
    ROW(access, unknown_name, FG_KEY_TEXT, "Inconnu", 0, 0, NULL, NULL,
        "Name sent for a stranger (user_name); nobody can be enrolled under it"),
    ROW(access, refused_reason, FG_KEY_TEXT, "Visage non reconnu", 0, 0, NULL, NULL,
        "Reason sent for a stranger (reason)"),
    ROW(access, no_badge, FG_KEY_TEXT, "00000000", 0, 0, NULL, NULL,
        "Badge sent for a stranger or a person without a badge (rfid_id)"),
    ROW(access, liveness, FG_KEY_CHOICE, "auto", 0, 0, "auto|on|warn|off", NULL,
        "Whether photographs of people are refused; auto: if the model is there; on: needed to "
        "start; "
        "warn: logged only"),
    ROW(access, liveness_threshold, FG_KEY_NUMBER, "0.5", 0.01, 0.99, "score", NULL,
        "Smallest mean liveness score of the views of a face that is accepted; a larger value is "
        "stricter"),
    ROW(access, liveness_models, FG_KEY_NO_PATH, "", 0, 0, "file, or several separated by commas",
        NULL,
        "Liveness models whose scores are averaged, at most 4, in the folder of the models; if not "
        "set, fr_liveness.onnx"),
    ROW(access, photo_reason, FG_KEY_TEXT, "Photo présentée", 0, 0, NULL, NULL,
        "Reason sent for a photograph of a person (reason)"),
    ROW(delivery, backend_url, FG_KEY_URL, "http://localhost:5000", 0, 0, NULL, "BACKEND_URL",
        "Address of the backend; /api/auth_logs is added to it"),
    ROW(delivery, send_interval, FG_KEY_NUMBER, "1", 0.1, 3600, "seconds", "SEND_INTERVAL",
        "Minimum time between two events for the same person"),
    ROW(delivery, stranger_rate, FG_KEY_COUNT, "5", 1, 100, "events a second", NULL,
        "Most events per second for refused faces; the rest are counted, not sent"),
    ROW(delivery, timeout, FG_KEY_NUMBER, "10", 1, 300, "seconds", NULL,
        "Time limit for one request"),
    ROW(delivery, connect_timeout, FG_KEY_NUMBER, "5", 1, 60, "seconds", NULL,
        "Time limit for connecting"),
    ROW(delivery, drain_timeout, FG_KEY_NUMBER, "5", 0, 60, "seconds", NULL,
        "Time limit for sending waiting events when the daemon stops"),
    ROW(delivery, token_file, FG_KEY_NO_PATH, "", 0, 0, "file", NULL,
        "File with the bearer token, which is sent only over https or to this machine"),
    ROW(delivery, ca_file, FG_KEY_NO_PATH, "", 0, 0, "file", NULL,
        "Certificate authority of the backend, used instead of the system's"),
    ROW(delivery, client_cert, FG_KEY_NO_PATH, "", 0, 0, "file", NULL,
        "Client certificate presented to the backend"),
    ROW(delivery, client_key, FG_KEY_NO_PATH, "", 0, 0, "file", NULL,
        "Private key of the client certificate"),
    ROW(delivery, picture_key, FG_KEY_NO_PATH, "", 0, 0, "file", NULL,
        "Key that pictures are encrypted with (AES-128-CCM), for a backend that has it too"),
    ROW(delivery, image, FG_KEY_CHOICE, "frame", 0, 0, "frame|face", NULL,
        "Picture sent with an event: the whole frame, or the face with a margin"),
    ROW(delivery, jpeg_quality, FG_KEY_COUNT, "90", 30, 100, "JPEG quality", NULL,
        "JPEG quality of the picture sent"),
    ROW(delivery, outbox, FG_KEY_NO_PATH, "", 0, 0, "file", NULL,
        "Database file of the waiting events; if not set, they are in memory and a power cut loses "
        "them"),
    ROW(delivery, outbox_max_events, FG_KEY_COUNT, "1000", 1, 100000, "events", NULL,
        "Maximum number of events in the outbox; beyond this the oldest event is dropped"),
    ROW(delivery, outbox_max_bytes, FG_KEY_BYTES, "16 MiB", 1 * MIB, 1024 * MIB,
        "bytes; K, M and G are accepted", NULL,
        "Maximum size of the events in the outbox; beyond this the oldest event is dropped"),
};

static_assert(sizeof(fg_config_keys) / sizeof(fg_config_keys[0]) == FG_CONFIG_KEYS, "key count");

/* How many letters must change to make one word of the other (Levenshtein); long words are far
 * apart. */
static size_t word_distance(const char *one, const char *other)
{
    enum { LONGEST = 32 };
    size_t row[LONGEST + 1];
    size_t columns = strlen(other);
    if (columns > LONGEST || strlen(one) > LONGEST) {
        return LONGEST;
    }
    for (size_t j = 0; j <= columns; j++) {
        row[j] = j;
    }
    for (size_t i = 0; one[i] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j <= columns; j++) {
            size_t best = diagonal + (one[i] != other[j - 1]);
            diagonal = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        }
    }
    return row[columns];
}

static bool is_typo_of(const char *word, const char *known)
{
    return word_distance(word, known) <= (strlen(known) > 4 ? 2 : 1);
}

int fg_config_section_check(const char *section, fg_error *error)
{
    char shown[FG_TEXT_SHOWN];
    fg_text_show(section, strlen(section), shown);
    const char *meant = NULL;
    for (size_t i = 0; i < FG_CONFIG_KEYS; i++) {
        if (strcmp(fg_config_keys[i].section, section) == 0) {
            return 0;
        }
        if (is_typo_of(section, fg_config_keys[i].section)) {
            meant = fg_config_keys[i].section;
        }
    }
    if (meant != NULL) {
        return fg_error_set(error, -EINVAL, "unknown section [%s]: did you mean [%s]?", shown,
                            meant);
    }
    return fg_error_set(
        error, -EINVAL,
        "unknown section [%s]: the sections are camera, vision, access and delivery", shown);
}

int fg_config_key_find(const char *section, const char *name, const fg_config_key **ret_key,
                       fg_error *error)
{
    char shown[FG_TEXT_SHOWN];
    const char *meant = NULL;
    const char *elsewhere = NULL;
    fg_text_show(name, strlen(name), shown);
    for (size_t i = 0; i < FG_CONFIG_KEYS; i++) {
        const fg_config_key *key = &fg_config_keys[i];
        bool here = strcmp(key->section, section) == 0;
        bool exact = strcmp(key->name, name) == 0;
        if (here && exact) {
            *ret_key = key;
            return 0;
        }
        if (exact) {
            elsewhere = key->section;
        } else if (here && is_typo_of(name, key->name)) {
            meant = key->name;
        }
    }
    if (section[0] == '\0') {
        return fg_error_set(error, -EINVAL, "\"%s\" is not in a section: put it below [%s]", shown,
                            elsewhere != NULL ? elsewhere : "section");
    }
    int result = fg_config_section_check(section, error);
    if (result != 0) {
        return result;
    }
    if (elsewhere != NULL) {
        return fg_error_set(error, -EINVAL, "[%s] has no key \"%s\": it belongs in [%s]", section,
                            shown, elsewhere);
    }
    if (meant != NULL) {
        return fg_error_set(error, -EINVAL, "[%s] has no key \"%s\": did you mean %s?", section,
                            shown, meant);
    }
    return fg_error_set(error, -EINVAL, "[%s] has no key \"%s\"", section, shown);
}
