/*
 * The kinds of camera source, by how a SPEC begins. Configuration, help, completion, doctor and the
 * camera itself ask this one table. Pure; any thread.
 */
#ifndef FACEGATE_BASE_CAMERA_SOURCE_H
#define FACEGATE_BASE_CAMERA_SOURCE_H

enum fg_camera_source {
    FG_CAMERA_SOURCE_AUTO,      /* the first camera libcamera has */
    FG_CAMERA_SOURCE_LIBCAMERA, /* the camera with the ID that follows */
    FG_CAMERA_SOURCE_IMAGES,    /* pictures at the path that follows */
    FG_CAMERA_SOURCE_UNKNOWN,   /* none of these; how many there are */
};

typedef struct fg_camera_source_row {
    const char *prefix; /* ends in a colon if something has to follow; else it is the whole SPEC */
    const char *rest;   /* what follows, as a text names it: "ID"; NULL for nothing */
} fg_camera_source_row;

extern const fg_camera_source_row fg_camera_sources[FG_CAMERA_SOURCE_UNKNOWN];

/* All of them, as a text names them. */
#define FG_CAMERA_SOURCE_FORMS "auto, libcamera:ID or images:PATH"

/* The kind of a SPEC, and what follows its prefix, which may be empty. `ret_rest` may be NULL. */
enum fg_camera_source fg_camera_source_of(const char *spec, const char **ret_rest);

/* For a SPEC of no kind: what to do where it is clear what was meant, with "; " in front, or "". */
const char *fg_camera_source_hint(const char *spec);

#endif
