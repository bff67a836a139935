/* watch_tmux: hints in tmux's own places (its status line, a popup), where what a program prints can't forge them; and what
 * stands in a pane, read. */
#ifndef CRIB_CLI_WATCH_TMUX_H
#define CRIB_CLI_WATCH_TMUX_H

#include "tui/cli/watch.h"

/* Shows the hint on the right of the status line for some seconds, without waiting for it, and without stopping what the pane
 * shows; in a tmux older than 3.2, or without a status line, as a message. False outside tmux. */
bool tmux_message(struct watch *w, const struct watch_mark *mark);

/* Watches what a pane shows, once a second, until it is gone; hints stand on the status line. Returns an exit status. */
int tmux_watch_pane(struct watch *w, const char *pane);

/* Reads what a pane shows and opens what its newest line that means something means. Returns an exit status. */
int tmux_open_pane(struct app *app, const char *pane);

#endif
