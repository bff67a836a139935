#include "core/library/section.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* A slug that was given out, and how often: open addressing. */
struct slug {
    const char *text;
    size_t count;  /* headings that made this slug */
    bool claimed;  /* by {#id}, or by a numbered slug */
};

struct slugs {
    struct slug *table;
    size_t mask;
};

struct work {
    const struct document *d;
    struct arena *arena;
    const char *file;
    struct diags *diags;
    struct section *items;
    size_t count;
    struct buf text;
    struct slugs slugs;
};

static struct slug *slug_at(const struct slugs *s, const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *p = text; *p != '\0'; p++)
        hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
    size_t i = (size_t)(hash ^ hash >> 32) & s->mask;
    while (s->table[i].text != NULL && strcmp(s->table[i].text, text) != 0)
        i = (i + 1) & s->mask;
    return &s->table[i];
}

static bool slug_keeps(utf8proc_int32_t c)
{
    utf8proc_category_t k = utf8proc_category(c);
    return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NO) || k == UTF8PROC_CATEGORY_PC || c == '-';
}

/* The slug that GitHub makes of a heading's plain text, without a number for repetition; "" becomes "section". NULL
 * when memory is out. */
static const char *slug_of(struct arena *a, const char *title)
{
    struct buf b = {0};
    size_t n = strlen(title);
    for (size_t i = 0; i < n;) {
        uint32_t c;
        i += text_decode(title + i, n - i, &c);
        utf8proc_uint8_t bytes[4];
        if (c == ' ')
            buf_addc(&b, '-');
        else if (c != 0xFFFD && slug_keeps((utf8proc_int32_t)c))
            buf_add(&b, (char *)bytes, (size_t)utf8proc_encode_char(utf8proc_tolower((utf8proc_int32_t)c), bytes));
    }
    const char *slug = !buf_ok(&b) ? NULL : arena_copy(a, b.len > 0 ? b.data : "section", b.len > 0 ? b.len : 7);
    buf_free(&b);
    return slug;
}

/* What a block adds to the text for search; a separator goes before it. */
static void add_html_text(struct buf *out, const struct node *n)
{
    const char *p = n->text, *end = n->text + n->len;
    while (p < end) {
        if (end - p >= 4 && memcmp(p, "<!--", 4) == 0) {
            const char *close = strstr(p + 4, "-->");
            p = close != NULL ? close + 3 : end;
            continue;
        }
        const char *tag = memchr(p, '<', (size_t)(end - p));
        buf_add(out, p, (size_t)((tag != NULL ? tag : end) - p));
        if (tag == NULL)
            return;
        if (tag == p) {
            const char *close = memchr(p, '>', (size_t)(end - p));
            tag = close != NULL ? close + 1 : end;
        }
        p = tag;
    }
}

static void separate(struct buf *out)
{
    if (out->len > 0 && out->data[out->len - 1] != '\n')
        buf_addc(out, '\n');
}

/* Appends the text of nodes[from..to) for search. */
static void add_text(struct buf *out, const struct node *nodes, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        const struct node *n = &nodes[i];
        switch ((enum node_type)n->type) {
        case NODE_TEXT:
        case NODE_CODE:
            buf_add(out, n->text, n->len);
            break;
        case NODE_SOFT_BREAK:
        case NODE_HARD_BREAK:
            buf_addc(out, ' ');
            break;
        case NODE_CODE_BLOCK:
            separate(out);
            buf_add(out, n->text, n->len);
            break;
        case NODE_HTML_BLOCK:
            separate(out);
            add_html_text(out, n);
            break;
        case NODE_PARAGRAPH:
        case NODE_HEADING:
        case NODE_CELL:
            separate(out);
            break;
        default:
            break;
        }
    }
    while (out->len > 0 && out->data[out->len - 1] == '\n')
        out->data[--out->len] = '\0';
}

static size_t count_words(const char *s, size_t n)
{
    size_t words = 0;
    bool inside = false;
    for (size_t i = 0; i < n; i++) {
        bool blank = s[i] == ' ' || (s[i] >= '\t' && s[i] <= '\r');
        words += !blank && !inside;
        inside = !blank;
    }
    return words;
}

/* Where the source stands while the sections' lines are hashed, in order. */
struct cursor {
    const char *at, *end;
    size_t line; /* of at, in the file */
    bool has_cr;
};

