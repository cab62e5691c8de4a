/* Who may do what: this user and the service's, files and device nodes. */
#include "doctor/check_permissions.h"

#include "facegate/camera/camera.h"
#include "facegate/text.h"

#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_member(const fg_account *account, const char *group)
{
    const struct group *entry = getgrnam(group);
    for (int i = 0; entry != NULL && i < account->group_count; i++) {
        if (account->groups[i] == entry->gr_gid) {
            return true;
        }
    }
    return false;
}

/* Cameras belong to video; render, where there is such a group, to the GPU that some of
 * libcamera's pipelines use. */
static void say_groups(fg_checkup *checkup, const char *check, const fg_config *config,
                       const fg_account *account, const char *fix)
{
    if (fg_camera_is_images(config->camera.source)) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_APPLICABLE,
                       "the source is pictures, not a camera");
        return;
    }
    bool video = getgrnam("video") == NULL || is_member(account, "video");
    bool render = is_member(account, "render");
    if (account->uid == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "root may open every camera");
    } else if (video) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "%s is in the group video%s", account->name,
                       render ? ", and in render" : "");
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING,
                       "%s is not in the group video: it cannot open a camera", account->name);
        fg_checkup_fix(checkup, "\"sudo usermod -aG video %s\"%s", account->name, fix);
    }
}

/* The unit hides these from the service (ProtectHome, PrivateTmp). */
static bool is_hidden(const char *path)
{
    static const char *const places[] = {"/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/"};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (strncmp(path, places[i], strlen(places[i])) == 0) {
            return true;
        }
    }
    return false;
}

typedef struct file_of {
    const char *key;
    const char *path;
    const char *mode; /* for the fix: what chmod gives to the service's group */
} file_of;

/* False where it has been said that something is wrong with it. */
static bool check_file(fg_checkup *checkup, const fg_account *service, const file_of *file)
{
    static const char check[] = "rights.files";
    if (is_hidden(file->path)) {
        fg_checkup_say(checkup, check, FG_VERDICT_ERROR,
                       "%s %s: the service cannot see this folder", file->key, file->path);
        fg_checkup_fix(checkup, "move it to /etc/facegate or /var/lib/facegate and set %s",
                       file->key);
        return false;
    }
    int result = fg_account_may(service, file->path, R_OK);
    if (result == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_ERROR, "%s %s: %s cannot read it", file->key,
                       file->path, service->name);
        fg_checkup_fix(checkup,
                       "\"sudo chown %s: %s\" and \"sudo chmod %s %s\"; it must be able to enter "
                       "the folders above, too",
                       service->name, file->path, file->mode, file->path);
        return false;
    }
    /* What is not there, the check that needs it says. */
    return true;
}

void fg_check_files(fg_checkup *checkup, const fg_config *config, const fg_account *service)
{
    const file_of files[] = {
        {"[access] encodings", config->access.encodings, "600"},
        {"[vision] models", config->vision.models, "755"},
        {"[delivery] token_file", config->delivery.token_file, "600"},
        {"[delivery] ca_file", config->delivery.ca_file, "644"},
        {"[delivery] client_cert", config->delivery.client_cert, "644"},
        {"[delivery] client_key", config->delivery.client_key, "600"},
        {"[delivery] picture_key", config->delivery.picture_key, "600"},
    };
    bool good = true;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        good = (files[i].path[0] == '\0' || check_file(checkup, service, &files[i])) && good;
    }
    if (good) {
        fg_checkup_say(checkup, "rights.files", FG_VERDICT_OK,
                       "%s can read every file that the configuration names", service->name);
    }
}

/* Where enroll makes a new file and renames it over the old one. */
static void check_enrol(fg_checkup *checkup, const fg_config *config)
{
    static const char check[] = "rights.enrol";
    char path[FG_CONFIG_PATH];
    struct stat info;
    snprintf(path, sizeof(path), "%s", config->access.encodings);
    const char *folder = dirname(path);
    if (stat(folder, &info) != 0 && errno == ENOENT) {
        fg_checkup_say(checkup, check, FG_VERDICT_ERROR, "the folder %s does not exist", folder);
        fg_checkup_fix(checkup,
                       strcmp(folder, "/var/lib/facegate") == 0
                           ? "\"sudo systemd-tmpfiles --create\""
                           : "\"sudo mkdir -p %s\"",
                       folder);
    } else if (access(folder, W_OK | X_OK) == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "you can enrol people in %s", folder);
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING, "you cannot write to %s", folder);
        char call[FG_CHECKUP_COMMAND];
        fg_checkup_fix(checkup, "\"sudo %s ...\"",
                       fg_checkup_command(config, "enroll",
                                          FG_COMMAND_LINE_ENCODINGS | FG_COMMAND_LINE_MODELS,
                                          call));
    }
}

/* A node that the service could not open, and how grave that is. */
typedef struct node {
    char path[96];
    struct stat info;
    bool grave;
} node;

