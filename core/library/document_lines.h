/* document_lines: the lines of a paragraph as they stand in the text, behind the marks of the quotes and items around it.
 * cmark tells where a paragraph begins and ends, and no more. */
#ifndef CRIB_LIBRARY_DOCUMENT_LINES_H
#define CRIB_LIBRARY_DOCUMENT_LINES_H

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/library/document.h"
#include "core/library/markdown.h"

#include <stdbool.h>
#include <stddef.h>

/* Where a text's lines begin. */
struct line_index {
    const char *text;
    size_t *starts; /* count + 1 of them */
    size_t count;
};

/* Fills index for text, which must outlive it, in the arena. False when memory is out. */
bool lines_index(struct line_index *index, struct arena *arena, const char *text, size_t len);

/* Line number (from 1), without its line end; "" for one that isn't there. */
struct str line_at(const struct line_index *index, size_t number);

/* The end of the line at p (before its LF, CR LF or CR), and through *next the start of the following one. */
const char *line_end(const char *p, const char *end, bool has_cr, const char **next);

/* The containers around a paragraph that leave marks on its lines, outermost first. */
struct line_containers {
    struct {
        bool quote;
        size_t indent; /* of an item's content, from its parent's */
    } at[DOCUMENT_DEPTH];
    size_t count;
    bool too_deep;
};

struct line_containers line_containers(cmark_node *paragraph);

/* One line of a paragraph, behind the marks of the blocks around it. */
struct line_content {
    struct str text;
    size_t indent; /* blanks before text */
    size_t column; /* of text in its line, bytes from 1 */
    bool lazy;     /* marks are missing: the line continues the paragraph, and nothing else */
};

/* What line number holds. first_column: where the paragraph begins in it, of its first line; 0 of the others. */
struct line_content line_content(const struct line_index *index, const struct line_containers *c, size_t number,
                                 size_t first_column);

static inline bool line_blank(char c)
{
    return c == ' ' || c == '\t';
}

#endif
