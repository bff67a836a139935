#include "tui/screen/page.h"

#include "core/base/text.h"
#include "core/library/library_news.h"
#include "tui/screen/page_find.h"
#include "tui/screen/spans.h"
#include "tui/signing.h"
#include "tui/widget/wrap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_MOST = 64, CHANGES_SHOWN = 3 };

static void add_line(struct page *p, struct page_line **list, size_t *count, enum style style, const char *text,
                     size_t n)
{
    if (*count >= HEAD_MOST)
        return;
    const char *kept = arena_copy(p->arena, text, n);
    if (kept != NULL)
        (*list)[(*count)++] = (struct page_line){style, kept};
}

static void add_wrapped(struct page *p, struct page_line **list, size_t *count, enum style style, const char *text)
{
    struct buf safe = {0};
    text_safe(&safe, text, strlen(text), 0);
    struct wrap w = wrap_start(buf_text(&safe), safe.len, p->width);
    while (wrap_next(&w))
        add_line(p, list, count, style, w.line, w.length);
    buf_free(&safe);
}

static void add_changes(struct page *p, struct app *app, const struct content *c, size_t changed)
{
    struct library_change *items;
    size_t count;
    struct error err;
    struct library *library = app_library(app, &err);
    if (library == NULL ||
        !library_changes(library, p->arena, c->module->facts.key, CHANGES_SHOWN, &items, &count, &err))
        return;
    char line[64];
    snprintf(line, sizeof line, "%zu section%s updated since you read it:", changed, changed == 1 ? "" : "s");
    add_wrapped(p, &p->head, &p->head_count, STYLE_CHANGED, count > 0 ? line : "Updated since you read it.");
    for (size_t i = 0; i < count; i++) {
        const char *text = arena_printf(p->arena, "  %s  %s", items[i].change.on, items[i].change.what);
        if (text != NULL)
            add_wrapped(p, &p->head, &p->head_count, STYLE_CHANGED, text);
    }
    add_line(p, &p->head, &p->head_count, STYLE_TEXT, "", 0);
}

static void add_signoff(struct page *p, struct app *app, const struct content *c)
{
    bool act;
    struct buf words = {0}, line = {0};
    signing_standing_words(app, c->module->facts.key, c->address, &words, &act);
    if (words.len > 0) {
        buf_addf(&line, "Sign-off: %s", buf_text(&words));
        add_wrapped(p, &p->head, &p->head_count, act ? STYLE_CHANGED : STYLE_DIM, buf_text(&line));
    }
    buf_free(&words);
    buf_free(&line);
}

static void make_head(struct page *p, struct app *app, const struct content *c, size_t changed)
{
    const struct facts *f = &c->module->facts;
    if (f->kind == KIND_PAGE) {
        if (changed > 0)
            add_changes(p, app, c, changed);
        return;
    }
    add_wrapped(p, &p->head, &p->head_count, STYLE_TITLE, f->title);
    if (f->problem[0] != '\0')
        add_wrapped(p, &p->head, &p->head_count, STYLE_TEXT, f->problem);
    if (f->outcome[0] != '\0')
        add_wrapped(p, &p->head, &p->head_count, STYLE_DIM, f->outcome);
    if (f->sign_off && f->kind == KIND_MODULE)
        add_signoff(p, app, c);
    if (f->kind == KIND_EVENT) {
        const char *parts[] = {c->module->when, c->module->where, c->module->link};
        for (size_t i = 0; i < 3; i++)
            if (parts[i][0] != '\0')
                add_wrapped(p, &p->head, &p->head_count, STYLE_STRONG, parts[i]);
    }
    add_line(p, &p->head, &p->head_count, STYLE_TEXT, "", 0);
    if (changed > 0)
        add_changes(p, app, c, changed);
}