static int find_nodes(const char *root, const fg_account *service, node *ret_worst, int *ret_shut)
{
    /* Memory for pictures is needed by cameras on a ribbon, not by those on USB. */
    static const struct {
        const char *pattern;
        bool grave;
    } kinds[] = {
        {"/dev/video*", true},
        {"/dev/media*", true},
        {"/dev/dma_heap/*", false},
        {"/dev/udmabuf", false},
    };
    int count = 0;
    *ret_shut = 0;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        char pattern[PATH_MAX];
        glob_t found = {0};
        snprintf(pattern, sizeof(pattern), "%s%s", root, kinds[i].pattern);
        if (glob(pattern, 0, NULL, &found) == 0) {
            for (size_t j = 0; j < found.gl_pathc; j++) {
                const char *path = found.gl_pathv[j];
                count++;
                if (service == NULL || fg_account_may(service, path, R_OK | W_OK) != 0) {
                    continue;
                }
                if ((*ret_shut)++ == 0) {
                    snprintf(ret_worst->path, sizeof(ret_worst->path), "%s", path + strlen(root));
                    stat(path, &ret_worst->info);
                    ret_worst->grave = kinds[i].grave;
                }
            }
        }
        globfree(&found);
    }
    return count;
}

static void fix_node(fg_checkup *checkup, const node *shut, const fg_account *service)
{
    const struct group *group = getgrgid(shut->info.st_gid);
    bool by_group = (shut->info.st_mode & 060) == 060 && group != NULL && group->gr_gid != 0;
    if (by_group) {
        fg_checkup_fix(checkup,
                       "\"sudo usermod -aG %s %s\", then \"sudo systemctl restart "
                       "facegate\"",
                       group->gr_name, service->name);
        return;
    }
    const char *name = strncmp(shut->path, "/dev/", 5) == 0 ? shut->path + 5 : shut->path;
    const char *kind = "SUBSYSTEM==\"video4linux\"";
    if (strncmp(name, "dma_heap", 8) == 0) {
        kind = "SUBSYSTEM==\"dma_heap\"";
    } else if (strncmp(name, "udmabuf", 7) == 0) {
        kind = "KERNEL==\"udmabuf\"";
    } else if (strncmp(name, "media", 5) == 0) {
        kind = "SUBSYSTEM==\"media\"";
    }
    fg_checkup_fix(checkup,
                   "add the line %s, GROUP=\"video\", MODE=\"0660\" to "
                   "/etc/udev/rules.d/60-facegate.rules, then \"sudo udevadm trigger\"",
                   kind);
}

void fg_check_devices(fg_checkup *checkup, const char *root, const fg_account *service)
{
    static const char check[] = "rights.devices";
    node worst = {{0}, {0}, false};
    int shut = 0;
    int count = find_nodes(root, service, &worst, &shut);
    if (count == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_APPLICABLE,
                       "no camera devices: no /dev/video*, /dev/media*, /dev/dma_heap/*");
    } else if (service == NULL) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_CHECKED,
                       "not checked: %s, but no user " FG_ACCOUNT_SERVICE,
                       fg_text_count(count, "device", "devices").text);
    } else if (shut == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "%s can open %s%s", service->name,
                       fg_text_plural(count, "the ", "all "),
                       fg_text_count(count, "camera device", "camera devices").text);
    } else {
        fg_checkup_say(checkup, check, worst.grave ? FG_VERDICT_ERROR : FG_VERDICT_WARNING,
                       "%s cannot open %d of %d camera devices, first %s (mode %04o)",
                       service->name, shut, count, worst.path,
                       (unsigned)(worst.info.st_mode & 07777));
        fix_node(checkup, &worst, service);
    }
}

/* The service's user and what it may read. */
static void check_service(fg_checkup *checkup, const fg_config *config, const fg_account *service)
{
    if (service == NULL) {
        fg_checkup_say(checkup, "rights.service", FG_VERDICT_WARNING,
                       "the user " FG_ACCOUNT_SERVICE " of the service does not exist");
        fg_checkup_fix(checkup, "\"sudo systemd-sysusers\"");
        fg_checkup_say(checkup, "rights.files", FG_VERDICT_NOT_CHECKED,
                       "not checked: no user " FG_ACCOUNT_SERVICE);
        return;
    }
    say_groups(checkup, "rights.service", config, service,
               ", then \"sudo systemctl restart facegate\"");
    fg_check_files(checkup, config, service);
}

void fg_check_permissions(fg_checkup *checkup, const fg_config *config, bool for_service)
{
    fg_account own = {0}, found = {0};
    if (fg_account_find(NULL, &own) == 0) {
        say_groups(checkup, "rights.user", config, &own, ", then log in again");
    }
    check_enrol(checkup, config);
    const fg_account *service = fg_account_find(FG_ACCOUNT_SERVICE, &found) == 0 ? &found : NULL;
    if (for_service) {
        check_service(checkup, config, service);
    } else {
        fg_checkup_say(checkup, "rights.service", FG_VERDICT_NOT_APPLICABLE,
                       "with --config this is not the service's configuration");
    }
    fg_check_devices(checkup, "", service);
    fg_account_release(&own);
    fg_account_release(&found);
}
