#include "tui/screen/terminal_state.h"

#include "tui/screen/entry.h"
#include "tui/screen/signals.h"
#include "tui/screen/wipe.h"

#include <langinfo.h>
#include <term.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

enum { ESCAPE_MS = 25, ESCAPE_FAR_MS = 250, ESCAPE_MOST_MS = 5000 };

/* What terminfo says; NULL where it says nothing. */
static const char *capability(const char *name)
{
    char asked[16];
    snprintf(asked, sizeof asked, "%s", name);
    const char *says = tigetstr(asked);
    return says != (const char *)-1 ? says : NULL; /* an extension that no entry has */
}

static void set_paste_mode(struct terminal *t, bool on)
{
    const char *says = capability("BE"); /* the entry itself may say so */
    t->paste_mode = wipe_known() || (says != NULL && strcmp(says, "\033[?2004h") == 0);
    if (t->paste_mode) {
        putp(on ? "\033[?2004h" : "\033[?2004l");
        fflush(stdout);
    }
}

/* Over a network the rest of a key may come in another packet. */
static int escape_delay(const struct terminal_options *options)
{
    const char *set = getenv("ESCDELAY"), *far = getenv("SSH_CONNECTION");
    long ms = options->escape_ms;
    if (ms < 0 && set != NULL && set[0] >= '0' && set[0] <= '9')
        ms = strtol(set, NULL, 10);
    if (ms < 0)
        ms = far != NULL && far[0] != '\0' ? ESCAPE_FAR_MS : ESCAPE_MS;
    return ms > ESCAPE_MOST_MS ? ESCAPE_MOST_MS : (int)ms;
}

/* 9600 baud and less: the speeds are in order. */
static bool is_slow(const struct terminal_options *options)
{
    struct termios line;
    if (options->slow >= 0)
        return options->slow > 0;
    return tcgetattr(STDOUT_FILENO, &line) == 0 && cfgetospeed(&line) != B0 && cfgetospeed(&line) <= B9600;
}

/* What the terminal can show, as the locale says. */
static unsigned characters(bool ascii)
{
    const char *set = nl_langinfo(CODESET);
    if (!ascii && strcmp(set, "UTF-8") == 0)
        return 0;
    bool latin1 = strcmp(set, "ISO-8859-1") == 0 || strcmp(set, "ISO-8859-15") == 0;
    return RENDER_ASCII | (!ascii && latin1 ? RENDER_LATIN1 : 0U);
}

/* Lines are letters of a second set, where the terminal has that; not where somebody wants nothing but ASCII. */
static void find_lines(struct terminal *t, bool ascii)
{
    if (!ascii && (t->render & RENDER_ASCII) != 0 && (ACS_HLINE & A_ALTCHARSET) != 0 && (ACS_VLINE & A_ALTCHARSET) != 0)
        t->render |= RENDER_LINES;
    t->text = render_text_flags(t->render);
}

static void start_colours(struct terminal *t)
{
    t->pairs = 0;
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    t->exact = has_colors() && COLORS > 256;
}

/* Colours cost a thin line up to 20 bytes a change: there only those get them who ask for them. */
static const struct theme *choose_theme(const struct terminal *t, const char *name)
{
    bool any = name == NULL || strcmp(name, "auto") == 0;
    return theme_choose(t->slow && any ? "mono" : name, has_colors() ? COLORS : 0);
}

static void let_flow(bool on)
{
    struct termios line;
    if (tcgetattr(STDIN_FILENO, &line) != 0)
        return;
    line.c_iflag = on ? line.c_iflag | IXON : line.c_iflag & ~(tcflag_t)IXON;
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &line) == 0)
        def_prog_mode();
}

static void take_over(struct terminal *t)
{
    raw();
    let_flow(t->flow);
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    intrflush(stdscr, FALSE);
    idlok(stdscr, !t->shut);
    leaveok(stdscr, FALSE);
    if (capability("rmacs") != NULL) /* the set may be what another program left; no reset of curses' goes back by itself */
        putp(capability("rmacs"));
    define_key("\033[200~", PASTE_BEGIN);
    define_key("\033[201~", PASTE_END);
    set_paste_mode(t, true);
}

/* The terminal says it of itself, or its entry does: colours of 24 bits beside those that the entry counts. */
static bool says_exact(void)
{
    const char *depth = getenv("COLORTERM");
    static char tmux[] = "Tc", flag[] = "RGB";
    return (depth != NULL && (strcmp(depth, "truecolor") == 0 || strcmp(depth, "24bit") == 0)) || tigetflag(tmux) > 0 ||
           tigetflag(flag) > 0 || tigetnum(flag) > 0 || capability(flag) != NULL;
}

