/* signals: handlers that only set flags.
 *
 * All are blocked from signals_start on, and unblocked only inside signals_wait's pselect: nothing that the program
 * does is ever interrupted half-way (the technique of vis and of pselect(2)'s own rationale). */
#ifndef CRIB_SCREEN_SIGNALS_H
#define CRIB_SCREEN_SIGNALS_H

#include <stdbool.h>

struct signals {
    bool end;    /* SIGHUP, SIGTERM or SIGINT came */
    bool resize; /* SIGWINCH came */
    bool stop;   /* SIGTSTP came */
};

/* Installs the handlers and blocks the signals. SIGPIPE is ignored. false when the system refuses. */
bool signals_start(void);

/* From now on a terminal's own signals (interrupt, quit, stop) are ignored: in a kiosk nobody ends or stops it so. */
void signals_shut(void);

/* Puts everything back as it was before signals_start. */
void signals_end(void);

/* In a child, between fork and exec: as it was before signals_start. */
void signals_forked(void);

/* Sleeps until fd or beside (-1 for none) can be read, a signal comes, or timeout_ms passed (negative: for ever). Returns
 * whether fd can be read (or is at its end), and moves what came into s. */
bool signals_wait(int fd, int beside, int timeout_ms, struct signals *s);

/* What came and was not seen to (a resize, a stop) comes once more with the next wait. */
void signals_keep(const struct signals *s);

/* Stops this process as SIGTSTP would by default; returns when it is continued. */
void signals_stop_self(void);

#endif
