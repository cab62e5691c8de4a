#include "nobody.h"

#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define FILE_NAME FG_SOURCE_DIR "/tests/unit/gallery/rule/views.f32"

typedef float encoding[FG_ENCODING_SIZE];

const fg_cohort *fg_nobody_cohort(void)
{
    static fg_cohort *cohort;
    fg_error error;
    if (cohort == NULL && fg_cohort_load(FG_SOURCE_DIR "/models", &cohort, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return cohort;
}

const float *fg_nobody_view(int identity, int view)
{
    static encoding(*views)[FG_NOBODY_VIEWS];
    if (views == NULL) {
        size_t size = 0;
        views = (encoding(*)[FG_NOBODY_VIEWS])(void *)fg_testing_read(FILE_NAME, &size);
        assert_int_equal(size, (size_t)FG_NOBODY_IDENTITIES * FG_NOBODY_VIEWS * sizeof(encoding));
    }
    return views[identity][view];
}

void fg_nobody_enroll(fg_gallery *gallery, int identity, int from, int to)
{
    char name[16];
    snprintf(name, sizeof(name), "%d", identity);
    for (int i = from; i < to; i++) {
        assert_int_equal(fg_gallery_add(gallery, name, NULL, fg_nobody_view(identity, i), NULL), 0);
    }
}
