/* document_build: a document while it is made: its nodes, one array, and the text that they point to.
 *
 * What is added becomes the last child of the innermost open node. failed says that memory is out, and stays. */
#ifndef CRIB_LIBRARY_DOCUMENT_BUILD_H
#define CRIB_LIBRARY_DOCUMENT_BUILD_H

#include "core/library/document.h"
#include "core/library/markdown.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool;

/* What document_close gives back. */
struct owned {
    struct document document;
    struct pool *pool;
};

struct open_node {
    cmark_node *from;
    uint32_t index;
    uint32_t number; /* items so far */
};

/* Beside the nodes, what the walk over cmark's tree knows on its way. */
struct builder {
    struct owned *out;
    struct node *nodes;
    uint32_t cap;
    unsigned depth;         /* open[depth] is the innermost open node */
    int64_t line_delta;     /* from cmark's line to the file's */
    int64_t column_delta;
    uint32_t line;          /* of the inlines at hand, in the file */
    cmark_node *call_out;   /* the inline that names a call-out's kind: left out */
    bool strip_lead;        /* the text behind it loses its colon and blanks */
    bool strip_guard;       /* the next text starts with TABLE_GUARD */
    bool failed;
    struct open_node open[DOCUMENT_DEPTH + 1]; /* last: build clears the first one alone */
};

/* Room for text that lives as long as the document; NULL when memory is out. */
char *build_room(struct builder *b, size_t n);

/* A copy there; NULL for no text, too. */
const char *build_copy(struct builder *b, const char *text);

/* Appends a node; NULL when memory is out. */
struct node *build_node(struct builder *b, enum node_type type);

/* The same of a block, with its lines; direct children of the root start sections or make `top`. */
struct node *build_block(struct builder *b, enum node_type type, cmark_node *from);

void build_text(struct builder *b, struct node *n, const char *text, size_t len);

static inline struct node *build_at(struct builder *b, uint32_t i)
{
    return &b->nodes[i];
}

/* The line of the file that is cmark's. */
static inline uint32_t build_line(const struct builder *b, int line)
{
    int64_t n = line + b->line_delta;
    return n < 1 ? 1 : (uint32_t)n;
}

/* Opens the node that was added last. */
static inline void build_push(struct builder *b, cmark_node *from)
{
    b->open[++b->depth] = (struct open_node){.from = from, .index = b->out->document.count - 1};
}

/* Ends the innermost open node. */
static inline void build_pop(struct builder *b)
{
    build_at(b, b->open[b->depth--].index)->end = b->out->document.count;
}

#endif
