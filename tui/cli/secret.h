/* secret: a line that is typed without being seen. */
#ifndef CRIB_CLI_SECRET_H
#define CRIB_CLI_SECRET_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Asks on the terminal that standard input is; *line (size bytes; longer lines are cut) is then without its line end. The
 * terminal's settings are as before when it returns. EX_NOPERM where it was given up (Ctrl-C, Ctrl-D), and where standard
 * input is no terminal. The caller wipes the line. */
bool secret_ask(const char *question, char *line, size_t size, struct error *err);

#endif
