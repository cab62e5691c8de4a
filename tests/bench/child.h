/*
 * What runs in a process of its own, so that CPU and memory are its own: each measures one thing
 * and prints one JSON object. Returns the exit code; the reason of a failure goes to stderr.
 */
#ifndef BENCH_CHILD_H
#define BENCH_CHILD_H

/* Finds the woman who is in two test pictures in the one that no film has, and writes a gallery
 * of her. */
int child_enroll(const char *models_dir, const char *pictures_dir, const char *gallery);

/* The straightforward loop over every `step`th frame of a film. */
int child_baseline(const char *models_dir, const char *gallery, const char *film_dir, int step);

/*
 * facegate's pipeline, from the film to a backend, as `facegate run` has it. `paced` like a camera,
 * whose frames may be overwritten; else each frame is waited for.
 */
int child_pipeline(const char *models_dir, const char *gallery, const char *film_dir,
                   const char *backend_url, int paced);

#endif
