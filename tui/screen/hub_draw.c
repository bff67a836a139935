#include "tui/screen/hub_draw.h"

#include "core/base/text.h"
#include "core/library/search.h"
#include "tui/visit.h"

#include <stdio.h>
#include <string.h>

enum { SIDE_BY_SIDE = 100, PREVIEW_BELOW = 5, LOW = 14, LOWEST = 8, NARROW = 30 };

const struct hub_row *hub_selected(const struct hub *h)
{
    return h->list.selected < h->list.count ? hub_row(h->rows, h->list.selected) : NULL;
}

static bool beside(const struct terminal *t)
{
    return terminal_columns(t) >= SIDE_BY_SIDE;
}

static int list_columns(const struct terminal *t)
{
    return beside(t) ? terminal_columns(t) * 55 / 100 : terminal_columns(t);
}

/* The lowest terminals have no header and no rules: what the selected row is good for is worth more. */
static int box_row(const struct terminal *t)
{
    return terminal_rows(t) < LOWEST ? 0 : 1;
}

static int list_top(const struct terminal *t)
{
    return terminal_rows(t) < LOWEST ? 1 : 3;
}

/* Rows between box and footer. */
static int room(const struct terminal *t)
{
    int rows = terminal_rows(t) - list_top(t) - screen_footer_rows(t);
    return rows > 1 ? rows : 1;
}

/* Rows below the list that say what the selected one is good for, without their rule. */
static int preview_rows(const struct terminal *t)
{
    if (beside(t) || touch_is_on(t))
        return 0; /* for fingers each row says it of itself */
    return terminal_rows(t) >= LOW ? PREVIEW_BELOW : room(t) >= 6 ? 3 : room(t) >= 3 ? 2 : room(t) - 1;
}

static bool preview_rule(const struct terminal *t)
{
    return !beside(t) && !touch_is_on(t) && room(t) >= 7;
}

static int list_rows(const struct terminal *t)
{
    return room(t) - preview_rows(t) - preview_rule(t);
}

static int item_rows(const struct hub *h, const struct terminal *t)
{
    int rows = h->unfold && list_rows(t) >= 4 ? 2 : 1;
    return touch_rows(t) > rows ? touch_rows(t) : rows;
}

static bool says_more(const struct hub *h, const struct terminal *t)
{
    return item_rows(h, t) > 1 && (h->unfold || touch_is_on(t));
}

size_t hub_items_fit(const struct hub *h, const struct terminal *t)
{
    return (size_t)(list_rows(t) / item_rows(h, t));
}

bool hub_box_at(const struct terminal *t, int y)
{
    return touch_is_on(t) ? y < list_top(t) : y == box_row(t);
}

size_t hub_item_at(const struct hub *h, const struct terminal *t, int y, int x)
{
    if (y < list_top(t) || y >= list_top(t) + list_rows(t) || x >= list_columns(t))
        return SIZE_MAX;
    size_t at = h->list.top + (size_t)((y - list_top(t)) / item_rows(h, t));
    return at < h->list.count ? at : SIZE_MAX;
}

static void add_visitor(struct hub *h, int columns, struct buf *who)
{
    if (!visit_shared(h->app))
        return;
    bool out = visit_wanted(h->app);
    buf_addf(who, "   %s", out ? "nobody" : visit_name(h->app));
    if (columns < 64 || h->app->kiosk != NULL) /* there the last row says it on every screen, and by a key that is the same on all */
        return;
    buf_adds(who, " (");
    request_keys(REQ_BADGE, h->typing ? PLACE_BOX : PLACE_LIST, 1, who);
    buf_addf(who, ": badge %s)", out ? "in" : "out");
}

/* As much of the status as stands beside who is here without pushing that away. */
static void fit_status(struct hub *h, int columns, int who, struct buf *out)
{
    for (size_t without = 0; without < HUB_STATUS_PARTS; without++) {
        struct buf text = {0};
        hub_rows_status(h->rows, without, &text);
        int width = (int)text_width(buf_text(&text), text.len);
        bool last = without + 1 == HUB_STATUS_PARTS;
        if (width > 0 && (last || who + width + 4 <= columns)) {
            *out = text;
            return;
        }
        buf_free(&text);
    }
}

