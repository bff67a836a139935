#include "tui/render/render.h"

#include "core/base/text.h"
#include "tui/render/paint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEAST_WIDTH = 16,
    MOST_MARGIN = 12,
    TAB = 4,
    WORD_ROOM = 16 /* places in the text for a word that is not always there */
};

static void render_block(struct paint *p, uint32_t i);

static bool has(const struct paint *p, enum render_flags flag)
{
    return (p->flags & flag) != 0;
}

/* The blocks inside node i, with an empty line between them unless they stand tight. */
static void render_blocks(struct paint *p, uint32_t i, bool tight)
{
    uint32_t end = p->nodes[i].end;
    bool first = true;
    for (uint32_t at = i + 1; at < end && !p->failed; at = p->nodes[at].end) {
        if (p->nodes[at].type == NODE_GIFT)
            continue;
        if (!first && !tight)
            paint_blank(p);
        first = false;
        render_block(p, at);
    }
}

static uint16_t heading_style(unsigned level)
{
    return level <= 1 ? STYLE_HEADING_1 : level == 2 ? STYLE_HEADING_2 : STYLE_HEADING_3;
}

/* The mark beside a heading: what the learner has done with its section. */
static void put_mark(struct paint *p, uint32_t section)
{
    static const struct {
        const char *unicode, *ascii;
        enum style style;
    } marks[] = {
        [RENDER_MARK_DONE] = {"\xE2\x9C\x93", "[done]", STYLE_DONE},
        [RENDER_MARK_CHANGED] = {"updated", "[updated]", STYLE_CHANGED},
        [RENDER_MARK_NEW] = {"new", "[new]", STYLE_CHANGED},
    };
    if (section >= p->options->mark_count || p->options->marks == NULL)
        return;
    unsigned mark = p->options->marks[section];
    if (mark == RENDER_MARK_NONE || mark > RENDER_MARK_NEW)
        return;
    bool ascii = has(p, RENDER_ASCII) || has(p, RENDER_PLAIN);
    const char *text = ascii ? marks[mark].ascii : marks[mark].unicode;
    if (text == NULL)
        return;
    paint_text(p, "  ", 2, true);
    paint_style(p, (uint16_t)marks[mark].style, 0);
    paint_text(p, text, strlen(text), false);
    paint_style(p, STYLE_TEXT, 0);
}

/* Keeps the heading for the outline; its plain text goes behind the line's in lines.text. */
static void note_heading(struct paint *p, uint32_t i, size_t first_line)
{
    struct line_heading *headings = paint_grow(p, p->headings, p->heading_count, &p->heading_cap, sizeof *p->headings);
    if (headings == NULL)
        return;
    p->headings = headings;
    struct buf plain = {0};
    document_plain(p->document, i, &plain);
    buf_clear(&p->scratch);
    text_safe(&p->scratch, buf_text(&plain), plain.len, render_text_flags(p->flags));
    p->failed |= !buf_ok(&p->scratch) || !buf_ok(&plain);
    size_t from = p->len;
    if (!p->failed)
        paint_keep(p, buf_text(&p->scratch), p->scratch.len);
    buf_free(&plain);
    bool own = p->nodes[i].number != NODE_NO_SECTION;
    p->headings[p->heading_count++] = (struct line_heading){.line = (uint32_t)first_line,
                                                            .lines = (uint32_t)(p->line_count - first_line),
                                                            .section = own ? p->section : LINE_NO_SECTION,
                                                            .level = p->nodes[i].level,
                                                            .text = (uint32_t)from,
                                                            .length = (uint32_t)(p->len - from)};
}

static void render_heading(struct paint *p, uint32_t i)
{
    const struct node *n = &p->nodes[i];
    paint_flush_blank(p);
    p->source = n->line;
    if (n->number != NODE_NO_SECTION)
        p->section = n->number + (p->document->has_top ? 1 : 0);
    size_t first = p->line_count;
    uint16_t style = heading_style(n->level);
    if (has(p, RENDER_PLAIN)) {
        static const char marks[] = "###### ";
        paint_text(p, marks + 6 - n->level, n->level + 1U, true);
    }
    render_inlines(p, i, style);
    uint32_t at = p->at;
    if (n->number != NODE_NO_SECTION)
        put_mark(p, p->section);
    p->at = at + WORD_ROOM; /* with a mark or without */
    paint_open(p); /* an empty heading is an empty line */
    paint_end(p);
    note_heading(p, i, first);
}

