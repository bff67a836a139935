#include "tui/screen/terminal.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "tui/screen/escape.h"
#include "tui/screen/signals.h"

#include <curses.h>
#include <langinfo.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>
#include <wchar.h>

enum {
    ESCAPE_MS = 25,
    PAIRS = 64,
    MOST_COLUMNS = 1024, /* whose blanks are joined */
    MOST_ROWS = 512,
    PASTE_BEGIN = KEY_MAX + 1,
    PASTE_END = KEY_MAX + 2,
    LARGEST_PASTE = 1 << 16
};

struct terminal {
    SCREEN *screen;
    const struct theme *theme;
    struct buf safe;  /* what is drawn next */
    struct buf paste;
    char notice[160];
    bool ascii;
    bool mouse;
    bool paste_mode; /* bracketed paste was asked for */
    bool ended;
    int beside; /* a descriptor that ends waits, too; -1: none */
    int cursor_y, cursor_x;
    bool drawn;             /* something was, since the last terminal_show */
    bool styled[MOST_ROWS]; /* more than plain text stands in the row */
    short pair_fg[PAIRS], pair_bg[PAIRS];
    short pairs;
};

/* Only where the terminal is known to understand it: an old one would print it. */
static void set_paste_mode(struct terminal *t, bool on)
{
    const char *name = termname();
    static const char *const known[] = {"xterm", "tmux", "screen", "rxvt", "alacritty", "foot", "kitty", "st-", "vte"};
    t->paste_mode = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(name, known[i], strlen(known[i])) == 0)
            t->paste_mode = true;
    if (t->paste_mode) {
        putp(on ? "\033[?2004h" : "\033[?2004l");
        fflush(stdout);
    }
}

static short pair_for(struct terminal *t, short fg, short bg)
{
    for (short i = 0; i < t->pairs; i++)
        if (t->pair_fg[i] == fg && t->pair_bg[i] == bg)
            return (short)(i + 1);
    if (t->pairs == PAIRS || t->pairs + 1 >= COLOR_PAIRS)
        return 0;
    t->pair_fg[t->pairs] = fg;
    t->pair_bg[t->pairs] = bg;
    t->pairs++;
    init_pair(t->pairs, fg, bg);
    return t->pairs;
}

static void start_colours(struct terminal *t)
{
    t->pairs = 0;
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
}

static void take_over(struct terminal *t)
{
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    intrflush(stdscr, FALSE);
    idlok(stdscr, TRUE);
    leaveok(stdscr, FALSE);
    define_key("\033[200~", PASTE_BEGIN);
    define_key("\033[201~", PASTE_END);
    set_paste_mode(t, true);
}

/* TERM as it is, else the nearest that the system knows. */
static SCREEN *new_screen(struct terminal *t)
{
    const char *asked = getenv("TERM");
    if (asked == NULL || asked[0] == '\0')
        asked = "unset";
    else {
        SCREEN *s = newterm(NULL, stdout, stdin);
        if (s != NULL)
            return s;
    }
    static const char *const fallback[] = {"xterm", "linux", "vt100", "ansi"};
    for (size_t i = 0; i < sizeof fallback / sizeof *fallback; i++) {
        SCREEN *s = newterm(fallback[i], stdout, stdin);
        if (s != NULL) {
            snprintf(t->notice, sizeof t->notice, "this terminal (TERM=%.40s) is not known here: taken for %s", asked,
                     fallback[i]);
            return s;
        }
    }
    return NULL;
}

struct terminal *terminal_open(const char *theme_name, bool mouse, bool ascii, struct error *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        error_set(err, EX_UNAVAILABLE, "no terminal here", NULL, "standard input or output is not one",
                  "use --plain, or `crib show`, `crib find`, `crib quiz --plain`");
        return NULL;
    }
    struct terminal *t = calloc(1, sizeof *t);
    if (t == NULL) {
        error_memory(err);
        return NULL;
    }
    t->ascii = ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    t->cursor_y = t->beside = -1;
    set_escdelay(ESCAPE_MS);
    if (!signals_start() || (t->screen = new_screen(t)) == NULL) {
        signals_end();
        free(t);
        error_set(err, EX_UNAVAILABLE, "cannot use this terminal", getenv("TERM"), "no description of it was found",
                  "set TERM, or use --plain");
        return NULL;
    }
    start_colours(t);
    t->theme = theme_choose(theme_name, has_colors() ? COLORS : 0);
    take_over(t);
    terminal_set_mouse(t, mouse);
    return t;
}

void terminal_leave(struct terminal *t)
{
    if (t->mouse)
        mousemask(0, NULL);
    set_paste_mode(t, false);
    endwin();
}

