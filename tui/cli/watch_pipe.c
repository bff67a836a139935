#include "tui/cli/watch_pipe.h"

#include "core/base/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { BYTES_MOST = 64 << 10 };

/* What is to be put between the bytes that are being passed. */
struct passing {
    struct watch *w;
    const char *bytes;
    size_t n, written;
    bool end; /* nothing follows */
    bool failed;
    struct buf events; /* that stand for the bytes: written together */
};

enum watch_output watch_output(bool json)
{
    if (json)
        return WATCH_EVENTS;
    return output_is_terminal() ? WATCH_UNDER : isatty(STDERR_FILENO) ? WATCH_BESIDE : WATCH_BYTES;
}

bool watch_begin(struct watch *w, enum watch_output output)
{
    struct buf out = {0};
    bool ok = true;
    w->every = output == WATCH_EVENTS || w->events >= 0;
    if (output == WATCH_UNDER || output == WATCH_BESIDE) {
        buf_addf(&out, "%s: watching; each line of crib's own begins with this word\n", w->name);
        ok = watch_write(output == WATCH_UNDER ? STDOUT_FILENO : STDERR_FILENO, buf_text(&out), out.len);
        if (stream_waiting(w->scan) > 0 && ok) {
            buf_clear(&out);
            buf_addf(&out, "%s: %zu patterns of published channels don't run: `crib config set patterns CHANNEL` lets them\n", w->name,
                     stream_waiting(w->scan));
            ok = watch_write(STDERR_FILENO, buf_text(&out), out.len);
        }
    }
    buf_free(&out);
    return ok;
}

static void write_bytes(struct passing *p, size_t place)
{
    p->failed = p->failed || !watch_write(STDOUT_FILENO, p->bytes + p->written, place - p->written);
    p->written = place;
}

static void write_waiting(struct passing *p)
{
    struct buf *waiting = &p->w->waiting;
    if (buf_ok(waiting) && !p->failed)
        p->failed = !watch_write(STDOUT_FILENO, buf_text(waiting), waiting->len);
    buf_clear(waiting);
}

/* What was found in the middle of a long line waits for its end. */
static void write_up_to(struct passing *p, size_t place)
{
    if (place <= p->written)
        return;
    const char *feed = p->w->waiting.len > 0 ? memchr(p->bytes + p->written, '\n', place - p->written) : NULL;
    if (feed != NULL) {
        write_bytes(p, (size_t)(feed - p->bytes) + 1);
        write_waiting(p);
    }
    write_bytes(p, place);
}

static void put_under(void *context, struct watch *w, const struct watch_mark *mark)
{
    struct passing *p = context;
    if (!mark->offered)
        return;
    bool whole = mark->place > 0 && mark->place <= p->n && p->bytes[mark->place - 1] == '\n';
    if (whole)
        write_up_to(p, mark->place);
    if (p->end && w->waiting.len == 0)
        buf_addc(&w->waiting, '\n');
    watch_line(w, mark, &w->waiting);
    buf_addc(&w->waiting, '\n');
    if (whole || p->end)
        write_waiting(p);
}

static void put_beside(void *context, struct watch *w, const struct watch_mark *mark)
{
    struct buf out = {0};
    (void)context;
    if (mark->offered)
        watch_line(w, mark, &out);
    if (mark->offered)
        buf_addc(&out, '\n');
    if (buf_ok(&out))
        (void)watch_write(STDERR_FILENO, buf_text(&out), out.len);
    buf_free(&out);
}

static void write_events(struct passing *p)
{
    p->failed = p->failed || (buf_ok(&p->events) && !watch_write(STDOUT_FILENO, buf_text(&p->events), p->events.len));
    buf_clear(&p->events);
}

static void put_event(void *context, struct watch *w, const struct watch_mark *mark)
{
    struct passing *p = context;
    watch_event(w, mark, &p->events);
    if (p->events.len >= BYTES_MOST)
        write_events(p);
}

static void set_taker(struct watch *w, enum watch_output output, struct passing *p)
{
    w->marked = output == WATCH_UNDER ? put_under : output == WATCH_BESIDE ? put_beside : output == WATCH_EVENTS ? put_event : NULL;
    w->context = p;
}

bool watch_pass(struct watch *w, enum watch_output output, const char *bytes, size_t n)
{
    struct passing p = {.w = w, .bytes = bytes, .n = n};
    set_taker(w, output, &p);
    /* On a terminal a hint has to come behind its line; elsewhere the bytes don't wait for anything. */
    if (output == WATCH_BESIDE || output == WATCH_BYTES)
        write_up_to(&p, n);
    if (!p.failed && (output != WATCH_BYTES || w->events >= 0))
        watch_take(w, bytes, n);
    if (output == WATCH_UNDER)
        write_up_to(&p, n);
    write_events(&p);
    buf_free(&p.events);
    return !p.failed;
}

bool watch_end(struct watch *w, enum watch_output output)
{
    struct passing p = {.w = w, .end = true};
    set_taker(w, output, &p);
    if (w->waiting.len > 0) {
        p.failed = !watch_write(STDOUT_FILENO, "\n", 1);
        write_waiting(&p);
    }
    if (output != WATCH_BYTES || w->events >= 0)
        watch_rest(w);
    write_events(&p);
    buf_free(&p.events);
    return !p.failed;
}

int watch_write_failed(void)
{
    struct error err;
    if (errno == EPIPE)
        return EX_OK;
    error_errno(&err, errno, "cannot write", "standard output", NULL);
    return app_fail(&err);
}

int watch_stdin(struct watch *w, enum watch_output output)
{
    struct error err;
    char *bytes = malloc(BYTES_MOST);
    if (bytes == NULL) {
        error_memory(&err);
        return app_fail(&err);
    }
    bool ok = watch_begin(w, output);
    ssize_t n = 0;
    while (ok) {
        n = read(STDIN_FILENO, bytes, BYTES_MOST);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        ok = watch_pass(w, output, bytes, (size_t)n);
    }
    int status = EX_OK;
    if (n < 0 && ok) {
        error_errno(&err, errno, "cannot read", "standard input", NULL);
        status = app_fail(&err);
    }
    ok = ok && watch_end(w, output);
    free(bytes);
    return !ok ? watch_write_failed() : status;
}
