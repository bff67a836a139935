/* web_page: the pages that people see: a module or one section of it, the list of a channel's modules, and the frame that all pages share. No page holds a
 * script, a style of its own, or anything from elsewhere. */
#ifndef CRIB_SERVE_WEB_PAGE_H
#define CRIB_SERVE_WEB_PAGE_H

#include "sync/serve/web_ask.h"
#include "sync/serve/web_reader.h"

/* Begins a page: up to and with <main>. kind: a class for the whole, or "". */
void web_page_begin(struct buf *out, const char *title, const char *language, const char *kind);
void web_page_end(struct buf *out);

/* A page that says in words why there is nothing else. */
void web_page_problem(struct buf *out, const char *title, const char *words);

/* Appends, where the channel's time has run out, a mark that says so. */
void web_page_stale(struct buf *out, const struct library_channel *c);

/* Appends what something is there for: its problem and its outcome. */
void web_page_purpose(struct buf *out, const char *problem, const char *outcome);

/* Append a name and what it is, to a <dl class="facts">; nothing where that is empty. */
void web_page_fact_list(struct buf *out, const char *name, struct strings list);
void web_page_channel_fact(struct buf *out, const struct library_channel *c); /* leads to its list */

/* Appends `5 min, micro`, as far as it is known; "" else. */
void web_page_length(struct buf *out, int minutes, enum module_format format);

/* Appends the page of a module; of one of its sections where section isn't NULL (EX_NOINPUT where there is none). */
bool web_page_module(struct web_reader *r, struct arena *a, const struct web_content *c, const char *section, struct buf *out,
                     struct error *err);

/* Appends the page that lists what the channel has, its programmes first, then the rest by title, LISTED of it; the field `page`, from 1, says which of them.
 * EX_NOINPUT where there is nothing. */
enum { LISTED = 500 };
bool web_page_list(struct web_reader *r, struct arena *a, const char *channel, const struct web_fields *fields, struct buf *out,
                   struct error *err);

/* Appends the page that lists the channels: whoever reaches the server may read all of them. EX_NOINPUT where none can be. */
bool web_page_channels(struct web_reader *r, struct buf *out, struct error *err);

#endif
