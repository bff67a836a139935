/* run: gives the terminal to screens, and takes it back. */
#ifndef CRIB_CLI_RUN_H
#define CRIB_CLI_RUN_H

#include "tui/app.h"
#include "tui/screen/screen.h"

/* Puts the first screens on the stack; false with err when they cannot be. */
typedef bool run_start(struct screens *s, struct app *app, void *context, struct error *err);

/* Opens the terminal as configured, starts, and runs until the person leaves or the terminal is gone. Returns an exit
 * status: 0, or that of the error it printed. */
int run_screens(struct app *app, run_start *start, void *context);

#endif
