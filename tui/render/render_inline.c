#include "core/base/text.h"
#include "tui/render/paint.h"
#include "tui/render/target.h"

#include <string.h>
#include <strings.h>

/* The style of a node's text inside another style: headings and links keep theirs, emphasis adds up. */
static uint16_t style_in(uint16_t outer, enum node_type type)
{
    bool fixed = outer == STYLE_HEADING_1 || outer == STYLE_HEADING_2 || outer == STYLE_HEADING_3 || outer == STYLE_LINK;
    switch (type) {
    case NODE_LINK:
        return STYLE_LINK;
    case NODE_IMAGE:
        return fixed ? outer : STYLE_IMAGE;
    case NODE_CODE:
        return fixed ? outer : STYLE_CODE;
    case NODE_HTML:
        return fixed ? outer : STYLE_DIM;
    case NODE_EMPH:
        if (outer == STYLE_STRONG || outer == STYLE_STRONG_EMPH)
            return STYLE_STRONG_EMPH;
        return fixed || outer == STYLE_TABLE_HEAD ? outer : STYLE_EMPH;
    case NODE_STRONG:
        if (outer == STYLE_EMPH || outer == STYLE_STRONG_EMPH)
            return STYLE_STRONG_EMPH;
        return fixed || outer == STYLE_TABLE_HEAD ? outer : STYLE_STRONG;
    default:
        return outer;
    }
}

enum html { HTML_TEXT, HTML_BREAK, HTML_COMMENT };

static enum html html_kind(const struct node *n)
{
    if (n->len >= 4 && memcmp(n->text, "<!--", 4) == 0)
        return HTML_COMMENT;
    if (n->len >= 4 && strncasecmp(n->text, "<br", 3) == 0 && strspn(n->text + 3, " /") + 4 == n->len)
        return HTML_BREAK;
    return HTML_TEXT;
}

static void put_leaf(struct paint *p, const struct node *n)
{
    bool ticks = n->type == NODE_CODE && (p->flags & RENDER_PLAIN) != 0;
    if (ticks)
        paint_text(p, "`", 1, true);
    paint_text(p, n->text, n->len, (n->flags & NODE_ASCII) != 0);
    if (ticks)
        paint_text(p, "`", 1, true);
}

static void hard_break(struct paint *p)
{
    if (p->open)
        paint_end(p);
    p->at++;
}

/* Whether a link's text is its target already. */
static bool shows_target(const struct paint *p, uint32_t i)
{
    const struct node *n = &p->nodes[i], *text = &p->nodes[i + 1];
    return n->end == i + 2 && text->type == NODE_TEXT && strstr(n->extra, text->text) != NULL &&
           strlen(n->extra) <= text->len + strlen("mailto:");
}

/* What stands behind a link's text: its target, or where it leads; "" for nothing. In p->carry. */
static struct str target_note(struct paint *p, uint32_t i)
{
    const char *target = p->nodes[i].extra;
    buf_clear(&p->carry);
    bool leaves = target[strcspn(target, ":/?#")] == ':';
    if (target[0] == '\0' || shows_target(p, i))
        return STR("");
    buf_adds(&p->carry, " (");
    if ((p->flags & RENDER_URLS) != 0)
        buf_adds(&p->carry, target);
    else if ((p->flags & RENDER_ORIGINS) != 0 && leaves)
        target_origin(&p->carry, target);
    else
        return STR("");
    buf_addc(&p->carry, ')');
    p->failed |= !buf_ok(&p->carry);
    return (struct str){buf_text(&p->carry), p->carry.len};
}

/* Puts that note; a copy, since wrapping uses p->carry. */
static void put_target(struct paint *p, uint32_t i)
{
    struct str note = target_note(p, i);
    if (note.n == 0)
        return;
    struct buf copy = {0};
    buf_add(&copy, note.p, note.n);
    paint_text(p, buf_text(&copy), copy.len, false);
    p->failed |= !buf_ok(&copy);
    buf_free(&copy);
}

static void enter_image(struct paint *p, uint32_t i)
{
    paint_text(p, "[", 1, true);
    if (p->nodes[i].end == i + 1)
        paint_text(p, "image", 5, true);
}

/* One container of inlines on the way down. */
struct level {
    uint32_t at;
    uint16_t style;
    uint32_t link;
};

static void enter(struct paint *p, uint32_t i, struct level *stack, size_t *depth)
{
    const struct node *n = &p->nodes[i];
    struct level level = {i, style_in(stack[*depth].style, (enum node_type)n->type), stack[*depth].link};
    if ((n->type == NODE_LINK || n->type == NODE_IMAGE) && level.link == 0 && n->extra[0] != '\0')
        level.link = paint_link(p, n->extra);
    stack[++*depth] = level;
    paint_style(p, level.style, level.link);
    if (n->type == NODE_IMAGE)
        enter_image(p, i);
}

