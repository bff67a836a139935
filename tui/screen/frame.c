#include "tui/screen/screen.h"

#include "core/base/text.h"
#include "tui/screen/touch.h"
#include "tui/widget/wrap.h"

#include <string.h>

void screen_cut(struct terminal *t, int y, int x, int columns, enum style style, const char *text)
{
    int dots = terminal_render(t) == 0 ? 1 : 3; /* an ellipsis without UTF-8 */
    bool cut = columns > dots && (int)text_width(text, strlen(text)) > columns;
    int used = terminal_puts(t, y, x, cut ? columns - dots : columns, style, text);
    if (cut)
        terminal_puts(t, y, x + used, dots, style, "\xE2\x80\xA6");
}

int screen_wrapped(struct terminal *t, int y, int x, int bottom, enum style style, const char *text)
{
    int columns = terminal_columns(t) - 2 * x;
    struct wrap w = wrap_start(text, strlen(text), (size_t)(columns > 4 ? columns : 4));
    while (y < bottom && wrap_next(&w))
        terminal_put(t, y++, x, terminal_columns(t) - x, style, w.line, w.length);
    return y;
}

int screen_top(const struct terminal *t)
{
    return terminal_rows(t) < 8 ? 1 : 2;
}

int screen_footer_rows(const struct terminal *t)
{
    return touch_rows(t) > 1 ? touch_rows(t) : terminal_rows(t) < 8 ? 1 : 2;
}

int screen_height(const struct terminal *t)
{
    int height = terminal_rows(t) - screen_top(t) - screen_footer_rows(t);
    return height > 0 ? height : 0;
}

void screen_header(struct terminal *t, const char *place, const char *detail)
{
    int columns = terminal_columns(t);
    terminal_fill(t, 0, 0, columns, STYLE_BAR, " ");
    int room = columns - 2, left = (int)text_width(place, strlen(place));
    int right = (int)text_width(detail, strlen(detail)), beside = room - left - 2;
    if (right > beside && right > room / 2) /* a long detail gives way to the place, down to half of the row */
        right = beside > room / 2 ? beside : room / 2;
    bool both = right + 12 < room;
    screen_cut(t, 0, 1, both ? room - right - 2 : room, STYLE_BAR_STRONG, place);
    if (both)
        screen_cut(t, 0, columns - 1 - right, right, STYLE_BAR, detail);
    if (screen_top(t) > 1)
        terminal_fill(t, 1, 0, columns, STYLE_RULE, "\xE2\x94\x80");
}

/* A label is a button, and the rule above it belongs to it: fingers are wide. */
static void add_button(struct terminal *t, int y, int from, int end, const char *key)
{
    int rows = terminal_rows(t) >= 8 ? 2 : 1;
    terminal_button(t, y - rows + 1, from - 1, rows, end - from, key_named(key));
}

/* For fingers: labels alone, each a button as tall as the footer. Returns the column behind it, or x where it has no room. */
static int add_target(struct terminal *t, int y, int x, int end, const struct key_label *k)
{
    int rows = screen_footer_rows(t), wide = (int)text_width(k->label, strlen(k->label)) + 2;
    if (key_named(k->key) == 0 || x + wide > end)
        return x;
    for (int i = 0; i < rows; i++)
        terminal_fill(t, y + i, x, wide, STYLE_BAR, " ");
    terminal_puts(t, y + rows / 2, x + 1, wide, STYLE_BAR_STRONG, k->label);
    terminal_button(t, y, x, rows, wide + 1, key_named(k->key));
    return x + wide + 1;
}

/* The way out stands at the right end of each screen but the first. */
static void draw_targets(struct terminal *t, const struct key_label *keys, size_t count, const char *right, bool out)
{
    const struct key_label way_out = {"Ctrl-C", request_info(REQ_QUIT)->name};
    int y = terminal_rows(t) - screen_footer_rows(t), end = terminal_columns(t), x = 0;
    for (int i = 0; i < screen_footer_rows(t); i++) /* others may stand there: a question is asked over any screen */
        terminal_fill(t, y + i, 0, end, STYLE_TEXT, " ");
    for (size_t i = 0; out && i < count; i++)
        out = strcmp(keys[i].key, way_out.key) != 0;
    int wide = (int)text_width(way_out.label, strlen(way_out.label)) + 2;
    if (out && wide < end) {
        add_target(t, y, end - wide, end, &way_out);
        end -= wide + 1;
    }
    for (size_t i = 0; i < count; i++)
        x = add_target(t, y, x, end, &keys[i]);
    int said = (int)text_width(right, strlen(right));
    if (said > 0 && x + said + 2 < end)
        terminal_puts(t, y + screen_footer_rows(t) / 2, end - said - 1, said, STYLE_DIM, right);
}

/* Columns that a label takes; 0: there is no key for it. */
static int label_width(const struct key_label *k)
{
    return k->key[0] == '\0' ? 0 : (int)strlen(k->key) + 1 + (int)strlen(k->label);
}

/* The label of the key that leads out: it has its place, others but the first, what comes next, give way. count: there is
 * none. */
static size_t find_out(const struct key_label *keys, size_t count)
{
    size_t i = 0;
    while (i < count && strcmp(keys[i].label, request_info(REQ_BACK)->name) != 0)
        i++;
    return i;
}

static void draw_labels(struct terminal *t, const struct key_label *keys, size_t count, const char *right)
{
    int columns = terminal_columns(t), y = terminal_rows(t) - 1;
    if (terminal_rows(t) >= 8)
        terminal_fill(t, y - 1, 0, columns, STYLE_RULE, "\xE2\x94\x80");
    terminal_fill(t, y, 0, columns, STYLE_BAR, " ");
    int end = columns - 1;
    int width = (int)text_width(right, strlen(right));
    if (width > 0 && width < columns / 2) {
        end -= width;
        terminal_puts(t, y, end, width, STYLE_BAR, right);
        end -= 2;
    }
    int x = 1;
    size_t out = find_out(keys, count);
    for (size_t i = 0; i < count; i++) {
        int need = label_width(&keys[i]), kept = i > 0 && i < out && out < count ? label_width(&keys[out]) + 3 : 0;
        if (need == 0 || x + need + kept > end)
            continue;
        int from = x;
        x += terminal_puts(t, y, x, end - x, STYLE_KEY, keys[i].key);
        x += terminal_puts(t, y, x + 1, end - x, STYLE_BAR, keys[i].label) + 3;
        add_button(t, y, from, x, keys[i].key);
    }
}

void screen_footer_labels(struct terminal *t, const struct key_label *keys, size_t count, const char *right)
{
    if (touch_is_on(t))
        draw_targets(t, keys, count, right, terminal_is_shut(t));
    else
        draw_labels(t, keys, count, right);
}

void screen_footer_alone(struct terminal *t, const struct key_label *keys, size_t count)
{
    if (touch_is_on(t))
        draw_targets(t, keys, count, "", false);
    else
        draw_labels(t, keys, count, "");
}

void screen_footer(struct terminal *t, enum place place, const enum request *keys, size_t count, const char *right)
{
    enum { MOST = 12 };
    struct key_label labels[MOST] = {0};
    struct buf names[MOST] = {{0}};
    size_t n = 0;
    for (size_t i = 0; i < count && n < MOST; i++) {
        if (keys[i] == REQ_NONE)
            continue;
        request_keys(keys[i], place, 1, &names[n]);
        labels[n] = (struct key_label){buf_text(&names[n]), request_label(keys[i], place)};
        n++;
    }
    screen_footer_labels(t, labels, n, right);
    for (size_t i = 0; i < n; i++)
        buf_free(&names[i]);
}
