/* draw: a code as lines of text, or as SVG. */
#ifndef CRIB_LABEL_DRAW_H
#define CRIB_LABEL_DRAW_H

#include "core/base/buf.h"
#include "sync/label/code.h"

struct draw_look {
    bool ascii;   /* nothing but ASCII */
    bool colours; /* set to light on black; without, it is taken for granted that the terminal is so */
    bool inverse; /* it is dark on light */
};

/* How many columns the lines take. */
size_t draw_columns(const struct code *code, const struct draw_look *look);

/* Appends the lines: half blocks, in ASCII `#` for what is light. */
void draw_lines(const struct code *code, const struct draw_look *look, struct buf *out);

/* Appends an SVG document with the caption below: a module is a millimetre wide, of bars half of one. */
void draw_svg(const struct code *code, const char *caption, struct buf *out);

#endif
