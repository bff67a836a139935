#include "tui/screen/terminal_state.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { MOST_COLUMNS = 1024 }; /* whose blanks are joined */

struct cell_look {
    attr_t attributes; /* without the pair */
    short pair;
    bool blank;
};

static struct cell_look cell_look(const cchar_t *cell)
{
    wchar_t text[CCHARW_MAX + 1];
    struct cell_look look = {0, 0, false};
    if (getcchar(cell, text, &look.attributes, &look.pair, NULL) == ERR)
        return look;
    look.attributes &= ~(attr_t)A_COLOR;
    look.blank = text[0] == L' ' && text[1] == L'\0';
    return look;
}

static bool same_blank(const cchar_t *a, const cchar_t *b)
{
    if (memcmp(a, b, sizeof *a) == 0)
        return true; /* a is blank */
    struct cell_look x = cell_look(a), y = cell_look(b);
    return y.blank && x.attributes == y.attributes && x.pair == y.pair;
}

static int background(const struct terminal *t, short pair)
{
    return pair > 0 && pair <= t->pairs ? t->pair_bg[pair - 1] : -1;
}

/* Gives blanks the look of what stands beside them where nobody can tell: on the same background, with nothing that
 * shows on a blank. Each change of look costs up to 30 bytes, on a line that may carry 1,000 a second. */
static void join_blanks(struct terminal *t)
{
    enum { SHOWS = A_REVERSE | A_UNDERLINE | A_STANDOUT };
    for (int y = 0; y < LINES; y++) {
        if (y < MOST_ROWS && !t->styled[y])
            continue;
        cchar_t cells[MOST_COLUMNS];
        int columns = COLS < MOST_COLUMNS ? COLS : MOST_COLUMNS - 1;
        if (mvin_wchnstr(y, 0, cells, columns) == ERR)
            return;
        int first = 0; /* blanks at the margin go with what follows */
        struct cell_look before = cell_look(&cells[0]);
        while (first < columns - 1 && before.blank) {
            first++;
            if (memcmp(&cells[first], &cells[first - 1], sizeof *cells) != 0)
                before = cell_look(&cells[first]);
        }
        struct cell_look now = cell_look(&cells[0]);
        for (int x = 0; x < columns; x++) {
            if (x > 0 && memcmp(&cells[x], &cells[x - 1], sizeof *cells) != 0) /* a look costs more than ten of these */
                now = cell_look(&cells[x]);
            bool other = now.attributes != before.attributes || now.pair != before.pair;
            if (now.blank && other && ((now.attributes | before.attributes) & SHOWS) == 0 &&
                background(t, now.pair) == background(t, before.pair)) {
                int n = 1;
                while (x + n < columns && same_blank(&cells[x], &cells[x + n]))
                    n++;
                mvchgat(y, x, n, before.attributes, before.pair, NULL);
                x += n - 1;
            } else {
                before = now;
            }
        }
    }
}

void terminal_show(struct terminal *t)
{
    if (t->drawn)
        join_blanks(t);
    t->drawn = false;
    if (t->cursor_y >= 0)
        move(t->cursor_y, t->cursor_x);
    leaveok(stdscr, t->cursor_y < 0); /* nobody sees where a hidden cursor rests */
    curs_set(t->cursor_y >= 0 ? 1 : 0);
    refresh();
}
static attr_t attributes_of(unsigned attributes)
{
    attr_t a = A_NORMAL;
    if ((attributes & LOOK_BOLD) != 0)
        a |= A_BOLD;
    if ((attributes & LOOK_DIM) != 0)
        a |= A_DIM;
    if ((attributes & LOOK_ITALIC) != 0)
        a |= A_ITALIC;
    if ((attributes & LOOK_UNDERLINE) != 0)
        a |= A_UNDERLINE;
    if ((attributes & LOOK_REVERSE) != 0)
        a |= A_REVERSE;
    return a;
}
static short pair_for(struct terminal *t, int fg, int bg)
{
    for (short i = 0; i < t->pairs; i++)
        if (t->pair_fg[i] == fg && t->pair_bg[i] == bg)
            return (short)(i + 1);
    if (t->pairs == PAIRS || t->pairs + 1 >= COLOR_PAIRS)
        return 0;
    t->pair_fg[t->pairs] = fg;
    t->pair_bg[t->pairs] = bg;
    t->pairs++;
    init_extended_pair(t->pairs, fg, bg);
    return t->pairs;
}
/* For what is put in row y next. */
static void set_style(struct terminal *t, int y, enum style style)
{
    t->drawn = true;
    if (y < MOST_ROWS && style != STYLE_TEXT)
        t->styled[y] = true;
    struct look look = theme_look(t->theme, style);
    /* Plain text has a pair of its own, of two default colours: leaving a colour for it costs 5 bytes, but 11 for the pair
     * that curses calls normal. */
    bool exact = t->exact && t->theme->colours == 256;
    int fg = exact ? (int)theme_exact(look.fg) : look.fg, bg = exact ? (int)theme_exact(look.bg) : look.bg;
    short pair = has_colors() && t->theme->colours > 0 ? pair_for(t, fg, bg) : 0;
    attr_set(attributes_of(look.attributes), pair, NULL);
}