/* newterm by the entry as entry.h has it, which no other program is to find in the environment. */
static SCREEN *open_screen(const char *name)
{
    struct buf entry = {0};
    const char *before = getenv("TERMINFO");
    char *kept = before != NULL ? strdup(before) : NULL;
    if (entry_thrifty(name, &entry))
        setenv("TERMINFO", buf_text(&entry), 1);
    SCREEN *s = newterm(name, stdout, stdin);
    if (kept != NULL)
        setenv("TERMINFO", kept, 1);
    else
        unsetenv("TERMINFO");
    free(kept);
    buf_free(&entry);
    return s != NULL ? s : newterm(name, stdout, stdin);
}

/* The entry that reaches them: xterm-direct for xterm-256color. A terminal without one has a palette. */
static SCREEN *exact_screen(const char *asked)
{
    char name[64];
    const char *end = strstr(asked, "-256color");
    int n = end != NULL ? (int)(end - asked) : (int)strlen(asked);
    if (strcmp(asked, "xterm-kitty") == 0)
        snprintf(name, sizeof name, "kitty-direct");
    else if (strncmp(asked, "xterm", 5) == 0)
        snprintf(name, sizeof name, "xterm-direct");
    else if (strncmp(asked, "screen", 6) == 0 && getenv("TMUX") != NULL)
        snprintf(name, sizeof name, "tmux-direct");
    else
        snprintf(name, sizeof name, "%.*s-direct", n < 50 ? n : 50, asked);
    return open_screen(name);
}

/* Has it 256 colours by its entry, and more by its word? Asked before there is a screen: curses has one a terminal. */
static bool has_exact(void)
{
    static char colours[] = "colors";
    int found;
    if (setupterm(NULL, STDOUT_FILENO, &found) == ERR)
        return false;
    bool exact = tigetnum(colours) == 256 && says_exact();
    del_curterm(cur_term);
    return exact;
}

static SCREEN *known_screen(const struct terminal *t, const char *asked)
{
    SCREEN *s = !t->slow && has_exact() ? exact_screen(asked) : NULL;
    return s != NULL ? s : open_screen(asked);
}

/* TERM as it is, else the nearest that the system knows. */
static SCREEN *new_screen(struct terminal *t)
{
    const char *asked = getenv("TERM");
    if (asked == NULL || asked[0] == '\0')
        asked = "unset";
    else {
        SCREEN *s = known_screen(t, asked);
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

struct terminal *terminal_open(const struct terminal_options *options, struct error *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        error_set(err, EX_UNAVAILABLE, "no terminal here", NULL, "standard input or output is not one",
                  "start it on one; `crib show`, `crib find` and `crib quiz --plain` need none");
        return NULL;
    }
    struct terminal *t = calloc(1, sizeof *t);
    if (t == NULL) {
        error_memory(err);
        return NULL;
    }
    t->render = characters(options->ascii);
    t->flow = options->flow;
    t->slow = is_slow(options);
    t->cursor_y = t->beside = -1;
    if (!signals_start() || (t->screen = new_screen(t)) == NULL) {
        signals_end();
        free(t);
        error_set(err, EX_UNAVAILABLE, "cannot use this terminal", getenv("TERM"), "no description of it was found",
                  "set TERM, or use --plain");
        return NULL;
    }
    set_escdelay(escape_delay(options)); /* newterm takes ESCDELAY as it finds it */
    find_lines(t, options->ascii);
    start_colours(t);
    t->theme = choose_theme(t, options->theme);
    take_over(t);
    terminal_set_mouse(t, options->mouse);
    return t;
}

/* Where the terminal has no second screen, what was on it must not stay for whoever comes next. */
static void clear_only_screen(void)
{
    if (capability("rmcup") != NULL)
        return;
    wclear(stdscr);
    move(0, 0);
    refresh();
}

void terminal_leave(struct terminal *t)
{
    if (t->mouse)
        mousemask(0, NULL);
    set_paste_mode(t, false);
    clear_only_screen();
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
    erase();
    clearok(stdscr, TRUE);
    refresh();
    wipe_memory();
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
    return LINES > t->below ? LINES - t->below : 1;
}

int terminal_columns(const struct terminal *t)
{
    (void)t;
    return COLS;
}

unsigned terminal_render(const struct terminal *t)
{
    return t->render;
}

bool terminal_slow(const struct terminal *t)
{
    return t->slow;
}

const struct theme *terminal_theme(const struct terminal *t)
{
    return t->theme;
}

bool terminal_set_theme(struct terminal *t, const char *name)
{
    if (theme_find(name) == NULL)
        return false;
    t->theme = choose_theme(t, name);
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
    /* Nor may the beginning of a report make it wait for the rest: those of newer terminals are read here, whole or not. */
    static char report[] = "kmous";
    const char *begins = tigetstr(report);
    bool ours = begins != NULL && begins != (const char *)-1 && strcmp(begins, "\033[<") == 0;
    keyok(KEY_MOUSE, on && !ours);
}
