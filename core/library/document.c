#include "core/library/document.h"

#include "core/base/text.h"
#include "core/library/document_build.h"
#include "core/library/document_call_out.h"
#include "core/library/document_table.h"
#include "core/library/markdown.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* Containers of blocks lie no deeper than this, so that tables and inlines below them have room. */
enum { BLOCK_DEPTH = DOCUMENT_DEPTH - 24 };

static bool is_gift(const char *info)
{
    return info != NULL && strncmp(info, "gift", 4) == 0 && (info[4] == '\0' || info[4] == ' ' || info[4] == '\t');
}

/* How far the text of a call-out starts behind its word: over ": " and the like. */
static size_t lead_length(const char *text)
{
    return strspn(text, ": \t");
}

static void enter_text(struct builder *b, cmark_node *from)
{
    const char *text = cmark_node_get_literal(from);
    if (b->strip_lead)
        text += lead_length(text);
    if (b->strip_guard && strncmp(text, TABLE_GUARD, 2) == 0)
        text += 2;
    b->strip_guard = false;
    if (*text == '\0')
        return;
    b->strip_lead = false;
    struct node *n = build_node(b, NODE_TEXT);
    if (n != NULL)
        build_text(b, n, text, strlen(text));
}

static void enter_break(struct builder *b, enum node_type type)
{
    if (!b->strip_lead)
        (void)build_node(b, type);
    b->line++;
}

static bool enter_link(struct builder *b, cmark_node *from, enum node_type type)
{
    if (b->depth >= DOCUMENT_DEPTH - 1)
        return true;
    struct node *n = build_node(b, type);
    if (n == NULL)
        return false;
    uint32_t line = build_line(b, cmark_node_get_start_line(from));
    if (line > n->line)
        b->line = n->line = n->last_line = line;
    int64_t column = cmark_node_get_start_column(from) + b->column_delta;
    n->column = column < 1 ? 1 : (uint32_t)column;
    const char *target = build_copy(b, cmark_node_get_url(from));
    n->extra = target != NULL ? target : "";
    const char *title = cmark_node_get_title(from);
    build_text(b, n, title, strlen(title));
    build_push(b, from);
    return true;
}

/* Inlines; true when the children are to be entered. */
static bool enter_inline(struct builder *b, cmark_node *from, cmark_node_type type)
{
    if (from == b->call_out) {
        b->call_out = NULL;
        b->strip_lead = true;
        return false;
    }
    if (type == CMARK_NODE_TEXT) {
        enter_text(b, from);
        return false;
    }
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
        enter_break(b, type == CMARK_NODE_SOFTBREAK ? NODE_SOFT_BREAK : NODE_HARD_BREAK);
        return false;
    }
    b->strip_lead = b->strip_guard = false;
    if (type == CMARK_NODE_CODE || type == CMARK_NODE_HTML_INLINE) {
        struct node *n = build_node(b, type == CMARK_NODE_CODE ? NODE_CODE : NODE_HTML);
        const char *text = cmark_node_get_literal(from);
        if (n != NULL)
            build_text(b, n, text, strlen(text));
        return false;
    }
    if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
        return enter_link(b, from, type == CMARK_NODE_LINK ? NODE_LINK : NODE_IMAGE);
    if ((type == CMARK_NODE_EMPH || type == CMARK_NODE_STRONG) && b->depth < DOCUMENT_DEPTH - 1 &&
        build_node(b, type == CMARK_NODE_EMPH ? NODE_EMPH : NODE_STRONG) != NULL)
        build_push(b, from);
    return true;
}

static void enter_quote(struct builder *b, cmark_node *from)
{
    if (b->depth >= BLOCK_DEPTH)
        return;
    cmark_node *named = NULL;
    int kind = call_out_of(from, &named);
    struct node *n = build_block(b, kind < 0 ? NODE_QUOTE : NODE_CALLOUT, from);
    if (n == NULL)
        return;
    if (kind >= 0) {
        n->level = (uint8_t)kind;
        b->call_out = named;
    }
    build_push(b, from);
}

