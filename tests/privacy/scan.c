/*
 * fg_scan: looks for needles at every offset of what may be a disk, deleted files included.
 *
 *   fg_scan NEEDLES FILE...          needles are records of a picture's number (uint32) and 16
 *                                    bytes; prints what it found as an object of JSON
 *   fg_scan --planes NEEDLES JPEG... appends needles of the Y planes that these pictures decode to,
 *                                    as a camera would have brought them
 *   fg_scan --plane FILE JPEG        writes such a plane to a file
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <turbojpeg.h>
#include <unistd.h>

#define NEEDLE      16
#define SPACING     2048 /* bytes of a plane from one needle to the next */
#define DISTINCT    8    /* different bytes in one of a plane's */
#define FILTER_BITS 24
#define CHUNK       (4u << 20)

typedef struct needle {
    uint32_t picture;
    uint8_t bytes[NEEDLE];
} needle;

typedef struct haystack {
    const needle *needles;
    size_t count;
    uint32_t *slots; /* the index of a needle + 1 */
    size_t slot_mask;
    uint8_t *filter;
    bool *found;
    uint64_t bytes, places;
    int64_t first;
} haystack;

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "fg_scan: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void *must(void *memory)
{
    if (memory == NULL) {
        fail("memory", "there is not enough");
    }
    return memory;
}

/* All of a file, to be freed. */
static uint8_t *read_all(const char *path, size_t *ret_size)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        fail(path, strerror(errno));
    }
    size_t size = (size_t)info.st_size, have = 0;
    uint8_t *data = must(malloc(size + 1));
    while (have < size) {
        ssize_t got = read(fd, data + have, size - have);
        if (got <= 0) {
            fail(path, got < 0 ? strerror(errno) : "it became shorter");
        }
        have += (size_t)got;
    }
    close(fd);
    *ret_size = size;
    return data;
}

static uint64_t key_of(const uint8_t *bytes)
{
    uint64_t key;
    memcpy(&key, bytes, sizeof(key));
    return key * UINT64_C(0x9E3779B97F4A7C15);
}

static void prepare(haystack *hay)
{
    size_t slots = 1024;
    while (slots < hay->count * 4) {
        slots *= 2;
    }
    hay->slot_mask = slots - 1;
    hay->slots = must(calloc(slots, sizeof(*hay->slots)));
    hay->filter = must(calloc((size_t)1 << FILTER_BITS, 1));
    hay->found = must(calloc(hay->count + 1, sizeof(*hay->found)));
    hay->first = -1;
    for (size_t i = 0; i < hay->count; i++) {
        uint64_t key = key_of(hay->needles[i].bytes);
        hay->filter[key >> (64 - FILTER_BITS)] = 1;
        size_t slot = key & hay->slot_mask;
        while (hay->slots[slot] != 0) {
            slot = (slot + 1) & hay->slot_mask;
        }
        hay->slots[slot] = (uint32_t)i + 1;
    }
}

/* Counts the needles that lie here; the same bytes may stand for several pictures. */
static void find(haystack *hay, const uint8_t *at, uint64_t key, int64_t offset)
{
    bool here = false;
    for (size_t slot = key & hay->slot_mask; hay->slots[slot] != 0;
         slot = (slot + 1) & hay->slot_mask) {
        size_t index = hay->slots[slot] - 1;
        if (memcmp(hay->needles[index].bytes, at, NEEDLE) == 0) {
            hay->found[index] = true;
            here = true;
        }
    }
    hay->places += here;
    if (here && hay->first < 0) {
        hay->first = offset;
    }
}

/* Every offset, also those across two reads. */
static void scan(haystack *hay, const char *path)
{
    uint8_t *buffer = must(malloc(CHUNK + NEEDLE));
    size_t kept = 0;
    int64_t offset = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fail(path, strerror(errno));
    }
    for (;;) {
        ssize_t got = read(fd, buffer + kept, CHUNK);
        if (got < 0) {
            fail(path, strerror(errno));
        }
        if (got == 0) {
            break;
        }
        size_t size = kept + (size_t)got, at = 0;
        hay->bytes += (uint64_t)got;
        for (; at + NEEDLE <= size; at++) {
            uint64_t key = key_of(buffer + at);
            if (hay->filter[key >> (64 - FILTER_BITS)] != 0) {
                find(hay, buffer + at, key, offset + (int64_t)at);
            }
        }
        kept = size - at;
        memmove(buffer, buffer + at, kept);
        offset += (int64_t)at;
    }
    close(fd);
    free(buffer);
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
    return (one > other) - (one < other);
}

