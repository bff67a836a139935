/* document: Markdown as a tree, from which terminal, HTML, JSON and sections all start.
 *
 * CommonMark by libcmark (blocks and inlines exactly as it reads them), and on top of it: GFM pipe tables,
 * call-outs, task list items, heading ids and gift blocks. The tree is one array in document order (preorder), so
 * that walking it is a loop: the first child of node i is i + 1 (if that is < end), the next sibling is nodes[i].end.
 *
 * Safe for any bytes: NULs become U+FFFD, other text is kept as it was (invalid UTF-8 and control bytes included:
 * text_safe stands at the draw boundary). Nesting deeper than DOCUMENT_DEPTH is flattened into its ancestor (no text
 * is lost), so that a function may recurse over the tree. */
#ifndef CRIB_LIBRARY_DOCUMENT_H
#define CRIB_LIBRARY_DOCUMENT_H

#include "core/base/buf.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DOCUMENT_DEPTH = 80,             /* no node lies deeper than so many others */
    DOCUMENT_SIZE_MAX = 64 << 20     /* bytes of one text */
};

enum node_type {
    NODE_DOCUMENT,
    /* blocks */
    NODE_QUOTE,
    NODE_CALLOUT,    /* call_out: its kind; the word itself is not among the children */
    NODE_LIST,       /* number: first number; flags: NODE_ORDERED, NODE_TIGHT */
    NODE_ITEM,       /* number: its own number in an ordered list; flags: NODE_TASK, NODE_CHECKED */
    NODE_PARAGRAPH,
    NODE_HEADING,    /* level 1..6; extra: its {#id} or NULL; number: its index among the document's own headings, or
                        NODE_NO_SECTION inside a quote or list */
    NODE_CODE_BLOCK, /* text: the code; extra: the info string */
    NODE_GIFT,       /* text: the raw questions; their first line is line + 1 */
    NODE_HTML_BLOCK, /* text: the raw HTML */
    NODE_RULE,
    NODE_TABLE,      /* number: columns; children: rows, the first of them NODE_HEADER */
    NODE_ROW,        /* children: cells, at most as many as the table has columns; missing ones are empty */
    NODE_CELL,       /* align */
    /* inlines */
    NODE_TEXT,       /* text */
    NODE_SOFT_BREAK,
    NODE_HARD_BREAK,
    NODE_CODE,       /* text */
    NODE_HTML,       /* text */
    NODE_EMPH,
    NODE_STRONG,
    NODE_LINK,       /* extra: the target; text: the title; column */
    NODE_IMAGE       /* extra: the source; text: the title; children: the alternative text; column */
};

enum node_flags {
    NODE_ORDERED = 1, NODE_TIGHT = 2, NODE_TASK = 4, NODE_CHECKED = 8, NODE_HEADER = 16,
    NODE_ASCII = 32 /* text holds printable ASCII alone: nothing to decode, to measure or to make safe */
};

enum call_out { CALL_OUT_DANGER, CALL_OUT_WARNING, CALL_OUT_CAUTION, CALL_OUT_NOTE, CALL_OUT_NOTICE, CALL_OUT_TIP };

enum node_align { ALIGN_NONE, ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

#define NODE_NO_SECTION UINT32_MAX

struct node {
    uint8_t type;       /* enum node_type */
    uint8_t level;      /* NODE_HEADING: its level; NODE_CALLOUT: enum call_out; NODE_CELL: enum node_align */
    uint16_t flags;     /* enum node_flags */
    uint32_t end;       /* index after its last descendant */
    uint32_t parent;    /* index; the root's is 0 */
    uint32_t line;      /* in the file, from 1 */
    uint32_t last_line;
    uint32_t column;    /* links and images: bytes from 1 in that line; others 0 */
    uint32_t number;
    uint32_t len;       /* bytes of text */
    const char *text;   /* NUL-terminated (but may hold no NUL itself); "" when there is none */
    const char *extra;  /* NUL-terminated or NULL */
};

struct document {
    const struct node *nodes; /* nodes[0] is the root */
    uint32_t count;
    uint32_t headings;        /* headings that are the root's own children: they start sections */
    bool has_top;             /* something other than questions stands before the first of them: section `top` */
    const char *source;       /* the text given, borrowed */
    size_t source_len;
    uint32_t first_line;      /* the number in the file of the source's first line */
};

/* Parses text (borrowed: it must outlive the document), whose first line is line first_line (>= 1) of its file.
 * Returns NULL and sets err when memory is out or the text is larger than DOCUMENT_SIZE_MAX. No text is invalid.
 * The caller owns the document: document_close. */
struct document *document_parse(const char *text, size_t len, size_t first_line, struct error *err);
void document_close(struct document *d); /* NULL is allowed */

/* How many bytes of text make its beginning of at least so many lines: to show the first screen of a huge page before
 * parsing the rest. It is cut behind an empty line, outside fenced code, before a line that starts a block at the
 * margin, so that its blocks are those of the whole (the last one may go on in it). len where there is no such place,
 * and where links may be defined behind it. */
size_t document_beginning(const char *text, size_t len, size_t lines);

/* Where line `line` (from 1) of text begins, if a part that starts there can be parsed for itself: it is a heading with
 * # at the margin that starts a section, which the caller knows, and no link may be defined before it. Else SIZE_MAX. */
size_t document_part(const char *text, size_t len, size_t line);

/* The names that JSON uses: "paragraph", "call-out", ... / "danger", ... */
const char *node_name(enum node_type type);
const char *call_out_name(enum call_out kind);

/* Appends the text of the descendants of node i, markup gone, breaks as blanks: a heading's title, an image's
 * alternative text. */
void document_plain(const struct document *d, uint32_t i, struct buf *out);

/* Appends the tree as one JSON value: {"type":"document","children":[...]}, empty fields left out. */
void document_json(const struct document *d, struct buf *out);

/* Enter and exit in document order:
 *     struct walk w = walk_start(d, 0);
 *     while (walk_next(&w)) ... d->nodes[w.at], w.enter ...
 * Every node is entered and left, those without children too. */
struct walk {
    const struct node *nodes;
    uint32_t root, at;
    bool enter, started;
};

static inline struct walk walk_start(const struct document *d, uint32_t root)
{
    return (struct walk){d->nodes, root, root, true, false};
}

static inline bool walk_next(struct walk *w)
{
    if (!w->started) {
        w->started = true;
        return true;
    }
    const struct node *n = &w->nodes[w->at];
    if (w->enter && w->at + 1 < n->end) {
        w->at++;
        return true;
    }
    if (w->enter) {
        w->enter = false;
        return true;
    }
    if (w->at == w->root)
        return false;
    w->enter = n->end < w->nodes[n->parent].end;
    w->at = w->enter ? n->end : n->parent;
    return true;
}

#endif
