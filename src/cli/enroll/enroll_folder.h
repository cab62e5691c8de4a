/* Enrolling everybody in a folder of people, as `evaluate` reads one. Main thread. */
#ifndef FACEGATE_CLI_ENROLL_ENROLL_FOLDER_H
#define FACEGATE_CLI_ENROLL_ENROLL_FOLDER_H

#include "enroll/enrolment.h"

/*
 * Adds the pictures of each person under the name of their folder, names those that are left out,
 * and saves the gallery if there are new encodings. `enrolment` has an open encoder and the
 * gallery; its name is changed. Returns 0, or the exit code to end with: FG_EXIT_FAILED too if
 * somebody has no encoding in the end.
 */
int fg_enroll_folder(fg_enrolment *enrolment, const char *folder);

#endif
