/*
 * The set-up of tests of the commands that read and write a gallery: a folder of their own with a
 * configuration that says no more than where an outbox would be, and where the encodings are to be.
 */
#ifndef FACEGATE_TESTS_GALLERY_FOLDER_H
#define FACEGATE_TESTS_GALLERY_FOLDER_H

extern char *folder, *config, *encodings;

int make_folder(void **state);
int remove_folder(void **state);

#endif
