#include "tui/screen/reader.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "tui/screen/ask.h"
#include "tui/screen/menu.h"
#include "tui/screen/news.h"
#include "tui/screen/notes.h"
#include "tui/screen/page.h"
#include "tui/screen/quiz.h"
#include "tui/screen/reading.h"
#include "tui/screen/sources.h"

#include <stdlib.h>
#include <string.h>

enum { WIDEST = 96, OUTLINE_FROM = 116, OUTLINE_WIDTH = 32 };

struct reader {
    struct screen screen;
    struct app *app;
    int64_t key;
    struct content *content;
    struct arena *marks_arena;
    enum section_mark *marks;
    struct progress_count progress;
    struct page *page;
    int laid_width;
    struct reading *reading;
    size_t top;
    struct page_place place; /* where the learner is: kept over sizes, marks and updates */
    size_t want;         /* the line that shows it: below top only where the page ends before */
    size_t focus; /* the link that Enter follows; SIZE_MAX for none */
    char found[128];
    size_t match;   /* the line that n goes on from; SIZE_MAX for none */
    bool finding;   /* / is being typed */
    struct page_place origin; /* where it was begun */
    char *anchor; /* to go to at the first draw; NULL once there */
    size_t updated; /* sections that changed while this was open */
    int64_t opens;
};

static int text_width_of(const struct terminal *t)
{
    int columns = terminal_columns(t);
    if (columns >= OUTLINE_FROM)
        columns -= OUTLINE_WIDTH + 3;
    columns -= columns > 30 ? 4 : 2;
    return columns > WIDEST ? WIDEST : columns > 16 ? columns : 16;
}

static int text_left(const struct terminal *t)
{
    int left = terminal_columns(t) > 30 ? 2 : 1;
    return terminal_columns(t) >= OUTLINE_FROM ? left + OUTLINE_WIDTH + 3 : left;
}

static size_t rows_of(const struct reader *r)
{
    int height = screen_height(screens_terminal(r->screen.stack));
    return height > 0 ? (size_t)height : 1;
}

static size_t last_top(const struct reader *r)
{
    size_t rows = rows_of(r);
    return r->page->count > rows ? r->page->count - rows : 0;
}

static size_t section_here(const struct reader *r)
{
    return page_section(r->page, r->want);
}

/* ---- the record ---- */

/* Where the learner stands, as marks for the sections. */
static void take_progress(struct reader *r)
{
    struct error err;
    arena_reset(r->marks_arena);
    size_t n = r->content->sections->count;
    r->marks = arena_array(r->marks_arena, n, sizeof *r->marks);
    r->progress = (struct progress_count){.total = n};
    struct record *record = app_record_if_any(r->app, &err);
    if (record == NULL || r->marks == NULL)
        return;
    const struct progress *p = record_progress(record, r->marks_arena, r->app->learner, r->content->address,
                                               clock_wall_ms(), &err);
    if (p != NULL)
        r->progress = progress_compare(p, r->content->refs, n, r->marks);
}

static bool tracks(const struct reader *r)
{
    return r->content->module->facts.kind == KIND_MODULE && r->app->preview == NULL;
}

/* Tells the record of an opening, and counts those of the last 30 days. A record that can't be written never keeps
 * anybody from reading. */
static void tell_opened(struct reader *r)
{
    struct error err;
    if (r->app->preview != NULL)
        return;
    struct record *record = app_record(r->app, &err);
    const char *anchor = r->anchor != NULL && r->anchor[0] != '\0' ? r->anchor : NULL;
    if (record == NULL || !record_opened(record, r->app->learner, &r->content->subject, anchor, &err)) {
        screens_fail(r->screen.stack, &err);
        return;
    }
    r->opens = record_opens_since(record, r->app->learner, r->content->address,
                                  clock_wall_ms() - INT64_C(30) * 86400000, &err);
}

static bool tell_section(struct reader *r, size_t section, enum section_act act)
{
    struct error err;
    struct record *record = app_record(r->app, &err);
    const struct section *s = &r->content->sections->items[section];
    if (record != NULL && record_section(record, r->app->learner, &r->content->subject, &r->content->refs[section], act,
                                         (int64_t)s->words, reading_ms(r->reading, section), &err))
        return true;
    screens_fail(r->screen.stack, &err);
    return false;
}

