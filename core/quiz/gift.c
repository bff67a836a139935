#include "core/quiz/gift.h"

#include "core/base/buf.h"
#include "core/quiz/gift_parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { QUESTIONS_MOST = 100000 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\0';
}

static bool is_mark(char c, enum gift_mark mark)
{
    return (unsigned char)c == mark;
}

void gift_place(struct gift *g, size_t offset, size_t *line, size_t *column)
{
    struct gift_position p = offset < g->place.offset ? g->anchor : g->place;
    char end = g->carriage ? '\r' : '\n';
    for (; p.offset < offset; p.offset++) {
        if (g->source[p.offset] == end) {
            p.line++;
            p.column = 1;
        } else {
            p.column += ((unsigned char)g->source[p.offset] & 0xC0) != 0x80;
        }
    }
    g->place = p;
    *line = p.line;
    *column = p.column;
}

void gift_report(struct gift *g, enum severity severity, const char *where, const char *todo, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t line, column;
    gift_place(g, (size_t)(where - g->work), &line, &column);
    diags_add(g->diags, severity, g->file, line, column, todo, "%s", text);
}

struct str gift_trim(struct str s)
{
    while (s.n > 0 && (is_blank(s.p[0]) || is_mark(s.p[0], MARK_NOTHING))) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && (is_blank(s.p[s.n - 1]) || is_mark(s.p[s.n - 1], MARK_NOTHING)))
        s.n--;
    return s;
}

size_t gift_find(struct str s, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i + n <= s.n;) {
        const char *p = memchr(s.p + i, text[0], s.n - i - n + 1);
        if (p == NULL)
            break;
        i = (size_t)(p - s.p);
        if (memcmp(p, text, n) == 0)
            return i;
        i++;
    }
    return s.n;
}

static struct str resolved(char c)
{
    switch ((unsigned char)c) {
    case MARK_INVALID:
        return STR("\xEF\xBF\xBD");
    case MARK_COLON:
        return STR(":");
    case MARK_HASH:
        return STR("#");
    case MARK_EQUAL:
        return STR("=");
    case MARK_OPEN:
        return STR("{");
    case MARK_CLOSE:
        return STR("}");
    case MARK_TILDE:
        return STR("~");
    case MARK_LINE:
        return STR("\n");
    default:
        return (struct str){NULL, 0};
    }
}

const char *gift_text(struct gift *g, struct str s)
{
    s = gift_trim(s);
    size_t invalid = 0;
    for (size_t i = 0; i < s.n; i++)
        invalid += is_mark(s.p[i], MARK_INVALID);
    char *out = arena_alloc(g->a, s.n + 2 * invalid + 1);
    if (out == NULL) {
        g->out_of_memory = true;
        return NULL;
    }
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] < MARK_INVALID) {
            out[n++] = s.p[i];
            continue;
        }
        struct str r = resolved(s.p[i]);
        if (r.n > 0)
            memcpy(out + n, r.p, r.n);
        n += r.n;
    }
    while (n > 0 && is_blank(out[n - 1])) /* an escaped line end */
        n--;
    out[n] = '\0';
    size_t lead = 0;
    while (lead < n && is_blank(out[lead]))
        lead++;
    return out + lead;
}

struct question_text gift_formatted(struct gift *g, struct str s, enum question_format standard)
{
    enum question_format format = standard;
    if (s.n > 0 && s.p[0] == '[') {
        for (enum question_format f = FORMAT_MOODLE; f <= FORMAT_MARKDOWN; f++) {
            const char *name = question_format_name(f);
            size_t n = strlen(name);
            if (s.n >= n + 2 && memcmp(s.p + 1, name, n) == 0 && s.p[n + 1] == ']') {
                format = f;
                s = (struct str){s.p + n + 2, s.n - n - 2};
                break;
            }
        }
    }
    return (struct question_text){gift_text(g, s), format};
}

/* The mark for what follows a backslash, or 0. */
static unsigned char escaped(char c)
{
    switch (c) {
    case ':':
        return MARK_COLON;
    case '#':
        return MARK_HASH;
    case '=':
        return MARK_EQUAL;
    case '{':
        return MARK_OPEN;
    case '}':
        return MARK_CLOSE;
    case '~':
        return MARK_TILDE;
    case 'n':
        return MARK_LINE;
    case '\\':
        return '\\';
    default:
        return 0;
    }
}

