#include "tui/cli/watch_follow.h"

#include "tui/cli/watch_wake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { BYTES_MOST = 256 << 10, PAUSE_MS = 100 };

struct followed {
    const char *path;
    int fd; /* -1: not there */
    dev_t device;
    ino_t inode;
    struct buf carry; /* of its last line: the stream's, while another file's bytes pass */
};

struct following {
    struct watch *w;
    enum watch_output output;
    struct followed *files;
    size_t count, last; /* whose bytes passed last */
    char *bytes;
    int wake;
};

/* Only what can be read again and again: a FIFO or a device is for a pipe. */
static bool open_file(struct followed *f, bool at_end)
{
    struct stat st;
    f->fd = open(f->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (f->fd < 0)
        return errno == ENOENT;
    if (fstat(f->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(f->fd);
        f->fd = -1;
        errno = EINVAL;
        return false;
    }
    f->device = st.st_dev;
    f->inode = st.st_ino;
    if (at_end)
        (void)lseek(f->fd, 0, SEEK_END);
    return true;
}

/* Lines of two files are never taken for one. */
static bool change_to(struct following *g, size_t i)
{
    struct watch *w = g->w;
    if (g->last == i)
        return true;
    if (g->last < g->count) {
        g->files[g->last].carry = w->carry;
        w->carry = g->files[i].carry;
        g->files[i].carry = (struct buf){0};
    }
    bool first = g->last == g->count;
    g->last = i;
    w->source = g->files[i].path;
    if (g->count == 1 || g->output == WATCH_EVENTS)
        return true;
    struct buf head = {0};
    buf_adds(&head, first ? "==> " : "\n==> ");
    text_safe(&head, w->source, strlen(w->source), 0);
    buf_adds(&head, " <==\n");
    bool ok = !buf_ok(&head) || watch_write(STDOUT_FILENO, buf_text(&head), head.len);
    buf_free(&head);
    return ok;
}

/* What is new in it. False when nobody reads any more. */
static bool read_file(struct following *g, size_t i, bool *some)
{
    struct followed *f = &g->files[i];
    ssize_t n;
    while (f->fd >= 0 && (n = read(f->fd, g->bytes, BYTES_MOST)) > 0) {
        *some = true;
        if (!change_to(g, i) || !watch_pass(g->w, g->output, g->bytes, (size_t)n))
            return false;
    }
    return true;
}

/* Cut: read from its beginning. Replaced: the old one was read to its end, the new one is from its beginning. */
static bool look_again(struct following *g, size_t i, bool *some)
{
    struct followed *f = &g->files[i];
    struct stat now, open_one;
    if (f->fd >= 0 && fstat(f->fd, &open_one) == 0 && lseek(f->fd, 0, SEEK_CUR) > open_one.st_size) {
        (void)lseek(f->fd, 0, SEEK_SET);
        *some = true;
    }
    if (stat(f->path, &now) != 0 || !S_ISREG(now.st_mode) || (f->fd >= 0 && now.st_dev == f->device && now.st_ino == f->inode))
        return true;
    if (!read_file(g, i, some)) /* what came to the old one since */
        return false;
    if (f->fd >= 0)
        close(f->fd);
    (void)open_file(f, false);
    wake_about(g->wake, f->path);
    *some = *some || f->fd >= 0; /* one that may not be read yet is no reason to look again at once */
    return true;
}

static int follow(struct following *g)
{
    bool ok = watch_begin(g->w, g->output);
    while (ok) {
        bool some = false;
        for (size_t i = 0; ok && i < g->count; i++)
            ok = read_file(g, i, &some) && look_again(g, i, &some);
        if (ok && !some)
            wake_wait(g->wake, PAUSE_MS);
    }
    return watch_write_failed();
}

static bool cannot_follow(const char *path, struct error *err)
{
    if (errno == EINVAL)
        return error_set(err, EX_NOINPUT, "cannot follow", path, "it is no regular file", "pipe it into `crib watch`");
    return error_errno(err, errno, "cannot follow", path, NULL);
}

static void say_waiting(const char *path)
{
    struct error wait;
    error_set(&wait, EX_NOINPUT, "not there yet", path, "it is waited for", NULL);
    error_print(&wait, "crib", stderr);
}

int watch_follow(struct watch *w, enum watch_output output, const char *const *paths, size_t count)
{
    struct error err;
    struct following g = {w, output, calloc(count, sizeof(struct followed)), count, count, malloc(BYTES_MOST), wake_open()};
    bool ok = (g.files != NULL && g.bytes != NULL) || error_memory(&err);
    for (size_t i = 0; ok && i < count; i++) {
        g.files[i] = (struct followed){.path = paths[i], .fd = -1};
        wake_about(g.wake, paths[i]);
        ok = open_file(&g.files[i], true) || cannot_follow(paths[i], &err);
        if (ok && g.files[i].fd < 0) /* or a name that was mistyped */
            say_waiting(paths[i]);
    }
    int status = ok ? follow(&g) : app_fail(&err);
    for (size_t i = 0; g.files != NULL && i < count; i++) {
        if (g.files[i].fd > 0)
            close(g.files[i].fd);
        buf_free(&g.files[i].carry);
    }
    free(g.files);
    free(g.bytes);
    if (g.wake >= 0)
        close(g.wake);
    return status;
}