/* Takes the next line, without its end (LF, CR LF or CR) and the blanks before it. */
static struct str take_line(struct cursor *c)
{
    const char *p = c->at, *stop;
    if (c->has_cr) {
        for (stop = p; stop < c->end && *stop != '\n' && *stop != '\r'; stop++)
            ;
    } else {
        const char *lf = memchr(p, '\n', (size_t)(c->end - p));
        stop = lf != NULL ? lf : c->end;
    }
    bool crlf = c->end - stop >= 2 && stop[0] == '\r' && stop[1] == '\n';
    c->at = stop == c->end ? stop : stop + (crlf ? 2 : 1);
    c->line++;
    while (stop > p && (stop[-1] == ' ' || stop[-1] == '\t'))
        stop--;
    return (struct str){p, (size_t)(stop - p)};
}

static void hash_bytes(crypto_generichash_state *state, const char *p, size_t n)
{
    (void)crypto_generichash_update(state, (const unsigned char *)p, n);
}

static bool is_underline(struct str line)
{
    line = str_trim(line);
    size_t i = 0;
    while (i < line.n && line.p[i] == line.p[0])
        i++;
    return i > 0 && i == line.n && (line.p[0] == '=' || line.p[0] == '-');
}

/* Goes behind a section's heading: one line that starts with #, or lines down to the underline. */
static void skip_heading(const struct section *s, struct cursor *c)
{
    while (c->line < s->line && c->at < c->end)
        (void)take_line(c);
    if (s->level == 0 || c->at >= c->end)
        return;
    struct str line = str_trim(take_line(c));
    if (line.n > 0 && line.p[0] == '#')
        return;
    while (c->at < c->end && c->line <= s->last_line && !is_underline(take_line(c)))
        ;
}

/* Hashes the lines under a section's heading, gift blocks left out. */
static void hash_section(struct section *s, const struct node *nodes, struct cursor *c)
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, SECTION_HASH);
    hash_bytes(&state, "crib-section-1", sizeof "crib-section-1");
    skip_heading(s, c);
    size_t empty = 0; /* lines that count only when another one follows */
    uint32_t gift = s->node;
    while (c->at < c->end && c->line <= s->last_line) {
        while (gift < s->node_end && (nodes[gift].type != NODE_GIFT || nodes[gift].last_line < c->line))
            gift++;
        bool left_out = gift < s->node_end && nodes[gift].line <= c->line;
        struct str line = take_line(c);
        if (left_out) {
            empty = 0;
            continue;
        }
        if (line.n == 0) {
            empty++;
            continue;
        }
        for (; empty > 0; empty--)
            hash_bytes(&state, "\n", 1);
        hash_bytes(&state, line.p, line.n);
        hash_bytes(&state, "\n", 1);
    }
    (void)crypto_generichash_final(&state, s->hash, SECTION_HASH);
}

/* The sections' ranges: which blocks and which lines. */
static bool find_ranges(struct work *w)
{
    const struct document *d = w->d;
    size_t count = (size_t)d->headings + (d->has_top ? 1 : 0);
    w->items = arena_array(w->arena, count, sizeof *w->items);
    if (w->items == NULL)
        return false;
    if (d->has_top)
        w->items[w->count++] = (struct section){.line = d->first_line, .node = 1, .anchor = "top", .title = ""};
    for (uint32_t i = 1; i < d->count; i = d->nodes[i].end) {
        const struct node *n = &d->nodes[i];
        if (n->type == NODE_HEADING)
            w->items[w->count++] = (struct section){.line = n->line, .node = i, .level = n->level};
    }
    for (size_t i = 0; i < w->count; i++) {
        bool last = i + 1 == w->count;
        w->items[i].node_end = last ? d->count : w->items[i + 1].node;
        w->items[i].last_line = last ? SIZE_MAX : w->items[i + 1].line - 1;
    }
    return true;
}

static bool fill_texts(struct work *w)
{
    const struct node *nodes = w->d->nodes;
    struct cursor c = {w->d->source, w->d->source + w->d->source_len, w->d->first_line,
                       memchr(w->d->source, '\r', w->d->source_len) != NULL};
    if (w->d->source_len >= 3 && memcmp(c.at, "\xEF\xBB\xBF", 3) == 0)
        c.at += 3;
    for (size_t i = 0; i < w->count; i++) {
        struct section *s = &w->items[i];
        const struct node *heading = s->level > 0 ? &nodes[s->node] : NULL;
        if (heading != NULL) {
            buf_clear(&w->text);
            document_plain(w->d, s->node, &w->text);
            s->title = arena_copy(w->arena, buf_text(&w->text), w->text.len);
            s->words = count_words(buf_text(&w->text), w->text.len);
        }
        buf_clear(&w->text);
        add_text(&w->text, nodes, heading != NULL ? heading->end : s->node, s->node_end);
        s->text = arena_copy(w->arena, buf_text(&w->text), w->text.len);
        s->text_len = w->text.len;
        s->words += count_words(buf_text(&w->text), w->text.len);
        if (!buf_ok(&w->text) || s->title == NULL || s->text == NULL)
            return false;
        hash_section(s, nodes, &c);
        if (s->last_line == SIZE_MAX)
            s->last_line = nodes[0].last_line > s->line ? nodes[0].last_line : s->line;
    }
    return true;
}

