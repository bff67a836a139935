#include "sync/channel/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void progress_open(struct progress *p, bool quiet)
{
    *p = (struct progress){.channel = "", .fd = -1, .terminal = !quiet && isatty(STDERR_FILENO)};
    const char *name = getenv("CRIB_PROGRESS_FD");
    if (name == NULL)
        return;
    char *end;
    long fd = strtol(name, &end, 10);
    if (*end != '\0' || fd <= STDERR_FILENO || fd >= 1024 || fcntl((int)fd, F_GETFD) == -1)
        return;
    p->fd = (int)fd;
    int flags = fcntl(p->fd, F_GETFL);
    if (flags >= 0) /* whoever doesn't read must not stop us */
        (void)fcntl(p->fd, F_SETFL, flags | O_NONBLOCK);
}

/* A reader that went away or is slow loses reports, never the installation. */
void progress_step(struct progress *p, const char *channel, enum syncing_step step, size_t done, size_t total)
{
    struct buf line = {0};
    if (p->fd < 0)
        return;
    syncing_progress_write(&(struct syncing_progress){channel, step, (int64_t)done, (int64_t)total}, &line);
    if (buf_ok(&line) && line.len > 0 && write(p->fd, buf_text(&line), line.len) < 0 && errno == EPIPE)
        p->fd = -1;
    buf_free(&line);
}

static void report(void *context, size_t done, size_t total)
{
    struct progress *p = context;
    progress_step(p, p->channel, STEP_INSTALL, done, total);
    if (p->fd < 0 && p->terminal && total >= 500) {
        fprintf(stderr, "\r%zu of %zu", done, total);
        p->shown = true;
    }
}

struct library_progress progress_of(struct progress *p, const char *channel)
{
    p->channel = channel;
    return (struct library_progress){report, p};
}

void progress_fetched(struct progress *p, size_t bytes)
{
    enum { STEP = 16 * 1024 };
    p->fetched += bytes;
    if (p->fetched - p->said < STEP || p->fd >= 0 || !p->terminal)
        return;
    p->said = p->fetched;
    fprintf(stderr, "\r%zu KiB fetched", p->fetched / 1024);
    p->shown = true;
}

void progress_bar(struct progress *p, size_t done, size_t total, const char *what)
{
    enum { BAR = 30, NAME = 30 };
    static const char full[] = "##############################", empty[] = "..............................";
    int k = total > 0 ? (int)(done * BAR / total) : BAR;
    if (!p->terminal)
        return;
    fprintf(stderr, "\r\033[K[%.*s%.*s] %zu of %zu  %.*s", k, full, BAR - k, empty, done, total, NAME, what);
    p->shown = true;
}

void progress_end(struct progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
    p->shown = false;
}
