/* Any bytes are either refused with a text of one line, or a configuration that can be written and
 * read again. */
#include "config_file.h"
#include "fuzz.h"

static fg_config config; /* large */
static fg_config again;

static void set_again(void *context, const fg_config_item *item)
{
    (void)context;
    fg_fuzz_expect(
        fg_config_set(&again, item->section, item->key, item->value, item->origin, NULL) == 0,
        "a value that is none");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fg_error error = {""};
    fg_config_init(&config);
    int result = fg_config_parse(&config, (const char *)data, size, "fuzz.conf", &error);
    if (result == 0) {
        fg_config_init(&again);
        fg_config_each(&config, set_again, NULL);
        fg_fuzz_expect(memcmp(&config.camera, &again.camera, sizeof(config.camera)) == 0, "camera");
        fg_fuzz_expect(config.access.tolerance >= 0.2 && config.access.tolerance <= 0.8,
                       "tolerance");
        fg_fuzz_expect(strcmp(config.delivery.backend_url, again.delivery.backend_url) == 0,
                       "address");
        fg_config_check(&config, NULL);
    } else {
        fg_fuzz_expect(fg_text_is_utf8(error.text, strlen(error.text)), "a text that is not UTF-8");
        fg_fuzz_expect(fg_text_check(error.text, FG_ERROR_TEXT, NULL) == 0,
                       "a text of several lines");
        fg_fuzz_expect(strncmp(error.text, "fuzz.conf:", 10) == 0, "a text without a line");
    }
    return 0;
}
