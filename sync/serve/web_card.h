/* web_card: what fits, as JSON for programs and as a card for a frame in another tool. */
#ifndef CRIB_SERVE_WEB_CARD_H
#define CRIB_SERVE_WEB_CARD_H

#include "sync/serve/web_ask.h"
#include "sync/serve/web_reader.h"

enum { CARD_USUAL = 3 };

/* Appends {"count": N, "items": [{"channel", "module", "section", "heading", "title", "problem", "minutes", "format", "kind",
 * "why", "url", "link", "stale"}, ...]}; link: the same for crib; stale: its channel is out of date; base: what stands before the path in an address, without a slash at its end. */
bool web_suggest_json(struct web_reader *r, struct arena *a, const struct web_ask *ask, const char *base, struct buf *out,
                      struct error *err);

/* Appends the card: a page of its own, whose links open a new window. */
bool web_card(struct web_reader *r, struct arena *a, const struct web_ask *ask, struct buf *out, struct error *err);

#endif
