/* html: text as HTML shows it, and the addresses that a page may lead to.
 *
 * What is appended here is fit for an element's content and for an attribute's value in double quotes, and for nothing
 * else: never for a script, a style or an unquoted value. */
#ifndef CRIB_BASE_HTML_H
#define CRIB_BASE_HTML_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends the text, made safe (text_safe; line feeds and tabs stay) and escaped. */
void html_text(struct buf *out, const char *s, size_t n);
void html_string(struct buf *out, const char *s);

/* Appends, escaped, the target of a link that leads out of a page: schemes https, http and mailto alone, every byte that is
 * no printable ASCII percent-encoded, at most 2,048 bytes. False, with nothing appended, for any other. */
bool html_outside(struct buf *out, const char *target);

/* Appends the text as one value in a URL's path or query: all but letters, digits and `-._~` percent-encoded; slashes stay
 * where keep_slashes is set. Fit for HTML as it is. */
void html_url_part(struct buf *out, const char *s, bool keep_slashes);

#endif