static size_t count_pictures(const haystack *hay)
{
    uint32_t *numbers = must(malloc((hay->count + 1) * sizeof(*numbers)));
    size_t hits = 0, pictures = 0;
    for (size_t i = 0; i < hay->count; i++) {
        if (hay->found[i]) {
            numbers[hits++] = hay->needles[i].picture;
        }
    }
    qsort(numbers, hits, sizeof(*numbers), compare_numbers);
    for (size_t i = 0; i < hits; i++) {
        pictures += i == 0 || numbers[i] != numbers[i - 1];
    }
    free(numbers);
    return pictures;
}

static int search(const char *needles, char **files, int count)
{
    size_t size = 0, found = 0;
    uint8_t *data = read_all(needles, &size);
    haystack hay = {.needles = (const needle *)data, .count = size / sizeof(needle)};
    if (hay.count == 0 || size % sizeof(needle) != 0) {
        fail(needles, "these are no needles");
    }
    prepare(&hay);
    for (int i = 0; i < count; i++) {
        scan(&hay, files[i]);
    }
    for (size_t i = 0; i < hay.count; i++) {
        found += hay.found[i];
    }
    printf("{\"bytes\": %" PRIu64 ", \"needles\": %zu, \"found\": %zu, \"pictures\": %zu, "
           "\"places\": %" PRIu64 ", \"first\": %" PRId64 "}\n",
           hay.bytes, hay.count, found, count_pictures(&hay), hay.places, hay.first);
    free(hay.slots);
    free(hay.filter);
    free(hay.found);
    free(data);
    return EXIT_SUCCESS;
}

/* The Y plane of a picture without padding, to be freed. */
static uint8_t *decode(const char *path, size_t *ret_size)
{
    size_t size = 0;
    int width = 0, height = 0, sampling = 0, colours = 0;
    uint8_t *data = read_all(path, &size);
    tjhandle codec = must(tjInitDecompress());
    if (tjDecompressHeader3(codec, data, size, &width, &height, &sampling, &colours) != 0) {
        fail(path, tjGetErrorStr2(codec));
    }
    uint8_t *planes[3];
    int strides[3] = {0};
    for (int i = 0; i < 3; i++) {
        planes[i] = must(malloc(tjPlaneSizeYUV(i, width, 0, height, sampling)));
    }
    if (tjDecompressToYUVPlanes(codec, data, size, planes, width, strides, height, 0) != 0) {
        fail(path, tjGetErrorStr2(codec));
    }
    tjDestroy(codec);
    free(data);
    free(planes[1]);
    free(planes[2]);
    *ret_size = tjPlaneSizeYUV(0, width, 0, height, sampling);
    return planes[0];
}

/* Whether it is unlikely to lie anywhere by chance. */
static bool is_telling(const uint8_t *bytes)
{
    int different = 0;
    for (int i = 0; i < NEEDLE; i++) {
        different += memchr(bytes, bytes[i], (size_t)i) == NULL;
    }
    return different >= DISTINCT;
}

static int add_planes(const char *needles, char **pictures, int count)
{
    FILE *file = fopen(needles, "ab");
    if (file == NULL) {
        fail(needles, strerror(errno));
    }
    for (int i = 0; i < count; i++) {
        size_t size = 0;
        uint8_t *plane = decode(pictures[i], &size);
        for (size_t at = 0; at + NEEDLE <= size; at++) {
            if (is_telling(plane + at)) {
                needle one = {.picture = (uint32_t)i};
                memcpy(one.bytes, plane + at, NEEDLE);
                fwrite(&one, sizeof(one), 1, file);
                at += SPACING - 1;
            }
        }
        free(plane);
    }
    if (fclose(file) != 0) {
        fail(needles, strerror(errno));
    }
    return EXIT_SUCCESS;
}

static int write_plane(const char *path, const char *picture)
{
    size_t size = 0;
    uint8_t *plane = decode(picture, &size);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(plane, 1, size, file) != size || fclose(file) != 0) {
        fail(path, strerror(errno));
    }
    free(plane);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc >= 4 && strcmp(argv[1], "--planes") == 0) {
        return add_planes(argv[2], argv + 3, argc - 3);
    }
    if (argc == 4 && strcmp(argv[1], "--plane") == 0) {
        return write_plane(argv[2], argv[3]);
    }
    if (argc >= 3 && argv[1][0] != '-') {
        return search(argv[1], argv + 2, argc - 2);
    }
    fputs("Usage: fg_scan [--planes | --plane] NEEDLES FILE...\n", stderr);
    return 2;
}
