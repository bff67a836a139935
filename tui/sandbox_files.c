/* Landlock, by its three system calls: the C library has no functions for them, and the system's header may be older than
 * the kernel. Source: linux/Documentation/userspace-api/landlock.rst. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* syscall */
#endif
#include "tui/sandbox_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#endif

#if defined(__linux__) && __has_include(<linux/landlock.h>) && defined(SYS_landlock_restrict_self)
#include <linux/landlock.h>

/* Of versions that the header may not know. */
enum {
    ACCESS_TRUNCATE = 1 << 14,  /* version 3 */
    ACCESS_IOCTL_DEV = 1 << 15, /* version 5 */
    NET_BIND = 1 << 0,          /* version 4 */
    NET_CONNECT = 1 << 1,
    SCOPE_ABSTRACT_UNIX = 1 << 0, /* version 6 */
    SCOPE_SIGNAL = 1 << 1,
};

struct ruleset {
    unsigned long long files, net, scoped; /* as struct landlock_ruleset_attr has them */
};

enum {
    READS = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    WRITES = READS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
             LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | ACCESS_TRUNCATE,
    OF_A_FILE = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE,
};

/* Everything that the version knows is refused unless a path allows it. */
static struct ruleset all_of(int version)
{
    unsigned long long files = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; /* version 1 ends with it */
    if (version >= 2)
        files |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        files |= ACCESS_TRUNCATE;
    if (version >= 5)
        files |= ACCESS_IOCTL_DEV;
    return (struct ruleset){files, version >= 4 ? NET_BIND | NET_CONNECT : 0,
                            version >= 6 ? SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL : 0};
}

static size_t size_for(int version)
{
    return version >= 6 ? sizeof(struct ruleset) : version >= 4 ? 2 * sizeof(unsigned long long) : sizeof(unsigned long long);
}

static bool allow(int rules, const struct sandbox_path *p, unsigned long long known)
{
    struct stat st;
    int fd = open(p->path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return true;
    unsigned long long wanted = (p->write ? WRITES : READS) & known;
    if (fstat(fd, &st) != 0 || !S_ISDIR(st.st_mode))
        wanted &= OF_A_FILE;
    struct landlock_path_beneath_attr below = {.allowed_access = wanted, .parent_fd = fd};
    bool ok = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0;
    close(fd);
    return ok;
}

int sandbox_files(const struct sandbox_path *paths, size_t count, char *why, size_t size)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version <= 0) {
        snprintf(why, size, "files (%s%s)", errno == ENOSYS ? "this kernel has no Landlock" : "Landlock: ",
                 errno == ENOSYS ? "" : strerror(errno));
        return 0;
    }
    struct ruleset all = all_of((int)version);
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, size_for((int)version), 0);
    bool ok = rules >= 0;
    for (size_t i = 0; ok && i < count; i++)
        ok = allow(rules, &paths[i], all.files);
    ok = ok && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    if (!ok)
        snprintf(why, size, "files (Landlock: %s)", strerror(errno));
    if (rules >= 0)
        close(rules);
    return ok ? (int)version : 0;
}
#else
int sandbox_files(const struct sandbox_path *paths, size_t count, char *why, size_t size)
{
    (void)paths;
    (void)count;
    snprintf(why, size, "files (this system has no Landlock)");
    return 0;
}
#endif
