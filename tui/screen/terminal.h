/* terminal: the one place where curses meets the outside: opening, events, signals, drawing safe text.
 *
 * Signals only set flags, and are unblocked only while terminal_wait sleeps (pselect), so that nothing is ever
 * interrupted half-way. A terminal that goes away (SIGHUP, end of input) gives INPUT_END, once and for good. */
#ifndef CRIB_SCREEN_TERMINAL_H
#define CRIB_SCREEN_TERMINAL_H

#include "core/base/error.h"
#include "tui/render/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct terminal;

enum input_kind {
    INPUT_NONE,   /* the wait timed out */
    INPUT_KEY,    /* a key: a character, or one of enum key */
    INPUT_PASTE,  /* pasted text (bracketed paste): never taken for commands */
    INPUT_MOUSE,  /* a click or the wheel */
    INPUT_RESIZE, /* the size changed, or the program came back from being stopped */
    INPUT_END,    /* SIGHUP, SIGTERM, or the terminal is gone: save and leave */
};

/* Keys that are not characters; control keys are K_CONTROL('X'). */
enum key {
    KEYS_START = 0x110000,
    K_UP, K_DOWN, K_LEFT, K_RIGHT, K_PAGE_UP, K_PAGE_DOWN, K_HOME, K_END, K_ENTER, K_TAB, K_BACK_TAB, K_ESCAPE,
    K_BACKSPACE, K_DELETE, K_F1, K_ALT, /* K_ALT + a character: Alt with it */
};
#define K_CONTROL(letter) ((uint32_t)((letter) & 0x1F))

struct input {
    enum input_kind kind;
    uint32_t key;      /* INPUT_KEY: a Unicode code point or an enum key */
    const char *text;  /* INPUT_PASTE: valid until the next wait */
    size_t len;
    int y, x;          /* INPUT_MOUSE */
    int wheel;         /* INPUT_MOUSE: -1 up, 1 down, 0 a click */
};

struct terminal_options {
    const char *theme; /* theme_choose's name */
    bool mouse;
    bool ascii;        /* nothing but ASCII, whatever the locale says */
    bool flow;         /* Ctrl-S and Ctrl-Q stop and continue the output, as old terminals send them by themselves */
    long escape_ms;    /* how long what follows an Escape may take to be part of a key; -1: by the line */
    long slow;         /* 1, 0; -1: by the line's speed */
};

/* Takes the terminal on stdin/stdout over. An unknown TERM falls back to a simple one (terminal_notice says so).
 * EX_UNAVAILABLE where there is no terminal. The caller must call terminal_close on every way out. */
struct terminal *terminal_open(const struct terminal_options *options, struct error *err);
void terminal_close(struct terminal *t); /* gives the terminal back as it was; NULL is allowed */

const char *terminal_notice(const struct terminal *t); /* one line that the person should read once, or NULL */
int terminal_rows(const struct terminal *t);
int terminal_columns(const struct terminal *t);
unsigned terminal_render(const struct terminal *t); /* the render_flags that its characters ask for; 0: it has UTF-8 */
bool terminal_slow(const struct terminal *t);       /* a thin line: nothing should move by itself */
const struct theme *terminal_theme(const struct terminal *t);
bool terminal_set_theme(struct terminal *t, const char *name);        /* false for an unknown name */
bool terminal_mouse(const struct terminal *t);
void terminal_set_mouse(struct terminal *t, bool on);

/* Draws what was put, then sleeps until something happens, at most timeout_ms. */
void terminal_wait(struct terminal *t, int timeout_ms, struct input *e);

/* What is there already, without drawing or waiting; false: nothing. Signals and the terminal's end are terminal_wait's. */
bool terminal_take(struct terminal *t, struct input *e);

/* The next waits end too when this descriptor has input (INPUT_NONE); -1: none. */
void terminal_watch(struct terminal *t, int fd);

/* Shows what was put, without waiting: before something that takes longer than a frame. */
void terminal_show(struct terminal *t);

/* Stops the program as the shell's job control expects (Ctrl-Z), and comes back when it is continued. */
void terminal_suspend(struct terminal *t);

/* In a kiosk: no key or signal of the terminal's ends or stops the program or gives the terminal away, and no line moves
 * into the terminal's memory (nothing is scrolled). For good. */
void terminal_shut(struct terminal *t);
bool terminal_is_shut(const struct terminal *t);

/* Clears what a terminal remembers: its screen, the lines that moved out of it, its title. The next frame is drawn whole. */
void terminal_forget(struct terminal *t);

/* The next frame is drawn whole: something else may have written over the screen. */
void terminal_redraw(struct terminal *t);

/* Gives the terminal to another program (an editor) and takes it back. */
void terminal_leave(struct terminal *t);
void terminal_return(struct terminal *t);

/* Drawing. Positions outside the screen are clipped. The text is made safe here. Returns the columns used. */
void terminal_clear(struct terminal *t);
int terminal_put(struct terminal *t, int y, int x, int columns, enum style style, const char *text, size_t len);
int terminal_puts(struct terminal *t, int y, int x, int columns, enum style style, const char *text);
void terminal_fill(struct terminal *t, int y, int x, int columns, enum style style, const char *cell); /* one column wide */
/* A click into these cells is that key, until the screen is drawn anew: a screen's keys for mouse and touch. */
void terminal_button(struct terminal *t, int y, int x, int rows, int columns, uint32_t key);
uint32_t terminal_button_at(const struct terminal *t, int y, int x); /* 0: none */
void terminal_no_buttons(struct terminal *t);
void terminal_cursor(struct terminal *t, int y, int x); /* y < 0 hides it */

#endif
