/* document_html: a document as HTML, safe whatever it was made from.
 *
 * The elements are those of this file alone: p, headings, lists, tables, code, quotes, call-outs as <div role="note">, task
 * list items with a box that can't be ticked. Raw HTML is shown as the text that it is (comments are left out, <br> is a
 * line break), as the terminal shows it. Images are their alternative text: no page loads anything from elsewhere. There
 * are no attributes but class, id, start, href, rel, role, scope, colspan, tabindex and aria-label, and none of them holds a
 * text of the document but id and href, escaped and checked. Questions are left out. */
#ifndef CRIB_LIBRARY_DOCUMENT_HTML_H
#define CRIB_LIBRARY_DOCUMENT_HTML_H

#include "core/base/buf.h"
#include "core/library/document.h"
#include "core/library/section.h"

#include <stdbool.h>

struct html_options {
    /* Of the headings' ids; NULL: headings have none. */
    const struct sections *sections;
    /* Added to a heading's level, which stays within 1 to 6. */
    int deeper;
    /* Appends where a link without https:, http: or mailto: leads (another module, a section), fit for an attribute; false,
     * with nothing appended, where it leads nowhere. NULL: nowhere. */
    bool (*link)(void *context, const char *target, struct buf *out);
    void *context;
};

/* Appends the nodes [from, end) of the document, which are whole blocks: a section's node and node_end, or 1 and
 * d->count. */
void document_html(const struct document *d, uint32_t from, uint32_t end, const struct html_options *options,
                   struct buf *out);

#endif