/* One line of code: tabs as blanks up to the next stop, the rest safe. */
static struct str code_line(struct paint *p, const char *s, size_t n)
{
    buf_clear(&p->carry);
    size_t column = 0;
    while (n > 0) {
        const char *tab = memchr(s, '\t', n);
        size_t k = tab != NULL ? (size_t)(tab - s) : n;
        size_t from = p->carry.len;
        text_safe(&p->carry, s, k, render_text_flags(p->flags));
        column += text_width(buf_text(&p->carry) + from, p->carry.len - from);
        if (tab == NULL)
            break;
        size_t blanks = TAB - column % TAB;
        buf_addn(&p->carry, ' ', blanks);
        column += blanks;
        s += k + 1;
        n -= k + 1;
    }
    p->failed |= !buf_ok(&p->carry);
    return (struct str){buf_text(&p->carry), p->carry.len};
}

/* Puts a safe line whole, cut where it is too long; a mark shows where it goes on. */
static void put_code(struct paint *p, struct str s)
{
    bool linear = has(p, RENDER_PLAIN);
    const char *mark = has(p, RENDER_ASCII) ? "\\" : "\xE2\x86\xAA"; /* U+21AA */
    size_t room = paint_room(p);
    for (bool again = false;; again = true) {
        paint_open(p);
        if (again) {
            paint_style(p, STYLE_DIM, 0);
            paint_raw(p, mark, strlen(mark), 1);
            paint_raw(p, " ", 1, 1);
            paint_style(p, STYLE_CODE_BLOCK, 0);
        }
        size_t used, left = room - (again ? 2 : 0);
        size_t fit = linear ? s.n : text_fit(s.p, s.n, left, &used);
        if (linear)
            used = text_width(s.p, s.n);
        if (fit == 0 && s.n > 0) {
            int columns;
            fit = text_cluster(s.p, s.n, &columns);
            used = (size_t)columns;
        }
        paint_raw(p, s.p, fit, used);
        paint_end(p);
        p->at += (uint32_t)fit;
        s.p += fit;
        s.n -= fit;
        if (s.n == 0 || p->failed)
            return;
    }
}

static void put_source(struct paint *p, const char *text, size_t len, uint32_t line, uint16_t style)
{
    paint_style(p, style, 0);
    const char *end = text + len;
    while (text < end && !p->failed) {
        const char *lf = memchr(text, '\n', (size_t)(end - text));
        size_t n = (size_t)((lf != NULL ? lf : end) - text);
        p->source = line++;
        if (n <= paint_room(p) && text_printable(text, n)) {
            paint_raw(p, text, n, n);
            paint_end(p);
            p->at += (uint32_t)n;
        } else {
            put_code(p, code_line(p, text, n));
        }
        p->at++;
        text += n + 1;
    }
    paint_style(p, STYLE_TEXT, 0);
}

static void render_code(struct paint *p, const struct node *n)
{
    bool fenced = n->extra != NULL || n->last_line > n->line;
    uint32_t first = n->line;
    if (fenced && n->len > 0) {
        size_t lines = 0;
        for (const char *s = n->text; (s = memchr(s, '\n', n->len - (size_t)(s - n->text))) != NULL; s++)
            lines++;
        /* An indented block has as many source lines as lines of code; a fence has one or two more. */
        first += n->last_line - n->line + 1 > lines ? 1 : 0;
    }
    paint_push(p, STR("  "), 2, STR("  "), 2, STYLE_TEXT);
    put_source(p, n->text, n->len, first, STYLE_CODE_BLOCK);
    paint_pop(p);
}

/* A block of HTML as it stands; comments are for authors. */
static void render_html(struct paint *p, const struct node *n)
{
    if (n->len >= 4 && memcmp(n->text, "<!--", 4) == 0) {
        const char *close = strstr(n->text, "-->");
        if (close == NULL || close[3 + strspn(close + 3, " \t\r\n")] == '\0')
            return;
    }
    put_source(p, n->text, n->len, n->line, STYLE_DIM);
}

static void render_rule(struct paint *p)
{
    size_t room = paint_room(p);
    if (has(p, RENDER_PLAIN)) {
        paint_text(p, "* * *", 5, true);
    } else {
        paint_style(p, STYLE_RULE, 0);
        for (size_t i = 0; i < room; i++)
            paint_rule(p);
        paint_style(p, STYLE_TEXT, 0);
    }
    paint_end(p);
}

