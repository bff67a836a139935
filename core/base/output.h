/* output: what commands print, so that both programs look alike: text (through a pager on a terminal), tables, JSON.
 *
 * Only these functions write to standard output; each checks that the write went through. */
#ifndef CRIB_BASE_OUTPUT_H
#define CRIB_BASE_OUTPUT_H

#include "core/base/buf.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

bool output_is_terminal(void);    /* standard output is one */
bool output_has_screen(void);     /* it is one on which more can be done than to append lines: not TERM=dumb */
bool output_is_utf8(void);        /* the locale can show more than ASCII; false before output_take_locale */
unsigned output_text_flags(void); /* text_safe's for standard output: a terminal without UTF-8 has ASCII, perhaps Latin-1 */
int output_colours(void);         /* 0 when not a terminal, NO_COLOR, TERM=dumb or unknown; else 8, 16, 256 or 1 << 24 */
size_t output_columns(void);      /* COLUMNS, else the terminal's width, else 80 */
size_t output_rows(void);         /* the terminal's height, else 24 */

/* The characters become the locale's; the language of messages stays ours. A UTF-8 terminal whose locale is not
 * installed is common in the field: C.UTF-8 does for it. */
void output_take_locale(void);

/* Writes the text to standard output. Through $PAGER (`less -RFX` where it is unset; none when it is empty or "cat")
 * when it is a terminal, page is true, and the text is longer than it. What is not ASCII becomes its nearest ASCII on a
 * terminal whose locale has no more; text in columns should be that before. EX_IOERR when a write fails; a reader that
 * went away (EPIPE) is no failure. */
bool output_text(const char *text, size_t n, bool page, struct error *err);

/* The same for a buf that was filled for it; empties and frees it, whatever happens. A failed buf is memory that ran out. */
bool output_buf(struct buf *text, bool page, struct error *err);

/* Ends the JSON in the buf, which holds nothing else: a line feed; and on a terminal whose locale has no UTF-8, \u escapes
 * for all that isn't ASCII, so that nothing is lost. */
void output_end_json(struct buf *json);

/* A table: cells are added row by row. Plain columns two blanks apart; on a terminal that is too narrow, columns that are empty
 * are left out, and those that may shrink are cut, the last ones first; where that isn't enough, each row is told in lines of
 * its own. Everything is made safe. */
enum { TABLE_COLUMNS = 10 };

struct table_column {
    const char *name;
    bool right;  /* aligned to the right */
    bool shrink; /* may be cut when the terminal is narrow */
};

struct table;

struct table *table_open(const struct table_column *columns, size_t count); /* NULL when memory is out */
void table_close(struct table *t);
void table_add(struct table *t, const char *cell); /* the next cell; NULL is an empty one */

/* Prints it; where it has no row, the one line `empty` goes to standard error instead. */
bool table_print(struct table *t, const char *empty, struct error *err);

/* Appends it to out, made to fit into so many columns (0: as wide as it is). */
bool table_write(struct table *t, size_t columns, struct buf *out, struct error *err);

#endif
