#include "tui/screen/terminal_state.h"

#include "core/base/clock.h"
#include "tui/screen/escape.h"
#include "tui/screen/signals.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { LARGEST_PASTE = 1 << 16, LATE_MS = 3000, REPORT_MS = 100 };

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

/* Waits for the rest of a paste. One that never ends must not hang the program; a resize meanwhile is for the next wait. */
static bool more_comes(void)
{
    struct signals came, kept = {0};
    bool readable = false;
    do {
        readable = signals_wait(STDIN_FILENO, -1, 500, &came);
        kept.resize = kept.resize || came.resize;
        kept.stop = kept.stop || came.stop;
    } while (!readable && !came.end && (came.resize || came.stop));
    signals_keep(&kept);
    return readable && !came.end;
}

/* Takes all of a paste; what is longer than the limit is read and left out. */
static void read_paste(struct terminal *t, struct input *e)
{
    buf_clear(&t->paste);
    for (;;) {
        wint_t c;
        int kind = get_wch(&c);
        if (kind == ERR)
            kind = more_comes() ? get_wch(&c) : ERR;
        if (kind == ERR || (kind == KEY_CODE_YES && c == PASTE_END))
            break;
        if (kind == OK && t->paste.len < LARGEST_PASTE)
            add_code_point(&t->paste, c == '\r' ? '\n' : c);
    }
    e->kind = INPUT_PASTE;
    e->text = buf_text(&t->paste);
    e->len = t->paste.len;
}

/* A mouse's report as newer terminals send it: `[<0;10;5M`, from 1; M pressed, m let go. curses would wait for the end of one
 * that never comes, deaf to signals. Source: XTerm Control Sequences, "Extended coordinates" (SGR, 1006). */
static bool mouse_report(const char *bytes, struct input *e)
{
    enum { WHEEL_UP = 64, WHEEL_DOWN = 65, MOVED = 32, BUTTON = 3, MOST = 4096 };
    char *at;
    long button = strtol(bytes + 2, &at, 10), x = *at == ';' ? strtol(at + 1, &at, 10) : 0, y = *at == ';' ? strtol(at + 1, &at, 10) : 0;
    bool wheel = button == WHEEL_UP || button == WHEEL_DOWN;
    if (*at != 'M' || x < 1 || y < 1 || x > MOST || y > MOST || (!wheel && (button & (MOVED | BUTTON | WHEEL_UP)) != 0))
        return false;
    e->kind = INPUT_MOUSE;
    e->y = (int)y - 1;
    e->x = (int)x - 1;
    e->wheel = button == WHEEL_UP ? -1 : button == WHEEL_DOWN ? 1 : 0;
    return true;
}

static bool comes_within(int ms)
{
    struct signals came;
    bool readable = signals_wait(STDIN_FILENO, -1, ms, &came);
    signals_keep(&came);
    return readable && !came.end;
}

/* What follows an escape that curses took for the key: the rest of a sequence that it doesn't know, or other keys,
 * which it gets back. bytes holds what of that was read already. */
static uint32_t read_escape(struct terminal *t, const char *begun, uint32_t otherwise, struct input *e)
{
    char bytes[ESCAPE_MOST + 1];
    size_t n = strlen(begun);
    wint_t c;
    memcpy(bytes, begun, n);
    while (n <= ESCAPE_MOST && (n == 0 || !escape_ends(bytes, n))) {
        int kind = get_wch(&c);
        if (kind == ERR && n > 1 && bytes[1] == '<' && comes_within(REPORT_MS))
            kind = get_wch(&c);
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
    if (n > 1 && bytes[1] == '<') {
        bytes[n] = '\0';
        (void)(t->mouse && mouse_report(bytes, e));
        return 0;
    }
    if (n > 1)
        return escape_ends(bytes, n) ? escape_key(bytes, n) : 0;
    if (n == 1 && begun[0] == '\0')
        unget_wch((wchar_t)bytes[0]);
    return otherwise;
}

/* The rest of a key that came too late, on a line over which it is in another packet: its Escape has acted already, but it
 * must not become text. No hand types the whole of it at once. */
static uint32_t read_late(struct terminal *t, wint_t c, struct input *e)
{
    char begun[2] = {(char)c, '\0'};
    int64_t since = clock_monotonic_ms() - t->escaped;
    if (t->escaped == 0 || (c != '[' && c != 'O'))
        return character_of(c);
    t->escaped = 0;
    return since < LATE_MS ? read_escape(t, begun, character_of(c), e) : character_of(c);
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
        e->key = c == 0x1B ? read_escape(t, "", K_ESCAPE, e) : read_late(t, c, e);
        t->escaped = e->key == K_ESCAPE ? clock_monotonic_ms() : 0;
        if (e->kind == INPUT_MOUSE)
            return true;
    }
    if (e->key == 0)
        return false;
    e->kind = INPUT_KEY;
    return true;
}
void terminal_watch(struct terminal *t, int fd)
{
    t->beside = fd;
}

bool terminal_take(struct terminal *t, struct input *e)
{
    *e = (struct input){.kind = INPUT_NONE};
    return !t->ended && read_input(t, e);
}

void terminal_wait(struct terminal *t, int timeout_ms, struct input *e)
{
    *e = (struct input){.kind = INPUT_NONE};
    if (t->ended) {
        e->kind = INPUT_END;
        return;
    }
    terminal_show(t);
    struct signals came;
    bool got = read_input(t, e);
    bool readable = signals_wait(STDIN_FILENO, t->beside, got ? 0 : timeout_ms, &came); /* signals are heard in a flood, too */
    if (got && !came.end) {
        signals_keep(&came);
    } else if (came.end) {
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
