#include "judge_views.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

const fg_judge_rules defaults = {
    .visit = {.tolerance = 0.46, .margin = 0.09, .lead = 0.03},
    .window = 5,
    .confirm = 2,
    .refuse_after = 4,
    .decide_within = 1500 * MS,
};

fg_gallery *gallery;

void enroll(fg_gallery *to, const char *name, int axis)
{
    float encoding[FG_ENCODING_SIZE] = {0};
    encoding[axis] = 1;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(fg_gallery_add(to, name, NULL, encoding, NULL), 0);
    }
}

int open_gallery(void **state)
{
    (void)state;
    assert_int_equal(fg_gallery_create(&gallery), 0);
    enroll(gallery, "Ada", 0);
    enroll(gallery, "Bob", 1);
    return 0;
}

int close_gallery(void **state)
{
    (void)state;
    gallery = fg_gallery_free(gallery);
    return 0;
}

fg_view view_at(const fg_gallery *of, int axis, double distance, double margin, double weight)
{
    fg_view view = {.weight = weight};
    view.comparison.encoding[axis] = 1;
    view.comparison.encoding[FG_ENCODING_SIZE - 1] = (float)distance;
    for (int i = 0; i < FG_NEIGHBOURS; i++) {
        view.comparison.cohort[i] = (float)(distance + margin);
    }
    fg_comparison_renew(of, &view.comparison);
    return view;
}

fg_view view_of(char letter)
{
    switch (letter) {
    case 'A':
    case 'B':
        return view_at(gallery, letter - 'A', 0.3, 0.2, 1);
    case 'w':
        return view_at(gallery, 0, 0.3, 0.2, 0.5);
    case 'v':
        return view_at(gallery, 0, 0.3, 0.2, 0.1);
    case '?':
        return view_at(gallery, 0, 0.4, 0.07, 1);
    case 'x':
        return view_at(gallery, 7, 0.7, -0.1, 1);
    case '~':
        return view_at(gallery, 0, 0.7, -0.1, 0.1);
    default:
        return view_at(gallery, 0, 0.7, -0.1, 1);
    }
}

char letter_of(fg_decision decision)
{
    if (decision.status == FG_UNDECIDED) {
        assert_false(decision.report);
        assert_int_equal(decision.grounds, FG_GROUNDS_NONE);
        return '.';
    }
    char letter = 'r';
    if (decision.status == FG_ACCEPTED) {
        assert_int_equal(decision.grounds, FG_GROUNDS_VIEWS);
        letter = (char)('a' + decision.person);
    } else {
        assert_int_equal(decision.person, -1);
    }
    return (char)(decision.report ? letter - 'a' + 'A' : letter);
}