static size_t item_digits(const struct paint *p, uint32_t list)
{
    uint32_t most = 0;
    for (uint32_t i = list + 1; i < p->nodes[list].end; i = p->nodes[i].end)
        most = p->nodes[i].number > most ? p->nodes[i].number : most;
    size_t digits = 1;
    for (; most >= 10; most /= 10)
        digits++;
    return digits;
}

static void render_item(struct paint *p, uint32_t i, size_t digits)
{
    static const char blanks[PREFIX_BYTES] = "                                               ";
    const struct node *n = &p->nodes[i];
    char number[PREFIX_BYTES];
    struct str first = has(p, RENDER_ASCII) || has(p, RENDER_PLAIN) ? STR("- ") : STR("\xE2\x80\xA2 ");
    size_t columns = 2;
    const char *box = (n->flags & NODE_TASK) == 0 ? "" : (n->flags & NODE_CHECKED) != 0 ? "[x] " : "[ ] ";
    if ((n->flags & NODE_ORDERED) != 0) {
        snprintf(number, sizeof number, "%*u. %s", (int)digits, (unsigned)n->number, box);
        first = str_of(number);
        columns = first.n;
    } else if (box[0] != '\0') {
        first = str_of(box);
        columns = first.n;
    }
    paint_push(p, first, columns, (struct str){blanks, columns}, columns, STYLE_MARKER);
    p->source = n->line;
    if (n->end == i + 1) {
        paint_open(p);
        paint_end(p);
    }
    render_blocks(p, i, (n->flags & NODE_TIGHT) != 0);
    paint_pop(p);
}

static void render_list(struct paint *p, uint32_t i)
{
    const struct node *list = &p->nodes[i];
    size_t digits = (list->flags & NODE_ORDERED) != 0 ? item_digits(p, i) : 0;
    for (uint32_t at = i + 1; at < list->end && !p->failed; at = p->nodes[at].end) {
        if (at > i + 1 && (list->flags & NODE_TIGHT) == 0)
            paint_blank(p);
        render_item(p, at, digits);
    }
}

static void render_quote(struct paint *p, uint32_t i)
{
    bool plain = has(p, RENDER_PLAIN), ascii = has(p, RENDER_ASCII) && !has(p, RENDER_LINES);
    const char *bar = plain ? "> " : ascii ? "| " : "\xE2\x94\x82 ";
    paint_push(p, str_of(bar), 2, str_of(bar), 2, STYLE_QUOTE);
    render_blocks(p, i, false);
    paint_pop(p);
}

/* The bar, the word and the text beside it; the text goes under the word where the screen is narrow. */
static void render_call_out(struct paint *p, uint32_t i)
{
    static const struct {
        const char *word;
        enum style style;
    } kinds[] = {
        [CALL_OUT_DANGER] = {"DANGER", STYLE_DANGER}, [CALL_OUT_WARNING] = {"WARNING", STYLE_WARNING},
        [CALL_OUT_CAUTION] = {"CAUTION", STYLE_CAUTION}, [CALL_OUT_NOTE] = {"NOTE", STYLE_NOTE},
        [CALL_OUT_NOTICE] = {"NOTICE", STYLE_NOTE}, [CALL_OUT_TIP] = {"TIP", STYLE_TIP},
    };
    unsigned kind = p->nodes[i].level <= CALL_OUT_TIP ? p->nodes[i].level : CALL_OUT_NOTE;
    const char *word = kinds[kind].word;
    bool plain = has(p, RENDER_PLAIN);
    const char *bar = plain                   ? ""
                      : !has(p, RENDER_ASCII) ? "\xE2\x96\x8C" /* U+258C */
                      : has(p, RENDER_LINES)  ? "\xE2\x94\x82"
                                              : "|";
    char first[PREFIX_BYTES], rest[PREFIX_BYTES];
    size_t columns = strlen(word) + (plain ? 2 : 3);
    bool beside = paint_room(p) >= columns + 24;
    snprintf(first, sizeof first, "%s%s%s", bar, word, plain ? ": " : "  ");
    snprintf(rest, sizeof rest, "%s%*s", bar, plain ? 0 : (int)(beside ? columns - 1 : 1), "");
    if (plain)
        paint_push(p, STR(""), 0, STR(""), 0, STYLE_TEXT);
    else
        paint_push(p, str_of(beside ? first : rest), beside ? columns : 2, str_of(rest), beside ? columns : 2,
                   (uint16_t)kinds[kind].style);
    p->source = p->nodes[i].line;
    paint_flush_blank(p);
    uint32_t at = p->at;
    if (plain || !beside) {
        paint_style(p, (uint16_t)kinds[kind].style, 0);
        paint_text(p, word, strlen(word), true);
        paint_text(p, plain ? ": " : "  ", 2, true);
        paint_style(p, STYLE_TEXT, 0);
    } else if (p->nodes[i].end == i + 1) {
        paint_open(p);
    }
    p->at = at + WORD_ROOM; /* with the word in the text or as a prefix */
    if (p->nodes[i].end == i + 1 || p->nodes[i + 1].type != NODE_PARAGRAPH)
        paint_end(p);
    render_blocks(p, i, false);
    paint_pop(p);
}

