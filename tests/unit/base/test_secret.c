/* Secrets leave nothing behind: memory that held one is overwritten before it is given back. */
#include "facegate/base/buffer.h"
#include "facegate/base/file.h"

#include "testing.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "correct horse battery staple"

/* Blocks that were given back with the secret in them. */
static int left;

void __real_free(void *memory);
void *__real_realloc(void *memory, size_t size);
void __wrap_free(void *memory);
void *__wrap_realloc(void *memory, size_t size);

static void look_into(const void *memory)
{
    if (memory != NULL) {
        size_t size = malloc_usable_size((void *)(uintptr_t)memory);
        left += memmem(memory, size, SECRET, strlen(SECRET)) != NULL ? 1 : 0;
    }
}

void __wrap_free(void *memory)
{
    look_into(memory);
    __real_free(memory);
}

/* It may move what it grows, and leave the old place as it was. */
void *__wrap_realloc(void *memory, size_t size)
{
    look_into(memory);
    return __real_realloc(memory, size);
}

static int reset(void **state)
{
    (void)state;
    left = 0;
    return 0;
}

static void fill(fg_buffer *buffer)
{
    fg_buffer_add(buffer, SECRET, strlen(SECRET));
    for (int i = 0; i < 1000; i++) {
        fg_buffer_print(buffer, "%d", i);
    }
    assert_false(buffer->failed);
    assert_memory_equal(buffer->data, SECRET "0123456789", strlen(SECRET) + 10);
}

static void a_buffer_that_is_no_secret_is_not_overwritten(void **state)
{
    (void)state;
    fg_buffer buffer = {0};
    fill(&buffer);
    fg_buffer_free(&buffer);
    assert_true(left > 0); /* else the other tests would see nothing either */
}

static void a_secret_is_overwritten_where_it_grows_and_ends(void **state)
{
    (void)state;
    fg_buffer buffer = {.secret = true};
    fill(&buffer);
    fg_buffer_clear(&buffer);
    assert_null(memmem(buffer.data, buffer.room, SECRET, strlen(SECRET)));
    fill(&buffer);
    fg_buffer_free(&buffer);
    assert_null(buffer.data);
    assert_int_equal(left, 0);
    fill(&buffer); /* it still is a secret */
    fg_buffer_free(&buffer);
    assert_int_equal(left, 0);
}

static void what_was_read_is_overwritten(void **state)
{
    (void)state;
    char *folder = fg_testing_folder();
    char *path = fg_testing_path(folder, "key");
    char *data = NULL;
    size_t size = 0;
    fg_testing_write(path, SECRET, strlen(SECRET));
    assert_int_equal(fg_file_read(path, 100, &data, &size, NULL), 0);
    assert_string_equal(data, SECRET);
    left = 0;
    fg_file_forget(data, size);
    assert_int_equal(left, 0);
    fg_file_forget(NULL, 0);
    free(path);
    fg_testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_buffer_that_is_no_secret_is_not_overwritten, reset),
        cmocka_unit_test_setup(a_secret_is_overwritten_where_it_grows_and_ends, reset),
        cmocka_unit_test_setup(what_was_read_is_overwritten, reset),
    };
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