void terminal_clear(struct terminal *t)
{
    set_style(t, 0, STYLE_TEXT);
    attr_t attributes;
    short pair;
    cchar_t blank;
    if (attr_get(&attributes, &pair, NULL) != ERR && setcchar(&blank, L" ", A_NORMAL, pair, NULL) != ERR)
        bkgrndset(&blank);
    erase();
    terminal_no_buttons(t);
    memset(t->styled, 0, sizeof t->styled);
    struct look look = theme_look(t->theme, STYLE_TEXT);
    if (look.bg >= 0)
        for (int y = 0; y < LINES; y++)
            terminal_fill(t, y, 0, COLS, STYLE_TEXT, " ");
    t->cursor_y = -1;
}

/* The locale's bytes are not UTF-8: as characters. */
static void put_latin1(int y, int x, const char *text, size_t n)
{
    wchar_t wide[MOST_COLUMNS];
    int count = 0;
    for (size_t i = 0; i < n && count < MOST_COLUMNS;) {
        uint32_t c;
        i += text_decode(text + i, n - i, &c);
        wide[count++] = (wchar_t)c;
    }
    mvaddnwstr(y, x, wide, count);
}

/* A letter of the second set, in the window's attributes. */
static chtype drawn_line(char name)
{
    return acs_map[(unsigned char)name];
}

static void put_plain(const struct terminal *t, int y, int x, const char *text, size_t n)
{
    if (n > 0 && (t->text & TEXT_LATIN1) != 0)
        put_latin1(y, x, text, n);
    else if (n > 0)
        mvaddnstr(y, x, text, (int)n);
}

/* Of one-column characters and lines among them. */
static void put_lines(const struct terminal *t, int y, int x, const char *text, size_t n)
{
    size_t from = 0;
    for (size_t i = 0; i < n;) {
        uint32_t c;
        size_t k = text_decode(text + i, n - i, &c);
        char name = text_line(c);
        i += k;
        if (name == '\0')
            continue;
        size_t before = i - k - from;
        put_plain(t, y, x, text + from, before);
        x += (int)text_width(text + from, before);
        mvaddch(y, x++, drawn_line(name));
        from = i;
    }
    put_plain(t, y, x, text + from, n - from);
}

int terminal_put(struct terminal *t, int y, int x, int columns, enum style style, const char *text, size_t len)
{
    if (y < 0 || y >= LINES || x < 0 || x >= COLS || columns <= 0)
        return 0;
    if (columns > COLS - x)
        columns = COLS - x;
    buf_clear(&t->safe);
    text_safe(&t->safe, text, len, t->text);
    if (!buf_ok(&t->safe))
        return 0;
    size_t used;
    size_t n = text_fit(buf_text(&t->safe), t->safe.len, (size_t)columns, &used);
    set_style(t, y, style);
    if ((t->text & TEXT_LINES) != 0)
        put_lines(t, y, x, buf_text(&t->safe), n);
    else
        put_plain(t, y, x, buf_text(&t->safe), n);
    return (int)used;
}

int terminal_puts(struct terminal *t, int y, int x, int columns, enum style style, const char *text)
{
    return terminal_put(t, y, x, columns, style, text, strlen(text));
}

void terminal_fill(struct terminal *t, int y, int x, int columns, enum style style, const char *cell)
{
    if (y < 0 || y >= LINES || x < 0 || x >= COLS)
        return;
    if (columns > COLS - x)
        columns = COLS - x;
    set_style(t, y, style);
    const char *shown = cell;
    uint32_t c;
    (void)text_decode(cell, strlen(cell), &c);
    if ((t->text & TEXT_LINES) != 0 && text_line(c) != '\0') {
        mvhline(y, x, drawn_line(text_line(c)), columns);
        return;
    }
    if (t->text != 0 && (unsigned char)cell[0] >= 0x80) {
        buf_clear(&t->safe);
        text_safe(&t->safe, cell, strlen(cell), t->text);
        shown = buf_text(&t->safe);
    }
    wchar_t wide[CCHARW_MAX + 1] = {0};
    cchar_t drawn;
    attr_t attributes;
    short pair;
    if (mbstowcs(wide, shown, CCHARW_MAX) != (size_t)-1 && attr_get(&attributes, &pair, NULL) != ERR &&
        setcchar(&drawn, wide, attributes & ~(attr_t)A_COLOR, pair, NULL) != ERR)
        mvhline_set(y, x, &drawn, columns);
}

void terminal_cursor(struct terminal *t, int y, int x)
{
    t->cursor_y = y;
    t->cursor_x = x < COLS ? x : COLS - 1;
}

void terminal_button(struct terminal *t, int y, int x, int rows, int columns, uint32_t key)
{
    if (key != 0 && t->button_count < BUTTONS)
        t->buttons[t->button_count++] = (struct button){y, x, rows, columns, key};
}

uint32_t terminal_button_at(const struct terminal *t, int y, int x)
{
    for (size_t i = 0; i < t->button_count; i++) {
        const struct button *b = &t->buttons[i];
        if (y >= b->y && y < b->y + b->rows && x >= b->x && x < b->x + b->columns)
            return b->key;
    }
    return 0;
}

void terminal_no_buttons(struct terminal *t)
{
    t->button_count = 0;
}
