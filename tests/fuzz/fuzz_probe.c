/*
 * Whatever a backend answers, doctor and test-backend say of it what they say in whole lines. The
 * four answers of a test-backend stand one after the other; the first is what doctor sees.
 */
#include "facegate/clock.h"
#include "facegate/delivery/backend_probe.h"
#include "facegate/delivery/backend_test.h"
#include "fuzz.h"
#include "wire.h"

static const fg_backend_options options = {.url = FG_WIRE_URL, .timeout = 5, .connect_timeout = 5};

/* In the place of fg_clock_realtime: the time in the seeds, so that what was posted can be found
 * again. */
int64_t __wrap_fg_clock_realtime(void);
int64_t __wrap_fg_clock_realtime(void)
{
    return INT64_C(1795359845) * FG_NS_PER_S;
}

static void expect_lines(char *text)
{
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); rest != NULL; line = strsep(&rest, "\n")) {
        fg_fuzz_expect_line(line);
        fg_fuzz_expect(strncmp(line, "ok  ", 4) == 0 || strncmp(line, "FAIL", 4) == 0,
                       "a line that is no verdict");
    }
}

static void try_test(const uint8_t *data, size_t size, bool dry_run)
{
    static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xD9};
    char *text = NULL;
    size_t length = 0;
    FILE *output = open_memstream(&text, &length);
    fg_fuzz_expect(output != NULL, "no memory");
    fg_wire_load(data, size);
    int failed = fg_backend_test(&options, jpeg, sizeof(jpeg), dry_run, output, NULL);
    fclose(output);
    fg_fuzz_expect(failed >= 0 && failed <= (dry_run ? 1 : 4), "not as many as there are steps");
    fg_fuzz_expect(strlen(text) == length, "a zero among the lines");
    expect_lines(text);
    free(text);
    fg_wire_close();
}

static void try_probe(const uint8_t *data, size_t size)
{
    fg_probe_finding findings[FG_PROBE_STEPS];
    fg_wire_load(data, size);
    fg_fuzz_expect(fg_backend_probe(&options, findings, NULL) == 0, "no probe");
    for (int i = 0; i < FG_PROBE_STEPS; i++) {
        if (findings[i].state != FG_PROBE_NOT_TRIED) {
            fg_fuzz_expect_line(findings[i].text.text);
        }
        if (findings[i].state == FG_PROBE_FAILED) {
            fg_fuzz_expect_line(findings[i].fix.text);
        }
    }
    fg_wire_close();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    setenv("TZ", "UTC", 1);
    try_probe(data, size);
    try_test(data, size, true);
    try_test(data, size, false);
    return 0;
}
