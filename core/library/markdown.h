/* markdown: libcmark with memory that is freed at once, and that may run out.
 *
 * cmark's own allocator ends the process when memory is out, and it frees node by node. Here it takes from blocks that
 * belong to one parse; when memory is out, the parse ends and markdown_parse returns false. */
#ifndef CRIB_LIBRARY_MARKDOWN_H
#define CRIB_LIBRARY_MARKDOWN_H

#define CMARK_NO_SHORT_NAMES 1
#include <cmark.h>

#include <stdbool.h>
#include <stddef.h>

struct markdown_block;

struct markdown {
    struct markdown_block *blocks;
    cmark_node *root;
};

/* Parses text (at most DOCUMENT_SIZE_MAX bytes) into m, which must be zeroed. False when memory is out. Either way the
 * caller calls markdown_free; the tree lives until then, and must not be changed or freed by cmark's functions. */
bool markdown_parse(struct markdown *m, const char *text, size_t len);
void markdown_free(struct markdown *m);

#endif
