/*
 * Films as sources of the daemon, for tests that are built with FG_FILM, the program that makes
 * them. Fail the running cmocka test where they cannot do their work.
 */
#ifndef FACEGATE_TESTS_FILM_SOURCE_H
#define FACEGATE_TESTS_FILM_SOURCE_H

/* Makes the frames of tests/films/NAME.film in FOLDER, which must not be there. What the program
 * says is in the folder `logs`. */
void film_make(const char *logs, const char *name, const char *folder);

/* "images:FOLDER"; to be freed. */
char *film_source(const char *folder);

#endif
