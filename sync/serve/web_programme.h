/* web_programme: the page of a programme: its elements by phase, and where each leads. What somebody did of them is not shown:
 * nobody is known here. */
#ifndef CRIB_SERVE_WEB_PROGRAMME_H
#define CRIB_SERVE_WEB_PROGRAMME_H

#include "sync/serve/web_reader.h"

/* Appends the page; EX_NOINPUT where the channel has no such programme. */
bool web_programme_page(struct web_reader *r, struct arena *a, const char *channel, const char *id, struct buf *out, struct error *err);

/* Appends, where the channel has any, a list of its programmes, by title; *count takes how many. */
bool web_programme_list(struct web_reader *r, struct arena *a, const char *channel, struct buf *out, size_t *count, struct error *err);

#endif