static bool make_work(struct gift *g)
{
    g->work = arena_copy(g->a, g->source, g->len);
    if (g->work == NULL)
        return false;
    bool reported = false;
    for (size_t i = 0; i < g->len;) {
        uint32_t c;
        size_t k = text_decode(g->source + i, g->len - i, &c);
        if (k == 1 && (c == 0xFFFD || c == 0)) {
            if (!reported)
                gift_report(g, SEVERITY_ERROR, g->work + i, "save the file as UTF-8", "not valid UTF-8");
            reported = true;
            g->work[i] = (char)MARK_INVALID;
        }
        unsigned char mark = g->source[i] == '\\' && i + 1 < g->len ? escaped(g->source[i + 1]) : 0;
        if (mark != 0) {
            g->work[i] = (char)MARK_NOTHING;
            g->work[i + 1] = (char)mark;
            k = 2;
        }
        i += k;
    }
    return true;
}

/* One question's lines: offsets, and what its comments say. */
struct block {
    size_t start, end;  /* of the whole, comments included */
    size_t content;     /* where the first line that is no comment starts */
    bool any, content_found;
    struct str section; /* from the comment above, empty without */
};

static const char *revision_of(struct gift *g, const struct block *b)
{
    struct buf lines = {0};
    size_t i = b->content;
    while (i < b->end) {
        const char *next = memchr(g->source + i, g->carriage ? '\r' : '\n', b->end - i);
        size_t stop = next != NULL ? (size_t)(next - g->source) : b->end;
        size_t n = stop;
        while (n > i && is_blank(g->source[n - 1]))
            n--;
        if (i > b->content)
            buf_addc(&lines, '\n');
        buf_add(&lines, g->source + i, n - i);
        i = stop + 1;
    }
    const char *hash = buf_ok(&lines) ? question_hash(g->a, "crib-question-1", buf_text(&lines), lines.len) : NULL;
    buf_free(&lines);
    g->out_of_memory |= hash == NULL;
    return hash;
}

/* ::title:: at the start. Returns what follows. */
static struct str take_title(struct gift *g, struct question *q, struct str text)
{
    if (text.n < 2 || memcmp(text.p, "::", 2) != 0)
        return text;
    struct str rest = {text.p + 2, text.n - 2};
    size_t end = gift_find(rest, "::");
    if (end == rest.n) {
        gift_report(g, SEVERITY_WARNING, text.p, "end the title with ::", "a title begins here and never ends");
        return rest;
    }
    const char *title = gift_text(g, (struct str){rest.p, end});
    q->title = title != NULL && title[0] != '\0' ? title : NULL;
    return gift_trim((struct str){rest.p + end + 2, rest.n - end - 2});
}

/* The stem, with the gap where answers stand inside the text. */
static void set_stem(struct gift *g, struct question *q, struct str text, size_t open, size_t close)
{
    if (open == text.n) {
        q->stem = gift_formatted(g, text, FORMAT_MOODLE);
        return;
    }
    bool gap = text.p[text.n - 1] != '}';
    struct str after = {text.p + close + 1, text.n - close - 1};
    char *whole = arena_alloc(g->a, open + 5 + after.n);
    if (whole == NULL) {
        g->out_of_memory = true;
        return;
    }
    memcpy(whole, text.p, open);
    size_t n = open;
    if (gap) {
        memcpy(whole + n, "_____", 5);
        n += 5;
    }
    if (after.n > 0)
        memcpy(whole + n, after.p, after.n);
    q->stem = gift_formatted(g, (struct str){whole, n + after.n}, FORMAT_MOODLE);
    q->after = gap ? gift_text(g, after) : NULL;
}

