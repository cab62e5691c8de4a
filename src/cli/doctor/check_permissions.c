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
                       "pictures are looked at, no camera");
        return;
    }
    bool video = getgrnam("video") == NULL || is_member(account, "video");
    bool render = is_member(account, "render");
    if (account->uid == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "root, who may open every camera");
    } else if (video) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "%s is in the group video%s", account->name,
                       render ? ", and in render" : "");
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING,
                       "%s is not in the group video: no camera opens for it", account->name);
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
        fg_checkup_say(checkup, check, FG_VERDICT_WRONG,
                       "%s %s: the service does not see this folder", file->key, file->path);
        fg_checkup_fix(checkup, "move it to /etc/facegate or /var/lib/facegate and set %s",
                       file->key);
        return false;
    }
    int result = fg_account_may(service, file->path, R_OK);
    if (result == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_WRONG, "%s %s: %s may not read it", file->key,
                       file->path, service->name);
        fg_checkup_fix(checkup,
                       "\"sudo chown %s: %s\" and \"sudo chmod %s %s\"; it must be allowed "
                       "into the folders before it too",
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
    };
    bool good = true;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        good = (files[i].path[0] == '\0' || check_file(checkup, service, &files[i])) && good;
    }
    if (good) {
        fg_checkup_say(checkup, "rights.files", FG_VERDICT_OK,
                       "%s may read what the configuration names", service->name);
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
        fg_checkup_say(checkup, check, FG_VERDICT_WRONG, "there is no folder %s", folder);
        fg_checkup_fix(checkup,
                       strcmp(folder, "/var/lib/facegate") == 0
                           ? "\"sudo systemd-tmpfiles --create\""
                           : "\"sudo mkdir -p %s\"",
                       folder);
    } else if (access(folder, W_OK | X_OK) == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "this user may enrol, in %s", folder);
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING, "this user may not write in %s", folder);
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
    const char *kind = strncmp(name, "dma_heap", 8) == 0  ? "SUBSYSTEM==\"dma_heap\""
                       : strncmp(name, "udmabuf", 7) == 0 ? "KERNEL==\"udmabuf\""
                       : strncmp(name, "media", 5) == 0   ? "SUBSYSTEM==\"media\""
                                                          : "SUBSYSTEM==\"video4linux\"";
    fg_checkup_fix(checkup,
                   "write %s, GROUP=\"video\", MODE=\"0660\" into "
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
                       "no camera nodes: no /dev/video*, /dev/media*, /dev/dma_heap/*");
    } else if (service == NULL) {
        fg_checkup_say(checkup, check, FG_VERDICT_NOT_CHECKED,
                       "not checked: %s, but no user " FG_ACCOUNT_SERVICE,
                       fg_text_count(count, "node", "nodes").text);
    } else if (shut == 0) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "%s may open %s%s", service->name,
                       fg_text_plural(count, "the ", "all "),
                       fg_text_count(count, "camera node", "camera nodes").text);
    } else {
        fg_checkup_say(checkup, check, worst.grave ? FG_VERDICT_WRONG : FG_VERDICT_WARNING,
                       "%s may not open %d of %d camera nodes, %s (%04o) first", service->name,
                       shut, count, worst.path, (unsigned)(worst.info.st_mode & 07777));
        fix_node(checkup, &worst, service);
    }
}

/* The service's user and what it may read. */
static void check_service(fg_checkup *checkup, const fg_config *config, const fg_account *service)
{
    if (service == NULL) {
        fg_checkup_say(checkup, "rights.service", FG_VERDICT_WARNING,
                       "there is no user " FG_ACCOUNT_SERVICE " for the service");
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
                       "with --config it is not the service's that is checked");
    }
    fg_check_devices(checkup, "", service);
    fg_account_release(&own);
    fg_account_release(&found);
}
