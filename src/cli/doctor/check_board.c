/*
 * The machine: temperature, throttling, memory, swap. Source: the Raspberry Pi documentation,
 * "get_throttled" and "Frequency management and thermal control"; the kernel's sysfs-class-thermal
 * and cgroup-v2; proc(5), systemd.resource-control(5); pull request 6439 of raspberrypi/linux.
 */
#include "doctor/check_board.h"

#include "facegate/base/file.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Degrees. A Pi slows down from 80 on; other machines bear more. */
#define WARM_PI    70
#define HOT_PI     80
#define WARM_OTHER 90

/* MiB. The daemon takes about 75. */
#define MEMORY_NEEDED 75
#define MEMORY_EASY   150

/* A small file of /proc or /sys, whose size says nothing. False where it is not there. */
static bool read_small(const char *path, char *ret_text, size_t size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    size_t length = fread(ret_text, 1, size - 1, file);
    fclose(file);
    ret_text[length] = '\0';
    return true;
}

/* The first that the pattern finds below root. */
static bool read_first(const char *root, const char *pattern, char *ret_text, size_t size)
{
    char whole[PATH_MAX];
    glob_t found = {0};
    bool read = false;
    snprintf(whole, sizeof(whole), "%s%s", root, pattern);
    if (glob(whole, 0, NULL, &found) == 0) {
        read = read_small(found.gl_pathv[0], ret_text, size);
    }
    globfree(&found);
    return read;
}

/* The hottest of all sensors, in degrees; false without any. */
static bool find_hottest(const char *root, double *ret_degrees)
{
    char pattern[PATH_MAX];
    glob_t found = {0};
    bool any = false;
    snprintf(pattern, sizeof(pattern), "%s/sys/class/thermal/thermal_zone*/temp", root);
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            char text[32];
            char *end = text;
            double degrees =
                read_small(found.gl_pathv[i], text, sizeof(text)) ? strtod(text, &end) / 1000 : 0;
            if (end != text && degrees > -50 && degrees < 200 && (!any || degrees > *ret_degrees)) {
                *ret_degrees = degrees;
                any = true;
            }
        }
    }
    globfree(&found);
    return any;
}

static enum fg_verdict judge_temperature(double degrees, bool is_pi)
{
    if (is_pi && degrees >= HOT_PI) {
        return FG_VERDICT_ERROR;
    }
    return degrees >= (is_pi ? WARM_PI : WARM_OTHER) ? FG_VERDICT_WARNING : FG_VERDICT_OK;
}

static void check_temperature(fg_checkup *checkup, const char *root, bool is_pi)
{
    static const char check[] = "board.temperature";
    double degrees = 0;
    if (!find_hottest(root, &degrees)) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_APPLICABLE, "no sensor");
        return;
    }
    enum fg_verdict verdict = judge_temperature(degrees, is_pi);
    fg_checkup_say(checkup, check, verdict, "%.0f degrees Celsius%s", degrees,
                   is_pi && verdict != FG_VERDICT_OK ? "; a Raspberry Pi slows down from 80" : "");
    if (verdict != FG_VERDICT_OK) {
        fg_checkup_fix(checkup,
                       "add a heat sink or a fan, keep the sun off the box, or lower [camera] fps");
    }
}

/* What the bits say, now in the low half and since the start in the high one. */
static void describe(unsigned long bits, char *ret_text, size_t size)
{
    static const char *const names[] = {"voltage too low", "frequency capped", "throttled",
                                        "temperature near its limit"};
    size_t used = 0;
    ret_text[0] = '\0';
    for (int i = 0; i < 4; i++) {
        if ((bits >> i & 1) != 0 && used < size) {
            used += (size_t)snprintf(ret_text + used, size - used, "%s%s", used > 0 ? ", " : "",
                                     names[i]);
        }
    }
}

