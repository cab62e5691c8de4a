/* Makes the pictures of canned.h: a short film for a door, and a picture of each person. */
#include "canned.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <turbojpeg.h>

static unsigned char planes[3][FG_CANNED_WIDTH * FG_CANNED_HEIGHT];

static bool write_picture(const char *folder, const char *name, enum fg_canned who)
{
    char path[4096];
    const unsigned char *const sources[3] = {planes[0], planes[1], planes[2]};
    const int strides[3] = {FG_CANNED_WIDTH, FG_CANNED_WIDTH / 2, FG_CANNED_WIDTH / 2};
    unsigned char *data = NULL;
    unsigned long size = 0;
    tjhandle compressor = tjInitCompress();
    uint8_t *const painted[3] = {planes[0], planes[1], planes[2]};
    fg_canned_paint(who, painted, strides);
    snprintf(path, sizeof(path), "%s/%s.jpg", folder, name);
    FILE *file = fopen(path, "wb");
    bool done = compressor != NULL && file != NULL &&
                tjCompressFromYUVPlanes(compressor, (const unsigned char **)(uintptr_t)sources,
                                        FG_CANNED_WIDTH, strides, FG_CANNED_HEIGHT, TJSAMP_420,
                                        &data, &size, 90, 0) == 0 &&
                fwrite(data, 1, size, file) == size;
    done = file != NULL && fclose(file) == 0 && done;
    tjFree(data);
    if (compressor != NULL) {
        tjDestroy(compressor);
    }
    if (!done) {
        fprintf(stderr, "%s cannot be written\n", path);
    }
    return done;
}

int main(int argc, char **argv)
{
    /* Longer than both decisions take, so that an event can be made up for. */
    static const struct {
        enum fg_canned who;
        int frames;
    } film[] = {{FG_CANNED_NOBODY, 1}, {FG_CANNED_ADA, 4}, {FG_CANNED_STRANGER, 7}};
    char door[4096], name[32];
    int number = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    snprintf(door, sizeof(door), "%s/door", argv[1]);
    mkdir(argv[1], 0777);
    mkdir(door, 0777);
    bool done = write_picture(argv[1], "ada", FG_CANNED_ADA) &&
                write_picture(argv[1], "bob", FG_CANNED_BOB) &&
                write_picture(argv[1], "nobody", FG_CANNED_NOBODY);
    for (size_t i = 0; i < sizeof(film) / sizeof(film[0]); i++) {
        for (int n = 0; n < film[i].frames && done; n++) {
            snprintf(name, sizeof(name), "frame-%02d", number++);
            done = write_picture(door, name, film[i].who);
        }
    }
    return done ? 0 : 1;
}