void terminal_return(struct terminal *t)
{
    refresh();
    take_over(t);
    terminal_set_mouse(t, t->mouse);
    clearok(stdscr, TRUE);
}

void terminal_close(struct terminal *t)
{
    if (t == NULL)
        return;
    terminal_leave(t);
    delscreen(t->screen);
    signals_end();
    buf_free(&t->safe);
    buf_free(&t->paste);
    free(t);
}

void terminal_suspend(struct terminal *t)
{
    terminal_leave(t);
    signals_stop_self();
    terminal_return(t);
}

const char *terminal_notice(const struct terminal *t)
{
    return t->notice[0] != '\0' ? t->notice : NULL;
}

int terminal_rows(const struct terminal *t)
{
    (void)t;
    return LINES;
}

int terminal_columns(const struct terminal *t)
{
    (void)t;
    return COLS;
}

bool terminal_ascii(const struct terminal *t)
{
    return t->ascii;
}

const struct theme *terminal_theme(const struct terminal *t)
{
    return t->theme;
}

bool terminal_set_theme(struct terminal *t, const char *name)
{
    if (theme_find(name) == NULL)
        return false;
    t->theme = theme_choose(name, has_colors() ? COLORS : 0);
    t->pairs = 0;
    clearok(stdscr, TRUE);
    return true;
}

bool terminal_mouse(const struct terminal *t)
{
    return t->mouse;
}

void terminal_set_mouse(struct terminal *t, bool on)
{
    t->mouse = on;
    mouseinterval(0);
    /* All of them: behind an event that is masked out, curses waits for the next byte, deaf to signals. */
    mousemask(on ? ALL_MOUSE_EVENTS : 0, NULL);
}

/* Events. */

static void take_size(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
}

static uint32_t key_of(int code)
{
    switch (code) {
    case KEY_UP:
    case KEY_SR:
        return K_UP;
    case KEY_DOWN:
    case KEY_SF:
        return K_DOWN;
    case KEY_LEFT:
    case KEY_SLEFT:
        return K_LEFT;
    case KEY_RIGHT:
    case KEY_SRIGHT:
        return K_RIGHT;
    case KEY_PPAGE:
    case KEY_SPREVIOUS:
        return K_PAGE_UP;
    case KEY_NPAGE:
    case KEY_SNEXT:
        return K_PAGE_DOWN;
    case KEY_HOME:
    case KEY_SHOME:
        return K_HOME;
    case KEY_END:
    case KEY_SEND:
        return K_END;
    case KEY_ENTER:
        return K_ENTER;
    case KEY_BTAB:
        return K_BACK_TAB;
    case KEY_BACKSPACE:
        return K_BACKSPACE;
    case KEY_DC:
    case KEY_SDC:
        return K_DELETE;
    case KEY_F(1):
        return K_F1;
    default: {
        const char *name = keyname(code);
        return name != NULL ? escape_key_named(name) : 0;
    }
    }
}

static uint32_t character_of(wint_t c)
{
    switch (c) {
    case '\r':
    case '\n':
        return K_ENTER;
    case '\t':
        return K_TAB;
    case 0x1B:
        return K_ESCAPE;
    case 0x08:
    case 0x7F:
        return K_BACKSPACE;
    default:
        return (uint32_t)c;
    }
}

static bool mouse_input(struct input *e)
{
    MEVENT m;
    if (getmouse(&m) != OK || (m.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED)) == 0)
        return false;
    e->kind = INPUT_MOUSE;
    e->y = m.y;
    e->x = m.x;
    e->wheel = (m.bstate & BUTTON4_PRESSED) != 0 ? -1 : (m.bstate & BUTTON5_PRESSED) != 0 ? 1 : 0;
    return true;
}

static void add_code_point(struct buf *b, wint_t c)
{
    char bytes[MB_LEN_MAX];
    int n = wctomb(bytes, (wchar_t)c);
    if (n > 0)
        buf_add(b, bytes, (size_t)n);
}

/* Takes all of a paste; what is longer than the limit is read and left out. */
static void read_paste(struct terminal *t, struct input *e)
{
    buf_clear(&t->paste);
    struct signals came;
    for (;;) {
        wint_t c;
        int kind = get_wch(&c);
        if (kind == ERR) {
            /* A paste that never ends must not hang the program. */
            if (!signals_wait(STDIN_FILENO, -1, 500, &came) || came.end)
                break;
            if (get_wch(&c) == ERR)
                break;
            unget_wch((wchar_t)c);
        } else if (kind == KEY_CODE_YES && c == PASTE_END) {
            break;
        } else if (kind == OK && t->paste.len < LARGEST_PASTE) {
            add_code_point(&t->paste, c == '\r' ? '\n' : c);
        }
    }
    e->kind = INPUT_PASTE;
    e->text = buf_text(&t->paste);
    e->len = t->paste.len;
}

