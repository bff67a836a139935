/* document_table: finds GFM's pipe tables (GitHub Flavored Markdown Spec 0.29, chapter 4.10) in a tree of plain cmark.
 *
 * A table is a paragraph (or the text of a setext heading) whose source lines hold a delimiter row under a header row
 * with as many cells. Lines before the header stay a paragraph; lines from the first one that starts another block are
 * parsed as blocks of their own. Cells that hold markup, and those lines, are parsed in one second run of cmark, with
 * the document behind them where it defines link references. */
#ifndef CRIB_LIBRARY_DOCUMENT_TABLE_H
#define CRIB_LIBRARY_DOCUMENT_TABLE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/library/markdown.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text parsed in the second run. */
struct fragment {
    size_t at;          /* its first line there */
    size_t lines;
    size_t line;        /* its first line in the text */
    cmark_node *first;  /* its blocks: count siblings from here */
    size_t count;
};

struct table_cell {
    const char *text;          /* pipes unescaped; all there is when fragment is NULL */
    size_t len;
    size_t column;             /* in its line, bytes from 1 */
    struct fragment *fragment; /* one paragraph, which starts with TABLE_GUARD */
};

struct table_row {
    size_t line;
    size_t count;
    struct table_cell *cells;
    struct table_row *next;
};

struct table {
    struct fragment *before; /* NULL where there is none */
    struct fragment *after;
    size_t columns;
    const uint8_t *aligns;   /* enum node_align */
    size_t line, last_line;
    struct table_row *rows;  /* the header first */
};

/* A cell's paragraph starts with this no-break space: no block can begin so, and inline rules see white space. */
#define TABLE_GUARD "\xC2\xA0"

struct tables {
    struct arena *arena;
    struct buf fragments;     /* what the second run parses */
    size_t fragment_lines;
    struct fragment **list;   /* in order */
    size_t count, cap;
    struct markdown second;
};

/* Looks for tables under root, whose text is given. Each paragraph or heading that holds one gets its struct table as
 * user data. False when memory is out. t must be zeroed; afterwards the caller calls tables_free, which ends the life
 * of all that it points to. */
bool tables_find(struct tables *t, cmark_node *root, const char *text, size_t len);
void tables_free(struct tables *t);

#endif