/* The text between the braces; finds its bounds. open == text.n means that there are none. */
static bool find_braces(struct gift *g, struct str text, size_t *open, size_t *close)
{
    *open = gift_find(text, "{");
    *close = gift_find(text, "}");
    if (*open == text.n && *close == text.n)
        return true;
    if (*close == text.n) {
        gift_report(g, SEVERITY_ERROR, text.p + *open,
                    "close the answers with } and leave no empty line before it, or write \\{ for a brace",
                    "this { has no } before the question ends");
        return false;
    }
    if (*open == text.n || *close < *open) {
        gift_report(g, SEVERITY_ERROR, text.p + *close,
                    "write \\} for a brace in the text; an empty line before it would end the question",
                    "this } has no { before it");
        return false;
    }
    struct str rest = {text.p + *close, text.n - *close};
    size_t second = gift_find(rest, "{");
    if (second < rest.n)
        gift_report(g, SEVERITY_WARNING, rest.p + second,
                    "put an empty line between two questions, or write \\{ for a brace in the text",
                    "the second { and what follows it are only text of this question");
    return true;
}

static void take_category(struct gift *g, struct str text)
{
    struct str name = gift_trim((struct str){text.p + 10, text.n - 10});
    if (memchr(name.p, '\n', name.n) != NULL)
        gift_report(g, SEVERITY_WARNING, text.p, "put an empty line after the $CATEGORY line",
                    "all lines up to the next empty one are taken for the category's name");
    const char *category = gift_text(g, name);
    g->category = category != NULL && category[0] != '\0' ? category : NULL;
}

/* Everything after the title; false when the question is to be left out. */
static bool take_body(struct gift *g, struct question *q, struct str text)
{
    size_t open, close;
    if (!find_braces(g, text, &open, &close))
        return false;
    set_stem(g, q, text, open, close);
    if (open == text.n) {
        q->type = QUESTION_DESCRIPTION;
        q->general = (struct question_text){"", q->stem.format};
        return true;
    }
    struct str between = gift_trim((struct str){text.p + open + 1, close - open - 1});
    size_t last = between.n; /* the last #### begins the general feedback */
    for (size_t i = between.n; i >= 4; i--) {
        if (memcmp(between.p + i - 4, "####", 4) == 0) {
            last = i - 4;
            break;
        }
    }
    struct str general = {"", 0};
    if (last < between.n) {
        general = (struct str){between.p + last + 4, between.n - last - 4};
        between = gift_trim((struct str){between.p, last});
    }
    q->general = gift_formatted(g, general, q->stem.format);
    return !g->out_of_memory && gift_answers(g, q, between);
}

/* A block of lines: a question, a category, or comments alone. NULL when it gives no question. */
static struct question *take_block(struct gift *g, const struct block *b)
{
    struct str text = gift_trim((struct str){g->work + b->start, b->end - b->start});
    if (!b->content_found || text.n == 0) {
        if (b->section.n > 0)
            gift_report(g, SEVERITY_WARNING, g->work + b->start,
                        "put the section line directly above its question, without an empty line between",
                        "this section comment belongs to no question");
        return NULL;
    }
    if (text.n >= 10 && memcmp(text.p, "$CATEGORY:", 10) == 0) {
        take_category(g, text);
        return NULL;
    }
    struct question *q = arena_alloc(g->a, sizeof *q);
    if (q == NULL) {
        g->out_of_memory = true;
        return NULL;
    }
    size_t column;
    gift_place(g, b->content, &q->first_line, &column);
    q->category = g->category;
    q->if_true.text = q->if_false.text = "";
    text = take_title(g, q, text);
    if (g->out_of_memory || !take_body(g, q, text))
        return NULL;
    if (q->title == NULL && q->type != QUESTION_DESCRIPTION)
        gift_report(g, SEVERITY_WARNING, g->work + b->content, "begin it with ::a short title::",
                    "this question has no title, so its results start anew when its text changes");
    q->revision = revision_of(g, b);
    if (b->section.n > 0 && (q->section = arena_copy(g->a, b->section.p, b->section.n)) == NULL)
        g->out_of_memory = true;
    gift_place(g, b->end, &q->last_line, &column);
    return q;
}

