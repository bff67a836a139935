/* watch: what the parts of `crib watch` share: the triggers, what may be offered, and the stream cut into lines.
 *
 * Bytes come from somewhere (watch_pipe.h, watch_follow.h, watch_pty.h, watch_tmux.h) and are given to watch_take; lines that
 * hold a trigger come back as marks. No database is open while that goes on: what may be offered is told by the files of
 * core/record/offer.h, which are read again before each offer, and offers go to their spool. */
#ifndef CRIB_CLI_WATCH_H
#define CRIB_CLI_WATCH_H

#include "core/library/stream.h"
#include "tui/cli/hint_look.h"

enum { WATCH_WORD = 7 };

/* A line that means something: place is where it ends in the bytes that were taken last, behind its line feed. */
struct watch_mark {
    size_t place;
    const char *line; /* the line itself; valid within the call alone */
    size_t length;
    const struct trigger_match *match;
    struct trigger_module module;
    bool offered; /* kept as an offer: to be shown to the person */
};

struct watch;
typedef void watch_marked(void *context, struct watch *w, const struct watch_mark *mark);

struct watch {
    struct app *app;
    struct hint_look look;
    struct stream *scan;
    int64_t *quiet; /* of each module: until when nothing is said (monotonic ms) */
    int64_t now;
    int64_t minute; /* when the minute began within which so many offers were made */
    unsigned in_minute;
    char name[16]; /* `crib[word]`, the word made anew for each run: log text can't know it before it is shown */
    bool every;    /* each marked line is told, not those alone that are an offer */
    bool asked;    /* the person looks for it: nothing is an offer */
    int events;    /* events are written there, one a line; -1: nowhere */
    struct buf told; /* those of the lines that are being looked at: written together */
    char at[40];   /* when the bytes came that are being looked at; "" until an event needs it */
    const char *source; /* of the events: a file's name, or NULL */
    struct buf carry;   /* of a line whose end has not come */
    struct buf plain;   /* the lines that are being looked at, without colours */
    struct buf waiting; /* hints that wait for the end of a line on the terminal */
    watch_marked *marked;
    void *context;
    size_t base; /* within a call: what a place in the scanned text is in the bytes that were taken */
    const char *text;
};

/* events: see above; path of a file to append to, or NULL. */
bool watch_open(struct app *app, struct watch *w, const char *events, struct error *err);
void watch_close(struct watch *w);

/* The next bytes of the stream. Calls marked for each line that ended in them, in order. */
void watch_take(struct watch *w, const char *bytes, size_t n);

/* The end of the stream, or a pause in it: what came of a line counts as one. place of its marks is 0. */
void watch_rest(struct watch *w);

/* Appends the line that offers the mark's module, with the run's word. */
void watch_line(const struct watch *w, const struct watch_mark *mark, struct buf *out);

/* Writes all of it; waits where the other end is slow. False when it can't (errno says why). */
bool watch_write(int fd, const char *bytes, size_t n);

/* The mark as an event: JSON and a line feed. */
void watch_event(struct watch *w, const struct watch_mark *mark, struct buf *out);

#endif
