/* ansi: styled lines as bytes for a terminal (SGR, OSC 8) or for a pipe. */
#ifndef CRIB_RENDER_ANSI_H
#define CRIB_RENDER_ANSI_H

#include "core/base/buf.h"
#include "tui/render/render.h"

#include <stdbool.h>
#include <stddef.h>

struct ansi_options {
    const struct theme *theme; /* NULL: text alone, no escape sequence at all */
    bool hyperlinks;           /* OSC 8, for targets that target_encode allows and that the text doesn't show whole; render
                                  with RENDER_ORIGINS then */
    bool exact;                /* a theme of 256 colours by theme_exact */
};

/* Appends line i with a line feed / all lines. A line stands for itself: it begins without a look and a link and ends
 * so, since pagers draw lines in any order; within it, only what changes is sent. */
void ansi_line(struct buf *out, const struct lines *l, size_t i, const struct ansi_options *options);
void ansi_lines(struct buf *out, const struct lines *l, const struct ansi_options *options);

#endif
