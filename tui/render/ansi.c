#include "tui/render/ansi.h"

#include "tui/render/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { SHOWS_ON_BLANKS = LOOK_UNDERLINE | LOOK_REVERSE };

static const struct look no_look = {-1, -1, 0};

/* What the bytes so far have set. */
struct pen {
    struct buf *out;
    const struct ansi_options *options;
    struct look look;
    const char *target; /* of the link that is open; NULL for none */
};

static void add_code(struct buf *out, bool *first, int code)
{
    buf_addf(out, *first ? "%d" : ";%d", code);
    *first = false;
}

static void add_colour(const struct pen *pen, bool *first, short n, bool background)
{
    struct buf *out = pen->out;
    long exact = theme_exact(n);
    if (n < 0)
        return;
    if (pen->options->exact && pen->options->theme->colours == 256) {
        add_code(out, first, background ? 48 : 38);
        buf_addf(out, ";2;%ld;%ld;%ld", exact >> 16, exact >> 8 & 0xFF, exact & 0xFF);
        return;
    }
    if (n >= 16) {
        add_code(out, first, background ? 48 : 38);
        add_code(out, first, 5);
    }
    add_code(out, first, n >= 16 ? n : n < 8 ? n + (background ? 40 : 30) : n - 8 + (background ? 100 : 90));
}

static bool same_look(struct look a, struct look b)
{
    return a.fg == b.fg && a.bg == b.bg && a.attributes == b.attributes;
}

/* From a to b, a blank looks the same. */
static bool same_blank(struct look a, struct look b)
{
    return a.bg == b.bg && ((a.attributes | b.attributes) & SHOWS_ON_BLANKS) == 0;
}

/* Changes the look by one SGR: by what comes in addition where nothing goes, else from a reset on (ECMA-48's 22 to 49,
 * which take back one thing each, are unknown to old terminals and hardly shorter). */
static void change_look(struct pen *pen, struct look to)
{
    static const struct {
        unsigned attribute;
        int code;
    } codes[] = {{LOOK_BOLD, 1}, {LOOK_DIM, 2}, {LOOK_ITALIC, 3}, {LOOK_UNDERLINE, 4}, {LOOK_REVERSE, 7}};
    struct look from = pen->look;
    if (same_look(from, to))
        return;
    pen->look = to;
    bool first = true;
    buf_adds(pen->out, "\x1b[");
    if ((from.attributes & ~to.attributes) != 0 || (from.fg >= 0 && to.fg < 0) || (from.bg >= 0 && to.bg < 0)) {
        if (!same_look(to, no_look))
            add_code(pen->out, &first, 0);
        from = no_look;
    }
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if ((to.attributes & ~from.attributes & codes[i].attribute) != 0)
            add_code(pen->out, &first, codes[i].code);
    if (to.fg != from.fg)
        add_colour(pen, &first, to.fg, false);
    if (to.bg != from.bg)
        add_colour(pen, &first, to.bg, true);
    buf_addc(pen->out, 'm');
}

/* Ends the open link and begins another one; a target that no terminal may be given is none. */
static void change_link(struct pen *pen, const char *target)
{
    if (!pen->options->hyperlinks || target == pen->target)
        return;
    size_t before = pen->out->len;
    buf_adds(pen->out, "\x1b]8;;");
    if (target != NULL && !target_encode(pen->out, target)) {
        target = NULL;
        if (pen->target == NULL && buf_ok(pen->out))
            pen->out->data[pen->out->len = before] = '\0';
    }
    if (target != NULL || pen->target != NULL)
        buf_adds(pen->out, "\x1b\\");
    pen->target = target;
}

/* Puts bytes of a line. Blanks before a change of look that nobody would see on them stay as they are. */
static void put(struct pen *pen, const char *s, size_t n, struct look look, const char *target)
{
    if (n == 0)
        return;
    change_link(pen, target);
    size_t blanks = 0;
    while (same_blank(pen->look, look) && blanks < n && s[blanks] == ' ')
        blanks++;
    buf_add(pen->out, s, blanks);
    if (blanks == n)
        return;
    change_look(pen, look);
    buf_add(pen->out, s + blanks, n - blanks);
}

/* Where the span leads; NULL where it leads nowhere, and where its text is the whole URL: terminals find that themselves,
 * and saying it again is as long as the text. */
static const char *target_of(const struct lines *l, const struct span *r, const char *text)
{
    const char *target = r->link != 0 ? l->links[r->link - 1].target : NULL;
    bool shown = target != NULL && strlen(target) == r->length && memcmp(target, text + r->offset, r->length) == 0;
    return shown ? NULL : target;
}

void ansi_line(struct buf *out, const struct lines *l, size_t i, const struct ansi_options *o)
{
    const struct line *line = &l->items[i];
    const char *text = l->text + line->offset;
    struct pen pen = {out, o, no_look, NULL};
    struct look base = o->theme != NULL ? theme_look(o->theme, STYLE_TEXT) : no_look;
    size_t at = 0;
    for (size_t k = 0; k < line->spans && (o->theme != NULL || o->hyperlinks); k++) {
        const struct span *r = &l->spans[line->first_span + k];
        put(&pen, text + at, r->offset - at, base, NULL);
        struct look look = o->theme != NULL ? theme_look(o->theme, (enum style)r->style) : no_look;
        put(&pen, text + r->offset, r->length, look, target_of(l, r, text));
        at = r->offset + r->length;
    }
    put(&pen, text + at, line->length - at, base, NULL);
    change_link(&pen, NULL);
    change_look(&pen, no_look);
    buf_addc(out, '\n');
}

void ansi_lines(struct buf *out, const struct lines *l, const struct ansi_options *o)
{
    for (size_t i = 0; i < l->count; i++)
        ansi_line(out, l, i, o);
}
