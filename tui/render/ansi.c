#include "tui/render/ansi.h"

#include "tui/render/target.h"

static void colour(struct buf *out, int n, bool background)
{
    if (n < 0)
        return;
    if (n < 8)
        buf_addf(out, ";%d", n + (background ? 40 : 30));
    else if (n < 16)
        buf_addf(out, ";%d", n - 8 + (background ? 100 : 90));
    else
        buf_addf(out, ";%d;5;%d", background ? 48 : 38, n);
}

void ansi_look(struct buf *out, struct look look)
{
    static const struct {
        unsigned attribute;
        const char *code;
    } codes[] = {
        {LOOK_BOLD, ";1"}, {LOOK_DIM, ";2"}, {LOOK_ITALIC, ";3"}, {LOOK_UNDERLINE, ";4"}, {LOOK_REVERSE, ";7"},
    };
    if (look.attributes == 0 && look.fg < 0 && look.bg < 0)
        return;
    buf_adds(out, "\x1b[0");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if ((look.attributes & codes[i].attribute) != 0)
            buf_adds(out, codes[i].code);
    colour(out, look.fg, false);
    colour(out, look.bg, true);
    buf_addc(out, 'm');
}

/* Puts bytes of a line in a style, the link begun before and ended behind them. */
static void put(struct buf *out, const char *s, size_t n, struct look look, const char *target,
                const struct ansi_options *o)
{
    if (n == 0)
        return;
    size_t before = out->len;
    bool linked = false;
    if (target != NULL && o->hyperlinks) {
        buf_adds(out, "\x1b]8;;");
        linked = target_encode(out, target);
        if (linked)
            buf_adds(out, "\x1b\\");
        else if (buf_ok(out))
            out->data[out->len = before] = '\0';
    }
    size_t at = out->len;
    ansi_look(out, look);
    bool styled = out->len != at;
    buf_add(out, s, n);
    if (styled)
        buf_adds(out, "\x1b[0m");
    if (linked)
        buf_adds(out, "\x1b]8;;\x1b\\");
}

void ansi_line(struct buf *out, const struct lines *l, size_t i, const struct ansi_options *o)
{
    const struct line *line = &l->items[i];
    const char *text = l->text + line->offset;
    if (o->theme == NULL && !o->hyperlinks) {
        buf_add(out, text, line->length);
        buf_addc(out, '\n');
        return;
    }
    static const struct look no_look = {-1, -1, 0};
    struct look base = o->theme != NULL ? theme_look(o->theme, STYLE_TEXT) : no_look;
    size_t at = 0;
    for (size_t k = 0; k < line->spans; k++) {
        const struct span *r = &l->spans[line->first_span + k];
        put(out, text + at, r->offset - at, base, NULL, o);
        struct look look = o->theme != NULL ? theme_look(o->theme, (enum style)r->style) : no_look;
        put(out, text + r->offset, r->length, look, r->link != 0 ? l->links[r->link - 1].target : NULL, o);
        at = r->offset + r->length;
    }
    put(out, text + at, line->length - at, base, NULL, o);
    buf_addc(out, '\n');
}

void ansi_lines(struct buf *out, const struct lines *l, const struct ansi_options *o)
{
    for (size_t i = 0; i < l->count; i++)
        ansi_line(out, l, i, o);
}
