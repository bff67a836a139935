#include "core/base/error.h"

#include "core/base/output.h"
#include "core/base/text.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static void keep(char *to, size_t size, const char *text)
{
    if (text == NULL)
        text = "";
    size_t n = text_cut(text, strlen(text), size - 1);
    memcpy(to, text, n);
    to[n] = '\0';
}

void error_fill(struct error *err, int code, const char *what, const char *where, const char *why, const char *todo)
{
    if (err == NULL)
        return;
    err->code = code;
    keep(err->what, sizeof err->what, what);
    keep(err->where, sizeof err->where, where);
    keep(err->why, sizeof err->why, why);
    keep(err->todo, sizeof err->todo, todo);
}

static int code_for(int errno_value)
{
    switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
        return EX_NOINPUT;
    case EACCES:
    case EPERM:
    case EROFS:
        return EX_NOPERM;
    case ENOMEM:
        return EX_OSERR;
    default:
        return EX_IOERR;
    }
}

/* What there is to do where the caller knows nothing better. */
static const char *remedy_for(int errno_value)
{
    switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
        return "is the name right?";
    case EISDIR:
        return "name a file";
    case EACCES:
    case EPERM:
        return "its owner, or root, can allow it";
    case EROFS:
        return "that disk can only be read";
    case ENOSPC:
    case EDQUOT:
        return "free some disk space";
    case EMFILE:
    case ENFILE:
    case EAGAIN:
        return "close other programs and try again";
    default:
        return NULL;
    }
}

void error_fill_errno(struct error *err, int errno_value, const char *what, const char *where, const char *todo)
{
    error_fill(err, code_for(errno_value), what, where, strerror(errno_value), todo != NULL ? todo : remedy_for(errno_value));
}

void error_prefix(struct error *err, const char *context)
{
    if (err == NULL)
        return;
    char joined[2 * sizeof err->what];
    snprintf(joined, sizeof joined, "%s: %s", context, err->what);
    keep(err->what, sizeof err->what, joined);
}

void error_words(const struct error *err, struct buf *out)
{
    buf_adds(out, err->what);
    const char *const parts[] = {err->where, err->why};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i][0] != '\0')
            buf_addf(out, "%s%s", out->len > 0 ? ": " : "", parts[i]);
}

void error_line(const struct error *err, const char *program, unsigned flags, struct buf *out)
{
    buf_adds(out, program);
    const char *const parts[] = {err->what, err->where, err->why};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i][0] == '\0')
            continue;
        buf_adds(out, ": ");
        text_safe(out, parts[i], strlen(parts[i]), flags);
    }
    if (err->todo[0] != '\0') {
        buf_adds(out, " (");
        text_safe(out, err->todo, strlen(err->todo), flags);
        buf_adds(out, ")");
    }
}

void error_print(const struct error *err, const char *program, FILE *out)
{
    struct buf line = {0};
    unsigned flags = 0;
    if (isatty(fileno(out)) == 1) {
        output_take_locale();
        flags = output_is_utf8() ? 0 : TEXT_ASCII;
    }
    error_line(err, program, flags, &line);
    fprintf(out, "%s\n", buf_ok(&line) ? buf_text(&line) : "out of memory");
    buf_free(&line);
}
