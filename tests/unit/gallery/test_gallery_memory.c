/* In a process of its own, since the peak of its memory is what counts. */
#include "encoding_text.h"
#include "facegate/gallery/gallery.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FG_CLANG_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(FG_CLANG_SANITIZED)
#define SANITIZED 1
/* gcc does not install sanitizer/allocator_interface.h */
size_t __sanitizer_get_current_allocated_bytes(void);
#else
#define SANITIZED 0
#endif

#define PEOPLE    10000
#define ENCODINGS 50000
#define MEGABYTE  1000000.0

/* Of the n-th encoding; every one is different. */
static void make_encoding(int n, float ret_encoding[FG_ENCODING_SIZE])
{
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        ret_encoding[i] = 0.4f * ((float)((n * 31 + i * 17) % 1009) / 1009.0f - 0.5f);
    }
    ret_encoding[0] = (float)n / (2 * ENCODINGS);
}

static void write_gallery(const char *path)
{
    char text[FG_ENCODING_TEXT];
    float encoding[FG_ENCODING_SIZE];
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fprintf(file,
            "{\"format\": \"facegate-encodings\", \"version\": 1, \"model\": \"%s\", "
            "\"people\": [",
            FG_ENCODING_MODEL);
    for (int i = 0; i < ENCODINGS; i++) {
        bool first = i % (ENCODINGS / PEOPLE) == 0;
        if (first) {
            fprintf(file, "%s\n{\"name\": \"person %d\", \"encodings\": [", i > 0 ? "]}," : "",
                    i / (ENCODINGS / PEOPLE));
        }
        make_encoding(i, encoding);
        fg_encoding_format(encoding, text);
        fprintf(file, "%s\"%s\"", first ? "" : ",\n", text);
    }
    fputs("]}]}\n", file);
    assert_int_equal(ferror(file), 0);
    assert_int_equal(fclose(file), 0);
}

static void fifty_thousand_encodings_load_in_seconds_in_100_mb(void **state)
{
    (void)state;
    char *folder = fg_testing_folder();
    char *path = fg_testing_path(folder, "encodings.json");
    fg_gallery *gallery = NULL;
    fg_error error = {""};
    write_gallery(path);

    clock_t start = clock();
    if (fg_gallery_load(path, &gallery, &error) != 0) {
        fail_msg("%s", error.text);
    }
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    double peak = (double)fg_process_memory(getpid(), "VmHWM") * 1024;
    print_message("%.2f s, %.0f MB at most\n", seconds, peak / MEGABYTE);
    assert_true(seconds < (SANITIZED ? 30 : 5));
#if SANITIZED
    /* The sanitizer's own memory drowns the peak; what is left allocated can still be reported. */
    print_message("under a sanitizer: allocated memory is asserted instead of the peak\n");
    assert_true((double)__sanitizer_get_current_allocated_bytes() < 50 * MEGABYTE);
#else
    assert_true(peak < 100 * MEGABYTE);
#endif

    assert_int_equal(fg_gallery_people(gallery), PEOPLE);
    assert_int_equal(fg_gallery_encodings(gallery), ENCODINGS);
    assert_int_equal(fg_gallery_find(gallery, "person 9999"), 9999);
    for (int i = 0; i < ENCODINGS; i += 4999) {
        float probe[FG_ENCODING_SIZE];
        fg_match match;
        make_encoding(i, probe);
        fg_gallery_match(gallery, probe, &match);
        assert_int_equal(match.person, i / (ENCODINGS / PEOPLE));
        assert_true(match.distance == 0);
    }
    fg_gallery_free(gallery);
    free(path);
    fg_testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifty_thousand_encodings_load_in_seconds_in_100_mb),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