static void draw_header(struct hub *h, struct terminal *t)
{
    if (box_row(t) == 0)
        return;
    struct buf who = {0}, state = {0};
    buf_adds(&who, "crib");
    const char *before = visit_shared(h->app) ? " \xC2\xB7 " : "   ";
    add_visitor(h, terminal_columns(t), &who);
    struct strings roles = app_roles(h->app);
    for (size_t i = 0; i < roles.count && i < 3; i++, before = ", ")
        buf_addf(&who, "%s%s", before, roles.items[i]);
    if (app_stage(h->app)[0] != '\0')
        buf_addf(&who, "%s%s", roles.count > 0 ? " \xC2\xB7 " : before, app_stage(h->app));
    int columns = terminal_columns(t);
    fit_status(h, columns, (int)text_width(buf_text(&who), who.len), &state);
    terminal_fill(t, 0, 0, columns, STYLE_BAR, " ");
    int right = (int)text_width(buf_text(&state), state.len);
    bool both = right + 10 < columns;
    terminal_put(t, 0, 1, both ? columns - right - 3 : columns - 2, STYLE_BAR_STRONG, buf_text(&who), who.len);
    if (both)
        terminal_put(t, 0, columns - 1 - right, right, STYLE_BAR, buf_text(&state), state.len);
    buf_free(&who);
    buf_free(&state);
}

static void draw_box(struct hub *h, struct terminal *t)
{
    int columns = terminal_columns(t), y = box_row(t);
    struct buf right = {0};
    hub_filters_text(&h->filters, &right);
    if (h->unfold)
        buf_addf(&right, "%s%zu of %zu", right.len > 0 ? "  " : "", hub_rows_total(h->rows), hub_rows_all(h->rows));
    int width = (int)text_width(buf_text(&right), right.len);
    if (width + 27 > columns) /* what is typed comes first */
        width = 0;
    int x = 1 + terminal_puts(t, y, 1, 8, STYLE_KEY, "Find:") + 1;
    prompt_draw(&h->box, t, y, x, columns - x - width - 3, h->typing);
    if (h->box.text.len == 0)
        terminal_puts(t, y, x + 1, columns - x - width - 4, STYLE_DIM,
                      columns < 36   ? "a word"
                      : columns < 60 ? "a code, or what is wrong"
                                     : "a code, an asset tag, or what is wrong");
    if (width > 0)
        terminal_put(t, y, columns - 1 - width, width, STYLE_DIM, buf_text(&right), right.len);
    if (list_top(t) > y + 1)
        terminal_fill(t, y + 1, 0, columns, STYLE_RULE, "\xE2\x94\x80");
    buf_free(&right);
}

static void draw_heading(const struct hub_row *row, struct terminal *t, int y, int columns)
{
    screen_cut(t, y, 1, columns - 2, STYLE_HEADING_3, row->title);
}

static void draw_item(struct hub *h, struct terminal *t, size_t at, int y, int columns)
{
    const struct hub_row *row = hub_row(h->rows, at);
    if (!row->selectable) {
        draw_heading(row, t, y, columns);
        return;
    }
    bool on = at == h->list.selected;
    /* What is selected is lit as far as its title: lighting the row would cost a thin line 50 bytes a key. */
    if (on)
        terminal_puts(t, y, 1, 2, STYLE_SELECTED, "\xE2\x96\xB8 ");
    char right[64];
    snprintf(right, sizeof right, "%.*s%s%s %s", columns < 2 * NARROW ? 8 : 24, row->channel,
             row->channel[0] != '\0' ? "  " : "", columns < NARROW ? "" : row->length, row->mark);
    int width = (int)text_width(right, strlen(right));
    screen_cut(t, y, 3, columns - width - 6, on ? STYLE_SELECTED : STYLE_TEXT, row->title);
    terminal_puts(t, y, columns - 2 - width, width + 1, row->mark_style, right);
    if (!says_more(h, t))
        return;
    struct buf line = {0};
    size_t found, len;
    int spare = terminal_render(t) == 0 ? 9 : 13; /* an ellipsis without UTF-8 is three dots */
    hub_row_snippet(h->rows, row, (size_t)(columns > 16 ? columns - spare : 3), &line, &found, &len);
    /* Piece by piece: what an ASCII terminal shows may be wider than the text. */
    if (found + len > line.len)
        found = len = 0;
    const size_t ends[] = {found, found + len, line.len};
    static const enum style styles[] = {STYLE_DIM, STYLE_MATCH, STYLE_DIM};
    int x = 6;
    for (size_t i = 0, from = 0; i < 3; from = ends[i++])
        x += terminal_put(t, y + 1, x, columns - 2 - x, styles[i], buf_text(&line) + from, ends[i] - from);
    buf_free(&line);
}

