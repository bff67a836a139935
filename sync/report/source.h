/* source: the statements of many devices, asked of a learning record store over the network, or read from a server's own
 * directory on its host. Both are asked the same: the parameters of GET Statements (xAPI 1.0.3, Part Three, 2.1.3). */
#ifndef CRIB_REPORT_SOURCE_H
#define CRIB_REPORT_SOURCE_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/record/accepted.h"
#include "sync/serve/lrs_query.h"

struct json_t; /* jansson's, whose header and json.h do not go together */
struct source;

/* NULL on failure. */
struct source *source_server(struct arena *a, const struct lrs *lrs, struct error *err);
struct source *source_data(const char *dir, struct error *err);
void source_close(struct source *s); /* NULL is allowed */

/* Asks, and gives each statement to take (which may keep nothing of it), page after page, or the first page alone. */
typedef bool source_take(void *context, const struct json_t *statement, struct error *err);
bool source_ask(struct source *s, const struct parameter *list, size_t count, bool all, source_take *take, void *context,
                struct error *err);

/* The site's list of learners: those who are on it now. None where what was asked has no such list. Texts in the arena. */
struct site_person;
bool source_people(struct source *s, struct arena *a, struct site_person **people, size_t *count, struct error *err);

#endif