/* {#id} first: a slug makes way for them. */
static void claim_ids(struct work *w)
{
    for (size_t i = 0; i < w->count; i++) {
        struct section *s = &w->items[i];
        const char *id = s->level > 0 ? w->d->nodes[s->node].extra : s->anchor;
        if (id == NULL)
            continue;
        struct slug *slug = slug_at(&w->slugs, id);
        if (slug->claimed)
            diags_add(w->diags, SEVERITY_ERROR, w->file, s->line, 1, "give each heading an id of its own",
                      "the anchor {#%s} stands twice", id);
        slug->text = id;
        slug->claimed = true;
        s->anchor = arena_strdup(w->arena, id);
        s->explicit_anchor = s->level > 0;
    }
}

/* A slug's first use is itself, further ones get -1, -2, ... */
static const char *numbered(struct work *w, const char *base)
{
    struct slug *slug = slug_at(&w->slugs, base);
    slug->text = base;
    if (!slug->claimed) {
        slug->claimed = true;
        return base;
    }
    for (;;) {
        const char *text = arena_printf(w->arena, "%s-%zu", base, ++slug->count);
        struct slug *other = text != NULL ? slug_at(&w->slugs, text) : NULL;
        if (other != NULL && other->claimed)
            continue;
        if (other != NULL)
            *other = (struct slug){.text = text, .claimed = true};
        return text;
    }
}

static bool make_anchors(struct work *w)
{
    size_t slots = 16;
    while (slots < w->count * 4)
        slots *= 2;
    w->slugs = (struct slugs){arena_array(w->arena, slots, sizeof(struct slug)), slots - 1};
    if (w->slugs.table == NULL)
        return false;
    claim_ids(w);
    for (size_t i = 0; i < w->count; i++) {
        struct section *s = &w->items[i];
        if (s->anchor == NULL && !s->explicit_anchor) {
            const char *base = slug_of(w->arena, s->title);
            if (base == NULL)
                return false;
            s->anchor = numbered(w, base);
            if (s->anchor != NULL && s->anchor != base)
                diags_add(w->diags, SEVERITY_WARNING, w->file, s->line, 1, "give it an id: {#...} at its end",
                          "this heading's anchor is \"%s\", since \"%s\" is taken; it changes when others move",
                          s->anchor, base);
        }
        if (s->anchor == NULL)
            return false;
    }
    return true;
}

static bool add_links_and_gifts(struct work *w, struct sections *out)
{
    const struct node *nodes = w->d->nodes;
    size_t links = 0, gifts = 0;
    for (uint32_t i = 1; i < w->d->count; i++) {
        links += nodes[i].type == NODE_LINK || nodes[i].type == NODE_IMAGE;
        gifts += nodes[i].type == NODE_GIFT;
    }
    struct section_link *link = arena_array(w->arena, links, sizeof *link);
    struct section_gift *gift = arena_array(w->arena, gifts, sizeof *gift);
    if (link == NULL || gift == NULL)
        return false;
    out->links = link;
    out->gifts = gift;
    size_t section = 0;
    for (uint32_t i = 1; i < w->d->count; i++) {
        const struct node *n = &nodes[i];
        while (section + 1 < w->count && i >= w->items[section + 1].node)
            section++;
        if (n->type == NODE_GIFT) {
            *gift++ = (struct section_gift){n->text, n->len, (size_t)n->line + 1, section};
        } else if (n->type == NODE_LINK || n->type == NODE_IMAGE) {
            const char *target = arena_strdup(w->arena, n->extra);
            if (target == NULL)
                return false;
            *link++ = (struct section_link){target, n->line, n->column, section, n->type == NODE_IMAGE};
        }
    }
    out->link_count = links;
    out->gift_count = gifts;
    return true;
}

const struct sections *sections_of(const struct document *d, struct arena *a, const char *file, struct diags *diags,
                                   struct error *err)
{
    struct work w = {.d = d, .arena = a, .file = file, .diags = diags};
    struct sections *out = arena_alloc(a, sizeof *out);
    bool ok = out != NULL && sodium_init() >= 0 && find_ranges(&w) && fill_texts(&w) && make_anchors(&w) &&
              add_links_and_gifts(&w, out);
    buf_free(&w.text);
    if (!ok) {
        error_memory(err);
        return NULL;
    }
    out->items = w.items;
    out->count = w.count;
    return out;
}

size_t sections_find(const struct sections *s, const char *anchor)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->items[i].anchor, anchor) == 0)
            return i;
    return SIZE_MAX;
}