/* What was read in full since the last look becomes done. */
static void note_read(struct reader *r)
{
    if (!tracks(r) || r->page == NULL || r->marks == NULL)
        return;
    bool any = false;
    for (size_t i = 0; i < r->content->sections->count; i++)
        if (r->marks[i] != MARK_DONE && reading_complete(r->reading, i)) {
            any |= tell_section(r, i, SECTION_DONE);
            r->marks[i] = MARK_DONE;
        }
    if (any) {
        take_progress(r);
        r->laid_width = 0; /* lay out again, with the new marks */
    }
}

static void keep_position(struct reader *r)
{
    struct error err;
    if (r->app->preview != NULL || r->page == NULL || r->content->sections->count == 0)
        return;
    struct record *record = app_record_if_any(r->app, &err);
    size_t section = section_here(r);
    if (record == NULL || section >= r->content->sections->count || r->app->record_read_only)
        return;
    const struct section *s = &r->content->sections->items[section];
    size_t source = page_source(r->page, r->want);
    record_position_set(record, r->app->learner, r->content->address, s->anchor,
                        (int64_t)(source > s->line ? source - s->line : 0), &err);
}

/* ---- layout ---- */

static void show_place(struct reader *r)
{
    size_t last = last_top(r);
    r->top = r->want < last ? r->want : last;
}

/* Here the learner is, whatever the size of the screen. */
static void set_place(struct reader *r, size_t line)
{
    r->want = line;
    r->place = page_place(r->page, line);
    show_place(r);
}

/* The same place after the lines were laid out anew. */
static void find_place(struct reader *r)
{
    r->want = page_line(r->page, r->place);
    show_place(r);
}

static void return_to(struct reader *r, struct page_place place)
{
    r->place = place;
    find_place(r);
}

static void go_to(struct reader *r, size_t line)
{
    size_t last = last_top(r);
    set_place(r, line < last ? line : last);
}

/* A section near the end is where one is, even if its heading can't come to the top. */
static void go_to_section(struct reader *r, size_t section)
{
    set_place(r, page_line_of(r->page, section));
}

static void go_to_anchor(struct reader *r)
{
    struct error err;
    if (r->anchor == NULL)
        return;
    size_t section = r->anchor[0] != '\0' ? sections_find(r->content->sections, r->anchor) : SIZE_MAX;
    if (section != SIZE_MAX) {
        go_to_section(r, section);
    } else if (r->anchor[0] == '\0') {
        const char *anchor = "";
        int64_t line = 0;
        struct record *record = app_record_if_any(r->app, &err);
        if (record != NULL && r->app->preview == NULL &&
            record_position(record, r->marks_arena, r->app->learner, r->content->address, &anchor, &line, &err) &&
            anchor[0] != '\0' && (section = sections_find(r->content->sections, anchor)) != SIZE_MAX &&
            r->progress.done < r->progress.total)
            go_to(r, page_line_of_source(r->page, section, line));
    }
    free(r->anchor);
    r->anchor = NULL;
}

static bool track_layout(struct reader *r)
{
    size_t *section_of = calloc(r->page->count + 1, sizeof *section_of);
    if (section_of == NULL)
        return false;
    for (size_t i = 0; i < r->page->count; i++) {
        size_t section = page_section(r->page, i);
        section_of[i] = section == LINE_NO_SECTION ? SIZE_MAX : section;
    }
    bool ok = reading_layout(r->reading, section_of, r->page->count);
    free(section_of);
    return ok;
}

/* Lays out for the terminal's width when needed, keeping the place. */
static bool lay_out(struct reader *r, const struct terminal *t)
{
    int width = text_width_of(t);
    if (r->page != NULL && width == r->laid_width)
        return true;
    struct error err;
    size_t changed = r->progress.changed + r->progress.added;
    struct page *page = page_open(r->app, r->content, r->marks, changed, (size_t)width, terminal_ascii(t), &err);
    if (page == NULL) {
        screens_fail(r->screen.stack, &err);
        return r->page != NULL;
    }
    if (r->page == NULL || r->page->count != page->count || r->page->lines->link_count != page->lines->link_count)
        r->focus = r->match = SIZE_MAX; /* of other lines */
    page_close(r->page);
    r->page = page;
    r->laid_width = width;
    find_place(r);
    go_to_anchor(r);
    track_layout(r);
    return true;
}