static void check_throttling(fg_checkup *checkup, const char *root)
{
    static const char check[] = "board.throttling";
    char text[32];
    char *end = text;
    unsigned long bits = 0;
    if (read_first(root, "/sys/devices/platform/soc*/soc*:firmware/get_throttled", text,
                   sizeof(text))) {
        bits = strtoul(text, &end, 16);
    }
    if (end == text) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_CHECKED,
                       "not checked: the firmware does not report it (get_throttled)");
        return;
    }
    unsigned long now = bits & 0xF;
    unsigned long before = bits >> 16 & 0xF;
    char what[160];
    describe(now != 0 ? now : before, what, sizeof(what));
    if (now == 0 && before == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "none, now or since boot");
        return;
    }
    fg_checkup_say(checkup, check, now != 0 ? FG_VERDICT_ERROR : FG_VERDICT_WARNING, "%s: %s",
                   now != 0 ? "now" : "since boot", what);
    fg_checkup_fix(checkup, ((now != 0 ? now : before) & 1) != 0
                                ? "use the Raspberry Pi's own power supply and a short, thick cable"
                                : "add a heat sink or a fan, or keep the sun off the box");
}

void fg_check_board(fg_checkup *checkup, const char *root)
{
    char model[64] = "";
    bool is_pi = read_first(root, "/proc/device-tree/model", model, sizeof(model)) &&
                 strncmp(model, "Raspberry Pi", strlen("Raspberry Pi")) == 0;
    check_temperature(checkup, root, is_pi);
    if (is_pi) {
        check_throttling(checkup, root);
    } else {
        fg_checkup_say(checkup, "board.throttling", FG_VERDICT_NOT_APPLICABLE,
                       "not a Raspberry Pi");
    }
}

/* A field of /proc/meminfo in MiB, -1 without it. */
static long field(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at != NULL ? strtol(at + strlen(name), NULL, 10) / 1024 : -1;
}

void fg_check_memory(fg_checkup *checkup, const char *root, bool service_runs)
{
    static const char check[] = "memory";
    char text[4096];
    long available = -1;
    if (read_first(root, "/proc/meminfo", text, sizeof(text))) {
        available = field(text, "MemAvailable:");
    }
    if (available < 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_CHECKED,
                       "not checked: /proc/meminfo cannot be read");
        return;
    }
    enum fg_verdict verdict = FG_VERDICT_OK;
    if (available < MEMORY_EASY && !service_runs) {
        verdict = available >= MEMORY_NEEDED ? FG_VERDICT_WARNING : FG_VERDICT_ERROR;
    }
    fg_checkup_say(
        checkup, check, verdict, "%ld of %ld MiB are free; %s", available, field(text, "MemTotal:"),
        service_runs ? "the daemon already has its memory" : "the daemon needs about 75 MiB");
    if (verdict != FG_VERDICT_OK) {
        fg_checkup_fix(checkup, "stop programs you do not need; \"ps -eo rss,args --sort=-rss | "
                                "head\" shows the largest");
    }
}

/* Whether it is one of the words, which blanks part. */
static bool has_word(const char *text, const char *word)
{
    static const char blanks[] = " \t\n";
    size_t length = 0;
    for (text += strspn(text, blanks); *text != '\0';
         text += length + strspn(text + length, blanks)) {
        length = strcspn(text, blanks);
        if (length == strlen(word) && strncmp(text, word, length) == 0) {
            return true;
        }
    }
    return false;
}

/* The service's unit forbids it to be swapped, which the kernel heeds only where it counts memory;
 * a Raspberry Pi's firmware starts it with cgroup_disable=memory. */
void fg_check_swap(fg_checkup *checkup, const char *root)
{
    static const char check[] = "memory.swap";
    char swaps[1024], controllers[512];
    char area[200]; /* the first one's name, on the line after the head */
    if (!read_first(root, "/proc/swaps", swaps, sizeof(swaps)) ||
        sscanf(swaps, "%*[^\n] %199s", area) != 1) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "this machine has no swap");
    } else if (!read_first(root, "/sys/fs/cgroup/cgroup.controllers", controllers,
                           sizeof(controllers))) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_CHECKED,
                       "not checked: /sys/fs/cgroup/cgroup.controllers cannot be read");
    } else if (has_word(controllers, "memory")) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "systemd keeps the service out of swap");
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING,
                       "pictures of faces may be written to %s: systemd cannot keep the service "
                       "out of swap without the kernel's memory controller",
                       area);
        fg_checkup_fix(checkup,
                       "add cgroup_enable=memory to the kernel's command line (on a Raspberry Pi "
                       "in /boot/firmware/cmdline.txt) and reboot; until then \"sudo swapoff -a\"");
    }
}
