/*
 * What a user may open, by what mode, owner and groups say. Main thread: the system's user database
 * is asked.
 */
#ifndef FACEGATE_CLI_DOCTOR_ACCOUNT_H
#define FACEGATE_CLI_DOCTOR_ACCOUNT_H

#include <sys/types.h>

/* The user of the service. */
#define FG_ACCOUNT_SERVICE "facegate"

/* A user and the groups that count for what it may open. */
typedef struct fg_account {
    char name[64];
    uid_t uid;
    gid_t *groups;
    int group_count;
} fg_account;

/* NULL for whoever runs this. -ENOENT, -ENOMEM. */
int fg_account_find(const char *name, fg_account *ret_account);
void fg_account_release(fg_account *account);

/*
 * Whether mode, owner and groups let it (R_OK, W_OK, X_OK together) at `path` and through the
 * folders before it; access lists are not looked at. 1 or 0, or a negative errno where that cannot
 * be seen.
 */
int fg_account_may(const fg_account *account, const char *path, int wanted);

/* What a command that makes `path` or something in it needs in front: "sudo " or nothing. As root
 * it is what the owner of the folder needs, who most likely used sudo to ask. */
const char *fg_account_sudo(const char *path);

#endif
