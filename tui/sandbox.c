#include "tui/sandbox.h"

#include "tui/sandbox_files.h"

#include <stdio.h>
#include <sys/resource.h>

void sandbox_enter(struct sandbox *s, const struct sandbox_path *paths, size_t count)
{
    char files[80] = "", calls[80] = "";
    struct rlimit none = {0, 0};
    *s = (struct sandbox){0};
    (void)setrlimit(RLIMIT_CORE, &none); /* memory that holds somebody's answers is not for a file */
    s->files = sandbox_files(paths, count, files, sizeof files);
    s->calls = sandbox_calls(calls, sizeof calls);
    snprintf(s->why_not, sizeof s->why_not, "%s%s%s", files, files[0] != '\0' && calls[0] != '\0' ? "; " : "", calls);
}

void sandbox_words(const struct sandbox *s, struct buf *out)
{
    if (s->files > 0)
        buf_addf(out, "files (Landlock %d)", s->files);
    if (s->calls)
        buf_adds(out, s->files > 0 ? " and system calls (seccomp)" : "system calls (seccomp)");
    buf_adds(out, s->files > 0 || s->calls ? " are bounded" : "nothing is bounded");
    if (s->why_not[0] != '\0')
        buf_addf(out, "; not: %s", s->why_not);
}