static void render_block(struct paint *p, uint32_t i)
{
    const struct node *n = &p->nodes[i];
    switch ((enum node_type)n->type) {
    case NODE_PARAGRAPH:
        p->source = n->line;
        render_inlines(p, i, STYLE_TEXT);
        paint_end(p);
        break;
    case NODE_HEADING:
        render_heading(p, i);
        break;
    case NODE_LIST:
        render_list(p, i);
        break;
    case NODE_ITEM:
        render_item(p, i, 1);
        break;
    case NODE_QUOTE:
        render_quote(p, i);
        break;
    case NODE_CALLOUT:
        render_call_out(p, i);
        break;
    case NODE_CODE_BLOCK:
        render_code(p, n);
        break;
    case NODE_HTML_BLOCK:
        render_html(p, n);
        break;
    case NODE_RULE:
        p->source = n->line;
        render_rule(p);
        break;
    case NODE_TABLE:
        render_table(p, i);
        break;
    default:
        break;
    }
    p->at++; /* no two blocks start at one place, even empty ones */
}

static void prepare(struct paint *p, const struct document *d, const struct render_options *options)
{
    size_t width = options->width < LEAST_WIDTH ? LEAST_WIDTH : options->width > 4096 ? 4096 : options->width;
    size_t margin = options->margin < MOST_MARGIN ? options->margin : MOST_MARGIN;
    if (margin + LEAST_WIDTH > width)
        margin = width - LEAST_WIDTH;
    p->right = width;
    p->section = d->has_top ? 0 : LINE_NO_SECTION;
    p->source = d->first_line;
    if (margin > 0) {
        static const char blanks[MOST_MARGIN + 1] = "            ";
        struct str s = {blanks, margin};
        paint_push(p, s, margin, s, margin, STYLE_TEXT);
    }
}

struct lines *render_document(const struct document *d, const struct render_options *options, struct error *err)
{
    struct paint *p = paint_new(d, options);
    struct lines *out = calloc(1, sizeof *out);
    bool ok = p != NULL && out != NULL;
    if (ok) {
        prepare(p, d, options);
        paint_keep(p, "\n", 1); /* of no line: lines.text is never NULL */
        render_blocks(p, 0, false);
        paint_end(p);
        ok = !p->failed;
    }
    if (ok) {
        *out = (struct lines){p->text, p->lines, p->line_count, p->spans, p->span_count, p->links, p->link_count,
                              p->headings, p->heading_count, p->widest};
        p->text = NULL;
        p->lines = NULL;
        p->spans = NULL;
        p->links = NULL;
        p->headings = NULL;
    } else {
        free(out);
        out = NULL;
        error_memory(err);
    }
    paint_close(p);
    return out;
}

void lines_close(struct lines *l)
{
    if (l == NULL)
        return;
    free(l->text);
    free(l->items);
    free(l->spans);
    free(l->links);
    free(l->headings);
    free(l);
}

size_t lines_of_section(const struct lines *l, size_t section)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->items[i].section != LINE_NO_SECTION && l->items[i].section >= section)
            return l->items[i].section == section ? i : l->count;
    return l->count;
}

size_t lines_of_at(const struct lines *l, size_t at)
{
    size_t low = 0, high = l->count; /* lines before low start at `at` or before, those from high on behind it */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->items[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    size_t line = low > 0 ? low - 1 : 0;
    while (line > 0 && l->items[line].at == at && l->items[line - 1].at == at)
        line--;
    return line;
}
