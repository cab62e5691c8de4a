/* What a user may open, by what mode, owner and groups say: nothing is tried as root. */
#include "cli/doctor.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int fg_account_find(const char *name, fg_account *ret_account)
{
    const struct passwd *entry = name != NULL ? getpwnam(name) : getpwuid(geteuid());
    if (entry == NULL && name != NULL) {
        return -ENOENT;
    }
    *ret_account = (fg_account){.uid = entry != NULL ? entry->pw_uid : geteuid()};
    snprintf(ret_account->name, sizeof(ret_account->name), "%s",
             entry != NULL ? entry->pw_name : "this user");
    const int most = (int)(sizeof(ret_account->groups) / sizeof(ret_account->groups[0]));
    if (name != NULL) {
        int count = most;
        int found = getgrouplist(name, entry->pw_gid, ret_account->groups, &count);
        ret_account->group_count = found >= 0 ? found : most;
        return 0;
    }
    /* What counts for a process is what it has, not what the files have meanwhile. */
    int count = getgroups(most - 1, ret_account->groups);
    ret_account->group_count = count > 0 ? count : 0;
    ret_account->groups[ret_account->group_count++] = getegid();
    return 0;
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
    unsigned granted = info->st_uid == account->uid   ? mode >> 6
                       : is_in(account, info->st_gid) ? mode >> 3
                                                      : mode;
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