/* ---- drawing ---- */

static void draw_outline(struct reader *r, struct terminal *t)
{
    static const struct {
        enum style style;
        const char *text;
    } of[] = {[MARK_OPEN] = {STYLE_TEXT, " "},
              [MARK_DONE] = {STYLE_DONE, "\xE2\x9C\x93"},
              [MARK_CHANGED] = {STYLE_CHANGED, "\xE2\x97\x8F"},
              [MARK_NEW] = {STYLE_CHANGED, "+"}};
    size_t here = section_here(r);
    int y = screen_top(t), end = y + screen_height(t);
    size_t count = r->content->sections->count, rows = (size_t)(end - y);
    size_t from = count > rows && here != LINE_NO_SECTION && here > rows / 2 ? here - rows / 2 : 0;
    for (size_t i = from; i < count && y < end; i++, y++) {
        const struct section *s = &r->content->sections->items[i];
        enum section_mark mark = r->marks != NULL && tracks(r) ? r->marks[i] : MARK_OPEN;
        terminal_puts(t, y, 1, 2, of[mark].style, of[mark].text);
        int indent = s->level > 2 ? (int)(s->level - 2) * 2 : 0;
        if (indent > 8)
            indent = 8;
        terminal_puts(t, y, 3 + indent, OUTLINE_WIDTH - 3 - indent, i == here ? STYLE_STRONG : STYLE_DIM,
                      s->level == 0 ? r->content->module->facts.title : s->title);
    }
    for (int row = screen_top(t); row < end; row++)
        terminal_puts(t, row, OUTLINE_WIDTH + 1, 1, STYLE_RULE, "\xE2\x94\x82");
}

static void draw_header(struct reader *r, struct terminal *t)
{
    const struct facts *f = &r->content->module->facts;
    struct buf place = {0}, detail = {0};
    buf_adds(&place, f->title);
    size_t section = section_here(r), count = r->content->sections->count;
    if (section < count && r->content->sections->items[section].level > 0 &&
        strcmp(r->content->sections->items[section].title, f->title) != 0)
        buf_addf(&place, " \xE2\x80\xBA %s", r->content->sections->items[section].title);
    if (f->kind == KIND_PAGE)
        buf_adds(&detail, "page");
    else if (section < count)
        buf_addf(&detail, "%zu of %zu", section + 1, count);
    size_t words = 0;
    for (size_t i = section < count ? section : 0; i < count; i++)
        words += r->content->sections->items[i].words;
    if (f->kind == KIND_MODULE && count > 0)
        buf_addf(&detail, " \xC2\xB7 %zu min left", words / 180 + 1);
    else if (r->page->count > rows_of(r))
        buf_addf(&detail, " \xC2\xB7 %zu%%", last_top(r) > 0 ? r->top * 100 / last_top(r) : 100);
    screen_header(t, buf_text(&place), buf_text(&detail));
    buf_free(&place);
    buf_free(&detail);
}

static void draw_footer(struct reader *r, struct terminal *t)
{
    char right[80] = "";
    bool end = r->top >= last_top(r);
    size_t changed = r->updated > 0 ? r->updated : r->progress.changed + r->progress.added;
    if (r->updated > 0)
        snprintf(right, sizeof right, "%zu section%s changed just now", changed, changed == 1 ? "" : "s");
    else if (r->opens >= 3 && sections_find(r->content->sections, "why") != SIZE_MAX)
        snprintf(right, sizeof right, "third time: y why, q quiz");
    else if (tracks(r) && end && r->progress.done == r->progress.total && r->progress.total > 0)
        snprintf(right, sizeof right, "all read%s", r->content->questions.count > 0 ? ": q quiz" : "");
    else if (tracks(r))
        snprintf(right, sizeof right, "%zu of %zu read", r->progress.done, r->progress.total);
    static const enum request module_keys[] = {REQ_NEXT, REQ_OUTLINE, REQ_QUIZ, REQ_SEARCH, REQ_BACK, REQ_HELP};
    static const enum request page_keys[] = {REQ_NEXT, REQ_OUTLINE, REQ_SEARCH, REQ_BACK, REQ_HELP};
    bool quiz = r->content->questions.count > 0;
    screen_footer(t, PLACE_READER, quiz ? module_keys : page_keys, quiz ? 6 : 5, right);
}

