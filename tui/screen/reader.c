#include "tui/screen/reader.h"

#include "core/base/clock.h"
#include "tui/screen/menu.h"
#include "tui/screen/news.h"
#include "tui/screen/notes.h"
#include "tui/screen/problems.h"
#include "tui/screen/quiz.h"
#include "tui/screen/reader_draw.h"
#include "tui/screen/reader_file.h"
#include "tui/screen/reader_find.h"
#include "tui/screen/reader_place.h"
#include "tui/screen/reader_record.h"
#include "tui/screen/sign.h"
#include "tui/screen/solved.h"
#include "tui/screen/sources.h"
#include "tui/screen/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BEGINNING_SCREENS = 4, /* of a long page's text: the whole is there before one has read the first of them */
    SOON_MS = 2,
    TICK_MS = 1000
};

static struct reading *reading_of(const struct content *c)
{
    size_t n = c->sections->count;
    size_t *words = calloc(n + 1, sizeof *words);
    for (size_t i = 0; words != NULL && i < n; i++)
        words[i] = c->sections->items[i].words;
    struct reading *reading = words != NULL ? reading_open(words, n) : NULL;
    free(words);
    return reading;
}

/* Puts the whole of a long page in place of its beginning, waiting for it if need be; the place stays. True when the
 * whole is there; else says why not. */
static bool finish(struct reader *r)
{
    struct error err;
    if (!r->content->beginning)
        return true;
    struct lines *lines = NULL;
    struct content *whole = r->whole != NULL ? reader_whole_take(r->whole, &lines, &r->made_width, &err)
                                             : content_whole(r->content, &err);
    r->whole = NULL;
    if (whole == NULL) {
        screens_fail(r->screen.stack, &err);
        return false;
    }
    if (r->page != NULL && r->place.part == PAGE_TEXT && r->place.section != LINE_NO_SECTION)
        r->place.section += r->content->first_section;
    if (r->aim != SIZE_MAX)
        r->aim += r->content->first_section;
    r->content = whole;
    r->made = lines;
    r->laid_width = 0;
    struct reading *reading = reading_of(whole);
    if (reading != NULL) { /* else the old one does: what was read of a page is not kept */
        reading_close(r->reading);
        r->reading = reading;
    }
    reader_take_progress(r);
    return r->page == NULL || reader_lay_out(r, screens_terminal(r->screen.stack));
}

/* ---- requests ---- */

static void next_place(struct reader *r)
{
    if (r->top < reader_last_top(r)) {
        reader_go_to(r, r->top + (reader_rows(r) > 2 ? reader_rows(r) - 2 : 1));
        return;
    }
    if (r->content->questions.count > 0 && reader_tracks(r))
        screens_say(r->screen.stack, STYLE_DIM, "That is the end. q takes the quiz, b goes back.");
    else
        screens_say(r->screen.stack, STYLE_DIM, "That is the end. b goes back.");
}

static void previous_section(struct reader *r)
{
    size_t section = reader_section(r);
    if (section == LINE_NO_SECTION)
        return;
    if (r->want > page_line_of(r->page, section))
        reader_go_to_section(r, section);
    else
        reader_go_to_section(r, section > 0 ? section - 1 : 0);
}

static void outline_chosen(void *context, size_t row)
{
    struct reader *r = context;
    reader_go_to_section(r, row);
}

