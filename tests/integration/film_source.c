#include "film_source.h"

#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

void film_make(const char *logs, const char *name, const char *folder)
{
    char script[512];
    snprintf(script, sizeof(script), FG_SOURCE_DIR "/tests/films/%s.film", name);
    assert_int_equal(mkdir(folder, 0700), 0);
    const char *argv[] = {FG_FILM, script, FG_SOURCE_DIR "/tests/pictures", folder, NULL};
    assert_int_equal(fg_process_run(logs, argv, NULL, 300, NULL), 0);
}

char *film_source(const char *folder)
{
    char *source = malloc(strlen(folder) + sizeof("images:"));
    assert_non_null(source);
    sprintf(source, "images:%s", folder);
    return source;
}