static void make_tail(struct page *p, const struct content *c)
{
    struct buf line = {0};
    if (c->questions.count > 0) {
        buf_addf(&line, "%zu question%s: q takes the quiz.", c->questions.count, c->questions.count == 1 ? "" : "s");
        add_line(p, &p->tail, &p->tail_count, STYLE_TEXT, "", 0);
        add_wrapped(p, &p->tail, &p->tail_count, STYLE_STRONG, buf_text(&line));
        buf_clear(&line);
    }
    content_imprint(c, &line);
    if (line.len > 0) {
        add_line(p, &p->tail, &p->tail_count, STYLE_TEXT, "", 0);
        add_wrapped(p, &p->tail, &p->tail_count, STYLE_DIM, buf_text(&line));
    }
    buf_free(&line);
}

static uint8_t *render_marks(struct page *p, const struct content *c, const enum section_mark *marks)
{
    if (marks == NULL || c->module->facts.kind == KIND_PAGE)
        return NULL;
    static const uint8_t of[] = {[MARK_OPEN] = RENDER_MARK_NONE, [MARK_DONE] = RENDER_MARK_DONE,
                                 [MARK_CHANGED] = RENDER_MARK_CHANGED, [MARK_NEW] = RENDER_MARK_NEW};
    uint8_t *drawn = arena_alloc(p->arena, c->sections->count);
    for (size_t i = 0; drawn != NULL && i < c->sections->count; i++)
        drawn[i] = of[marks[i]];
    return drawn;
}

static size_t page_width(size_t width)
{
    return width > 16 ? width : 16;
}

struct lines *page_lines(const struct content *c, size_t width, unsigned flags, struct error *err)
{
    struct render_options options = {.width = page_width(width), .flags = flags};
    return render_document(c->document, &options, err);
}

struct page *page_open(struct app *app, const struct content *c, const enum section_mark *marks, size_t changed,
                       struct lines *lines, size_t width, unsigned flags, struct error *err)
{
    struct page *p = calloc(1, sizeof *p);
    if (p == NULL || (p->arena = arena_open()) == NULL ||
        (p->head = arena_array(p->arena, HEAD_MOST, sizeof *p->head)) == NULL ||
        (p->tail = arena_array(p->arena, HEAD_MOST, sizeof *p->tail)) == NULL) {
        lines_close(lines);
        page_close(p);
        error_memory(err);
        return NULL;
    }
    p->width = page_width(width);
    if (c->first_section == 0)
        make_head(p, app, c, changed);
    make_tail(p, c);
    struct render_options options = {.width = p->width, .flags = flags};
    options.marks = render_marks(p, c, marks);
    options.mark_count = options.marks != NULL ? c->sections->count : 0;
    p->lines = lines != NULL ? lines : render_document(c->document, &options, err);
    if (p->lines == NULL) {
        page_close(p);
        return NULL;
    }
    p->count = p->head_count + p->lines->count + p->tail_count;
    return p;
}

void page_close(struct page *p)
{
    if (p == NULL)
        return;
    lines_close(p->lines);
    arena_close(p->arena);
    free(p);
}

/* The rendered line behind a line of the page; NULL in head and tail. */
static const struct line *rendered(const struct page *p, size_t line)
{
    if (line < p->head_count || line - p->head_count >= p->lines->count)
        return NULL;
    return &p->lines->items[line - p->head_count];
}

size_t page_section(const struct page *p, size_t line)
{
    const struct line *l = rendered(p, line);
    if (l != NULL)
        return l->section;
    if (p->lines->count == 0 || p->lines->items == NULL)
        return LINE_NO_SECTION;
    return line < p->head_count ? p->lines->items[0].section : p->lines->items[p->lines->count - 1].section;
}

size_t page_line_of(const struct page *p, size_t section)
{
    if (section == LINE_NO_SECTION)
        return 0;
    size_t line = lines_of_section(p->lines, section);
    if (line == 0)
        return 0; /* the first section begins with the head */
    return p->head_count + line;
}

/* How much text the lines before this one hold; a blank is lost where a line was wrapped. */
static size_t text_before(const struct page_line *lines, size_t line)
{
    size_t sum = 0;
    for (size_t i = 0; i < line; i++)
        sum += strlen(lines[i].text) + 1;
    return sum;
}

/* The last line that has at most so much text before it. */
static size_t line_behind(const struct page_line *lines, size_t count, size_t text)
{
    size_t line = 0;
    for (size_t sum = 0; line + 1 < count; line++) {
        sum += strlen(lines[line].text) + 1;
        if (sum > text)
            break;
    }
    return line;
}

