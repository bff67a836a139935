/* render: a document as styled lines for a terminal of a given width. No curses, no colours: see theme.h.
 *
 * Lines hold safe text only (text_safe ran over every byte): print them as they are. Styles are spans over a line's
 * bytes; bytes between spans are STYLE_TEXT. Right-to-left text is left to the terminal's own bidi; cells that hold
 * such text are isolated (U+2068 ... U+2069, which take no columns and which no content can contain).
 *
 * What doesn't fit: words wrap; longer words are cut; code lines wrap behind a continuation mark; table cells wrap,
 * and a table that can't get its columns becomes a list of records. No text is ever left out, but HTML comments. */
#ifndef CRIB_RENDER_RENDER_H
#define CRIB_RENDER_RENDER_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/library/document.h"
#include "tui/render/theme.h"

#include <stddef.h>
#include <stdint.h>

enum render_flags {
    RENDER_ASCII = 1, /* C locale: ASCII alone, text included */
    RENDER_PLAIN = 2, /* linear, for screen readers and pipes: no lines and bars, "DANGER: ...", tables as records */
    RENDER_URLS = 4,  /* targets are shown after their links: (https://...) */
    RENDER_ORIGINS = 8, /* after links that leave this library, where they lead: (https://host); see target.h */
    RENDER_LATIN1 = 16, /* with RENDER_ASCII: the text may hold Latin-1, too (TEXT_LATIN1) */
    RENDER_LINES = 32,  /* with RENDER_ASCII: lines can be drawn all the same (TEXT_LINES) */
};

/* What text_safe has to be told for these flags. */
static inline unsigned render_text_flags(unsigned flags)
{
    return (flags & RENDER_ASCII) == 0 ? 0
                                       : TEXT_ASCII | ((flags & RENDER_LATIN1) != 0 ? TEXT_LATIN1 : 0U) |
                                             ((flags & RENDER_LINES) != 0 ? TEXT_LINES : 0U);
}

/* The other way round. */
static inline unsigned render_flags_of(unsigned text)
{
    return (text & TEXT_ASCII) == 0 ? 0 : (text & TEXT_LATIN1) != 0 ? RENDER_ASCII | RENDER_LATIN1 : RENDER_ASCII;
}

enum render_mark { RENDER_MARK_NONE, RENDER_MARK_DONE, RENDER_MARK_CHANGED, RENDER_MARK_NEW };

struct render_options {
    size_t width;        /* columns in all, margin included; smaller than 16 is taken as 16 */
    size_t margin;       /* blank columns at the left of each line */
    unsigned flags;      /* enum render_flags */
    const uint8_t *marks; /* enum render_mark, one a section, drawn beside its heading; NULL for none */
    size_t mark_count;
};

struct span {
    uint32_t offset, length; /* bytes within the line */
    uint16_t style;          /* enum style */
    uint32_t link;           /* index of its link + 1; 0 for none */
};

struct line {
    uint32_t offset, length; /* its bytes in lines.text */
    uint32_t first_span, spans;
    uint32_t section;        /* index as in sections_of; LINE_NO_SECTION where the document has none */
    uint32_t source;         /* line of the file that it shows */
    uint32_t at;             /* where it starts in the document's text: the same text is at the same place in lines of
                                every width, with or without marks. Grows from line to line. */
};

#define LINE_NO_SECTION UINT32_MAX

struct line_link {
    const char *target;           /* the document's own; not yet judged: see target.h */
    uint32_t line, column, width; /* where its text starts, in columns, and the columns it takes in that line */
};

struct line_heading {
    uint32_t line;       /* its first line */
    uint32_t lines;
    uint32_t section;    /* LINE_NO_SECTION inside quotes and lists */
    uint8_t level;
    uint32_t text, length; /* its plain, safe text in lines.text */
};

struct lines {
    char *text;
    struct line *items;
    size_t count;
    struct span *spans;
    size_t span_count;
    struct line_link *links;
    size_t link_count;
    struct line_heading *headings;
    size_t heading_count;
    size_t width; /* columns of the widest line */
};

/* Renders d, which must outlive the lines (targets point into it). NULL and err when memory is out. The caller owns
 * the lines: lines_close. */
struct lines *render_document(const struct document *d, const struct render_options *options, struct error *err);
void lines_close(struct lines *l); /* NULL is allowed */

/* The first line that shows a section; count where there is none. */
size_t lines_of_section(const struct lines *l, size_t section);

/* The line that shows the text at a place (struct line's at): the last one that starts there or before; 0 where there
 * is none. */
size_t lines_of_at(const struct lines *l, size_t at);

#endif