static void reader_draw(struct screen *s, struct terminal *t)
{
    struct reader *r = (struct reader *)s;
    if (!lay_out(r, t))
        return;
    show_place(r);
    draw_header(r, t);
    if (terminal_columns(t) >= OUTLINE_FROM)
        draw_outline(r, t);
    int y = screen_top(t), height = screen_height(t), left = text_left(t), columns = terminal_columns(t) - left;
    size_t shown = 0;
    for (; shown < (size_t)height && r->top + shown < r->page->count; shown++)
        page_draw(r->page, t, r->top + shown, y + (int)shown, left, columns, r->found,
                  r->top + shown == r->match ? STYLE_FOCUS : STYLE_MATCH, r->focus);
    draw_footer(r, t);
    reading_shows(r->reading, r->top, r->top + shown, clock_monotonic_ms());
}

/* ---- requests ---- */

static void next_place(struct reader *r)
{
    if (r->top < last_top(r)) {
        go_to(r, r->top + (rows_of(r) > 2 ? rows_of(r) - 2 : 1));
        return;
    }
    if (r->content->questions.count > 0 && tracks(r))
        screens_say(r->screen.stack, STYLE_DIM, "That is the end. q takes the quiz, b goes back.");
    else
        screens_say(r->screen.stack, STYLE_DIM, "That is the end. b goes back.");
}

static void previous_section(struct reader *r)
{
    size_t section = section_here(r);
    if (section == LINE_NO_SECTION)
        return;
    if (r->want > page_line_of(r->page, section))
        go_to_section(r, section);
    else
        go_to_section(r, section > 0 ? section - 1 : 0);
}

static bool shows(const struct reader *r, size_t line)
{
    return line >= r->top && line < r->top + rows_of(r);
}

/* From a line on, round the end; what shows already doesn't move. */
static void find_from(struct reader *r, size_t line, bool forward)
{
    size_t count = r->page->count;
    r->match = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t at = forward ? (line + i) % count : (line + count - i) % count, n;
        const char *text = page_text(r->page, at, &n);
        if (page_find(text, n, r->found) == NULL)
            continue;
        r->match = at;
        if (!shows(r, at))
            go_to(r, at > rows_of(r) / 3 ? at - rows_of(r) / 3 : 0);
        if (forward ? at < line : at > line)
            screens_say(r->screen.stack, STYLE_DIM, forward ? "on from the start" : "on from the end");
        return;
    }
    screens_say(r->screen.stack, STYLE_CHANGED, "Not on this page. In the hub, the search is everywhere.");
}

static void found_typed(void *context, const char *line)
{
    struct reader *r = context;
    snprintf(r->found, sizeof r->found, "%s", line);
    return_to(r, r->origin);
    if (line[0] != '\0')
        find_from(r, r->top, true);
}

static void found_done(void *context, const char *line)
{
    struct reader *r = context;
    r->finding = false;
    found_typed(r, line);
}

static void open_find(struct reader *r)
{
    r->finding = true;
    r->origin = r->place;
    ask_open(r->screen.stack, "Find here:", "", found_done, found_typed, r);
}

static void find_again(struct reader *r, bool forward)
{
    if (r->found[0] == '\0') {
        screens_say(r->screen.stack, STYLE_DIM, "/ searches first");
        return;
    }
    size_t count = r->page->count;
    size_t from = r->match != SIZE_MAX && shows(r, r->match) ? r->match + (forward ? 1 : count - 1)
                  : forward                                  ? r->top
                                                             : r->top + rows_of(r) - 1;
    find_from(r, from % count, forward);
}

static void outline_chosen(void *context, size_t row)
{
    struct reader *r = context;
    go_to_section(r, row);
}

