/* Whether the clock is set, and by whom. */
#include "doctor/check_clock.h"

#include "facegate/clock.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* Nobody runs this program before it was written: 2026-01-01. */
#define EARLIEST (INT64_C(1767225600) * FG_NS_PER_S)

static bool is_there(const char *root, const char *path)
{
    char whole[PATH_MAX];
    snprintf(whole, sizeof(whole), "%s%s", root, path);
    return access(whole, F_OK) == 0;
}

static bool in_container(const char *root)
{
    return is_there(root, "/run/systemd/container") || is_there(root, "/.dockerenv") ||
           is_there(root, "/run/.containerenv");
}

void fg_check_clock(fg_checkup *checkup, const char *root, const fg_kernel_clock *clock)
{
    static const char check[] = "clock.time";
    char text[32];
    fg_clock_format(clock->realtime, text);
    bool kernel =
        clock->state >= 0 && clock->state != TIME_ERROR && (clock->status & STA_UNSYNC) == 0;
    if (clock->realtime < EARLIEST) {
        fg_checkup_say(checkup, check, FG_VERDICT_ERROR, "the clock says %s, which is wrong", text);
        fg_checkup_fix(checkup, "\"sudo timedatectl set-ntp true\", or without a network "
                                "\"sudo date -s 'YYYY-MM-DD HH:MM'\"");
    } else if (kernel || is_there(root, "/run/systemd/timesync/synchronized")) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "%s, synchronised", text);
    } else if (in_container(root)) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_APPLICABLE,
                       "%s; in a container the host sets the clock", text);
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING, "%s, not synchronised", text);
        fg_checkup_fix(checkup, "\"sudo timedatectl set-ntp true\"; events are sent with this "
                                "clock's time");
    }
}

void fg_check_zone(fg_checkup *checkup)
{
    char place[PATH_MAX] = "";
    const char *from = getenv("TZ");
    time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local) == NULL) {
        return;
    }
    if (from == NULL || from[0] == '\0') {
        ssize_t length = readlink("/etc/localtime", place, sizeof(place) - 1);
        place[length > 0 ? length : 0] = '\0';
        const char *mark = strstr(place, "zoneinfo/");
        from = mark != NULL ? mark + strlen("zoneinfo/") : "";
    }
    long minutes = local.tm_gmtoff / 60;
    fg_checkup_say(checkup, "clock.zone", FG_VERDICT_OK, "%s, UTC%c%02ld:%02ld%s",
                   from[0] != '\0' ? from : local.tm_zone, minutes < 0 ? '-' : '+',
                   labs(minutes) / 60, labs(minutes) % 60,
                   minutes == 0 ? "; \"sudo timedatectl set-timezone Europe/Paris\" sets another"
                                : "");
}