static void enter_list(struct builder *b, cmark_node *from)
{
    struct node *n = b->depth < BLOCK_DEPTH - 1 ? build_block(b, NODE_LIST, from) : NULL;
    if (n == NULL)
        return;
    if (cmark_node_get_list_type(from) == CMARK_ORDERED_LIST) {
        n->flags |= NODE_ORDERED;
        n->number = (uint32_t)cmark_node_get_list_start(from);
    }
    if (cmark_node_get_list_tight(from))
        n->flags |= NODE_TIGHT;
    build_push(b, from);
    b->open[b->depth].number = build_at(b, b->open[b->depth].index)->number;
}

static void enter_item(struct builder *b, cmark_node *from)
{
    struct open_node *list = &b->open[b->depth];
    const struct node *parent = build_at(b, list->index);
    if (parent->type != NODE_LIST || list->from != cmark_node_parent(from))
        return;
    uint16_t flags = parent->flags & (NODE_ORDERED | NODE_TIGHT);
    struct node *n = build_block(b, NODE_ITEM, from);
    if (n == NULL)
        return;
    n->flags = flags;
    n->number = (flags & NODE_ORDERED) != 0 ? list->number++ : 0;
    build_push(b, from);
}

static void enter_code_block(struct builder *b, cmark_node *from)
{
    const char *info = cmark_node_get_fence_info(from);
    struct node *n = build_block(b, is_gift(info) ? NODE_GIFT : NODE_CODE_BLOCK, from);
    if (n == NULL)
        return;
    const char *text = cmark_node_get_literal(from);
    build_text(b, n, text, strlen(text));
    n->extra = build_copy(b, info);
}

static void convert(struct builder *b, cmark_node *top);

static void convert_fragment(struct builder *b, const struct fragment *f)
{
    int64_t before = b->line_delta;
    b->line_delta += (int64_t)f->line - (int64_t)f->at;
    cmark_node *n = f->first;
    for (size_t i = 0; i < f->count && !b->failed; i++, n = cmark_node_next(n))
        convert(b, n);
    b->line_delta = before;
}

/* A cell's inlines: its text, or what stands in the one paragraph of its fragment. */
static void convert_cell(struct builder *b, const struct table_cell *cell, uint8_t align, uint32_t line)
{
    b->line = line;
    struct node *n = build_node(b, NODE_CELL);
    if (n == NULL)
        return;
    n->level = align;
    build_push(b, NULL);
    if (cell->fragment != NULL && cell->fragment->count == 1) {
        int64_t line_delta = b->line_delta;
        b->line_delta += (int64_t)cell->fragment->line - (int64_t)cell->fragment->at;
        b->column_delta = (int64_t)cell->column - 1 - (int64_t)strlen(TABLE_GUARD);
        b->strip_guard = true;
        cmark_node *child = cmark_node_first_child(cell->fragment->first);
        for (; child != NULL && !b->failed; child = cmark_node_next(child))
            convert(b, child);
        b->strip_guard = false;
        b->column_delta = 0;
        b->line_delta = line_delta;
    } else if (cell->len > 0 && (n = build_node(b, NODE_TEXT)) != NULL) {
        build_text(b, n, cell->text, cell->len);
    }
    build_pop(b);
}

static void convert_rows(struct builder *b, const struct table *table)
{
    for (const struct table_row *row = table->rows; row != NULL && !b->failed; row = row->next) {
        b->line = build_line(b, (int)row->line);
        uint32_t line = b->line;
        struct node *n = build_node(b, NODE_ROW);
        if (n == NULL)
            return;
        n->flags = row == table->rows ? NODE_HEADER : 0;
        build_push(b, NULL);
        for (size_t i = 0; i < row->count && !b->failed; i++)
            convert_cell(b, &row->cells[i], table->aligns[i], line);
        build_pop(b);
    }
}

