#include "tui/screen/reader_draw.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "tui/screen/reader_place.h"
#include "tui/screen/reader_record.h"

#include <string.h>

enum { NARROW = 60 }; /* columns: the section's name alone is above the text */

/* Rows that a section takes in the outline, and how many fit. */
static int outline_each(const struct terminal *t)
{
    return screen_height(t) >= touch_rows(t) ? touch_rows(t) : 1;
}

static size_t outline_fit(const struct terminal *t)
{
    int fit = screen_height(t) / outline_each(t);
    return fit > 0 ? (size_t)fit : 1;
}

/* The section in the outline's first place: where it is longer than the screen, the one that is read stands in the middle,
 * but for its ends. */
static size_t outline_top(const struct reader *r, const struct terminal *t)
{
    size_t here = reader_section(r), fit = outline_fit(t), count = r->content->sections->count;
    if (count <= fit || here == LINE_NO_SECTION || here <= fit / 2)
        return 0;
    return here - fit / 2 < count - fit ? here - fit / 2 : count - fit;
}

size_t reader_outline_at(const struct reader *r, int y, int x)
{
    const struct terminal *t = screens_terminal(r->screen.stack);
    int row = y - screen_top(t);
    if (terminal_columns(t) < READER_OUTLINE_FROM || x > READER_OUTLINE || row < 0)
        return SIZE_MAX;
    size_t at = (size_t)(row / outline_each(t)), section = outline_top(r, t) + at;
    return at < outline_fit(t) && section < r->content->sections->count ? section : SIZE_MAX;
}

/* In that very row. */
static size_t link_in(const struct reader *r, int y, int x)
{
    const struct terminal *t = screens_terminal(r->screen.stack);
    int row = y - screen_top(t);
    size_t line = r->top + (size_t)(row > 0 ? row : 0);
    if (row < 0 || row >= screen_height(t) || line < r->page->head_count)
        return SIZE_MAX;
    for (size_t i = 0; i < r->page->lines->link_count; i++) {
        const struct line_link *l = &r->page->lines->links[i];
        int left = reader_text_left(t) + (int)l->column;
        if (l->line == line - r->page->head_count && x >= left && x < left + (int)l->width)
            return i;
    }
    return SIZE_MAX;
}

size_t reader_link_at(const struct reader *r, int y, int x)
{
    static const int near[] = {0, -1, 1};
    size_t found = SIZE_MAX, rows = touch_rows(screens_terminal(r->screen.stack)) > 1 ? sizeof near / sizeof *near : 1;
    for (size_t i = 0; i < rows && found == SIZE_MAX; i++)
        found = link_in(r, y + near[i], x);
    return found;
}

static void draw_outline(struct reader *r, struct terminal *t)
{
    static const struct {
        enum style style;
        const char *text;
    } of[] = {[MARK_OPEN] = {STYLE_TEXT, " "},
              [MARK_DONE] = {STYLE_DONE, "\xE2\x9C\x93"},
              [MARK_CHANGED] = {STYLE_CHANGED, "\xE2\x97\x8F"},
              [MARK_NEW] = {STYLE_CHANGED, "+"}};
    size_t here = reader_section(r), top = outline_top(r, t), count = r->content->sections->count;
    int each = outline_each(t), end = screen_top(t) + screen_height(t);
    for (size_t i = top; i < count && i < top + outline_fit(t); i++) {
        const struct section *s = &r->content->sections->items[i];
        int y = screen_top(t) + (int)(i - top) * each + each / 2;
        enum section_mark mark = r->marks != NULL && reader_tracks(r) ? r->marks[i] : MARK_OPEN;
        terminal_puts(t, y, 1, 2, of[mark].style, of[mark].text);
        int indent = s->level > 2 ? (int)(s->level - 2) * 2 : 0;
        if (indent > 8)
            indent = 8;
        screen_cut(t, y, 3 + indent, READER_OUTLINE - 3 - indent, i == here ? STYLE_STRONG : STYLE_DIM,
                      s->level == 0 ? r->content->module->facts.title : s->title);
    }
    for (int row = screen_top(t); row < end; row++)
        terminal_puts(t, row, READER_OUTLINE + 1, 1, STYLE_RULE, "\xE2\x94\x82");
}

/* Of the minutes that the module says it takes, those for the sections from this one on; nothing at its end. */
static void add_minutes_left(const struct reader *r, size_t section, struct buf *detail)
{
    size_t count = r->content->sections->count, words = 0, all = 0;
    for (size_t i = 0; i < count; i++) {
        all += r->content->sections->items[i].words;
        words += i >= section ? r->content->sections->items[i].words : 0;
    }
    if (r->top > 0 && r->top >= reader_last_top(r))
        return;
    size_t minutes = (size_t)r->content->module->facts.minutes;
    if (words > 0 && minutes > 0)
        buf_addf(detail, " \xC2\xB7 %zu min left", (words * minutes + all - 1) / all);
}

