#include "frame_results.h"

#include "facegate/base/log.h"
#include "testing.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

void frame_results_open(frame_results *all, const char *const names[])
{
    float encoding[FG_ENCODING_SIZE] = {0};
    *all = (frame_results){0};
    assert_int_equal(fg_frame_resize(&all->frame, 64, 48), 0);
    for (int i = 0; i < 64 * 48; i++) {
        all->frame.plane[0][i / 64 * all->frame.stride[0] + i % 64] = (uint8_t)(i % 64 * 4);
    }
    for (int plane = 1; plane < 3; plane++) {
        memset(all->frame.plane[plane], 100, (size_t)all->frame.stride[plane] * 24);
    }
    all->frame.sequence = 12;
    assert_int_equal(fg_gallery_create(&all->gallery), 0);
    for (int i = 0; names[i] != NULL; i++) {
        fg_error error;
        encoding[0] = (float)i;
        if (fg_gallery_add(all->gallery, names[i], NULL, encoding, &error) != 0) {
            fail_msg("%s", error.text);
        }
    }
    all->frame_result = (fg_frame_result){
        .frame = &all->frame,
        .time = 0.4,
        .effort = {.moves = true, .search = FG_SEARCH_WHOLE},
        .gallery = all->gallery,
        .observations = all->observations,
        .reports = all->reports,
    };
}

void frame_results_close(frame_results *all)
{
    fg_frame_release(&all->frame);
    fg_gallery_free(all->gallery);
}

int frame_results_add(frame_results *all)
{
    int index = all->frame_result.count++;
    assert_in_range(index, 0, FG_TRACKS_MAX - 1);
    all->observations[index] = (fg_observation){
        .track = {.id = (uint64_t)index + 1,
                  .epoch = 1,
                  .seen = true,
                  .face = {.box = {10, 20, 30, 31}, .score = 0.75},
                  .expected = {12, 21, 30, 31}},
        .decision = {.person = -1, .distance = INFINITY, .margin = -(double)INFINITY},
    };
    return index;
}

void frame_results_measure(frame_results *all, int index, double brightness,
                           enum fg_quality_fault fault)
{
    fg_observation *observation = &all->observations[index];
    observation->measured = true;
    observation->quality = (fg_quality){.size = 120,
                                        .inside = 1,
                                        .brightness = brightness,
                                        .contrast = 40.26,
                                        .sharpness = 0.4567,
                                        .turn = 0.1234,
                                        .has_pose = true};
    observation->fault = fault;
    observation->limits = &fg_quality_enrolment;
}

void frame_results_match(frame_results *all, int index, int person, double distance, int runner_up,
                         double runner_up_distance)
{
    all->observations[index].encoded = true;
    all->observations[index].alone =
        (fg_visit){.person = person,
                   .distance = distance,
                   .margin = isfinite(distance) ? 0.125 : -(double)INFINITY,
                   .next = runner_up,
                   .next_distance = runner_up_distance,
                   .weight = 0.75};
}

void frame_results_decide(frame_results *all, int index, enum fg_status status, int person,
                          double distance)
{
    all->observations[index].decision =
        (fg_decision){.status = status,
                      .person = person,
                      .distance = distance,
                      .margin = isfinite(distance) ? 0.0625 : -(double)INFINITY,
                      .weight = 1.5};
}

void frame_results_on_a_small_disk(size_t bytes, void (*act)(void *context), void *context)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const struct rlimit small = {.rlim_cur = bytes, .rlim_max = limit.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    act(context);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    signal(SIGXFSZ, handler);
}

char *frame_results_logged(void (*act)(void *context), void *context)
{
    char path[64];
    int fd = memfd_create("log", MFD_CLOEXEC);
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
    assert_true(fd >= 0 && saved >= 0);
    fflush(stderr);
    dup2(fd, STDERR_FILENO);
    fg_log_open(false);
    act(context);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    char *text = fg_testing_read(path, NULL);
    close(fd);
    return text;
}