static void draw_list(struct hub *h, struct terminal *t)
{
    int columns = list_columns(t), y = list_top(t), each = item_rows(h, t);
    size_t fit = hub_items_fit(h, t);
    list_scroll(&h->list, fit);
    if (h->list.top == 1 && !hub_row(h->rows, 0)->selectable && h->list.selected < fit)
        h->list.top = 0; /* the heading above the first row */
    size_t end = h->list.count;
    if (end > fit && fit > 1 && h->list.selected + 2 == end && !hub_row(h->rows, end - 1)->selectable)
        h->list.top = end - fit; /* what is said below the last row */
    for (size_t i = 0; i < fit && h->list.top + i < h->list.count; i++, y += each)
        draw_item(h, t, h->list.top + i, y, columns);
    if (h->list.count == 0)
        hub_rows_nothing(h->rows, t, list_top(t), 3, columns - 5, h->unfold);
}

static void draw_preview(struct hub *h, struct terminal *t)
{
    const struct hub_row *row = hub_selected(h);
    if (beside(t)) {
        int x = list_columns(t), top = list_top(t), rows = list_rows(t);
        for (int i = 0; i < rows; i++)
            terminal_puts(t, top + i, x, 1, STYLE_RULE, "\xE2\x94\x82");
        hub_preview_draw(h->preview, row, t, top, x + 2, terminal_columns(t) - x - 3, rows);
        return;
    }
    int top = list_top(t) + list_rows(t), columns = terminal_columns(t), x = columns < NARROW ? 1 : 2;
    if (preview_rule(t))
        terminal_fill(t, top++, 0, columns, STYLE_RULE, "\xE2\x94\x80");
    hub_preview_draw(h->preview, row, t, top, x, columns - 2 * x, preview_rows(t));
}

/* Names no key that would do nothing now. */
/* For fingers, which open by touching. */
static void draw_targets(struct hub *h, struct terminal *t, const char *right)
{
    struct key_label keys[5];
    size_t n = 0;
    if (h->list.count > hub_items_fit(h, t)) {
        keys[n++] = (struct key_label){"PgUp", "page up"};
        keys[n++] = (struct key_label){"PgDn", "page down"};
    }
    if (h->box.text.len > 0)
        keys[n++] = (struct key_label){"Esc", "clear"};
    if (hub_rows_all(h->rows) > 0 || hub_filters_any(&h->filters))
        keys[n++] = (struct key_label){"Tab", "filters"};
    keys[n++] = (struct key_label){"Ctrl-X", "commands"};
    screen_footer_labels(t, keys, n, right);
}

static void draw_footer(struct hub *h, struct terminal *t, const char *right)
{
    if (touch_is_on(t)) {
        draw_targets(h, t, right);
        return;
    }
    const struct hub_row *row = hub_selected(h);
    bool opens = row != NULL && row->selectable, words = h->box.text.len > 0;
    bool narrows = hub_rows_all(h->rows) > 0 || hub_filters_any(&h->filters);
    const enum request list_keys[] = {opens ? REQ_OPEN : REQ_NONE, REQ_SEARCH, narrows ? REQ_FILTERS : REQ_NONE, REQ_HELP};
    struct key_label keys[6];
    size_t n = 0;
    if (!h->typing) {
        screen_footer(t, PLACE_LIST, list_keys, 4, right);
        return;
    }
    if (opens)
        keys[n++] = (struct key_label){"Enter", "open"};
    if (words)
        keys[n++] = (struct key_label){"Esc", "clear"};
    if (narrows)
        keys[n++] = (struct key_label){"Tab", "filters"};
    keys[n++] = (struct key_label){words ? "F1" : "?", "help"};
    keys[n++] = (struct key_label){"Ctrl-X", "commands"};
    if (!words)
        keys[n++] = (struct key_label){"Ctrl-C", request_info(REQ_QUIT)->name};
    screen_footer_labels(t, keys, n, right);
}

void hub_draw(struct screen *s, struct terminal *t)
{
    struct hub *h = (struct hub *)s;
    draw_header(h, t);
    draw_box(h, t);
    draw_list(h, t);
    draw_preview(h, t);
    struct buf right = {0};
    hub_rows_footer(h->rows, &right);
    draw_footer(h, t, buf_text(&right));
    buf_free(&right);
}
