/* code: what a scanner reads, as dark and light modules: a QR code or a Code 128. */
#ifndef CRIB_LABEL_CODE_H
#define CRIB_LABEL_CODE_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* With the light margin around it that its standard wants. Bars are one row, to be drawn as high as one likes. */
struct code {
    size_t columns, rows;
    unsigned char *dark; /* columns * rows, row by row: 1 or 0; in the arena */
    bool bars;
};

/* Printable ASCII, at most CODE128_MOST characters: set C where it is pairs of digits, else set B. EX_DATAERR for others. */
enum { CODE128_MOST = 80 };
bool code_bars(struct arena *a, const char *text, struct code *code, struct error *err);

/* By libqrencode, loaded now, level M. EX_UNAVAILABLE where it isn't installed, EX_DATAERR for a text that is too long. */
bool code_square(struct arena *a, const char *text, struct code *code, struct error *err);

#endif