static void open_outline(struct reader *r)
{
    size_t n = r->content->sections->count;
    struct arena *a = arena_open();
    struct menu_row *rows = a != NULL ? arena_array(a, n, sizeof *rows) : NULL;
    for (size_t i = 0; rows != NULL && i < n; i++) {
        const struct section *s = &r->content->sections->items[i];
        enum section_mark mark = r->marks != NULL && tracks(r) ? r->marks[i] : MARK_OPEN;
        static const char *const names[] = {"", "read", "updated", "new"};
        rows[i] = (struct menu_row){
            .text = s->level == 0 ? r->content->module->facts.title : s->title,
            .right = names[mark],
            .style = mark == MARK_DONE ? STYLE_DONE : mark == MARK_OPEN ? STYLE_TEXT : STYLE_CHANGED,
            .indent = s->level > 2 ? (int)(s->level - 2) * 2 : 0,
        };
    }
    size_t here = section_here(r);
    if (rows != NULL)
        menu_open(r->screen.stack,
                  &(struct menu_spec){.title = r->content->module->facts.title,
                                      .detail = "outline",
                                      .empty = "no headings",
                                      .selected = here < n ? here : 0,
                                      .choose = outline_chosen,
                                      .context = r},
                  rows, n);
    arena_close(a);
}

static void next_link(struct reader *r)
{
    size_t from = r->focus == SIZE_MAX ? 0 : r->focus + 1, rows = rows_of(r);
    for (size_t i = 0; i < r->page->lines->link_count; i++) {
        size_t at = (from + i) % r->page->lines->link_count;
        size_t line = r->page->head_count + r->page->lines->links[at].line;
        if (r->focus == SIZE_MAX && line < r->top)
            continue;
        r->focus = at;
        if (line < r->top || line >= r->top + rows)
            go_to(r, line > 2 ? line - 2 : 0);
        return;
    }
    screens_say(r->screen.stack, STYLE_DIM, "no link from here on");
}

/* Section, module, page or URL. */
static void follow(struct reader *r)
{
    if (r->focus == SIZE_MAX) {
        next_place(r);
        return;
    }
    const char *target = r->page->lines->links[r->focus].target;
    struct link link;
    struct error err;
    struct arena *a = arena_open();
    bool ok = a != NULL ? source_link(r->app, a, r->content, target, &link, &err) : error_memory(&err);
    if (ok && link.key == r->key && sections_find(r->content->sections, link.anchor) != SIZE_MAX)
        go_to_section(r, sections_find(r->content->sections, link.anchor));
    else if (ok && link.key == 0)
        screens_say(r->screen.stack, STYLE_LINK, target);
    else if (ok)
        ok = reader_open(r->screen.stack, r->app, link.key, link.anchor, NULL, &err);
    if (!ok)
        screens_fail(r->screen.stack, &err);
    arena_close(a);
}

static void mark_done(struct reader *r)
{
    size_t section = section_here(r);
    if (!tracks(r) || section >= r->content->sections->count) {
        screens_say(r->screen.stack, STYLE_DIM, "pages have nothing to finish");
        return;
    }
    if (r->marks != NULL && r->marks[section] != MARK_DONE && tell_section(r, section, SECTION_DONE)) {
        take_progress(r);
        r->laid_width = 0;
    }
    if (section + 1 < r->content->sections->count)
        go_to_section(r, section + 1);
}

static void open_quiz(struct reader *r)
{
    struct error err;
    if (!quiz_open(r->screen.stack, r->app, r->key, QUIZ_TAKE, &err))
        screens_fail(r->screen.stack, &err);
}

static void edit(struct reader *r)
{
    struct error err;
    size_t source = page_source(r->page, r->want);
    if (!source_edit(r->screen.stack, r->app, r->content, source > 0 ? source : 1, &err))
        screens_fail(r->screen.stack, &err);
    else
        r->screen.ops->changed(&r->screen);
}