static void convert_table(struct builder *b, const struct table *table)
{
    if (table->before != NULL)
        convert_fragment(b, table->before);
    b->line = build_line(b, (int)table->line);
    struct node *n = build_node(b, NODE_TABLE);
    if (n == NULL)
        return;
    n->last_line = build_line(b, (int)table->last_line);
    n->number = (uint32_t)table->columns;
    if (b->depth == 0 && b->out->document.headings == 0)
        b->out->document.has_top = true;
    build_push(b, NULL);
    convert_rows(b, table);
    build_pop(b);
    if (table->after != NULL && !b->failed)
        convert_fragment(b, table->after);
}

/* Blocks; true when the children are to be entered. */
static bool enter_block(struct builder *b, cmark_node *from, cmark_node_type type)
{
    struct node *n;
    const struct table *table = cmark_node_get_user_data(from);
    if (table != NULL) {
        convert_table(b, table);
        return false;
    }
    b->strip_lead = false;
    switch (type) {
    case CMARK_NODE_BLOCK_QUOTE:
        enter_quote(b, from);
        return true;
    case CMARK_NODE_LIST:
        enter_list(b, from);
        return true;
    case CMARK_NODE_ITEM:
        enter_item(b, from);
        return true;
    case CMARK_NODE_PARAGRAPH:
    case CMARK_NODE_HEADING:
        n = build_block(b, type == CMARK_NODE_HEADING ? NODE_HEADING : NODE_PARAGRAPH, from);
        if (n == NULL)
            return false;
        n->level = type == CMARK_NODE_HEADING ? (uint8_t)cmark_node_get_heading_level(from) : 0;
        build_push(b, from);
        return true;
    case CMARK_NODE_CODE_BLOCK:
        enter_code_block(b, from);
        return false;
    case CMARK_NODE_HTML_BLOCK:
        n = build_block(b, NODE_HTML_BLOCK, from);
        if (n != NULL)
            build_text(b, n, cmark_node_get_literal(from), strlen(cmark_node_get_literal(from)));
        return false;
    case CMARK_NODE_THEMATIC_BREAK:
        (void)build_block(b, NODE_RULE, from);
        return false;
    default:
        return true;
    }
}

static bool is_id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == ':';
}

/* Shortens a text node in place: the pool's bytes are the node's own. */
static void cut_text(struct node *n, size_t from, size_t len)
{
    n->text += from;
    ((char *)n->text)[len] = '\0';
    n->len = (uint32_t)len;
    if (text_printable(n->text, n->len))
        n->flags |= NODE_ASCII;
}

/* Takes {#id} from the end of a heading's text. */
static void leave_heading(struct builder *b, struct node *heading)
{
    /* cmark ends a setext heading where the next block begins: the underline is the line behind its text. */
    if (heading->last_line > b->line + 1)
        heading->last_line = b->line + 1;
    uint32_t last = b->out->document.count - 1;
    struct node *n = build_at(b, last);
    if (n == heading || n->type != NODE_TEXT || build_at(b, n->parent) != heading)
        return;
    struct str s = str_trim((struct str){n->text, n->len});
    if (s.n < 4 || s.p[s.n - 1] != '}')
        return;
    size_t at = s.n - 1;
    while (at > 0 && is_id_char(s.p[at - 1]))
        at--;
    if (at < 2 || at == s.n - 1 || s.p[at - 1] != '#' || s.p[at - 2] != '{')
        return;
    char *id = build_room(b, s.n - at);
    if (id == NULL)
        return;
    memcpy(id, s.p + at, s.n - at - 1);
    id[s.n - at - 1] = '\0';
    heading->extra = id;
    size_t left = at - 2;
    while (left > 0 && (s.p[left - 1] == ' ' || s.p[left - 1] == '\t'))
        left--;
    if (left > 0)
        cut_text(n, 0, (size_t)(s.p - n->text) + left);
    else
        b->out->document.count--;
}

