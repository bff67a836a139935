/* content: a module or page with all that is derived from its text, loaded at once: document, sections, questions. */
#ifndef CRIB_TUI_CONTENT_H
#define CRIB_TUI_CONTENT_H

#include "core/library/document.h"
#include "core/library/section.h"
#include "core/quiz/question.h"
#include "tui/app.h"

#include <stddef.h>
#include <stdint.h>

struct content {
    struct arena *arena;
    struct library_module *module;
    struct document *document;
    const struct sections *sections;
    struct question_list questions; /* of all gift blocks, in order */
    const char *address;            /* channel/id */
    const char *revision;           /* hex */
    struct section_ref *refs;       /* one a section */
    struct subject subject;         /* as the record takes it */
    bool beginning;                 /* document, sections, questions and refs are those of the beginning alone */
    size_t first_section;           /* ... or of a part: the whole's index of its first section; else 0 */
    struct content *begun;          /* what this was made of, which owns the module; NULL where it is its own */
};

/* Loads the module with this key. NULL on failure (EX_NOINPUT when it is gone). The caller owns it. */
struct content *content_open(struct app *app, int64_t key, struct error *err);

/* The same for who prints the whole text and nothing else: module, document, questions; the sections, their refs and the
 * subject may be missing. */
struct content *content_open_text(struct app *app, int64_t key, struct error *err);

/* As content_open, but of a page too long to parse between a key and its answer only the beginning, of at least so many lines:
 * `beginning` says so. */
struct content *content_open_beginning(struct app *app, int64_t key, size_t lines, struct error *err);

/* Of such a beginning's page the part that shows so many lines from `line` lines below the section's heading on,
 * wherever that stands: another beginning, which owns begun; *section is its index of that section. NULL (without an
 * error) where there is none to be had: no such section, or one that can't be read without the rest. */
struct content *content_part(struct app *app, struct content *begun, const char *anchor, size_t line, size_t lines,
                             size_t *section);

/* The whole of such a beginning. It reads nothing but that, so that another thread can do it meanwhile. The whole owns
 * begun from then on; on failure nothing has changed. */
struct content *content_whole(struct content *begun, struct error *err);

/* The same module with another text: source (copied) is a file as content_pin gives it. For an attempt that was started
 * on what the module was then. */
struct content *content_open_pinned(const struct content *now, const char *source, size_t len, struct error *err);

/* The module of that address as such a file alone tells of it, where the library has none: title, sign-off, quiz and text. */
struct content *content_open_gone(const char *address, const char *source, size_t len, struct error *err);

/* Appends what an attempt has to be pinned to: title, sign-off, the quiz' settings and the text, as a module file. */
void content_pin(const struct content *c, struct buf *out);

void content_close(struct content *c); /* NULL is allowed */

/* May its questions be shown with their answers? Those of a sign-off only to who could change them: in a preview, and in an
 * account of one's own where the source is a file that may be written. */
bool content_answers_open(struct app *app, const struct content *c);

/* Appends what the last line of a module or page says, as far as it is known: owner, last change, since when its review
 * is overdue. */
void content_imprint(const struct content *c, struct buf *out);

/* The one thing that WHAT means. false where nothing fits (EX_NOINPUT, with the nearest) or where several things do
 * (EX_DATAERR, naming them; a search by words takes its best hit instead). Texts live in a. */
bool content_target(struct app *app, struct arena *a, const char *what, struct target *target, struct error *err);

/* Writes the members of facts into an open object. */
struct json;
void facts_json(const struct facts *f, struct json *j);

/* Appends facts, sections, files that are linked to and the parsed tree as one line of JSON. */
bool content_json(struct app *app, const struct content *c, struct buf *out, struct error *err);

#endif
