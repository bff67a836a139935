/* watch_plain: lines without the colours in them. What a program marks within a line, as `grep --color` does, would part the
 * words of a trigger. */
#ifndef CRIB_CLI_WATCH_PLAIN_H
#define CRIB_CLI_WATCH_PLAIN_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Puts text into out without the escape sequences that set colours or clear what is behind them on the line. Each line keeps its
 * place and length: blanks at its end stand for what was taken out of it. False where there is none
 * (or no memory). */
bool plain_lines(const char *text, size_t n, struct buf *out);

#endif
