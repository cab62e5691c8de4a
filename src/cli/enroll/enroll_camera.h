/*
 * Enrolling in front of a camera: a line on the terminal guides the person until enough good views
 * that differ are there. Main thread; the camera has threads of its own while it runs.
 */
#ifndef FACEGATE_CLI_ENROLL_ENROLL_CAMERA_H
#define FACEGATE_CLI_ENROLL_ENROLL_CAMERA_H

#include "enroll/enrolment.h"

/* Takes the views from the camera. Returns 0 when all are in the gallery, or the exit code to end
 * with; the reason has been printed. */
int fg_enroll_from_camera(fg_enrolment *enrolment);

#endif
