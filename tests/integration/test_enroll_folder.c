/* enroll --folder: everybody in a folder of people, and what is left out. */
#include "evaluate_photos.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* As scenes.sh has them: two pictures each, cut a little differently. */
static void put_person(const char *from, const char *name)
{
    char path[128], scene[128];
    fg_photos_make_folder(name);
    for (int i = 1; i <= 2; i++) {
        snprintf(scene, sizeof(scene), "album/%s/%d.jpg", from, i);
        snprintf(path, sizeof(path), "%s/%d.jpg", name, i);
        fg_photos_put(scene, path);
    }
}

static void expect_person(const char *name, int encodings)
{
    const char *words[] = {"people", "list", "--json", NULL};
    char *output = fg_photos_run(0, words);
    cJSON *list = cJSON_Parse(output);
    assert_non_null(list);
    const cJSON *people = cJSON_IsArray(list) ? list : fg_photos_item(list, "people");
    const cJSON *person;
    int found = 0;
    cJSON_ArrayForEach(person, people)
    {
        if (strcmp(fg_photos_item(person, "name")->valuestring, name) == 0) {
            found = fg_photos_item(person, "encodings")->valueint;
        }
    }
    assert_int_equal(found, encodings);
    cJSON_Delete(list);
    free(output);
}

static void everybody_in_a_folder_is_enrolled_and_a_bad_picture_left_out(void **state)
{
    (void)state;
    put_person("2", "Bob");
    put_person("6-left", "Eve");
    fg_photos_put("nobody.jpg", "Bob/nothing.jpg");
    fg_photos_put("two.jpg", "Eve/two.jpg");
    const char *words[] = {"enroll", "--folder", fg_photos, NULL};
    char *output = fg_photos_run(0, words);
    fg_photos_holds(output, "Bob: 2 of 3 pictures, 2 in all\n");
    fg_photos_holds(output, "Eve: 2 of 3 pictures, 2 in all\n");
    fg_photos_holds(output, "/Bob/nothing.jpg: no face found: ");
    fg_photos_holds(output, "/Eve/two.jpg: 2 faces found: face 0, ");
    fg_photos_holds(output, "Enrolled 2 people from ");
    fg_photos_holds(output, ": 4 new encodings of 6 pictures; 2 were left out, see above. They "
                            "are in ");
    fg_photos_holds(output, "3 of 3 people have fewer than 3 encodings: Ada, Bob, Eve.");
    free(output);
    expect_person("Bob", 2);
    expect_person("Eve", 2);

    /* A second time there is nothing new. */
    output = fg_photos_run(1, words);
    fg_photos_holds(output, "Bob/1.jpg: this view of Bob is already enrolled");
    fg_photos_holds(output, "nothing was saved: none of 6 pictures was taken");
    free(output);
    expect_person("Bob", 2);
}

static void who_has_no_usable_picture_or_name_makes_the_command_fail(void **state)
{
    (void)state;
    put_person("2", "Bob");
    put_person("6-left", "Inconnu");
    fg_photos_make_folder("Eve");
    fg_photos_put("nobody.jpg", "Eve/nothing.jpg");
    const char *words[] = {"enroll", "--folder", fg_photos, NULL};
    char *output = fg_photos_run(1, words);
    fg_photos_holds(output, "/album/Inconnu: \"Inconnu\" is a name for strangers");
    fg_photos_holds(output, "Eve: 0 of 1 picture, 0 in all\n");
    fg_photos_holds(output, "Enrolled 1 person from ");
    fg_photos_holds(output, "2 people have no encoding: add better pictures\n");
    free(output);
    expect_person("Bob", 2);
    expect_person("Inconnu", 0);
}

static void a_folder_is_all_that_is_given(void **state)
{
    (void)state;
    static const char only[] =
        "--folder takes no --name, --badge, --face or --camera, and no images";
    const char *named[] = {"enroll", "--folder", fg_photos, "--name", "Bob", NULL};
    fg_photos_expect(2, only, named);
    const char *image[] = {"enroll", "--folder", fg_photos, "a.jpg", NULL};
    fg_photos_expect(2, only, image);
    const char *empty[] = {"enroll", "--folder", fg_photos, NULL};
    fg_photos_expect(1, "/album: has no folders: make a folder for each person in it", empty);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fg_photos_open, fg_photos_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everybody_in_a_folder_is_enrolled_and_a_bad_picture_left_out),
        TEST(who_has_no_usable_picture_or_name_makes_the_command_fail),
        TEST(a_folder_is_all_that_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