static bool reader_move(struct reader *r, enum request q)
{
    size_t rows = rows_of(r), page = rows > 2 ? rows - 2 : 1;
    switch (q) {
    case REQ_UP:
        go_to(r, r->top > 0 ? r->top - 1 : 0);
        return true;
    case REQ_DOWN:
        go_to(r, r->top + 1);
        return true;
    case REQ_PAGE_UP:
    case REQ_HALF_UP: {
        size_t by = q == REQ_PAGE_UP ? page : (page + 1) / 2;
        go_to(r, r->top > by ? r->top - by : 0);
        return true;
    }
    case REQ_PAGE_DOWN:
    case REQ_HALF_DOWN:
        go_to(r, r->top + (q == REQ_PAGE_DOWN ? page : (page + 1) / 2));
        return true;
    case REQ_TOP:
        go_to(r, 0);
        return true;
    case REQ_BOTTOM:
        go_to(r, last_top(r));
        return true;
    case REQ_PREVIOUS:
        previous_section(r);
        return true;
    case REQ_NEXT:
        next_place(r);
        return true;
    default:
        return false;
    }
}

static void go_back(struct reader *r)
{
    if (r->found[0] != '\0')
        r->found[0] = '\0';
    else if (r->focus != SIZE_MAX)
        r->focus = SIZE_MAX;
    else
        screens_pop(r->screen.stack, &r->screen);
}

static bool reader_request(struct screen *s, enum request q)
{
    struct reader *r = (struct reader *)s;
    if (r->page == NULL)
        return false;
    note_read(r);
    if (reader_move(r, q))
        return true;
    switch (q) {
    case REQ_OPEN:
        follow(r);
        return true;
    case REQ_LINK:
        next_link(r);
        return true;
    case REQ_BACK:
        go_back(r);
        return true;
    case REQ_SEARCH:
        open_find(r);
        return true;
    case REQ_FIND_NEXT:
    case REQ_FIND_PREVIOUS:
        find_again(r, q == REQ_FIND_NEXT);
        return true;
    case REQ_OUTLINE:
        open_outline(r);
        return true;
    case REQ_WHY: {
        size_t why = sections_find(r->content->sections, "why");
        if (why != SIZE_MAX)
            go_to_section(r, why);
        else
            screens_say(s->stack, STYLE_DIM, "no section here says why");
        return true;
    }
    case REQ_DONE:
        mark_done(r);
        return true;
    case REQ_QUIZ:
        open_quiz(r);
        return true;
    case REQ_NOTE: {
        size_t section = section_here(r);
        note_ask(s->stack, r->app, &r->content->subject,
                 section < r->content->sections->count ? r->content->sections->items[section].anchor : "");
        return true;
    }
    case REQ_NOTES:
        notes_open(s->stack, r->app, r->content->address);
        return true;
    case REQ_NEWS:
        news_open(s->stack, r->app);
        return true;
    case REQ_EDIT:
        edit(r);
        return true;
    default:
        return false;
    }
}

/* ---- what changes while it is open ---- */

/* The place in another version of the text: in the section of the same name, else where the last one before it that is
 * still there begins. */
static struct page_place place_in(const struct reader *r, const struct sections *fresh)
{
    struct page_place place = r->place;
    for (size_t i = place.section + 1; i-- > 0; place.offset = 0) {
        place.section = sections_find(fresh, r->content->sections->items[i].anchor);
        if (place.section != SIZE_MAX)
            return place;
    }
    return (struct page_place){.part = PAGE_HEAD};
}

/* Reads the module anew when its text is another one; keeps the place by section. */
static void reader_changed(struct screen *s)
{
    struct reader *r = (struct reader *)s;
    struct error err;
    struct content *fresh = content_open(r->app, r->key, &err);
    if (fresh == NULL)
        return; /* gone from the library: what is open stays readable */
    if (strcmp(fresh->revision, r->content->revision) == 0) {
        content_close(fresh);
        take_progress(r);
        r->laid_width = 0;
        return;
    }
    size_t *words = calloc(fresh->sections->count + 1, sizeof *words);
    struct reading *reading = NULL;
    if (words != NULL) {
        for (size_t i = 0; i < fresh->sections->count; i++)
            words[i] = fresh->sections->items[i].words;
        reading = reading_open(words, fresh->sections->count);
    }
    free(words);
    if (reading == NULL) {
        content_close(fresh);
        return;
    }
    r->updated = 0;
    for (size_t i = 0; i < fresh->sections->count; i++) {
        size_t before = sections_find(r->content->sections, fresh->sections->items[i].anchor);
        if (before == SIZE_MAX || strcmp(r->content->refs[before].hash, fresh->refs[i].hash) != 0)
            r->updated++;
    }
    if (r->place.part == PAGE_TEXT && r->place.section < r->content->sections->count)
        r->place = place_in(r, fresh->sections);
    page_close(r->page);
    r->page = NULL;
    content_close(r->content);
    reading_close(r->reading);
    r->content = fresh;
    r->reading = reading;
    take_progress(r);
    lay_out(r, screens_terminal(s->stack));
}

