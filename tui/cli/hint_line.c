#include "tui/cli/hint_line.h"

#include "core/base/command.h"
#include "core/base/output.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_TITLE = 16, COLUMNS_MOST = 80 };

/* The title in so many columns, on one line, with nothing that a terminal acts on and no quote that could end it. */
static void add_title(struct buf *out, const char *title, size_t columns)
{
    struct buf safe = {0};
    size_t used;
    text_safe(&safe, title, strlen(title), output_is_terminal() && !output_is_utf8() ? TEXT_ASCII : 0);
    for (size_t i = 0; i < safe.len; i++)
        if (safe.data[i] == '"')
            safe.data[i] = '\'';
    size_t n = text_fit(buf_text(&safe), safe.len, columns, &used);
    if (n < safe.len) {
        n = text_fit(buf_text(&safe), safe.len, columns > 3 ? columns - 3 : 0, &used);
        while (n > 0 && safe.data[n - 1] == ' ')
            n--;
    }
    buf_add(out, buf_text(&safe), n);
    if (n < safe.len)
        buf_adds(out, "...");
    buf_free(&safe);
}

/* How it is opened by hand: the id alone where that is enough, with `open` where it is the name of a command. */
static void add_call(struct buf *out, const struct trigger_module *m)
{
    buf_adds(out, ": crib ");
    if (m->only && (command_find(m->id) != NULL || command_reserved(m->id)))
        buf_adds(out, "open ");
    if (!m->only)
        buf_addf(out, "%s/", m->channel);
    text_safe(out, m->id, strlen(m->id), TEXT_ASCII);
}

/* The key that opens it, in as many words as there is room for beside the whole title. */
static void add_key(struct buf *tail, const char *key, size_t title, size_t room)
{
    if (key == NULL || key[0] == '\0' || !text_printable(key, strlen(key)))
        return;
    size_t used = text_width(buf_text(tail), tail->len), whole = strlen(key) + strlen("  ( opens)");
    if (title + used + whole <= room)
        buf_addf(tail, "  (%s opens)", key);
    else if (used + whole + LEAST_TITLE <= room)
        buf_addf(tail, "  (%s)", key);
}

static bool may_be_dim(void)
{
    const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
    return term != NULL && strcmp(term, "dumb") != 0 && (no_colour == NULL || no_colour[0] == '\0');
}

void hint_line(struct buf *out, const char *name, const struct trigger_module *m, const char *key, size_t columns, bool terminal)
{
    struct buf tail = {0};
    size_t frame = strlen(name) + strlen(": \"\"") + 1, most = columns > COLUMNS_MOST ? COLUMNS_MOST : columns;
    size_t room = most > frame ? most - frame : 0;
    bool dim = terminal && may_be_dim();
    if (m->minutes > 0)
        buf_addf(&tail, " %d min", m->minutes);
    add_call(&tail, m);
    add_key(&tail, key, text_width(m->title, strlen(m->title)), room);
    size_t used = text_width(buf_text(&tail), tail.len);
    buf_addf(out, "%s%s: \"", dim ? "\033[2m" : "", name);
    add_title(out, m->title, used < room ? room - used : 0);
    buf_addc(out, '"');
    buf_add(out, buf_text(&tail), tail.len);
    if (dim)
        buf_adds(out, "\033[0m");
    out->failed |= !buf_ok(&tail);
    buf_free(&tail);
}