/* Takes the box of a task from the first paragraph of a list item. */
static void leave_paragraph(struct builder *b, uint32_t at)
{
    if (b->out->document.count == at + 1) { /* a call-out's word stood alone */
        b->out->document.count--;
        b->depth--;
        return;
    }
    struct node *item = build_at(b, build_at(b, at)->parent);
    struct node *text = build_at(b, at + 1);
    if (item->type == NODE_ITEM && item == build_at(b, at - 1) && text->type == NODE_TEXT && text->len > 3 &&
        text->text[0] == '[' && text->text[2] == ']' && text->text[3] == ' ' &&
        (text->text[1] == ' ' || (text->text[1] | 32) == 'x')) {
        item->flags |= (uint16_t)(NODE_TASK | (text->text[1] == ' ' ? 0 : NODE_CHECKED));
        cut_text(text, 4, text->len - 4);
    }
    build_pop(b);
}

static void leave(struct builder *b, cmark_node *from)
{
    if (b->open[b->depth].from != from || b->depth == 0)
        return;
    uint32_t at = b->open[b->depth].index;
    struct node *n = build_at(b, at);
    if (n->type == NODE_PARAGRAPH) {
        leave_paragraph(b, at);
        return;
    }
    if (n->type == NODE_HEADING)
        leave_heading(b, n);
    build_pop(b);
}

/* Appends the subtree of cmark's node top. A loop, since cmark nests as deep as its input. */
static void convert(struct builder *b, cmark_node *top)
{
    cmark_node *n = top;
    for (;;) {
        cmark_node_type type = cmark_node_get_type(n);
        bool down = type >= CMARK_NODE_FIRST_INLINE ? enter_inline(b, n, type) : enter_block(b, n, type);
        cmark_node *child = down && !b->failed ? cmark_node_first_child(n) : NULL;
        if (child != NULL) {
            n = child;
            continue;
        }
        for (;;) {
            leave(b, n);
            if (n == top || b->failed)
                return;
            cmark_node *next = cmark_node_next(n);
            if (next != NULL) {
                n = next;
                break;
            }
            n = cmark_node_parent(n);
        }
    }
}

static bool build(struct owned *out, cmark_node *root, size_t first_line)
{
    struct builder b;
    memset(&b, 0, offsetof(struct builder, open) + sizeof b.open[0]);
    b.out = out;
    b.line_delta = (int64_t)first_line - 1;
    b.line = (uint32_t)first_line;
    b.cap = (uint32_t)(out->document.source_len / 32) + 64;
    b.nodes = malloc(b.cap * sizeof *b.nodes);
    if (b.nodes == NULL || build_node(&b, NODE_DOCUMENT) == NULL) {
        free(b.nodes);
        return false;
    }
    b.nodes[0].parent = 0;
    uint32_t last = build_line(&b, cmark_node_get_end_line(root));
    b.nodes[0].last_line = last > b.nodes[0].line ? last : b.nodes[0].line;
    convert(&b, root);
    b.nodes[0].end = out->document.count;
    out->document.nodes = b.nodes;
    return !b.failed;
}

struct document *document_parse(const char *text, size_t len, size_t first_line, struct error *err)
{
    text = len > 0 ? text : "";
    if (len > DOCUMENT_SIZE_MAX || first_line > INT32_MAX) {
        error_set(err, EX_DATAERR, "cannot read this text", NULL, "it is larger than 64 MiB", "split it into several pages");
        return NULL;
    }
    struct owned *out = calloc(1, sizeof *out);
    if (out == NULL) {
        error_memory(err);
        return NULL;
    }
    out->document.source = text;
    out->document.source_len = len;
    out->document.first_line = (uint32_t)first_line;
    struct markdown m = {0};
    struct tables tables = {0};
    bool ok = markdown_parse(&m, text, len) && tables_find(&tables, m.root, text, len) &&
              build(out, m.root, first_line);
    tables_free(&tables);
    markdown_free(&m);
    if (ok)
        return &out->document;
    document_close(&out->document);
    error_memory(err);
    return NULL;
}
