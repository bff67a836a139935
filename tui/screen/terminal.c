#include "tui/screen/terminal_state.h"

#include "tui/screen/signals.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { ESCAPE_MS = 25 };

/* Only where the terminal is known to understand it: an old one would print it. */
static bool is_known(void)
{
    const char *name = termname();
    static const char *const known[] = {"xterm", "tmux", "screen", "rxvt", "alacritty", "foot", "kitty", "st-", "vte"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(name, known[i], strlen(known[i])) == 0)
            return true;
    return false;
}

static void set_paste_mode(struct terminal *t, bool on)
{
    t->paste_mode = is_known();
    if (t->paste_mode) {
        putp(on ? "\033[?2004h" : "\033[?2004l");
        fflush(stdout);
    }
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
    idlok(stdscr, !t->shut);
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

void terminal_shut(struct terminal *t)
{
    t->shut = true;
    idlok(stdscr, FALSE); /* a line that scrolls out of the screen lies where no program reaches it */
    signals_shut();
}

bool terminal_is_shut(const struct terminal *t)
{
    return t->shut;
}

void terminal_redraw(struct terminal *t)
{
    if (t->shut) {
        clearok(stdscr, TRUE); /* between leave and return the terminal's own keys would act */
        return;
    }
    terminal_leave(t);
    terminal_return(t);
}

/* ECMA-48 has no clearing of a terminal's memory: `CSI 3 J` is xterm's, which the Linux console, tmux, putty and the
 * others took over (terminfo's E3). GNU screen has none; there nothing is lost as long as nothing scrolls. */
void terminal_forget(struct terminal *t)
{
    static char memory[] = "E3";
    char *clears = tigetstr(memory);
    erase();
    clearok(stdscr, TRUE);
    refresh();
    if (clears != NULL && clears != (char *)-1) {
        putp(clears);
    } else if (is_known() || strncmp(termname(), "linux", 5) == 0 || strncmp(termname(), "putty", 5) == 0) {
        putp("\033[3J");
    }
    if (is_known() || strncmp(termname(), "putty", 5) == 0)
        putp("\033]2;\033\\");
    fflush(stdout);
    clearok(stdscr, TRUE);
    t->drawn = true;
}

void terminal_suspend(struct terminal *t)
{
    if (t->shut)
        return;
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
