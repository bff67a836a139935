/* keys: a kiosk's lines (listen.h) are read key by key from a terminal that is shut: no key is a signal, none stops the output, a
 * line is edited and shown here. So a visit can end while a line is typed: by Ctrl-C, by a badge that is scanned, or because
 * nobody has touched anything for so long; that is announced, and any key stops it.
 *
 * When the visit is over, every line that is asked for is the end of the input, until keys_visit begins another. */
#ifndef CRIB_CLI_KEYS_H
#define CRIB_CLI_KEYS_H

#include "core/base/buf.h"
#include "core/record/learner.h"
#include "tui/cli/listen.h"
#include "tui/kiosk.h"
#include "tui/screen/scan.h"

#include <stdint.h>
#include <termios.h>
#include <wchar.h>

enum keys_over {
    KEYS_ON,
    KEYS_OUT,     /* Ctrl-C */
    KEYS_IDLE,    /* the countdown is over */
    KEYS_BADGE,   /* a badge was scanned: their own, or next's */
    KEYS_ANOTHER, /* nobody is here, and what stands there is to be said anew */
    KEYS_END,     /* the terminal is gone, or the system wants it */
};

struct keys {
    struct app *app;
    enum keys_over over;
    char next[LEARNER_BADGE_MOST + 1]; /* the badge that was scanned, where it is another person's; else "" */
    bool in;                           /* somebody is here */
    long idle_s, countdown_s;
    bool (*another)(void *context);    /* asked while nobody is here and nothing was typed */
    void *context;

    struct listener listener;
    struct termios before;
    struct scan scan;
    unsigned safe;    /* for text_safe */
    struct buf out;   /* what is shown when no more keys wait */
    char bytes[4096]; /* that were read, from at on not looked at */
    size_t at, count;
    mbstate_t state;
    int escape;       /* what began with one */
    int64_t key_ms;   /* of the newest key, of the monotonic clock */
    long told_s;      /* what the countdown said last; 0: there is none */
    bool typed;       /* since keys_visit */
    const char *asked;
    struct buf line;  /* so far */
    bool hidden, badge; /* what is asked for (listen.h) */
    bool unanswered;  /* the last line that was asked for: given up, or empty */
};

/* Takes the terminal that standard input is, and listens. EX_UNAVAILABLE where it is none. */
bool keys_open(struct keys *k, struct app *app, struct error *err);
void keys_close(struct keys *k); /* gives it back */

/* Begins anew: somebody is here now, or nobody. */
void keys_visit(struct keys *k, bool in, const struct kiosk_settings *settings);

#endif