static void reader_resumed(struct screen *s)
{
    struct reader *r = (struct reader *)s;
    if (r->finding) { /* left with Esc */
        r->finding = false;
        r->found[0] = '\0';
        return_to(r, r->origin);
    }
    take_progress(r);
    r->laid_width = 0;
}

static int reader_tick(struct screen *s)
{
    note_read((struct reader *)s);
    return 1000;
}

static enum place reader_place(const struct screen *s)
{
    (void)s;
    return PLACE_READER;
}

static void reader_mouse(struct screen *s, int y, int x, int wheel)
{
    struct reader *r = (struct reader *)s;
    if (r->page == NULL)
        return;
    if (wheel != 0) {
        go_to(r, wheel > 0 ? r->top + 3 : r->top > 3 ? r->top - 3 : 0);
        return;
    }
    struct terminal *t = screens_terminal(s->stack);
    size_t line = r->top + (size_t)(y - screen_top(t));
    if (y < screen_top(t) || line < r->page->head_count)
        return;
    for (size_t i = 0; i < r->page->lines->link_count; i++) {
        const struct line_link *l = &r->page->lines->links[i];
        int left = text_left(t) + (int)l->column;
        if (l->line == line - r->page->head_count && x >= left && x < left + (int)l->width) {
            r->focus = i;
            follow(r);
            return;
        }
    }
}

static void reader_close(struct screen *s)
{
    struct reader *r = (struct reader *)s;
    if (r->content != NULL && r->reading != NULL) {
        if (r->page != NULL && r->screen.stack != NULL)
            reading_shows(r->reading, 0, 0, clock_monotonic_ms());
        note_read(r);
        keep_position(r);
    }
    page_close(r->page);
    reading_close(r->reading);
    content_close(r->content);
    arena_close(r->marks_arena);
    free(r->anchor);
    free(r);
}

static const struct screen_ops reader_ops = {
    .name = "reader",
    .place = reader_place,
    .draw = reader_draw,
    .request = reader_request,
    .mouse = reader_mouse,
    .changed = reader_changed,
    .resumed = reader_resumed,
    .tick = reader_tick,
    .close = reader_close,
};

static bool prepare(struct reader *r, const char *anchor, struct error *err)
{
    r->marks_arena = arena_open();
    r->anchor = strdup(anchor != NULL ? anchor : "");
    r->content = content_open(r->app, r->key, err);
    if (r->content == NULL)
        return false;
    size_t n = r->content->sections->count;
    size_t *words = calloc(n + 1, sizeof *words);
    for (size_t i = 0; words != NULL && i < n; i++)
        words[i] = r->content->sections->items[i].words;
    r->reading = words != NULL ? reading_open(words, n) : NULL;
    free(words);
    return (r->marks_arena != NULL && r->anchor != NULL && r->reading != NULL) || error_memory(err);
}

bool reader_open(struct screens *s, struct app *app, int64_t key, const char *anchor, const char *words,
                 struct error *err)
{
    struct reader *r = calloc(1, sizeof *r);
    if (r == NULL)
        return error_memory(err);
    r->screen.ops = &reader_ops;
    r->app = app;
    r->key = key;
    r->focus = r->match = SIZE_MAX;
    if (!prepare(r, anchor, err)) {
        reader_close(&r->screen);
        return false;
    }
    snprintf(r->found, sizeof r->found, "%s", words != NULL ? words : "");
    screens_push(s, &r->screen);
    tell_opened(r);
    take_progress(r);
    return true;
}
