#include "gallery_folder.h"

#include "testing.h"

#include <stdio.h>
#include <stdlib.h>

char *folder, *config, *encodings;

int make_folder(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    config = fg_testing_path(folder, "facegate.conf");
    encodings = fg_testing_path(folder, "encodings.json");
    /* Not this machine's own outbox, where somebody may wait; and a round tolerance, since the
     * tables are of distances that are plain to see. */
    char text[1024];
    int length = snprintf(text, sizeof(text),
                          "[access]\ntolerance = 0.5\n[delivery]\noutbox = %s/outbox.db\n"
                          "[vision]\nmodels = " FG_SOURCE_DIR "/models\n",
                          folder);
    fg_testing_write(config, text, (size_t)length);
    return 0;
}

int remove_folder(void **state)
{
    (void)state;
    free(config);
    free(encodings);
    fg_testing_remove(folder);
    return 0;
}
