#include "sync/room/place.h"

#include "core/base/account.h"
#include "core/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define PREFIX "crib-"

static const char *base(struct arena *a, size_t i)
{
    const char *system = getenv("CRIB_SYSTEM");
    return i == 1 ? "/tmp" : system != NULL && system[0] == '/' ? arena_printf(a, "%s/run", system) : "/run/crib";
}

/* Where anybody may put a directory of their own, and nobody can take another's away. */
static bool shared(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX) != 0 && access(path, W_OK | X_OK) == 0;
}

static bool is_of(const char *path, mode_t type, uid_t owner)
{
    struct stat st;
    return lstat(path, &st) == 0 && (st.st_mode & S_IFMT) == type && st.st_uid == owner &&
           (type == S_IFSOCK || (st.st_mode & (S_IWGRP | S_IWOTH)) == 0);
}

const char *place_own(struct arena *a, const char *data, struct error *err)
{
    for (size_t i = 0; i < 2; i++) {
        const char *in = base(a, i);
        if (in == NULL || !shared(in))
            continue;
        const char *dir = arena_printf(a, "%s/" PREFIX "%lu", in, (unsigned long)geteuid());
        if (dir == NULL) {
            error_memory(err);
            return NULL;
        }
        if (mkdir(dir, 0755) == 0)
            (void)chmod(dir, 0755);
        if (!is_of(dir, S_IFDIR, geteuid()))
            continue; /* somebody else was there first */
        const char *path = arena_printf(a, "%s/room-%08x", dir, (unsigned)text_hash(data, strlen(data)));
        if (path == NULL)
            error_memory(err);
        return path;
    }
    error_set(err, EX_CANTCREAT, "cannot hold a session on this host", NULL, "neither /run/crib nor /tmp is there for every account",
              "an administrator makes one: `install -d -m 1777 /run/crib`");
    return NULL;
}

static bool add_sockets(struct arena *a, const char *dir, uid_t owner, struct place *places, size_t *count)
{
    DIR *d = opendir(dir);
    const char *name = account_in(a, "/etc/passwd", (unsigned long)owner);
    bool ok = true;
    if (name == NULL)
        name = arena_printf(a, "uid-%lu", (unsigned long)owner);
    for (const struct dirent *e; ok && d != NULL && *count < PLACES_MOST && (e = readdir(d)) != NULL;) {
        if (strncmp(e->d_name, "room-", 5) != 0 || strlen(e->d_name) > 20)
            continue;
        const char *path = arena_printf(a, "%s/%s", dir, e->d_name);
        ok = path != NULL && name != NULL;
        if (ok && is_of(path, S_IFSOCK, owner))
            places[(*count)++] = (struct place){path, name};
    }
    if (d != NULL)
        closedir(d);
    return ok;
}

static bool add_base(struct arena *a, const char *in, struct place *places, size_t *count)
{
    DIR *d = opendir(in);
    bool ok = true;
    for (const struct dirent *e; ok && d != NULL && (e = readdir(d)) != NULL;) {
        char *end;
        if (strncmp(e->d_name, PREFIX, sizeof PREFIX - 1) != 0)
            continue;
        const char *digits = e->d_name + sizeof PREFIX - 1;
        errno = 0;
        unsigned long uid = strtoul(digits, &end, 10);
        if (digits[strspn(digits, "0123456789")] != '\0' || *digits == '\0' || errno != 0)
            continue;
        const char *dir = arena_printf(a, "%s/%s", in, e->d_name);
        ok = dir != NULL;
        if (ok && is_of(dir, S_IFDIR, (uid_t)uid))
            ok = add_sockets(a, dir, (uid_t)uid, places, count);
    }
    if (d != NULL)
        closedir(d);
    return ok;
}

bool place_all(struct arena *a, struct place *places, size_t *count, struct error *err)
{
    *count = 0;
    for (size_t i = 0; i < 2; i++) {
        const char *in = base(a, i);
        if (in == NULL || !add_base(a, in, places, count))
            return error_memory(err);
    }
    return true;
}
