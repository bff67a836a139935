#include "core/base/file.h"

#include "core/base/account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

static bool read_all(int fd, const char *path, size_t most, struct buf *out, struct error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return error_errno(err, errno, "cannot read", path, NULL);
    if (!S_ISREG(st.st_mode))
        return error_set(err, EX_NOINPUT, "cannot read", path, "not a regular file", "name a file");
    if (st.st_size < 0 || (size_t)st.st_size > most) {
        char why[80];
        snprintf(why, sizeof why, "larger than %zu KiB", most / 1024);
        return error_set(err, EX_DATAERR, "cannot read", path, why, "split it into smaller files");
    }
    if (!buf_reserve(out, (size_t)st.st_size + 1))
        return error_memory(err);
    size_t start = out->len;
    for (;;) {
        char chunk[65536];
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, errno, "cannot read", path, NULL);
        if (n == 0)
            break;
        buf_add(out, chunk, (size_t)n);
        if (out->len - start > most)
            return error_set(err, EX_DATAERR, "cannot read", path, "it grew past the limit while read", "try again when nobody writes to it");
    }
    return buf_ok(out) || error_memory(err);
}

bool file_read(const char *path, size_t most, struct buf *out, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return error_errno(err, errno, "cannot open", path, NULL);
    bool ok = read_all(fd, path, most, out, err);
    close(fd);
    return ok;
}

/* In parts: Linux keeps what one call wrote in pages as large as the call, and who maps the file later has each of them
 * in memory whole, however little is touched: four megabytes instead of one for the search index. */
static bool write_all(int fd, const char *bytes, size_t n)
{
    enum { PART = 64 << 10 };
    while (n > 0) {
        ssize_t k = write(fd, bytes, n < PART ? n : PART);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return false;
        bytes += k;
        n -= (size_t)k;
    }
    return true;
}

static bool sync_directory(const char *path)
{
    char dir[4096];
    const char *slash = strrchr(path, '/');
    int n = slash == NULL ? snprintf(dir, sizeof dir, ".")
                          : snprintf(dir, sizeof dir, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    if (n < 0 || (size_t)n >= sizeof dir)
        return false;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0 || errno == EINVAL; /* EINVAL: a file system that cannot sync directories */
    close(fd);
    return ok;
}

bool file_new_open(struct file_new *f, const char *path, struct error *err)
{
    int len = snprintf(f->temporary, sizeof f->temporary, "%s.XXXXXX", path);
    f->path = path;
    f->fd = -1;
    if (len < 0 || (size_t)len >= sizeof f->temporary)
        return error_set(err, EX_DATAERR, "cannot write", path, "the path is too long", NULL);
    f->fd = mkstemp(f->temporary);
    return f->fd >= 0 || error_errno(err, errno, "cannot write", path, NULL);
}

static bool cannot_write(const struct file_new *f, int cause, struct error *err)
{
    return error_errno(err, cause, "cannot write", f->path, NULL);
}

bool file_new_add(struct file_new *f, const char *bytes, size_t n, struct error *err)
{
    return write_all(f->fd, bytes, n) || cannot_write(f, errno, err);
}

void file_new_drop(struct file_new *f)
{
    if (f->fd < 0)
        return;
    close(f->fd);
    unlink(f->temporary);
    f->fd = -1;
}

bool file_new_done(struct file_new *f, mode_t mode, struct error *err)
{
    if (fchmod(f->fd, mode) != 0 || fsync(f->fd) != 0 || rename(f->temporary, f->path) != 0) {
        int cause = errno;
        file_new_drop(f);
        return cannot_write(f, cause, err);
    }
    int closed = close(f->fd);
    f->fd = -1;
    if (closed != 0 || !sync_directory(f->path))
        return error_errno(err, errno, "cannot make sure of", f->path, NULL);
    return true;
}

bool file_write(const char *path, const char *bytes, size_t n, mode_t mode, struct error *err)
{
    struct file_new f;
    if (!file_new_open(&f, path, err))
        return false;
    if (!file_new_add(&f, bytes, n, err)) {
        file_new_drop(&f);
        return false;
    }
    return file_new_done(&f, mode, err);
}

int file_lock(const char *path, int wait_ms, const char *why, struct error *err)
{
    enum { LOOK_MS = 20 };
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        error_errno(err, errno, "cannot lock", path, NULL);
        return -1;
    }
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    for (int waited = 0; fcntl(fd, F_SETLK, &whole) != 0; waited += LOOK_MS) {
        bool busy = errno == EACCES || errno == EAGAIN || errno == EINTR;
        if (!busy || waited >= wait_ms) {
            if (busy)
                error_set(err, EX_TEMPFAIL, why, NULL, NULL, "let it finish");
            else
                error_errno(err, errno, "cannot lock", path, NULL);
            close(fd);
            return -1;
        }
        nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000L}, NULL);
    }
    return fd;
}

bool file_locked(const char *path)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool locked = fd >= 0 && fcntl(fd, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
    if (fd >= 0)
        close(fd);
    return locked;
}

