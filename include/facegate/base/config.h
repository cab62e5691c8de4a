/*
 * The configuration: defaults, then the INI file, then the environment, then options, each
 * range-checked. It is filled once at start and read-only from then on, so every thread may read
 * it; a module is handed only the few values it needs. Texts name the file and line, or where else
 * a value came from, and the range. Source: the table in docs/configuration.md; inih.
 */
#ifndef FACEGATE_BASE_CONFIG_H
#define FACEGATE_BASE_CONFIG_H

#include "facegate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_CONFIG_FILE   "/etc/facegate/facegate.conf"
#define FG_CONFIG_FOLDER "/etc/facegate/conf.d" /* read after that file, and only with it */
#define FG_CONFIG_PATH   4096                   /* bytes of a path, terminator included */
#define FG_CONFIG_TEXT   129 /* bytes of a text that is sent, terminator included */
#define FG_CONFIG_KEYS   50
#define FG_CONFIG_ORIGIN 256

/* In the order of the words a file has for them. */
enum fg_config_rotation { FG_ROTATION_0, FG_ROTATION_90, FG_ROTATION_180, FG_ROTATION_270 };
enum fg_config_flip { FG_FLIP_NONE, FG_FLIP_HORIZONTAL, FG_FLIP_VERTICAL, FG_FLIP_BOTH };
enum fg_config_exposure { FG_EXPOSURE_NORMAL, FG_EXPOSURE_SHORT };
enum fg_config_flicker { FG_FLICKER_OFF, FG_FLICKER_50, FG_FLICKER_60 };
enum fg_config_liveness { FG_LIVENESS_AUTO, FG_LIVENESS_ON, FG_LIVENESS_WARN, FG_LIVENESS_OFF };
enum fg_config_image { FG_IMAGE_FRAME, FG_IMAGE_FACE };

enum fg_config_view_kind { FG_VIEW_FULL, FG_VIEW_FAST, FG_VIEW_SIZE };

/* Which mode of a camera's sensor to use. */
typedef struct fg_config_view {
    enum fg_config_view_kind kind;
    int width, height; /* pixels of the mode, for FG_VIEW_SIZE */
} fg_config_view;

typedef struct fg_config {
    struct {
        char source[FG_CONFIG_PATH];
        int width, height; /* pixels */
        int fps;
        int min_fps;
        fg_config_view view;
        enum fg_config_rotation rotation; /* degrees clockwise */
        enum fg_config_flip flip;         /* after the rotation */
        double focus;                     /* metres, 0: auto */
        enum fg_config_exposure exposure;
        double exposure_value;          /* stops */
        enum fg_config_flicker flicker; /* hertz of the lamps' supply */
        double stall_timeout;           /* seconds */
        char tuning[FG_CONFIG_PATH];    /* empty: none */
    } camera;
    struct {
        int min_face; /* pixels */
        char models[FG_CONFIG_PATH];
        double scan_interval; /* seconds, like the two below */
        double rescan_interval;
        double track_timeout;
    } vision;
    struct {
        char encodings[FG_CONFIG_PATH];
        double tolerance; /* Euclidean distances, as the two below */
        double margin, lead;
        int confirm, refuse_after; /* weight, in good views */
        int window;                /* views */
        double decide_within;      /* seconds */
        char unknown_name[FG_CONFIG_TEXT];
        char refused_reason[FG_CONFIG_TEXT];
        char no_badge[FG_CONFIG_TEXT];
        enum fg_config_liveness liveness;
        double liveness_threshold;            /* score, 0 to 1 */
        char liveness_models[FG_CONFIG_PATH]; /* names parted by commas; empty: the one there is */
        char photo_reason[FG_CONFIG_TEXT];
    } access;
    struct {
        char backend_url[FG_CONFIG_PATH];
        int stranger_rate;    /* events a second */
        double send_interval; /* seconds, like the three below */
        double timeout;
        double connect_timeout;
        double drain_timeout;
        char token_file[FG_CONFIG_PATH]; /* empty: none; so the four below */
        char ca_file[FG_CONFIG_PATH];
        char client_cert[FG_CONFIG_PATH];
        char client_key[FG_CONFIG_PATH];
        char picture_key[FG_CONFIG_PATH];
        enum fg_config_image image;
        int jpeg_quality;
        char outbox[FG_CONFIG_PATH]; /* empty: on tmpfs, see outbox.h */
        int outbox_max_events;
        int64_t outbox_max_bytes;
    } delivery;
    char origin[FG_CONFIG_KEYS]
               [FG_CONFIG_ORIGIN]; /* where each key's value came from, see fg_config_each */
} fg_config;

/* Every key at its default. */
void fg_config_init(fg_config *config);

/*
 * Reads an INI file over what is there. With `path` NULL the default file, whose absence is no
 * error. After the default file, also where it is named, FG_CONFIG_FOLDER is read. Unknown section
 * or key, duplicate, value out of range, line too long or indented: -EINVAL and "FILE:LINE: ...".
 * The configuration is then not to be used.
 */
int fg_config_load(fg_config *config, const char *path, fg_error *error);

/*
 * The same for each file of a folder that is named *.conf, but those that start with a dot, in the
 * order of their names: what is set later counts. A folder that is not there is no error.
 */
int fg_config_load_folder(fg_config *config, const char *folder, fg_error *error);

/* BACKEND_URL and SEND_INTERVAL, as the Python system named them; an empty one counts as not set.
 */
int fg_config_environment(fg_config *config, fg_error *error);

/*
 * One value by section and key, as an option gives it; `origin` opens the error text, "--fps" for
 * one.
 */
int fg_config_set(fg_config *config, const char *section, const char *key, const char *value,
                  const char *origin, fg_error *error);

/* What only the whole can show: a client certificate without its key, and the like. Call last. */
int fg_config_check(const fg_config *config, fg_error *error);

/* Whether somebody gave the value that is stored at `place`, a member of `config`: false for a
 * default. */
bool fg_config_is_given(const fg_config *config, const void *place);

/* One key as it stands; the strings are valid during the call. */
typedef struct fg_config_item {
    const char *section;
    const char *key;
    const char *value;       /* as it could be written in a file */
    const char *standard;    /* the default */
    const char *range;       /* "1 to 120 (frames per second)" */
    const char *origin;      /* "default", "FILE:LINE", "environment variable NAME" or an option */
    const char *description; /* one line */
    const char *environment; /* the variable that comes before the file, or NULL */
} fg_config_item;

/* Calls `visit` for every key in the order of the manual. */
typedef void fg_config_visit(void *context, const fg_config_item *item);
void fg_config_each(const fg_config *config, fg_config_visit *visit, void *context);

#endif
