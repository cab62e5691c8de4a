#include "mapping.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static int make_buffer(size_t size, char fill)
{
    char page[4096];
    int fd = memfd_create("buffer", MFD_CLOEXEC);
    assert_true(fd >= 0);
    memset(page, fill, sizeof(page));
    for (size_t done = 0; done < size; done += sizeof(page)) {
        size_t part = size - done < sizeof(page) ? size - done : sizeof(page);
        assert_int_equal(write(fd, page, part), (ssize_t)part);
    }
    return fd;
}

static void planes_of_one_descriptor_share_one_mapping(void **state)
{
    (void)state;
    int fd = make_buffer(3000, 'a');
    assert_int_equal(pwrite(fd, "xyz", 3, 2000), 3);
    fg_mapping_span spans[] = {{fd, 0, 2000}, {fd, 2000, 1000}};
    fg_mapping mapping = {0};
    assert_int_equal(fg_mapping_open(&mapping, spans, 2, NULL), 0);
    assert_int_equal(mapping.areas, 1);
    assert_int_equal(mapping.planes, 2);
    assert_ptr_equal(mapping.plane[1].data, mapping.plane[0].data + 2000);
    assert_int_equal(mapping.plane[1].size, 1000);
    fg_mapping_begin(&mapping);
    assert_memory_equal(mapping.plane[1].data, "xyza", 4);
    fg_mapping_end(&mapping);
    fg_mapping_close(&mapping);
    fg_mapping_close(&mapping);
    assert_int_equal(mapping.planes, 0);
    close(fd);
}

static void planes_of_several_descriptors_are_mapped_each(void **state)
{
    (void)state;
    int first = make_buffer(100, 'a'), second = make_buffer(100, 'b');
    fg_mapping_span spans[] = {{first, 10, 90}, {second, 0, 100}};
    fg_mapping mapping = {0};
    assert_int_equal(fg_mapping_open(&mapping, spans, 2, NULL), 0);
    assert_int_equal(mapping.areas, 2);
    assert_int_equal(mapping.plane[0].data[0], 'a');
    assert_int_equal(mapping.plane[1].data[99], 'b');
    fg_mapping_close(&mapping);
    close(first);
    close(second);
}

static void a_plane_past_the_end_of_its_buffer_is_refused(void **state)
{
    (void)state;
    int fd = make_buffer(5000, 'a');
    fg_mapping_span many[5] = {{fd, 0, 1}, {fd, 0, 1}, {fd, 0, 1}, {fd, 0, 1}, {fd, 0, 1}};
    fg_mapping_span longer[] = {{fd, 0, 4000}, {fd, 4000, 1001}};
    fg_mapping_span wraps[] = {{fd, 8, SIZE_MAX - 4}};
    fg_mapping mapping = {0};
    fg_error error = {0};
    assert_int_equal(fg_mapping_open(&mapping, longer, 2, &error), -EINVAL);
    assert_string_equal(error.text, "the camera's buffer has 5000 bytes, its planes need 5001");
    assert_int_equal(fg_mapping_open(&mapping, wraps, 1, &error), -EINVAL);
    assert_string_equal(error.text, "the camera's plane 0 has no valid length");
    assert_int_equal(fg_mapping_open(&mapping, many, 5, &error), -EINVAL);
    assert_string_equal(error.text, "the camera's buffer has 5 planes, at most 4 are known");
    assert_int_equal(mapping.areas, 0);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_of_one_descriptor_share_one_mapping),
        cmocka_unit_test(planes_of_several_descriptors_are_mapped_each),
        cmocka_unit_test(a_plane_past_the_end_of_its_buffer_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
