/* What a user may open, by what mode, owner and groups say: nothing is tried as root. */
#include "doctor/account.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What counts for a process is what it has, not what the files have meanwhile. */
static int take_own_groups(fg_account *account)
{
    int count = getgroups(0, NULL);
    if (count < 0) {
        return -errno;
    }
    account->groups = calloc((size_t)count + 1, sizeof(*account->groups));
    if (account->groups == NULL) {
        return -ENOMEM;
    }
    count = getgroups(count, account->groups);
    if (count < 0) {
        return -errno;
    }
    account->groups[count] = getegid();
    account->group_count = count + 1;
    return 0;
}

static int take_groups(fg_account *account, const char *name, gid_t first)
{
    int count = 0;
    getgrouplist(name, first, NULL, &count);
    account->groups = calloc((size_t)count + 1, sizeof(*account->groups));
    if (account->groups == NULL) {
        return -ENOMEM;
    }
    count++;
    account->group_count = getgrouplist(name, first, account->groups, &count);
    return account->group_count >= 0 ? 0 : -EAGAIN;
}

int fg_account_find(const char *name, fg_account *ret_account)
{
    const struct passwd *entry = name != NULL ? getpwnam(name) : getpwuid(geteuid());
    if (entry == NULL && name != NULL) {
        return -ENOENT;
    }
    fg_account account = {.uid = entry != NULL ? entry->pw_uid : geteuid()};
    snprintf(account.name, sizeof(account.name), "%s",
             entry != NULL ? entry->pw_name : "this user");
    int result =
        name != NULL ? take_groups(&account, name, entry->pw_gid) : take_own_groups(&account);
    if (result != 0) {
        fg_account_release(&account);
        return result;
    }
    *ret_account = account;
    return 0;
}

void fg_account_release(fg_account *account)
{
    free(account->groups);
    account->groups = NULL;
    account->group_count = 0;
}

static bool is_in(const fg_account *account, gid_t group)
{
    for (int i = 0; i < account->group_count; i++) {
        if (account->groups[i] == group) {
            return true;
        }
    }
    return false;
}

static bool lets(const struct stat *info, const fg_account *account, int wanted)
{
    unsigned mode = info->st_mode;
    unsigned granted = mode;
    if (info->st_uid == account->uid) {
        granted = mode >> 6;
    } else if (is_in(account, info->st_gid)) {
        granted = mode >> 3;
    }
    return account->uid == 0 || (granted & (unsigned)wanted) == (unsigned)wanted;
}

int fg_account_may(const fg_account *account, const char *path, int wanted)
{
    char whole[PATH_MAX];
    struct stat info;
    if (realpath(path, whole) == NULL || stat(whole, &info) != 0) {
        return -errno;
    }
    if (!lets(&info, account, wanted)) {
        return 0;
    }
    for (char *slash = strrchr(whole, '/'); slash != NULL; slash = strrchr(whole, '/')) {
        *slash = '\0';
        if (stat(whole[0] != '\0' ? whole : "/", &info) != 0) {
            return -errno;
        }
        if (!lets(&info, account, X_OK)) {
            return 0;
        }
    }
    return 1;
}

const char *fg_account_sudo(const char *path)
{
    char folder[PATH_MAX];
    struct stat info;
    int result = -1;
    snprintf(folder, sizeof(folder), "%s", path);
    /* dirname ends at "/" or ".", which are there. */
    for (char *at = folder; (result = stat(at, &info)) != 0 && errno == ENOENT;) {
        at = dirname(at);
    }
    bool own = result == 0 && (geteuid() == 0 ? info.st_uid != 0 : info.st_uid == geteuid());
    return own ? "" : "sudo ";
}