static void open_outline(struct reader *r)
{
    size_t n = r->content->sections->count;
    struct arena *a = arena_open();
    struct menu_row *rows = a != NULL ? arena_array(a, n, sizeof *rows) : NULL;
    for (size_t i = 0; rows != NULL && i < n; i++) {
        const struct section *s = &r->content->sections->items[i];
        enum section_mark mark = r->marks != NULL && reader_tracks(r) ? r->marks[i] : MARK_OPEN;
        static const char *const names[] = {"", "read", "updated", "new"};
        rows[i] = (struct menu_row){
            .text = s->level == 0 ? r->content->module->facts.title : s->title,
            .right = names[mark],
            .style = mark == MARK_DONE ? STYLE_DONE : mark == MARK_OPEN ? STYLE_TEXT : STYLE_CHANGED,
            .indent = s->level > 2 ? (int)(s->level - 2) * 2 : 0,
        };
    }
    size_t here = reader_section(r);
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
    size_t from = r->focus == SIZE_MAX ? 0 : r->focus + 1, rows = reader_rows(r);
    for (size_t i = 0; i < r->page->lines->link_count; i++) {
        size_t at = (from + i) % r->page->lines->link_count;
        size_t line = r->page->head_count + r->page->lines->links[at].line;
        if (r->focus == SIZE_MAX && line < r->top)
            continue;
        r->focus = at;
        if (line < r->top || line >= r->top + rows)
            reader_go_to(r, line > 2 ? line - 2 : 0);
        reader_say_file(r, r->page->lines->links[at].target);
        return;
    }
    screens_say(r->screen.stack, STYLE_DIM, "no link from here on");
}

/* Section, module, page, file or URL. */
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
        reader_go_to_section(r, sections_find(r->content->sections, link.anchor));
    else if (ok && link.file.channel != NULL)
        reader_hand_out(r, &link.file);
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
    size_t section = reader_section(r);
    if (!reader_tracks(r) || section >= r->content->sections->count) {
        screens_say(r->screen.stack, STYLE_DIM, r->content->module->facts.kind == KIND_PAGE
                                                    ? "pages have nothing to finish"
                                                    : "nothing is kept of what is read here");
        return;
    }
    if (r->marks != NULL && r->marks[section] != MARK_DONE && reader_tell_section(r, section, SECTION_DONE)) {
        reader_take_progress(r);
        r->laid_width = 0;
    }
    if (section + 1 < r->content->sections->count)
        reader_go_to_section(r, section + 1);
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
    if (!source_edit(r->screen.stack, r->app, r->content->module->facts.path, source > 0 ? source : 1, &err))
        screens_fail(r->screen.stack, &err);
    else
        screens_changed(r->screen.stack);
}

/* At the end nothing moves, whichever section there one came to read. */
static void down(struct reader *r, size_t lines)
{
    if (r->top < reader_last_top(r))
        reader_go_to(r, r->top + lines);
}

