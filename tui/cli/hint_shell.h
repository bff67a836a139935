/* hint_shell: what a shell reads to offer hints, and opening one from it. */
#ifndef CRIB_CLI_HINT_SHELL_H
#define CRIB_CLI_HINT_SHELL_H

#include "tui/app.h"

/* Prints the shell's part, and makes the directory where bash leaves the line of a command. */
int hint_init(struct app *app, const char *shell);

/* Set to "hint" for the crib that hint_open starts: it knows so what led to the module. */
#define HINT_FOUND_BY "CRIB_FOUND_BY"

/* Does a tmux of this version (`tmux 3.3a`) have popups that end with their command? */
bool hint_popups(const char *version);

/* Opens the address: in a popup of tmux 3.2 or newer, else on this terminal. Returns an exit status. */
int hint_open(struct app *app, const char *address);

#endif