/* `// section: ANCHOR`: the anchor, or an empty run. */
static struct str section_of(struct str comment)
{
    struct str s = str_trim((struct str){comment.p + 2, comment.n - 2});
    if (s.n < 8 || memcmp(s.p, "section:", 8) != 0)
        return (struct str){"", 0};
    s = str_trim((struct str){s.p + 8, s.n - 8});
    if (s.n > 0 && s.p[0] == '#')
        s = (struct str){s.p + 1, s.n - 1};
    return text_invalid(s.p, s.n) == s.n ? s : (struct str){"", 0};
}

/* One line with something on it. Comments vanish from work, and so do blanks at the end. */
static void take_line(struct gift *g, struct block *b, size_t start, struct str line)
{
    size_t from = (size_t)(line.p - g->source), end = from + line.n;
    if (!b->any) {
        size_t row, column;
        gift_place(g, start, &row, &column);
        g->anchor = g->place;
        *b = (struct block){.start = start, .any = true, .section = {"", 0}};
    }
    b->end = end;
    if (line.n < 2 || memcmp(line.p, "//", 2) != 0) {
        if (!b->content_found)
            b->content = start;
        b->content_found = true;
        return;
    }
    struct str section = section_of(line);
    if (section.n > 0 && b->content_found)
        gift_report(g, SEVERITY_WARNING, g->work + from, "put it above the question's first line",
                    "this section comment stands inside a question and is not used");
    else if (section.n > 0)
        b->section = section;
    memset(g->work + start, MARK_NOTHING, end - start);
    g->work[start] = ' ';
}

static struct str trim_line(struct str s)
{
    while (s.n > 0 && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Questions found so far; grows in the arena by doubling. */
static bool append(struct gift *g, struct question_list *list, size_t *room, struct question *q)
{
    if (list->count == *room) {
        size_t more = *room == 0 ? 16 : *room * 2;
        struct question **items = arena_array(g->a, more, sizeof(struct question *));
        if (items == NULL)
            return false;
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof(struct question *));
        list->items = items;
        *room = more;
    }
    list->items[list->count++] = q;
    return true;
}

static bool end_block(struct gift *g, struct block *b, struct question_list *list, size_t *room)
{
    if (!b->any)
        return true;
    if (list->count == QUESTIONS_MOST) {
        gift_report(g, SEVERITY_ERROR, g->work + b->start, "split the file",
                    "more than %d questions; the rest is not read", QUESTIONS_MOST);
        g->len = 0;
        b->any = false;
        return true;
    }
    struct question *q = take_block(g, b);
    b->any = false;
    return !g->out_of_memory && (q == NULL || append(g, list, room, q));
}

static bool take_lines(struct gift *g, struct question_list *list)
{
    struct block b = {.any = false};
    size_t room = 0;
    for (size_t i = 0; i < g->len;) {
        const char *next = memchr(g->source + i, g->carriage ? '\r' : '\n', g->len - i);
        size_t stop = next != NULL ? (size_t)(next - g->source) : g->len;
        struct str line = trim_line((struct str){g->source + i, stop - i});
        /* To Moodle a line of a single 0 is an empty line. */
        bool zero = line.n == 1 && line.p[0] == '0';
        if (zero)
            gift_report(g, SEVERITY_WARNING, g->work + i, "put the 0 on a line with other text",
                        "a line with nothing but 0 ends the question, as an empty line does");
        if (line.n > 0 && !zero) {
            take_line(g, &b, i, line);
            size_t end = (size_t)(line.p - g->source) + line.n;
            memset(g->work + end, MARK_NOTHING, stop - end);
        } else if (!end_block(g, &b, list, &room)) {
            return false;
        }
        i = stop + 1;
    }
    return end_block(g, &b, list, &room);
}

bool gift_parse(struct arena *a, struct diags *diags, const char *file, const char *text, size_t len,
                size_t first_line, struct question_list *list)
{
    *list = (struct question_list){NULL, 0};
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        len -= 3;
    }
    struct gift g = {.a = a, .diags = diags, .file = file, .source = text, .len = len};
    if (len == 0)
        return true;
    g.place = g.anchor = (struct gift_position){0, first_line, 1};
    g.carriage = memchr(text, '\n', len) == NULL && memchr(text, '\r', len) != NULL;
    if (make_work(&g) && take_lines(&g, list) && question_identities(a, list))
        return true;
    *list = (struct question_list){NULL, 0};
    return false;
}