static bool reader_move(struct reader *r, enum request q)
{
    size_t rows = reader_rows(r), page = rows > 2 ? rows - 2 : 1;
    switch (q) {
    case REQ_UP:
        reader_go_to(r, r->top > 0 ? r->top - 1 : 0);
        return true;
    case REQ_DOWN:
        down(r, 1);
        return true;
    case REQ_PAGE_UP:
    case REQ_HALF_UP: {
        size_t by = q == REQ_PAGE_UP ? page : (page + 1) / 2;
        reader_go_to(r, r->top > by ? r->top - by : 0);
        return true;
    }
    case REQ_PAGE_DOWN:
    case REQ_HALF_DOWN:
        down(r, q == REQ_PAGE_DOWN ? page : (page + 1) / 2);
        return true;
    case REQ_TOP:
        reader_go_to(r, 0);
        return true;
    case REQ_BOTTOM:
        reader_go_to_end(r);
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

static void leave(struct reader *r)
{
    struct screens *s = r->screen.stack;
    screens_pop(s, &r->screen);
    if (screens_top(s) != &r->screen && reader_tracks(r)) /* it is closed at the end of this event */
        solved_ask(s, r->app, &r->content->subject, r->by);
}

static void go_back(struct reader *r)
{
    if (r->found[0] != '\0')
        r->found[0] = '\0';
    else if (r->focus != SIZE_MAX)
        r->focus = SIZE_MAX;
    else
        leave(r);
}

/* Whether a key can be answered by the beginning of a page, or by a part: a small move, far from where that ends. */
static bool stays_in_beginning(const struct reader *r, enum request q)
{
    static const enum request small[] = {REQ_UP, REQ_DOWN, REQ_PAGE_UP, REQ_PAGE_DOWN, REQ_HALF_UP, REQ_HALF_DOWN,
                                         REQ_NEXT};
    if (r->top + 3 * reader_rows(r) >= r->page->count || (r->content->first_section > 0 && r->top < reader_rows(r)))
        return false;
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (q == small[i])
            return true;
    return q == REQ_TOP && r->content->first_section == 0;
}

static bool reader_request(struct screen *s, enum request q)
{
    struct reader *r = (struct reader *)s;
    if (r->page == NULL)
        return false;
    if (!stays_in_beginning(r, q) && !finish(r))
        return true;
    reader_note_read(r);
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
        reader_find_open(r);
        return true;
    case REQ_FIND_NEXT:
    case REQ_FIND_PREVIOUS:
        reader_find_again(r, q == REQ_FIND_NEXT);
        return true;
    case REQ_OUTLINE:
        open_outline(r);
        return true;
    case REQ_WHY: {
        size_t why = sections_find(r->content->sections, "why");
        if (why != SIZE_MAX)
            reader_go_to_section(r, why);
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
    case REQ_SIGN:
        sign_open(s->stack, r->app, r->key);
        return true;
    case REQ_NOTE: {
        size_t section = reader_section(r);
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
    case REQ_SYNC:
        sync_open(s->stack, r->app);
        return true;
    case REQ_EDIT:
        edit(r);
        return true;
    case REQ_PROBLEMS:
        problems_open(s->stack, r->app, r->content->module->facts.path);
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
    if (!finish(r))
        return;
    struct content *fresh = content_open(r->app, r->key, &err);
    if (fresh == NULL)
        return; /* gone from the library: what is open stays readable */
    if (strcmp(fresh->revision, r->content->revision) == 0) {
        content_close(fresh);
        reader_take_progress(r);
        r->laid_width = 0;
        return;
    }
    struct reading *reading = reading_of(fresh);
    if (reading == NULL || !reader_take_update(r, fresh)) {
        reading_close(reading);
        content_close(fresh);
        return;
    }
    if (r->place.part == PAGE_TEXT && r->place.section < r->content->sections->count)
        r->place = place_in(r, fresh->sections);
    reader_find_forget(r);
    page_close(r->page);
    r->page = NULL;
    content_close(r->content);
    reading_close(r->reading);
    r->content = fresh;
    r->reading = reading;
    reader_take_progress(r);
    reader_lay_out(r, screens_terminal(s->stack));
    if (r->app->preview != NULL)
        problems_say(s->stack, r->content->module->facts.path, "x", true);
}

static void reader_resumed(struct screen *s)
{
    struct reader *r = (struct reader *)s;
    reader_find_left(r);
    if (reader_signed_since(r)) { /* what was read before the signature counts for that alone */
        struct reading *fresh = reading_of(r->content);
        if (fresh != NULL) {
            reading_close(r->reading);
            r->reading = fresh;
        }
    }
    reader_take_progress(r);
    r->laid_width = 0;
}

static void draw(struct screen *s, struct terminal *t)
{
    struct reader *r = (struct reader *)s;
    if (!reader_lay_out(r, t))
        return;
    reader_show_place(r);
    reader_draw(r, t);
}

/* What can wait until the first screen stands: the whole of a long page, and the record. */
static int reader_tick(struct screen *s)
{
    struct reader *r = (struct reader *)s;
    struct terminal *t = screens_terminal(s->stack);
    if (r->content->beginning) {
        if (r->whole == NULL) {
            terminal_show(t);
            r->whole = reader_whole_start(r->content, (size_t)reader_text_width(t), terminal_render(t));
        }
        if (r->whole != NULL && !reader_whole_ready(r->whole)) {
            screens_still(s->stack);
            return SOON_MS;
        }
        return finish(r) ? SOON_MS : TICK_MS;
    }
    if (!r->told) {
        terminal_show(t);
        reader_tell_opened(r);
        return SOON_MS;
    }
    reader_note_read(r);
    return TICK_MS;
}

static enum place reader_place(const struct screen *s)
{
    (void)s;
    return PLACE_READER;
}

static void reader_mouse(struct screen *s, int y, int x, int wheel)
{
    struct reader *r = (struct reader *)s;
    if (r->page == NULL || !finish(r))
        return;
    if (wheel != 0) {
        reader_go_to(r, wheel > 0 ? r->top + 3 : r->top > 3 ? r->top - 3 : 0);
        return;
    }
    size_t section = reader_outline_at(r, y, x);
    if (section != SIZE_MAX)
        reader_go_to_section(r, section);
    size_t link = section == SIZE_MAX ? reader_link_at(r, y, x) : SIZE_MAX;
    if (link == SIZE_MAX)
        return;
    r->focus = link;
    follow(r);
    if (touch_is_on(screens_terminal(s->stack)))
        r->focus = SIZE_MAX; /* a finger goes back from the page, not from the link */
}

static void reader_close(struct screen *s)
{
    struct reader *r = (struct reader *)s;
    if (r->whole != NULL || (r->page != NULL && r->content->first_section > 0))
        finish(r);
    if (r->content != NULL && r->reading != NULL) {
        if (r->page != NULL && !r->told && !r->content->beginning)
            reader_tell_opened(r);
        if (r->page != NULL && r->screen.stack != NULL)
            reading_shows(r->reading, 0, 0, clock_monotonic_ms());
        reader_note_read(r);
        reader_keep_position(r);
    }
    lines_close(r->made);
    reader_find_forget(r);
    page_close(r->page);
    reading_close(r->reading);
    content_close(r->content);
    arena_close(r->marks_arena);
    free(r->anchor);
    free(r->saving);
    free(r->meanwhile);
    free(r->shown);
    free(r);
}

static const struct screen_ops reader_ops = {
    .name = "reader",
    .place = reader_place,
    .draw = draw,
    .request = reader_request,
    .mouse = reader_mouse,
    .changed = reader_changed,
    .resumed = reader_resumed,
    .tick = reader_tick,
    .close = reader_close,
};

/* Whether so many lines from the section's line `line` on are in the text that is at hand. */
static bool has_lines(const struct content *c, const char *anchor, size_t line, size_t lines)
{
    size_t section = sections_find(c->sections, anchor);
    return section != SIZE_MAX &&
           c->sections->items[section].line + line + lines <= c->sections->items[c->sections->count - 1].last_line;
}

/* From the beginning of a long page to where its first screen is: in the beginning, in another part, in the whole. */
static bool prepare_place(struct reader *r, size_t lines, struct error *err)
{
    const char *anchor = r->anchor;
    int64_t source = 0;
    if (anchor[0] == '\0')
        anchor = reader_kept_position(r, &source);
    size_t line = source > 0 ? (size_t)source : 0;
    if (anchor[0] == '\0' || has_lines(r->content, anchor, line, lines))
        return true;
    struct content *part = content_part(r->app, r->content, anchor, line, 2 * lines, &r->aim);
    r->aim_source = source;
    if (part == NULL && (part = content_whole(r->content, err)) == NULL)
        return false;
    r->content = part;
    return true;
}

static bool prepare(struct reader *r, const struct terminal *t, const char *anchor, struct error *err)
{
    r->marks_arena = arena_open();
    r->anchor = strdup(anchor != NULL ? anchor : "");
    if (r->marks_arena == NULL || r->anchor == NULL)
        return error_memory(err);
    size_t lines = (size_t)terminal_rows(t) * BEGINNING_SCREENS;
    r->content = content_open_beginning(r->app, r->key, lines, err);
    if (r->content == NULL)
        return false;
    if (r->content->beginning && !prepare_place(r, lines / 2, err))
        return false;
    r->reading = reading_of(r->content);
    return r->reading != NULL || error_memory(err);
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
    r->focus = r->match = r->aim = SIZE_MAX;
    if (!prepare(r, screens_terminal(s), anchor, err)) {
        reader_close(&r->screen);
        return false;
    }
    snprintf(r->found, sizeof r->found, "%s", words != NULL ? words : "");
    screens_push(s, &r->screen);
    reader_take_progress(r);
    if (app->preview != NULL)
        problems_say(s, r->content->module->facts.path, "x", false);
    return true;
}

void reader_found_by(struct screens *s, enum found_by by)
{
    struct screen *top = screens_top(s);
    if (top->ops == &reader_ops)
        ((struct reader *)top)->by = by;
}
