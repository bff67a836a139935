#include "tui/screen/screen.h"

#include "core/base/text.h"

#include <string.h>

void screen_cut(struct terminal *t, int y, int x, int columns, enum style style, const char *text)
{
    bool cut = columns > 1 && (int)text_width(text, strlen(text)) > columns;
    int used = terminal_puts(t, y, x, cut ? columns - 1 : columns, style, text);
    if (cut)
        terminal_puts(t, y, x + used, 1, style, "\xE2\x80\xA6");
}

int screen_top(const struct terminal *t)
{
    return terminal_rows(t) < 8 ? 1 : 2;
}

int screen_height(const struct terminal *t)
{
    int height = terminal_rows(t) - screen_top(t) - (terminal_rows(t) < 8 ? 1 : 2);
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

void screen_footer_labels(struct terminal *t, const struct key_label *keys, size_t count, const char *right)
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
    for (size_t i = 0; i < count; i++) {
        int need = (int)strlen(keys[i].key) + 1 + (int)strlen(keys[i].label);
        if (keys[i].key[0] == '\0' || x + need > end)
            continue;
        int from = x;
        x += terminal_puts(t, y, x, end - x, STYLE_KEY, keys[i].key);
        x += terminal_puts(t, y, x + 1, end - x, STYLE_BAR, keys[i].label) + 3;
        add_button(t, y, from, x, keys[i].key);
    }
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
        labels[n] = (struct key_label){buf_text(&names[n]), request_info(keys[i])->name};
        n++;
    }
    screen_footer_labels(t, labels, n, right);
    for (size_t i = 0; i < n; i++)
        buf_free(&names[i]);
}
