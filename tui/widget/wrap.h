/* wrap: plain text in lines of so many columns, broken at blanks, without allocating. */
#ifndef CRIB_WIDGET_WRAP_H
#define CRIB_WIDGET_WRAP_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

struct wrap {
    const char *text;
    size_t n;       /* bytes left */
    size_t columns;
    const char *line; /* the line that wrap_next found */
    size_t length;
};

struct wrap wrap_start(const char *text, size_t n, size_t columns);

/* The next line; false at the end. A word wider than the columns is cut. Line feeds in the text end lines. */
bool wrap_next(struct wrap *w);

/* Appends the text, its lines that are wider than the columns broken. For terminals, that break in the middle of words. */
void wrap_text(const char *text, size_t columns, struct buf *out);

/* How many lines the text takes. */
size_t wrap_count(const char *text, size_t n, size_t columns);

#endif
