/* screen: what every full-screen view is, and the loop that runs them.
 *
 * Screens stand on a stack; the top one draws and gets the events. A screen draws itself whole from its state each
 * time (curses sends only what differs), so that nothing can be left over from before. A concrete screen embeds
 * struct screen first, and is freed by its own close operation. */
#ifndef CRIB_SCREEN_SCREEN_H
#define CRIB_SCREEN_SCREEN_H

#include "core/base/error.h"
#include "tui/screen/request.h"
#include "tui/screen/terminal.h"
#include "tui/screen/touch.h"

#include <stdbool.h>

struct screens;
struct screen;

struct screen_ops {
    const char *name;                                     /* "reader": the help screen's title */
    bool asks;                                            /* for one line, of which a scan is the answer */
    enum keyboard (*keyboard)(const struct screen *s);    /* for fingers; NULL: letters where a line is typed */
    enum place (*place)(const struct screen *s);          /* which bindings hold now */
    void (*draw)(struct screen *s, struct terminal *t);
    bool (*key)(struct screen *s, uint32_t key);          /* before the bindings; true: taken. NULL where unused */
    bool (*request)(struct screen *s, enum request r);    /* true: done; false: not for this screen */
    void (*paste)(struct screen *s, const char *text, size_t len); /* NULL: pasted text is dropped */
    void (*mouse)(struct screen *s, int y, int x, int wheel);      /* NULL: the wheel moves up and down */
    void (*changed)(struct screen *s);                    /* somebody else wrote to a database. NULL allowed */
    void (*resumed)(struct screen *s);                    /* the screen above was closed. NULL allowed */
    int (*tick)(struct screen *s);                        /* called about every second; ms to the next. NULL allowed */
    void (*close)(struct screen *s);
};

struct screen {
    const struct screen_ops *ops;
    struct screens *stack; /* set by screens_push */
    struct screen *below;
};

/* What the loop asks about once a second: a number that changes when another process wrote to a database. */
typedef int64_t (*screens_version)(void *context);

struct screens *screens_open(struct terminal *t, screens_version version, void *context);
void screens_close(struct screens *s); /* closes what is still on the stack, the top first */

/* Told of the theme that a key chose; returns what is to be said of it besides (NULL: nothing). */
typedef const char *(*screens_chosen)(void *context, const char *theme);
void screens_on_theme(struct screens *s, screens_chosen chosen); /* context as given to screens_open */

/* Told of what a scanner read (scan.h), which it may open; true: it did, or said something of it. surely: no person typed
 * that. Else the keys act as if they had been typed. prefix, suffix: what the scanner is set to send around it. */
typedef bool (*screens_scanned)(struct screens *s, void *context, const char *text, bool surely);
void screens_on_scan(struct screens *s, screens_scanned scanned, const char *prefix, const char *suffix);

/* Told when somebody wants to leave: what happens instead. true: nothing more does. */
typedef bool screens_leave(struct screens *s, void *context);
void screens_on_leave(struct screens *s, screens_leave *leave, void *context);

/* How long nobody has touched the keys or the mouse. */
int64_t screens_idle_ms(const struct screens *s);

/* Closes all screens above that one, and lets go what was said, asked and half scanned. */
void screens_clear(struct screens *s, struct screen *bottom);

/* What goes on beside the screens: called once the screen stands, before each wait. Returns whether it has to be drawn
 * again. *fd (-1 at first) ends the wait when it has input. */
typedef bool screens_turn(struct screens *s, void *context, int *fd);
void screens_beside(struct screens *s, screens_turn *turn); /* context as given to screens_open */

struct terminal *screens_terminal(struct screens *s);
void screens_push(struct screens *s, struct screen *top); /* takes ownership */
struct screen *screens_top(struct screens *s);            /* NULL when there is none */

/* What stands below the first screen, opened when that is popped and not before: a page that one asked for by name need
 * not wait for it. Where it can't be opened, the first screen stays and says so. */
typedef bool screens_opens(struct screens *s, void *context, struct error *err);
void screens_below(struct screens *s, screens_opens *opens, void *context);
void screens_pop(struct screens *s, struct screen *gone); /* closes it at the end of this event */
void screens_quit(struct screens *s);                     /* ends the loop after this event */

/* A line at the bottom until the next key: "copied", an error. The text is copied. */
void screens_say(struct screens *s, enum style style, const char *text);
void screens_fail(struct screens *s, const struct error *err);

/* A question on that line, for y or n. Any other key lets it go, and acts; so does whatever else is said there. Where letters
 * are text, y or n is an answer when Enter or nothing follows within a moment: else they begin a word. */
typedef void (*screens_answer)(void *context, bool yes);
void screens_ask(struct screens *s, const char *question, screens_answer answer, void *context);

/* The same for what nobody asked for: it outlives the keys of the next seconds, so that who types sees it. */
void screens_notice(struct screens *s, const char *text);

/* For a tick: the screen would be drawn as it stands until something comes, so it isn't. */
void screens_still(struct screens *s);

/* For what goes on beside: there is nothing on the terminal, so that not even a thin line has the next drawing wait. */
void screens_draw_now(struct screens *s);

/* This process changed a database: every screen looks again, as when another one did. */
void screens_changed(struct screens *s);

/* Runs until the last screen is closed or the terminal ends. Returns whether it ended by the person's wish. */
bool screens_run(struct screens *s);

/* Gives the top screen a request, as if a key had asked for it. */
void screens_request(struct screens *s, enum request r);

/* Frames (frame.c), so that every screen looks alike. The labels of the last row are buttons for mouse and finger. */
/* Over as many rows above bottom as it takes, with x columns left free at both sides; returns the row below. */
int screen_wrapped(struct terminal *t, int y, int x, int bottom, enum style style, const char *text);
void screen_cut(struct terminal *t, int y, int x, int columns, enum style style, const char *text); /* the rest: an ellipsis */
int screen_top(const struct terminal *t);    /* the first row for content */
int screen_height(const struct terminal *t); /* rows for content */
int screen_footer_rows(const struct terminal *t);
void screen_header(struct terminal *t, const char *place, const char *detail); /* the first row and its rule */
/* The last row: keys that matter here on the left (REQ_NONE: passed over), what is to be known on the right. */
void screen_footer(struct terminal *t, enum place place, const enum request *keys, size_t count, const char *right);

/* The same with labels of the screen's own. */
struct key_label {
    const char *key, *label; /* "Enter", "confirm" */
};
void screen_footer_labels(struct terminal *t, const struct key_label *keys, size_t count, const char *right);
/* The same without the way out of a visit, which fingers find beside those labels on every other screen. */
void screen_footer_alone(struct terminal *t, const struct key_label *keys, size_t count);

#endif