/* Where a section's text begins among the text of all. */
static size_t section_at(const struct page *p, size_t section)
{
    size_t line = section != LINE_NO_SECTION ? lines_of_section(p->lines, section) : 0;
    return line < p->lines->count ? p->lines->items[line].at : 0;
}

struct page_place page_place(const struct page *p, size_t line)
{
    const struct line *l = rendered(p, line);
    if (l != NULL)
        return (struct page_place){PAGE_TEXT, l->section, l->at - section_at(p, l->section)};
    if (line < p->head_count)
        return (struct page_place){PAGE_HEAD, LINE_NO_SECTION, text_before(p->head, line)};
    size_t in_tail = line - p->head_count - p->lines->count;
    return (struct page_place){PAGE_TAIL, LINE_NO_SECTION,
                               text_before(p->tail, in_tail < p->tail_count ? in_tail : p->tail_count)};
}

size_t page_line(const struct page *p, struct page_place place)
{
    size_t behind_text = p->head_count + p->lines->count;
    if (place.part == PAGE_HEAD && p->head_count > 0)
        return line_behind(p->head, p->head_count, place.offset);
    if (place.part == PAGE_TAIL && p->tail_count > 0)
        return behind_text + line_behind(p->tail, p->tail_count, place.offset);
    if (place.part != PAGE_TEXT || p->lines->count == 0)
        return place.part == PAGE_HEAD || behind_text == 0 ? 0 : behind_text - 1;
    size_t line = lines_of_at(p->lines, section_at(p, place.section) + place.offset);
    size_t after = place.section != LINE_NO_SECTION ? lines_of_section(p->lines, place.section + 1) : p->lines->count;
    return p->head_count + (line < after || after == 0 ? line : after - 1);
}

size_t page_source(const struct page *p, size_t line)
{
    const struct line *l = rendered(p, line);
    return l != NULL ? l->source : 0;
}

size_t page_line_of_source(const struct page *p, size_t section, int64_t lines)
{
    size_t first = lines_of_section(p->lines, section);
    if (lines <= 0 || first >= p->lines->count)
        return page_line_of(p, section);
    int64_t source = p->lines->items[first].source + (lines < INT32_MAX ? lines : INT32_MAX);
    size_t line = first;
    for (size_t i = first; i < p->lines->count && p->lines->items[i].section == section &&
                           p->lines->items[i].source <= source; i++)
        if (p->lines->items[i].source > p->lines->items[line].source)
            line = i;
    return p->head_count + line;
}

const char *page_text(const struct page *p, size_t line, size_t *n)
{
    const struct line *l = rendered(p, line);
    if (l != NULL) {
        *n = l->length;
        return p->lines->text + l->offset;
    }
    const char *text = line < p->head_count ? p->head[line].text : p->tail[line - p->head_count - p->lines->count].text;
    *n = strlen(text);
    return text;
}

static void mark_found(const struct page *p, struct terminal *t, size_t line, const char *text, int y, int x,
                       int columns, const char *found, enum style style)
{
    enum { MOST = 64 };
    struct page_mark marks[MOST];
    size_t count = found[0] != '\0' ? page_find_marks(p, line, found, marks, MOST) : 0;
    for (size_t i = 0; i < count; i++) {
        int column = (int)text_width(text, marks[i].from);
        if (column < columns)
            terminal_put(t, y, x + column, columns - column, style, text + marks[i].from, marks[i].to - marks[i].from);
    }
}

void page_draw(const struct page *p, struct terminal *t, size_t line, int y, int x, int columns, const char *found,
               enum style mark, size_t focus)
{
    size_t n;
    const char *text = page_text(p, line, &n);
    const struct line *l = rendered(p, line);
    if (l != NULL)
        spans_draw(t, p->lines, line - p->head_count, y, x, columns, focus);
    else
        terminal_put(t, y, x, columns,
                     line < p->head_count ? p->head[line].style : p->tail[line - p->head_count - p->lines->count].style,
                     text, n);
    mark_found(p, t, line, text, y, x, columns, found, mark);
}
