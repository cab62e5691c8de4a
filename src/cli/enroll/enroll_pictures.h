/* Enrolling from picture files: whose face is in one, and what happens to it. Main thread. */
#ifndef FACEGATE_CLI_ENROLL_ENROLL_PICTURES_H
#define FACEGATE_CLI_ENROLL_ENROLL_PICTURES_H

#include "enroll/enrolment.h"

/* Adds the face of a picture that is the person's. The text names the file and says why not. */
int fg_enroll_picture(fg_enrolment *enrolment, const char *path, fg_quality *ret_quality,
                      fg_error *error);

/* All of them, or none: returns 0, or the exit code to end with; the reasons have been printed. */
int fg_enroll_pictures(fg_enrolment *enrolment, char **images, int count);

#endif
