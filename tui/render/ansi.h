/* ansi: styled lines as bytes for a terminal (SGR, OSC 8) or for a pipe. */
#ifndef CRIB_RENDER_ANSI_H
#define CRIB_RENDER_ANSI_H

#include "core/base/buf.h"
#include "tui/render/render.h"

#include <stdbool.h>
#include <stddef.h>

struct ansi_options {
    const struct theme *theme; /* NULL: text alone, no escape sequence at all */
    bool hyperlinks;           /* OSC 8 (xterm's and VTE's hyperlinks in terminal emulators), for safe targets */
};

/* Appends line i with a line feed / all lines. */
void ansi_line(struct buf *out, const struct lines *l, size_t i, const struct ansi_options *options);
void ansi_lines(struct buf *out, const struct lines *l, const struct ansi_options *options);

/* Appends the SGR sequence that sets a look after a reset. */
void ansi_look(struct buf *out, struct look look);

/* Appends the target as OSC 8 may carry it: scheme https, mailto or crib, every byte outside printable ASCII
 * percent-encoded, at most 2,048 bytes. False, with nothing appended, for any other. */
bool ansi_target(struct buf *out, const char *target);

/* Where a target leads, for showing it: "https://host", "mailto:user@host", "crib:..."; safe text. */
void ansi_origin(struct buf *out, const char *target);

#endif