static void draw_header(struct reader *r, struct terminal *t)
{
    const struct facts *f = &r->content->module->facts;
    struct buf place = {0}, detail = {0};
    size_t section = reader_section(r), count = r->content->sections->count;
    const struct section *s = section < count ? &r->content->sections->items[section] : NULL;
    bool named = s != NULL && s->level > 0 && strcmp(s->title, f->title) != 0;
    if (!named || terminal_columns(t) >= NARROW)
        buf_adds(&place, f->title);
    if (named)
        buf_addf(&place, "%s\xE2\x80\xBA %s", place.len > 0 ? " " : "", s->title);
    if (f->kind == KIND_PAGE)
        buf_adds(&detail, "page");
    else if (section < count)
        buf_addf(&detail, "%zu of %zu", section + 1, count);
    if (f->kind == KIND_MODULE)
        add_minutes_left(r, section < count ? section : 0, &detail);
    else if (r->page->count > reader_rows(r) && r->content->first_section == 0)
        buf_addf(&detail, " \xC2\xB7 %zu%%", reader_last_top(r) > 0 ? r->top * 100 / reader_last_top(r) : 100);
    screen_header(t, buf_text(&place), buf_text(&detail));
    buf_free(&place);
    buf_free(&detail);
}

/* What has to be done is in the page's head in full. */
static void signoff_hint(const struct reader *r, char *out, size_t size)
{
    const char *changed = strstr(r->signoff, ": changed");
    snprintf(out, size, "sign-off %.*s: c", (int)(changed != NULL ? changed - r->signoff : (ptrdiff_t)strlen(r->signoff)), r->signoff);
}

static void draw_footer(struct reader *r, struct terminal *t)
{
    char right[160] = "";
    bool end = r->top >= reader_last_top(r);
    size_t changed = r->updated > 0 ? r->updated : r->progress.changed + r->progress.added;
    if (r->updated > 0)
        snprintf(right, sizeof right, "%zu section%s changed just now", changed, changed == 1 ? "" : "s");
    else if (r->opens >= 3 && sections_find(r->content->sections, "why") != SIZE_MAX)
        snprintf(right, sizeof right, "third time: y why, q quiz");
    else if (r->shown != NULL && r->signoff[0] != '\0' && r->shown_missing > 0 && !end)
        snprintf(right, sizeof right, "%zu of %zu shown in full", r->content->sections->count - r->shown_missing,
                 r->content->sections->count);
    else if (r->shown != NULL && r->signoff[0] != '\0')
        signoff_hint(r, right, sizeof right);
    else if (reader_tracks(r) && end && r->progress.done == r->progress.total && r->progress.total > 0)
        snprintf(right, sizeof right, "all read%s", r->content->questions.count > 0 ? ": q quiz" : "");
    else if (reader_tracks(r))
        snprintf(right, sizeof right, "%zu of %zu read", r->progress.done, r->progress.total);
    static const enum request module_keys[] = {REQ_NEXT, REQ_OUTLINE, REQ_QUIZ, REQ_SEARCH, REQ_BACK, REQ_HELP};
    static const enum request page_keys[] = {REQ_NEXT, REQ_OUTLINE, REQ_SEARCH, REQ_BACK, REQ_HELP};
    static const enum request found_keys[] = {REQ_FIND_NEXT, REQ_FIND_PREVIOUS, REQ_NEXT, REQ_BACK, REQ_HELP};
    static const struct key_label touch_keys[] = {{"Space", "next"}, {"PgUp", "page up"}, {"Esc", "back"}, {"o", "outline"},
                                                  {"/", "search"},   {"Ctrl-X", "commands"}};
    static const struct key_label touch_quiz_keys[] = {{"Space", "next"}, {"PgUp", "page up"}, {"Esc", "back"}, {"o", "outline"},
                                                       {"q", "quiz"},     {"Ctrl-X", "commands"}};
    bool quiz = r->content->questions.count > 0;
    if (touch_is_on(t)) {
        screen_footer_labels(t, quiz ? touch_quiz_keys : touch_keys, 6, right);
        return;
    }
    if (r->found[0] != '\0' && r->match != SIZE_MAX) /* somebody searches here */
        screen_footer(t, PLACE_READER, found_keys, 5, right);
    else
        screen_footer(t, PLACE_READER, quiz ? module_keys : page_keys, quiz ? 6 : 5, right);
}

void reader_draw(struct reader *r, struct terminal *t)
{
    draw_header(r, t);
    if (terminal_columns(t) >= READER_OUTLINE_FROM)
        draw_outline(r, t);
    int y = screen_top(t), height = screen_height(t), left = reader_text_left(t), columns = terminal_columns(t) - left;
    size_t shown = 0;
    for (; shown < (size_t)height && r->top + shown < r->page->count; shown++)
        page_draw(r->page, t, r->top + shown, y + (int)shown, left, columns, r->found,
                  r->top + shown == r->match ? STYLE_FOCUS : STYLE_MATCH, r->focus);
    draw_footer(r, t);
    reading_shows(r->reading, r->top, r->top + shown, clock_monotonic_ms());
}
