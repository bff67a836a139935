/* watch_pty: a program in a terminal of its own, which is this one but for what crib reads along. */
#ifndef CRIB_CLI_WATCH_PTY_H
#define CRIB_CLI_WATCH_PTY_H

#include "tui/cli/watch.h"

/* Runs it: every byte goes both ways unchanged, the window's size and the signals with it. Hints never stand among the bytes: in
 * tmux they stand on its status line, else they are told when the program has ended. argv ends with NULL. Returns the
 * program's exit status, 128 + N where signal N ended it, 127 where it can't be started. */
int watch_program(struct watch *w, const char *const *argv);

#endif
