#include "tui/cli/watch_journal.h"

#include "core/base/journal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { BYTES_MOST = 64 << 10, ENTRY_MOST = 16 << 20, NOT_STARTED = 127 };

static void become_journalctl(int output)
{
    (void)dup2(output, STDOUT_FILENO);
    (void)signal(SIGPIPE, SIG_DFL);
    execlp("journalctl", "journalctl", "-f", "-o", "json", (char *)NULL);
    _exit(NOT_STARTED);
}

/* Where its entries come from; *child takes its process, 0 for standard input. -1 on failure. */
static int open_source(pid_t *child, struct error *err)
{
    int ends[2];
    *child = 0;
    if (!isatty(STDIN_FILENO))
        return STDIN_FILENO;
    if (pipe(ends) != 0) {
        error_errno(err, errno, "cannot start", "journalctl", NULL);
        return -1;
    }
    *child = fork();
    if (*child == 0) {
        close(ends[0]);
        become_journalctl(ends[1]);
    }
    close(ends[1]);
    if (*child > 0)
        return ends[0];
    close(ends[0]);
    error_errno(err, errno, "cannot start", "journalctl", NULL);
    return -1;
}

static bool pass_entries(struct watch *w, enum watch_output output, struct journal *j, struct buf *entry, const char *bytes, size_t n)
{
    struct buf lines = {0};
    while (n > 0) {
        const char *feed = memchr(bytes, '\n', n);
        size_t k = feed != NULL ? (size_t)(feed - bytes) : n;
        if (entry->len + k <= ENTRY_MOST) /* a longer one is cut, and then no JSON */
            buf_add(entry, bytes, k);
        if (feed != NULL) {
            journal_line(j, buf_text(entry), entry->len, &lines);
            buf_clear(entry);
        }
        k += feed != NULL;
        bytes += k;
        n -= k;
    }
    bool ok = lines.len == 0 || !buf_ok(&lines) || watch_pass(w, output, lines.data, lines.len);
    buf_free(&lines);
    return ok;
}

static bool pass_all(struct watch *w, enum watch_output output, struct journal *j, int fd)
{
    char bytes[BYTES_MOST];
    struct buf entry = {0};
    ssize_t n;
    bool ok = watch_begin(w, output);
    while (ok && ((n = read(fd, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0)
            ok = pass_entries(w, output, j, &entry, bytes, (size_t)n);
    if (ok && entry.len > 0)
        ok = pass_entries(w, output, j, &entry, "\n", 1);
    buf_free(&entry);
    return ok && watch_end(w, output);
}

int watch_journal(struct watch *w, enum watch_output output)
{
    struct error err;
    pid_t child = 0;
    int status = 0;
    struct journal *j = journal_open(&err);
    int fd = j != NULL ? open_source(&child, &err) : -1;
    if (fd < 0) {
        journal_close(j);
        return app_fail(&err);
    }
    bool ok = pass_all(w, output, j, fd);
    int result = ok ? EX_OK : watch_write_failed();
    journal_close(j);
    if (child > 0) {
        close(fd);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
    }
    if (ok && WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED) {
        error_set(&err, EX_UNAVAILABLE, "no journal here", "journalctl", "this machine has no such program", "`crib watch --follow FILE` watches a log file");
        return app_fail(&err);
    }
    return result != EX_OK || !WIFEXITED(status) ? result : WEXITSTATUS(status);
}