bool file_write_new(const char *path, const char *bytes, size_t n, mode_t mode, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0 && errno == EEXIST)
        return error_set(err, EX_CANTCREAT, "cannot write", path, "it is there already", "name another file");
    if (fd < 0)
        return error_errno(err, errno, "cannot write", path, NULL);
    bool ok = write_all(fd, bytes, n) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
    int cause = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        cause = errno;
    }
    if (!ok)
        unlink(path);
    else if (!sync_directory(path))
        return error_errno(err, errno, "cannot make sure of", path, NULL);
    return ok || error_errno(err, cause, "cannot write", path, NULL);
}

bool file_make_dirs_mode(const char *path, mode_t mode, struct error *err)
{
    char part[4096];
    size_t n = strlen(path);
    if (n >= sizeof part)
        return error_set(err, EX_DATAERR, "cannot make the directory", path, "the path is too long", NULL);
    memcpy(part, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char kept = part[i];
        part[i] = '\0';
        if (mkdir(part, 0700) == 0) {
            if (mode != 0700 && chmod(part, mode) != 0)
                return error_errno(err, errno, "cannot make the directory", part, NULL);
        } else {
            int cause = errno;
            struct stat st;
            bool there = stat(part, &st) == 0;
            if (!there || !S_ISDIR(st.st_mode))
                return error_errno(err, there ? ENOTDIR : cause, "cannot make the directory", part,
                                   "set CRIB_HOME to a directory that you may write");
        }
        part[i] = kept;
    }
    return true;
}

bool file_make_dirs(const char *path, struct error *err)
{
    return file_make_dirs_mode(path, 0700, err);
}

char *file_join(struct arena *a, const char *dir, const char *name)
{
    if (name[0] == '/')
        return arena_strdup(a, name);
    size_t n = strlen(dir);
    return arena_printf(a, n > 0 && dir[n - 1] == '/' ? "%s%s" : "%s/%s", dir, name);
}

bool file_whole(struct arena *a, const char *path, const char **whole, struct error *err)
{
    *whole = "";
    if (path == NULL)
        return true;
    char *real = realpath(path, NULL);
    if (real == NULL)
        return error_errno(err, errno, "cannot read", path, NULL);
    *whole = arena_strdup(a, real);
    free(real);
    return *whole != NULL || error_memory(err);
}

static const char *absolute(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] == '/' ? value : NULL;
}

static const char *xdg(struct arena *a, const char *variable, const char *home, const char *fallback)
{
    const char *base = absolute(variable);
    if (base != NULL)
        return arena_printf(a, "%s/crib", base);
    return arena_printf(a, "%s/%s/crib", home, fallback);
}

/* The directory that a variable names, without slashes at its end; NULL in *dir where it is not set. false when it is
 * set to what is no absolute path: who sets it means it. */
static bool named_place(struct arena *a, const char *variable, const char *what, const char **dir, struct error *err)
{
    const char *value = getenv(variable);
    *dir = NULL;
    if (value == NULL || value[0] == '\0')
        return true;
    if (value[0] != '/') {
        char why[80];
        snprintf(why, sizeof why, "%s is not an absolute path", variable);
        return error_set(err, EX_CONFIG, what, value, why, "begin it with a slash");
    }
    size_t n = strlen(value);
    while (n > 1 && value[n - 1] == '/')
        n--;
    *dir = arena_copy(a, value, n);
    return *dir != NULL || error_memory(err);
}

bool places_ours(struct arena *a, const struct places *p, struct error *err)
{
    struct stat st;
    if (geteuid() != 0 || stat(p->data, &st) != 0 || st.st_uid == 0)
        return true;
    const char *owner = account_in(a, "/etc/passwd", (unsigned long)st.st_uid);
    const char *todo = owner == NULL        ? "run crib as that account"
                       : p->data == p->config ? arena_printf(a, "sudo -u %s CRIB_HOME=%s crib ...", owner, p->data)
                                              : arena_printf(a, "sudo -u %s crib ...", owner);
    return error_set(err, EX_NOPERM, "root makes no files here", p->data, "it is another account's, which could not read them", todo);
}

bool places_find(struct arena *a, struct places *p, struct error *err)
{
    const char *own, *system;
    if (!named_place(a, "CRIB_HOME", "no place to keep the record", &own, err) ||
        !named_place(a, "CRIB_SYSTEM", "no place for the library of all users", &system, err))
        return false;
    if (own != NULL) {
        p->data = own;
        p->config = p->data;
        p->state = p->data;
    } else {
        const char *home = absolute("HOME");
        if (home == NULL)
            return error_set(err, EX_CONFIG, "no place to keep the record", NULL,
                             "neither CRIB_HOME nor HOME is set to an absolute path", "set CRIB_HOME=/some/directory");
        p->data = xdg(a, "XDG_DATA_HOME", home, ".local/share");
        p->config = xdg(a, "XDG_CONFIG_HOME", home, ".config");
        p->state = xdg(a, "XDG_STATE_HOME", home, ".local/state");
    }
    p->system_data = system != NULL ? system : "/var/lib/crib";
    p->system_config = "/etc/crib/config.yaml";
    if (p->data == NULL || p->config == NULL || p->state == NULL)
        return error_memory(err);
    return true;
}
