#include "tui/screen/reader_request.h"

#include "tui/screen/menu.h"
#include "tui/screen/news.h"
#include "tui/screen/notes.h"
#include "tui/screen/problems.h"
#include "tui/screen/quiz.h"
#include "tui/screen/reader.h"
#include "tui/screen/reader_file.h"
#include "tui/screen/reader_find.h"
#include "tui/screen/reader_place.h"
#include "tui/screen/reader_record.h"
#include "tui/screen/reader_text.h"
#include "tui/screen/sign.h"
#include "tui/screen/solved.h"
#include "tui/screen/sources.h"
#include "tui/screen/sync.h"

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

void reader_follow(struct reader *r)
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

bool reader_request(struct reader *r, enum request q)
{
    struct screens *s = r->screen.stack;
    if (!stays_in_beginning(r, q) && !reader_text_finish(r))
        return true;
    reader_note_read(r);
    if (reader_move(r, q))
        return true;
    switch (q) {
    case REQ_OPEN:
        reader_follow(r);
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
            screens_say(s, STYLE_DIM, "no section here says why");
        return true;
    }
    case REQ_DONE:
        mark_done(r);
        return true;
    case REQ_QUIZ:
        open_quiz(r);
        return true;
    case REQ_SIGN:
        sign_open(s, r->app, r->key);
        return true;
    case REQ_NOTE: {
        size_t section = reader_section(r);
        note_ask(s, r->app, &r->content->subject,
                 section < r->content->sections->count ? r->content->sections->items[section].anchor : "");
        return true;
    }
    case REQ_NOTES:
        notes_open(s, r->app, r->content->address);
        return true;
    case REQ_NEWS:
        news_open(s, r->app);
        return true;
    case REQ_SYNC:
        sync_open(s, r->app);
        return true;
    case REQ_EDIT:
        edit(r);
        return true;
    case REQ_PROBLEMS:
        problems_open(s, r->app, r->content->module->facts.path);
        return true;
    default:
        return false;
    }
}
