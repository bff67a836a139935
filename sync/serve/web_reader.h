/* web_reader: one thread's handles on the channels' text, opened anew when that has changed. */
#ifndef CRIB_SERVE_WEB_READER_H
#define CRIB_SERVE_WEB_READER_H

#include "core/base/buf.h"
#include "core/library/document.h"
#include "core/library/section.h"
#include "core/library/suggest.h"
#include "core/quiz/question.h"
#include "sync/serve/web_library.h"

#include <stdbool.h>

struct web_reader {
    struct web_library *source; /* borrowed */
    uint64_t generation;
    struct suggest_from from;
    struct arena *arena; /* in which lie */
    struct library_channel *channels;
    size_t channel_count;
};

/* Brings the handles up to date; EX_TEMPFAIL while the channels were never read. A zeroed reader with its source set is one. */
bool web_reader_ready(struct web_reader *r, struct error *err);
void web_reader_close(struct web_reader *r);

/* The channel of that id; NULL where there is none. */
const struct library_channel *web_reader_channel(const struct web_reader *r, const char *id);

/* What people call it. */
const char *web_channel_name(const struct library_channel *c);

/* Has its time run out, so that something newer may be known elsewhere? */
bool web_channel_stale(const struct library_channel *c);

/* A module or page with all that is derived from its text; it lives in the arena but for the document. */
struct web_content {
    struct library_module *module;
    struct document *document;
    const struct sections *sections;
    struct question_list questions;
    const char *language; /* of its text: "en" where nothing says it */
    const struct library_channel *channel;
};

/* EX_NOINPUT when there is no such module of that channel to be shown. */
bool web_content_open(struct web_reader *r, struct arena *a, const char *channel, const char *id, struct web_content *c,
                      struct error *err);
void web_content_close(struct web_content *c);

/* Appends the module's text, or one of its sections (SIZE_MAX: all), as HTML, headings from <h2> on; links lead to the pages
 * of what they name. titled: its first heading is its title, which is an <h1> then. */
void web_content_html(struct web_reader *r, struct arena *a, const struct web_content *c, size_t section, bool titled,
                      struct buf *out);

/* Appends the address of a module's page (`m`) or quiz (`quiz`) or of a `programme`, fit for HTML; of one section where anchor isn't "". */
void web_address(struct buf *out, const char *what, const char *channel, const char *id, const char *anchor);

#endif
