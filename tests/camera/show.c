#include "show.h"

#include "door.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <turbojpeg.h>

#include <cmocka.h>

#define BAR_HEIGHT 96
#define BAR_WIDTH  (FG_SHOW_WIDTH / FG_SHOW_BARS)
#define MARGIN     16 /* of a bar, where the chroma of two may mix */
#define STRIDE     (FG_SHOW_WIDTH * 3)
#define SIZE       (STRIDE * FG_SHOW_HEIGHT)
#define QUALITY    95

static const uint8_t bars[FG_SHOW_BARS][3] = {
    {255, 255, 255}, {255, 255, 0}, {0, 255, 255}, {0, 255, 0},
    {255, 0, 255},   {255, 0, 0},   {0, 0, 255},   {0, 0, 0},
};

static uint8_t *decode(const void *jpeg, unsigned long size)
{
    int width = 0, height = 0, subsampling = 0, colours = 0;
    uint8_t *pixels = malloc(SIZE);
    tjhandle decoder = tjInitDecompress();
    assert_non_null(pixels);
    assert_int_equal(
        tjDecompressHeader3(decoder, jpeg, size, &width, &height, &subsampling, &colours), 0);
    assert_int_equal(width, FG_SHOW_WIDTH);
    assert_int_equal(height, FG_SHOW_HEIGHT);
    assert_int_equal(tjDecompress2(decoder, jpeg, size, pixels, FG_SHOW_WIDTH, STRIDE,
                                   FG_SHOW_HEIGHT, TJPF_RGB, 0),
                     0);
    tjDestroy(decoder);
    return pixels;
}

static uint8_t *decode_file(const char *path)
{
    size_t size = 0;
    char *jpeg = fg_testing_read(path, &size);
    uint8_t *pixels = decode(jpeg, size);
    free(jpeg);
    return pixels;
}

static char *picture_path(const char *folder, int number)
{
    char name[32];
    snprintf(name, sizeof(name), "%d.jpg", number);
    return fg_testing_path(folder, name);
}

static void paint_bars(uint8_t *pixels)
{
    for (int y = FG_SHOW_HEIGHT - BAR_HEIGHT; y < FG_SHOW_HEIGHT; y++) {
        for (int x = 0; x < FG_SHOW_WIDTH; x++) {
            memcpy(pixels + y * STRIDE + x * 3, bars[x / BAR_WIDTH], 3);
        }
    }
}

static void write_picture(const char *path, const uint8_t *pixels)
{
    unsigned char *jpeg = NULL;
    unsigned long size = 0;
    tjhandle encoder = tjInitCompress();
    assert_int_equal(tjCompress2(encoder, pixels, FG_SHOW_WIDTH, STRIDE, FG_SHOW_HEIGHT, TJPF_RGB,
                                 &jpeg, &size, TJSAMP_420, QUALITY, 0),
                     0);
    fg_testing_write(path, jpeg, size);
    tjFree(jpeg);
    tjDestroy(encoder);
}

char *fg_show_make(const char *parent)
{
    char *folder = fg_testing_path(parent, "show");
    char *scene = fg_door_scene("door");
    assert_int_equal(mkdir(folder, 0700), 0);
    for (int i = 0; i < FG_SHOW_PICTURES; i++) {
        char name[32];
        snprintf(name, sizeof(name), "frame-%04d.jpg", i);
        char *from = fg_testing_path(scene, name);
        char *to = picture_path(folder, i);
        uint8_t *pixels = decode_file(from);
        paint_bars(pixels);
        write_picture(to, pixels);
        free(pixels);
        free(from);
        free(to);
    }
    free(scene);
    return folder;
}

static void measure(const uint8_t *ours, const uint8_t *theirs, double ret_mean[3])
{
    uint64_t sum[3] = {0};
    for (int i = 0; i < SIZE; i++) {
        sum[i % 3] += (uint64_t)abs(ours[i] - theirs[i]);
    }
    for (int channel = 0; channel < 3; channel++) {
        ret_mean[channel] = (double)sum[channel] / (SIZE / 3);
    }
}

/* Against what was painted, so that a JPEG's own loss is no excuse. */
static double measure_bar(const uint8_t *pixels, int bar)
{
    double most = 0;
    for (int channel = 0; channel < 3; channel++) {
        long sum = 0, count = 0;
        for (int y = FG_SHOW_HEIGHT - BAR_HEIGHT + MARGIN; y < FG_SHOW_HEIGHT; y++) {
            for (int x = bar * BAR_WIDTH + MARGIN; x < (bar + 1) * BAR_WIDTH - MARGIN; x++) {
                sum += pixels[y * STRIDE + x * 3 + channel];
                count++;
            }
        }
        double off = (double)sum / (double)count - bars[bar][channel];
        off = off < 0 ? -off : off;
        most = off > most ? off : most;
    }
    return most;
}

fg_show_error fg_show_compare(const char *folder, const void *jpeg, unsigned long size)
{
    fg_show_error best = {.mean = {255, 255, 255}};
    uint8_t *pixels = decode(jpeg, size);
    for (int i = 0; i < FG_SHOW_PICTURES; i++) {
        double mean[3];
        char *path = picture_path(folder, i);
        uint8_t *source = decode_file(path);
        measure(pixels, source, mean);
        if (mean[0] + mean[1] + mean[2] < best.mean[0] + best.mean[1] + best.mean[2]) {
            memcpy(best.mean, mean, sizeof(mean));
        }
        free(source);
        free(path);
    }
    for (int bar = 0; bar < FG_SHOW_BARS; bar++) {
        best.bar[bar] = measure_bar(pixels, bar);
    }
    free(pixels);
    return best;
}
