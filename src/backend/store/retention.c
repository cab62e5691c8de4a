/* Deletes what is too old or too much, a few entries at a time, with their pictures. */
#include "store/retention.h"

#include "facegate/base/log.h"
#include "facegate/text.h"
#include "store/store_list.h"
#include "store/store_write.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define STEP        64 /* entries in one transaction: requests wait for one at most */
#define DAY_SECONDS 86400

typedef struct gone {
    char picture[STEP][FG_PICTURE_NAME];
    size_t count;
} gone;

static void note_gone(void *context, const char *picture)
{
    gone *of = context;
    if (of->count < STEP && strlen(picture) < FG_PICTURE_NAME) {
        strcpy(of->picture[of->count++], picture);
    }
}

/*
 * The rows go first: what a crash leaves behind then are pictures without an entry, which the next
 * start removes.
 */
static int delete_some(const fg_retention *retention, const fg_store_age *age, int *ret_deleted,
                       fg_error *error)
{
    gone pictures = {.count = 0};
    int result = fg_store_begin(retention->store, error);
    if (result != 0) {
        return result;
    }
    result = fg_store_delete(retention->store, age, STEP, note_gone, &pictures, ret_deleted, error);
    if (result != 0) {
        fg_store_rollback(retention->store);
        return result;
    }
    result = fg_store_commit(retention->store, error);
    for (size_t i = 0; i < pictures.count && result == 0; i++) {
        int code = fg_picture_remove(retention->pictures, pictures.picture[i]);
        if (code != 0) {
            fg_log(FG_LOG_WARNING, "cannot remove the picture %s: %s", pictures.picture[i],
                   strerror(-code));
        }
    }
    return result;
}

static int tell(const fg_retention *retention, int deleted, const char *why, fg_error *error)
{
    fg_totals totals;
    int result = fg_store_totals(retention->store, &totals, error);
    if (result == 0) {
        fg_log(FG_LOG_INFO, "Deleted %s %s", fg_text_count(deleted, "entry", "entries").text, why);
        fg_sse_gone(retention->sse, totals.first_id != 0 ? totals.first_id : INT64_MAX);
    }
    return result;
}

static bool tell_day(int64_t seconds, char ret_day[FG_ENTRY_DAY])
{
    struct tm local;
    time_t when = (time_t)seconds;
    return localtime_r(&when, &local) != NULL &&
           strftime(ret_day, FG_ENTRY_DAY, "%Y-%m-%d", &local) == FG_ENTRY_DAY - 1;
}

static int drop_old(const fg_retention *retention, int *ret_deleted, fg_error *error)
{
    char why[16 + sizeof(fg_text_counted)];
    int64_t now = time(NULL);
    fg_store_age age = {
        .old = now - (int64_t)retention->keep_days * DAY_SECONDS,
        .ahead = now + DAY_SECONDS, /* so that a clock that is set right does not count */
    };
    if (!tell_day(age.old, age.old_day) || !tell_day(age.ahead, age.ahead_day)) {
        return 0;
    }
    int result = delete_some(retention, &age, ret_deleted, error);
    if (result == 0 && *ret_deleted > 0) {
        snprintf(why, sizeof(why), "older than %s",
                 fg_text_count(retention->keep_days, "day", "days").text);
        result = tell(retention, *ret_deleted, why, error);
    }
    return result;
}

static int drop_surplus(const fg_retention *retention, int *ret_deleted, fg_error *error)
{
    fg_totals totals;
    int result = fg_store_totals(retention->store, &totals, error);
    if (result != 0 || totals.pictures + totals.used <= retention->max_bytes ||
        totals.first_id == 0) {
        return result;
    }
    result = delete_some(retention, NULL, ret_deleted, error);
    if (result == 0) {
        result = fg_store_shrink(retention->store, error);
    }
    return result == 0 ? tell(retention, *ret_deleted, "to stay below max-bytes", error) : result;
}

int fg_retention_step(const fg_retention *retention, fg_error *error)
{
    int deleted = 0;
    int result = 0;
    if (retention->keep_days > 0) {
        result = drop_old(retention, &deleted, error);
    }
    if (result == 0 && deleted == 0 && retention->max_bytes > 0) {
        result = drop_surplus(retention, &deleted, error);
    }
    if (result == 0 && deleted == 0) {
        fg_store_forget(retention->store);
    }
    if (result != 0) {
        return result;
    }
    return deleted > 0 ? 1 : 0;
}
