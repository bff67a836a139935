#include "sync/channel/progress.h"

#include "core/base/json.h"

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
    if (*end == '\0' && fd > STDERR_FILENO && fd < 1024 && fcntl((int)fd, F_GETFD) != -1)
        p->fd = (int)fd;
}

/* A reader that went away or is slow loses reports, never the installation. */
static void report_line(struct progress *p, size_t done, size_t total)
{
    struct buf line = {0};
    struct json j = {.out = &line};
    json_open_object(&j, NULL);
    json_string(&j, "channel", p->channel);
    json_int(&j, "done", (int64_t)done);
    json_int(&j, "total", (int64_t)total);
    json_close_object(&j);
    buf_addc(&line, '\n');
    if (buf_ok(&line) && write(p->fd, buf_text(&line), line.len) < 0 && errno == EPIPE)
        p->fd = -1;
    buf_free(&line);
}

static void report(void *context, size_t done, size_t total)
{
    struct progress *p = context;
    if (p->fd >= 0) {
        report_line(p, done, total);
    } else if (p->terminal && total >= 500) {
        fprintf(stderr, "\r%zu of %zu", done, total);
        p->shown = true;
    }
}

struct library_progress progress_of(struct progress *p, const char *channel)
{
    p->channel = channel;
    return (struct library_progress){report, p};
}

void progress_fetched(void *context, size_t bytes)
{
    enum { STEP = 16 * 1024 };
    struct progress *p = context;
    p->fetched += bytes;
    if (p->fetched - p->said < STEP)
        return;
    p->said = p->fetched;
    if (p->fd >= 0) {
        p->channel = "";
        report_line(p, p->fetched, 0);
    } else if (p->terminal) {
        fprintf(stderr, "\r%zu KiB fetched", p->fetched / 1024);
        p->shown = true;
    }
}

void progress_end(struct progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
    p->shown = false;
}