static void leave(struct paint *p, struct level *stack, size_t *depth)
{
    uint32_t i = stack[*depth].at;
    if (p->nodes[i].type == NODE_IMAGE)
        paint_text(p, "]", 1, true);
    uint32_t link = stack[*depth].link;
    --*depth;
    if (p->nodes[i].type == NODE_LINK && (p->flags & (RENDER_URLS | RENDER_ORIGINS)) != 0) {
        paint_style(p, STYLE_DIM, link);
        put_target(p, i);
    }
    paint_style(p, stack[*depth].style, stack[*depth].link);
}

static void put_inline(struct paint *p, const struct node *n, const struct level *level)
{
    p->source = n->line;
    switch ((enum node_type)n->type) {
    case NODE_TEXT:
        put_leaf(p, n);
        break;
    case NODE_SOFT_BREAK:
        paint_text(p, " ", 1, true);
        p->source = n->line + 1;
        break;
    case NODE_HARD_BREAK:
        hard_break(p);
        p->source = n->line + 1;
        break;
    case NODE_HTML:
        if (html_kind(n) == HTML_BREAK)
            hard_break(p);
        if (html_kind(n) != HTML_TEXT)
            break;
        /* fall through */
    case NODE_CODE:
        paint_style(p, style_in(level->style, (enum node_type)n->type), level->link);
        put_leaf(p, n);
        paint_style(p, level->style, level->link);
        break;
    default:
        break;
    }
}

void render_inlines(struct paint *p, uint32_t i, uint16_t base)
{
    struct level stack[DOCUMENT_DEPTH + 2];
    size_t depth = 0;
    stack[0] = (struct level){i, base, 0};
    paint_style(p, base, 0);
    uint32_t end = p->nodes[i].end;
    for (uint32_t at = i + 1; at < end && !p->failed; at++) {
        while (depth > 0 && at >= p->nodes[stack[depth].at].end)
            leave(p, stack, &depth);
        const struct node *n = &p->nodes[at];
        if (n->type >= NODE_EMPH)
            enter(p, at, stack, &depth);
        else
            put_inline(p, n, &stack[depth]);
    }
    while (depth > 0)
        leave(p, stack, &depth);
    paint_style(p, STYLE_TEXT, 0);
}

/* Adds text to a measure: *line is the columns of the line so far, *word those of the word so far. */
static void measure_text(const char *s, size_t n, bool ascii, size_t *line, size_t *word, size_t *longest)
{
    size_t at = 0;
    while (at < n) {
        const char *blank = memchr(s + at, ' ', n - at);
        size_t len = blank != NULL ? (size_t)(blank - s) - at : n - at;
        size_t columns = ascii ? len : text_width(s + at, len);
        *line += columns + (blank != NULL);
        *word += columns;
        if (*word > *longest)
            *longest = *word;
        if (blank != NULL)
            *word = 0;
        at += len + 1;
    }
}

/* The columns of a leaf or of what stands around a container, as render_inlines puts them. */
void render_measure(struct paint *p, uint32_t i, size_t *widest, size_t *longest)
{
    size_t line = 0, word = 0;
    *widest = *longest = 0;
    for (uint32_t at = i + 1; at < p->nodes[i].end; at++) {
        const struct node *n = &p->nodes[at];
        enum html html = n->type == NODE_HTML ? html_kind(n) : HTML_TEXT;
        if (n->type == NODE_IMAGE) {
            measure_text("[image]", n->end == at + 1 ? 7 : 2, true, &line, &word, longest);
        } else if (n->type == NODE_SOFT_BREAK) {
            measure_text(" ", 1, true, &line, &word, longest);
        } else if (n->type == NODE_HARD_BREAK || html == HTML_BREAK) {
            line = word = 0;
        } else if (n->type < NODE_EMPH && html == HTML_TEXT) {
            bool ascii = (n->flags & NODE_ASCII) != 0;
            size_t from = p->scratch.len;
            if (!ascii)
                text_safe(&p->scratch, n->text, n->len, render_text_flags(p->flags));
            const char *text = ascii ? n->text : buf_text(&p->scratch) + from;
            measure_text(text, ascii ? n->len : p->scratch.len - from, ascii, &line, &word, longest);
            p->failed |= !buf_ok(&p->scratch);
            p->scratch.len = from;
        } else if (n->type == NODE_LINK && (p->flags & (RENDER_URLS | RENDER_ORIGINS)) != 0) {
            struct str note = target_note(p, at);
            measure_text(note.p, note.n, false, &line, &word, longest);
        }
        if (line > *widest)
            *widest = line;
    }
}