/* What follows an escape that curses took for the key: the rest of a sequence that it doesn't know, or other keys,
 * which it gets back. */
static uint32_t read_escape(void)
{
    char bytes[ESCAPE_MOST + 1];
    size_t n = 0;
    wint_t c;
    while (n <= ESCAPE_MOST && (n == 0 || !escape_ends(bytes, n))) {
        int kind = get_wch(&c);
        if (kind == ERR)
            break;
        bytes[n] = (char)c;
        if (kind == OK && c < 0x7F && escape_begins(bytes, n + 1)) {
            n++;
            continue;
        }
        if (kind == OK)
            unget_wch((wchar_t)c);
        else
            ungetch((int)c);
        break;
    }
    if (n > 1)
        return escape_ends(bytes, n) ? escape_key(bytes, n) : 0;
    if (n == 1)
        unget_wch((wchar_t)bytes[0]);
    return K_ESCAPE;
}

/* One event out of what curses has read or can read now; false where there is nothing. */
static bool read_input(struct terminal *t, struct input *e)
{
    wint_t c;
    int kind = get_wch(&c);
    if (kind == ERR)
        return false;
    if (kind == KEY_CODE_YES) {
        if (c == KEY_RESIZE) {
            e->kind = INPUT_RESIZE;
            return true;
        }
        if (c == KEY_MOUSE)
            return mouse_input(e);
        if (c == PASTE_BEGIN) {
            read_paste(t, e);
            return true;
        }
        e->key = key_of((int)c);
    } else {
        e->key = c == 0x1B ? read_escape() : character_of(c);
    }
    if (e->key == 0)
        return false;
    e->kind = INPUT_KEY;
    return true;
}

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

static short background(const struct terminal *t, short pair)
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

void terminal_watch(struct terminal *t, int fd)
{
    t->beside = fd;
}

void terminal_wait(struct terminal *t, int timeout_ms, struct input *e)
{
    *e = (struct input){.kind = INPUT_NONE};
    if (t->ended) {
        e->kind = INPUT_END;
        return;
    }
    terminal_show(t);
    if (read_input(t, e))
        return;
    struct signals came;
    bool readable = signals_wait(STDIN_FILENO, t->beside, timeout_ms, &came);
    if (came.end) {
        t->ended = true;
        e->kind = INPUT_END;
    } else if (came.stop) {
        terminal_suspend(t);
        take_size();
        e->kind = INPUT_RESIZE;
    } else if (came.resize) {
        take_size();
        e->kind = INPUT_RESIZE;
    } else if (readable && !read_input(t, e)) {
        /* Readable, yet nothing there: the end of the terminal, unless bytes of an unfinished or unknown key came. */
        if (!isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) < 0) {
            t->ended = true;
            e->kind = INPUT_END;
        }
    }
}

/* Drawing. */

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

/* For what is put in row y next. */
static void set_style(struct terminal *t, int y, enum style style)
{
    t->drawn = true;
    if (y < MOST_ROWS && style != STYLE_TEXT)
        t->styled[y] = true;
    struct look look = theme_look(t->theme, style);
    short pair = has_colors() && (look.fg >= 0 || look.bg >= 0) ? pair_for(t, look.fg, look.bg) : 0;
    attr_set(attributes_of(look.attributes), pair, NULL);
}

void terminal_clear(struct terminal *t)
{
    set_style(t, 0, STYLE_TEXT);
    bkgdset(' ');
    erase();
    memset(t->styled, 0, sizeof t->styled);
    struct look look = theme_look(t->theme, STYLE_TEXT);
    if (look.bg >= 0)
        for (int y = 0; y < LINES; y++)
            terminal_fill(t, y, 0, COLS, STYLE_TEXT, " ");
    t->cursor_y = -1;
}

int terminal_put(struct terminal *t, int y, int x, int columns, enum style style, const char *text, size_t len)
{
    if (y < 0 || y >= LINES || x < 0 || x >= COLS || columns <= 0)
        return 0;
    if (columns > COLS - x)
        columns = COLS - x;
    buf_clear(&t->safe);
    text_safe(&t->safe, text, len, t->ascii ? TEXT_ASCII : 0);
    if (!buf_ok(&t->safe))
        return 0;
    size_t used;
    size_t n = text_fit(buf_text(&t->safe), t->safe.len, (size_t)columns, &used);
    set_style(t, y, style);
    mvaddnstr(y, x, buf_text(&t->safe), (int)n);
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
    if (t->ascii && (unsigned char)cell[0] >= 0x80) {
        buf_clear(&t->safe);
        text_safe(&t->safe, cell, strlen(cell), TEXT_ASCII);
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
