/* paint: puts words on lines. The renderer's inner part: wrapping, prefixes (bars, indents, list markers), spans.
 *
 * A line is opened by the first byte put on it. When a word doesn't fit, the line is cut at its last blank and what
 * follows is carried over; no break points are kept on the way. */
#ifndef CRIB_RENDER_PAINT_H
#define CRIB_RENDER_PAINT_H

#include "core/base/text.h"
#include "tui/render/render.h"

enum { PREFIX_BYTES = 48, PREFIX_DEPTH = DOCUMENT_DEPTH + 4 };

/* What stands before the content of each line of a block. */
struct prefix {
    char first[PREFIX_BYTES], rest[PREFIX_BYTES]; /* the block's first line, and the further ones */
    uint8_t first_len, rest_len, first_columns, columns;
    bool used;                                    /* first was put */
    uint16_t style;
};

struct paint {
    const struct node *nodes;
    const struct document *document;
    unsigned flags; /* enum render_flags */
    const struct render_options *options;
    size_t right;   /* the column after the last one */

    char *text;
    size_t len, cap;
    size_t first_size; /* what to take for text at first */
    struct line *lines;
    size_t line_count, line_cap;
    struct span *spans;
    size_t span_count, span_cap;
    struct line_link *links;
    size_t link_count, link_cap;
    struct line_heading *headings;
    size_t heading_count, heading_cap;
    size_t widest;

    size_t depth, indent; /* prefixes in use; their columns */

    bool open;          /* a line is begun */
    size_t start;       /* its offset in text */
    size_t content;     /* where its own text starts */
    size_t first_span;
    size_t col;
    bool blank;         /* an empty line is due before the next one, with the first blank_depth prefixes */
    size_t blank_depth;

    uint16_t style;     /* of what is put now */
    uint32_t link;
    size_t span_start;
    uint32_t section, source, line_source;
    uint32_t at, line_at; /* how much of the document's text was put: here, and at the start of the line */
    bool cell;          /* painting a cell aside: links get their places later */
    bool failed;
    struct buf scratch; /* safe text before it is put */
    struct buf carry;
    struct prefix prefixes[PREFIX_DEPTH]; /* last: paint_new doesn't clear them */
};

/* A new, empty painter for the document; NULL when memory is out. paint_close frees it and what it holds. */
struct paint *paint_new(const struct document *d, const struct render_options *options);
void paint_close(struct paint *p);

/* Puts text (any bytes; ascii: it is known to be printable ASCII), wrapping. */
void paint_text(struct paint *p, const char *s, size_t n, bool ascii);

/* Puts bytes that are safe and n columns wide, without wrapping: rules, padding. */
void paint_raw(struct paint *p, const char *s, size_t n, size_t columns);
void paint_rule(struct paint *p); /* one column of a line */
void paint_spaces(struct paint *p, size_t n);

/* Keeps bytes in lines.text that belong to no line; no line may be open. */
void paint_keep(struct paint *p, const char *s, size_t n);

/* Sets the style and link of what follows. */
void paint_style(struct paint *p, uint16_t style, uint32_t link);

/* Begins a line if none is open / ends the open one, if any / asks for an empty line before the next one. */
void paint_open(struct paint *p);
void paint_end(struct paint *p);
void paint_blank(struct paint *p);
void paint_flush_blank(struct paint *p); /* puts that empty line now */

/* Pushes a prefix: first on the next line, rest on the further ones, each with its columns. Where too few columns are
 * left, the further lines are not indented. */
void paint_push(struct paint *p, struct str first, size_t first_columns, struct str rest, size_t columns,
                uint16_t style);
void paint_pop(struct paint *p);

/* Columns that are left for content. */
size_t paint_room(const struct paint *p);

/* The array, moved where it had no room for one more element; NULL (and p->failed) when memory is out: it stays then. */
void *paint_grow(struct paint *p, void *array, size_t count, size_t *cap, size_t size);

/* Forgets the lines, keeps the memory. */
void paint_clear(struct paint *p);

/* Registers a link and returns its index + 1 (0 when memory is out). */
uint32_t paint_link(struct paint *p, const char *target);

/* The inlines that are children of node i, in base style (render_inline.c); the widest unbroken line and the longest
 * word that they make. */
void render_inlines(struct paint *p, uint32_t i, uint16_t base);
void render_measure(struct paint *p, uint32_t i, size_t *widest, size_t *longest);

/* A table (render_table.c). */
void render_table(struct paint *p, uint32_t i);

#endif
