/* section: the units of progress, search, linking and change of a document.
 *
 * A section runs from its heading to the next heading of any level (headings inside quotes and lists start none);
 * text before the first one is section `top`. */
#ifndef CRIB_LIBRARY_SECTION_H
#define CRIB_LIBRARY_SECTION_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/error.h"
#include "core/library/document.h"

#include <stdbool.h>
#include <stddef.h>

enum { SECTION_HASH = 32 };

struct section {
    const char *anchor;               /* {#id}, or the heading's slug as GitHub makes it (-1, -2 for repeated ones) */
    bool explicit_anchor;             /* by {#id} */
    const char *title;                /* the heading's plain text; "" for top */
    unsigned level;                   /* 1..6; 0 for top */
    size_t line, last_line;           /* in the file; the heading's own first line is `line` */
    uint32_t node, node_end;          /* its blocks are nodes[node..node_end), the heading included */
    unsigned char hash[SECTION_HASH]; /* BLAKE2b-256 over "crib-section-1", NUL, and the source lines under the heading:
                                         LF after each, blanks at line ends and empty lines at the end cut, gift blocks
                                         left out together with the empty lines before them */
    const char *text;                 /* for search: markup gone, blocks and cells separated by LF, code included,
                                         gift blocks, HTML tags and the heading left out */
    size_t text_len;
    size_t words;                     /* in text, and in the heading */
};

struct section_link {
    const char *target; /* as written, entities decoded */
    size_t line, column;
    size_t section;
    bool image;
};

struct section_gift {
    const char *text; /* the document's own bytes */
    size_t len;
    size_t line;      /* of the first line of text */
    size_t section;   /* 0 too when the questions stand before the first section */
};

struct sections {
    const struct section *items;
    size_t count;
    const struct section_link *links; /* in document order */
    size_t link_count;
    const struct section_gift *gifts; /* in document order */
    size_t gift_count;
};

/* The sections of d, all in arena a, with pointers into d for gift texts alone. Reports to diags (NULL allowed), under
 * the name file, an explicit anchor that stands twice (error) and a repeated slug without id (warning). NULL and err
 * when memory is out. */
const struct sections *sections_of(const struct document *d, struct arena *a, const char *file, struct diags *diags,
                                   struct error *err);

/* The index of the section with this anchor, or SIZE_MAX. */
size_t sections_find(const struct sections *s, const char *anchor);

#endif
