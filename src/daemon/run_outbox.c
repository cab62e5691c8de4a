/* Chooses, opens and closes the outbox of a run. */
#include "run_outbox.h"

#include "facegate/base/log.h"
#include "facegate/camera/camera.h"
#include "facegate/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A new file for a run over images, beside where the usual outbox lies. */
static int make_private(char path[FG_CONFIG_PATH], fg_error *error)
{
    static const char template[] = "images-XXXXXX.db";
    char *name = strrchr(path, '/') + 1;
    if ((size_t)(name - path) + sizeof(template) > FG_CONFIG_PATH) {
        return fg_error_set(error, -ENAMETOOLONG, "%s: the path is too long", path);
    }
    strcpy(name, template);
    int fd = mkostemps(path, 3, O_CLOEXEC);
    if (fd < 0) {
        int result = -errno;
        return fg_error_set(error, result, "%s: %s", path, strerror(-result));
    }
    close(fd);
    return 0;
}

static int choose(const fg_config *config, bool given, char path[FG_CONFIG_PATH], bool *ret_private,
                  fg_error *error)
{
    bool images = fg_camera_is_images(config->camera.source);
    *ret_private = false;
    if (config->delivery.outbox[0] != '\0' && (given || !images)) {
        strcpy(path, config->delivery.outbox);
        return 0;
    }
    int result = fg_outbox_default_path(path, FG_CONFIG_PATH, error);
    if (result == 0 && images) {
        result = make_private(path, error);
        *ret_private = result == 0;
    }
    return result;
}

/* The service's unit has every folder read-only but a few. */
static int name_unit_fix(int result, fg_error *error)
{
    const fg_error why = *error;
    return fg_error_set(error, result,
                        "%s; the service can write to /var/lib/facegate/outbox: set [delivery] "
                        "outbox to a file there, or allow the folder with ReadWritePaths= (\"sudo "
                        "systemctl edit facegate\")",
                        why.text);
}

int fg_run_outbox_open(const fg_config *config, bool given, fg_run_outbox *ret_outbox,
                       fg_error *error)
{
    char path[FG_CONFIG_PATH];
    fg_run_outbox run = {.outbox = NULL};
    const fg_outbox_options options = {
        .path = path,
        .max_events = config->delivery.outbox_max_events,
        .max_bytes = config->delivery.outbox_max_bytes,
        .own = true,
    };
    int result = choose(config, given, path, &run.is_private, error);
    if (result != 0) {
        return result;
    }
    result = fg_outbox_open(&options, &run.outbox, error);
    if (result != 0) {
        if (run.is_private) {
            unlink(path);
        }
        return result == -EROFS ? name_unit_fix(result, error) : result;
    }
    if (fg_outbox_warning(run.outbox) != NULL) {
        fg_log(FG_LOG_ERROR, "%s", fg_outbox_warning(run.outbox));
    }
    result = fg_outbox_ledger(run.outbox, &run.before, error);
    if (result != 0) {
        fg_run_outbox_close(&run);
        return result;
    }
    if (run.before.waiting > 0) {
        fg_log(FG_LOG_INFO, "%" PRId64 " %s in %s from before", run.before.waiting,
               fg_text_plural(run.before.waiting, "event waits", "events wait"), path);
    }
    *ret_outbox = run;
    return 0;
}

int fg_run_outbox_is_delivered(const fg_run_outbox *outbox, bool *ret_delivered, fg_error *error)
{
    fg_ledger now;
    int result = fg_outbox_ledger(outbox->outbox, &now, error);
    if (result == 0) {
        *ret_delivered =
            now.waiting == 0 && now.set_aside == 0 && now.dropped == outbox->before.dropped;
    }
    return result;
}

void fg_run_outbox_close(fg_run_outbox *outbox)
{
    fg_ledger left = {0};
    if (outbox->is_private && outbox->outbox != NULL &&
        fg_outbox_ledger(outbox->outbox, &left, NULL) == 0 && left.waiting + left.set_aside == 0) {
        outbox->outbox = fg_outbox_remove(outbox->outbox);
    } else {
        outbox->outbox = fg_outbox_free(outbox->outbox);
    }
}
